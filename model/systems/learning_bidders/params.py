"""Parameters of the learning bidders, each declared once [Esmaeili2021]."""

from agents.firm import FIRMS
from agents.firm_table import FIRM_FILE
from learning.knobs import ParameterError, knob, settings
from model import shared_knobs
from model.compliance import COMPLIANCE
from model.params import Params

PAPER = "Esmaeili2021, Table 2"
VOLUME_RULES = ("required", "cap_share", "output_range")
OUTPUTS_MATTER = ({"firms": ("",)}, {"volume_rule": ("output_range",)})
"""Where firms, or the volumes that they may bid for, are made from the range of outputs."""


@settings
class LearningBiddersParams(Params):
    """Parameters of the learning bidders."""

    phi: float = shared_knobs.phi(source="Esmaeili2021, Eq. 2.1: 0.80 to 1.00")
    validity: int = shared_knobs.validity(
        also="firms bid only for what they lack",
        default=1,
        low=1,
        unit="periods",
        source="Esmaeili2021, Section 2.1: 1",
    )
    auction: str = shared_knobs.auction(source="Esmaeili2021, Eqs. 2.6-2.7")
    reserve_price: float = shared_knobs.reserve_price(
        default=0.5, high=1000.0, step=0.1, source="Esmaeili2021, Section 4"
    )
    compliance: str = knob(
        "curtail",
        choices=COMPLIANCE,
        help="a firm short of permits produces less (curtail), or produces all and pays a fine (penalty), or does "
        "for each unit what pays (best): a permit is then worth no more than the fine, so no bid exceeds it",
        source="open in Esmaeili2021",
        group="policy",
        live=True,
    )
    penalty: float = shared_knobs.penalty(
        also="under compliance = penalty or best",
        default=5.0,
        step=0.5,
        source="open in Esmaeili2021",
        when={"compliance": ("penalty", "best")},
    )
    exchange: str = shared_knobs.exchange(
        also="in which firms short of permits must buy at a price tied to the auction's, whatever a permit is worth to "
        "them (compulsory); or a call market, in which nobody buys above or sells below its value (voluntary)",
        default="compulsory",
        choices=("compulsory", "voluntary"),
        source="Esmaeili2021, Section 2.2: compulsory",
    )
    trade_margin: float = knob(
        0.3,
        low=0.0,
        high=0.99,
        step=0.05,
        unit="share",
        help="largest distance of the trading price from the clearing price (beta ~ U(0, trade_margin)), under "
        "exchange = compulsory",
        source="Esmaeili2021, Eq. 2.13",
        group="policy",
        live=True,
        when={"exchange": ("compulsory",)},
    )
    learner: str = shared_knobs.learner(source="Esmaeili2021, Section 3")
    firm: str = knob("firm", choices=FIRMS, help="kind of firm", group="bidding")
    price_steps: int = shared_knobs.price_steps(default=6, high=101, source="Esmaeili2021")
    price_grid: str = shared_knobs.price_grid(source="open in Esmaeili2021, Section 3.2")
    volume_steps: int = shared_knobs.volume_steps(source="Esmaeili2021")
    price_bins: int = shared_knobs.price_bins(
        also="the clearing price", default=16, high=101, source="Esmaeili2021"
    )
    volume_rule: str = knob(
        "required",
        choices=VOLUME_RULES,
        help="volumes go from the required permits to volume_factor x required, or to cap_share x cap; "
        "output_range: from output_min to output_max, each x emission intensity",
        source="open in Esmaeili2021",
        group="bidding",
    )
    volume_factor: float = shared_knobs.volume_factor(default=2.0, when={"volume_rule": ("required",)})
    volume_cap_share: float = knob(
        0.4,
        low=0.01,
        high=1.0,
        step=0.05,
        unit="share",
        help="largest bid volume / cap, under cap_share",
        group="bidding",
        when={"volume_rule": ("cap_share",)},
    )
    read_out: str = shared_knobs.read_out(source="open in Esmaeili2021")
    n_firms: int = shared_knobs.n_firms(also="where they are drawn", high=200, source="Esmaeili2021")
    firms: str = knob(
        "",
        file=FIRM_FILE,
        replaces=(
            "n_firms",
            "selling_price_min",
            "selling_price_max",
            "unit_cost_min",
            "unit_cost_max",
            "emission_intensity_min",
            "emission_intensity_max",
        ),  # the range of outputs stays of use: volume_rule = output_range
        help="CSV file of firms to use instead of drawn ones",
        group="population",
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
        100.0,
        low=0.001,
        unit="units",
        help="smallest output drawn",
        source=PAPER,
        group="population",
        when=OUTPUTS_MATTER,
    )
    output_max: float = knob(
        150.0,
        low=0.001,
        unit="units",
        help="largest output drawn",
        source=PAPER,
        group="population",
        when=OUTPUTS_MATTER,
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
