"""Parameters of how firms plan and bid in a market over years, each declared once."""

from agents.emitters.behaviours import BEHAVIOURS
from agents.emitters.emitter import EMITTERS
from learning.base import LEARNERS
from learning.knobs import among, knob, settings
from model import shared_knobs
from model.systems.emissions_trading.policy import OURS, ComplianceParams, share


@settings
class BiddingParams(ComplianceParams):
    """Policy, and how firms plan their permits and bid."""

    interest: float = share(0.05, "interest a year", group="population", high=0.5)
    behaviour: str = knob(
        "outlook",
        choices=BEHAVIOURS,
        mixed=True,
        help="how firms plan their permits, or by which rule they learn to; several names share the firms in their "
        "order, by weight: outlook:6+q_learning:4",
        group="bidding",
    )
    markup_most: float = share(
        0.2,
        "largest mark-up and mark-down of learning firms",
        "bidding",
        high=0.9,
        when={"behaviour": among(LEARNERS)},
    )
    markup_steps: int = knob(
        5,
        low=1,
        high=101,
        help="mark-ups that learning firms choose from, equally spaced",
        group="bidding",
        when={"behaviour": among(LEARNERS)},
    )
    bank_most: float = share(
        2.0,
        "largest part of the shortage ahead that learning firms provide for",
        "bidding",
        high=10.0,
        when={"behaviour": among(LEARNERS)},
    )
    bank_steps: int = knob(
        5,
        low=1,
        high=101,
        help="such parts that they choose from, from none on",
        group="bidding",
        when={"behaviour": among(LEARNERS)},
    )
    price_bins: int = shared_knobs.price_bins(
        also="the carbon price, up to the mean choke price",
        default=4,
        high=101,
        source=OURS,
        when={"behaviour": among(LEARNERS)},
    )
    coverage_bins: int = knob(
        4,
        low=1,
        high=101,
        help="bins of permits kept / a year's planned emissions that learning firms tell apart",
        group="bidding",
        when={"behaviour": among(LEARNERS)},
    )
    risk_premium: float = share(
        0.0, "return that firms require above the interest", group="bidding", high=0.5
    )
    horizon: int = knob(
        0,
        low=0,
        high=50,
        unit="years",
        help="years that firms look ahead; 0: all years of a run",
        group="bidding",
    )
    belief: str = knob(
        "true",
        choices=("true", "lasting", "passing"),
        help="how long firms believe that a deviation from planned emissions lasts: as long as it does on average, "
        "for ever, or not beyond the quarter",
        group="bidding",
    )
    first_expectation: float = knob(
        30.0,
        low=0.0,
        high=10_000.0,
        unit="€/t",
        help="price that adaptive firms expect at first",
        group="bidding",
        when={"behaviour": among(("adaptive",))},
    )
    learning_rate: float = share(
        0.3,
        "share of a surprise by which they correct it",
        group="bidding",
        when={"behaviour": among(("adaptive",))},
    )
    bid_steps: int = knob(
        5, low=1, high=20, help="steps of a firm's demand schedule in an auction", group="bidding"
    )
    bid_above: float = share(0.05, "highest price bid above the price expected", group="bidding")
    bid_below: float = share(0.15, "lowest price bid below the price expected", group="bidding", high=0.99)
    emitter: str = knob("emitter", choices=EMITTERS, help="kind of firm", group="bidding")
