"""Parameters of the two-tier auctions."""

import agents.bidders.learned  # noqa: F401 - registers the learned policy
import model.systems.two_tier.replies  # noqa: F401 - registers the best response
from agents.bidders.bidder import BIDDERS
from agents.bidders.demand_schedule import REPAIRS
from agents.bidders.policies import POLICIES
from learning.knobs import ParameterError, knob, settings
from model import shared_knobs
from model.params import Params

SOURCE = "TwoTier names it; the number is ours"


@settings
class TwoTierParams(Params):
    """Parameters of the two-tier auctions."""

    phi: float = shared_knobs.phi(
        also="or 0: drawn anew for every auction between phi_min and phi_max",
        default=0.0,
        low=0.0,
        step=0.05,
        source=SOURCE,
    )
    phi_min: float = knob(
        0.3,
        low=0.0,
        high=2.0,
        step=0.05,
        unit="share",
        source=SOURCE,
        group="policy",
        live=True,
        help="smallest share drawn",
        when={"phi": (0.0,)},
    )
    phi_max: float = knob(
        0.7,
        low=0.0,
        high=2.0,
        step=0.05,
        unit="share",
        source=SOURCE,
        group="policy",
        live=True,
        help="largest share drawn",
        when={"phi": (0.0,)},
    )
    auction: str = shared_knobs.auction(source="TwoTier")
    reserve_price: float = shared_knobs.reserve_price(step=0.1, source=SOURCE)
    policy: str = shared_knobs.policy(
        also="the schedules they bid", default="truthful_schedule", choices=POLICIES, group="bidding"
    )
    bidder: str = knob("bidder", choices=BIDDERS, help="kind of firm", group="bidding")
    steps: int = knob(
        2,
        low=1,
        high=10,
        help="steps (tiers) of a demand schedule; with fewer steps than permits needed no schedule states the true "
        "values exactly, so the truthful policy only comes close, and other bids may earn more even under VCG",
        source=SOURCE,
        group="bidding",
    )
    top_price: str = knob(
        "own",
        choices=("own", "public"),
        source=SOURCE,
        group="bidding",
        help="price the action 1 stands for: the firm's own first marginal value, or the largest possible one",
    )
    repair: str = knob(
        "ratio",
        choices=REPAIRS,
        source=SOURCE,
        group="bidding",
        help="how prices are made to fall: as shares of the step before, by sorting, or by cutting",
    )
    n_firms: int = shared_knobs.n_firms(default=10, high=500, source=SOURCE)
    need: int = knob(
        10, low=1, high=1000, unit="t", help="permits each firm needs", source=SOURCE, group="population"
    )
    cost_min: float = knob(
        0.5,
        low=0.001,
        unit="€/t²",
        help="smallest slope c of marginal abatement cost drawn; the k-th permit is worth c (need - k + 1), the "
        "marginal cost at the dearest point of the tonne that it saves",
        source=SOURCE,
        group="population",
    )
    cost_max: float = knob(
        1.5, low=0.001, unit="€/t²", help="largest slope drawn", source=SOURCE, group="population"
    )
    costs: str = shared_knobs.costs(source=SOURCE)
    history: int = knob(
        0,
        low=0,
        high=50,
        unit="auctions",
        source=SOURCE,
        group="population",
        help="past clearing prices that firms observe",
    )

    def check(self):
        """Ranges must be ranges."""
        for low, high in (("phi_min", "phi_max"), ("cost_min", "cost_max")):
            if getattr(self, low) > getattr(self, high):
                raise ParameterError(f"{low} = {getattr(self, low)}: above {high} = {getattr(self, high)}")
