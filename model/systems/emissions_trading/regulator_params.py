"""Parameters of who sets the policy from year to year in a market over years."""

from agents.regulators.regulator import REGULATORS
from learning.base import LEARNERS
from learning.knobs import among, knob, settings
from model.systems.emissions_trading.bidding_params import BiddingParams
from model.systems.emissions_trading.levers import LEVERS
from model.systems.emissions_trading.policy import OURS, share


def decides(regulator):
    """Whether a regulator may depart from what was announced."""
    return regulator != "announced"


@settings
class RegulatorParams(BiddingParams):
    """Policy and firms, and who changes the policy when a year begins."""

    regulator: str = knob(
        "announced",
        choices=REGULATORS,
        help="who sets the policy of a year when it begins: it stays as announced, a rule answers to the year before, "
        "or a learner tries what brings least damage and cost of abatement",
        source=OURS,
        group="policy",
    )
    lever: str = knob(
        "reserve_price",
        choices=LEVERS,
        help="part of the policy that a regulator makes stricter or laxer than announced; a tax, where there is one",
        source=OURS,
        group="policy",
        when={"regulator": decides, "instrument": ("permits",)},
    )
    lever_most: float = share(
        0.5, "largest part by which it is stricter or laxer", high=0.99, when={"regulator": decides}
    )
    lever_steps: int = knob(
        5,
        low=1,
        high=101,
        help="strictnesses that a regulator who learns chooses from, equally spaced",
        source=OURS,
        group="policy",
        when={"regulator": among(LEARNERS)},
    )
    regulator_bins: int = knob(
        1,
        low=1,
        high=31,
        help="bins of last year's price, and of the bank after it, that a regulator who learns tells apart",
        source=OURS,
        group="policy",
        when={"regulator": among(LEARNERS)},
    )
