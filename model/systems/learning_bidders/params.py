"""Parameters of the learning bidders, each declared once [Esmaeili2021]."""

from agents.firm import FIRMS
from agents.firm_table import FIRM_FILE
from learning.base import LEARNERS
from learning.knobs import ParameterError, knob, settings
from model.compliance import COMPLIANCE
from model.mechanisms.auctions.base import AUCTIONS
from model.params import Params

PAPER = "Esmaeili2021, Table 2"
VOLUME_RULES = ("required", "cap_share", "output_range")


@settings
class LearningBiddersParams(Params):
    """Parameters of the learning bidders."""

    phi: float = knob(
        0.9,
        low=0.01,
        high=2.0,
        step=0.01,
        unit="share",
        help="permits issued / permits required; 1 - phi is the mitigation rate",
        source="Esmaeili2021, Eq. 2.1: 0.80 to 1.00",
        group="policy",
        live=True,
    )
    auction: str = knob(
        "uniform",
        choices=AUCTIONS,
        help="auction format",
        source="Esmaeili2021, Eqs. 2.6-2.7",
        group="policy",
    )
    reserve_price: float = knob(
        0.5,
        low=0.0,
        high=1000.0,
        step=0.1,
        unit="€/t",
        help="lowest bid price",
        source="Esmaeili2021, Section 4",
        group="policy",
        live=True,
    )
    compliance: str = knob(
        "curtail",
        choices=COMPLIANCE,
        help="a firm short of permits produces less (curtail) or pays a fine (penalty)",
        source="open in Esmaeili2021",
        group="policy",
        live=True,
    )
    penalty: float = knob(
        5.0,
        low=0.0,
        high=10_000.0,
        step=0.5,
        unit="€/t",
        help="fine for emissions not covered, under compliance = penalty",
        source="open in Esmaeili2021",
        group="policy",
        live=True,
    )
    trade_margin: float = knob(
        0.3,
        low=0.0,
        high=0.99,
        step=0.05,
        unit="share",
        help="largest distance of the trading price from the clearing price (beta ~ U(0, trade_margin))",
        source="Esmaeili2021, Eq. 2.13",
        group="policy",
        live=True,
    )
    learner: str = knob(
        "q_learning",
        choices=LEARNERS,
        help="how firms learn to bid",
        source="Esmaeili2021, Section 3",
        group="bidding",
    )
    firm: str = knob("firm", choices=FIRMS, help="kind of firm", group="bidding")
    price_steps: int = knob(
        6,
        low=1,
        high=101,
        help="prices a firm can bid, reserve to private value",
        source="Esmaeili2021",
        group="bidding",
    )
    volume_steps: int = knob(
        16,
        low=1,
        high=101,
        help="volumes a firm can bid, equally spaced",
        source="Esmaeili2021",
        group="bidding",
    )
    price_bins: int = knob(
        16,
        low=1,
        high=101,
        help="bins of the last clearing price that bidders see",
        source="Esmaeili2021",
        group="bidding",
    )
    volume_rule: str = knob(
        "required",
        choices=VOLUME_RULES,
        help="volumes go from the required permits to volume_factor x required, or to cap_share x cap; "
        "output_range: from output_min to output_max, each x emission intensity",
        source="open in Esmaeili2021",
        group="bidding",
    )
    volume_factor: float = knob(
        2.0, low=1.0, high=10.0, step=0.1, help="largest bid volume / required permits", group="bidding"
    )
    volume_cap_share: float = knob(
        0.4,
        low=0.01,
        high=1.0,
        step=0.05,
        unit="share",
        help="largest bid volume / cap, under cap_share",
        group="bidding",
    )
    n_firms: int = knob(
        5, low=1, high=200, help="number of firms drawn", source="Esmaeili2021", group="population"
    )
    firms: str = knob(
        "", file=FIRM_FILE, help="CSV file of firms to use instead of drawn ones", group="population"
    )
    selling_price_min: float = knob(
        12.0, low=0.0, unit="€/unit", help="lowest price drawn", source=PAPER, group="population"
    )
    selling_price_max: float = knob(
        14.0, low=0.0, unit="€/unit", help="highest price drawn", source=PAPER, group="population"
    )
    unit_cost_min: float = knob(
        7.0, low=0.0, unit="€/unit", help="lowest cost drawn", source=PAPER, group="population"
    )
    unit_cost_max: float = knob(
        9.0, low=0.0, unit="€/unit", help="highest cost drawn", source=PAPER, group="population"
    )
    emission_intensity_min: float = knob(
        1.5, low=0.001, unit="t/unit", help="lowest intensity drawn", source=PAPER, group="population"
    )
    emission_intensity_max: float = knob(
        2.0, low=0.001, unit="t/unit", help="highest intensity drawn", source=PAPER, group="population"
    )
    output_min: float = knob(
        100.0, low=0.001, unit="units", help="smallest output drawn", source=PAPER, group="population"
    )
    output_max: float = knob(
        150.0, low=0.001, unit="units", help="largest output drawn", source=PAPER, group="population"
    )

    def check(self):
        """Each range must be one, and every firm drawn must earn something."""
        for name in ("selling_price", "unit_cost", "emission_intensity", "output"):
            low, high = getattr(self, f"{name}_min"), getattr(self, f"{name}_max")
            if low > high:
                raise ParameterError(f"{name}_min = {low}: above {name}_max = {high}")
        if self.unit_cost_max >= self.selling_price_min:
            raise ParameterError(
                f"unit_cost_max = {self.unit_cost_max} €/unit: must be below "
                f"selling_price_min = {self.selling_price_min} €/unit, or a firm could have a negative private value"
            )
