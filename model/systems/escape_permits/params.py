"""Parameters of the auction of escape permits."""

from agents.farms.bids import ADDITIONAL_BIDS
from agents.farms.curves import VALUES
from agents.farms.draws import KINDS
from agents.farms.farm import FARMS
from agents.farms.files import CURVE_FILE
from agents.farms.pollutants import POLLUTANTS
from learning.knobs import knob, settings
from model import shared_knobs
from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS
from model.params import Params

SOURCE = "Goyal"
ODD, EVEN = "first, third, …", "second, fourth, …"
DRAWN = (
    *(
        "n_farms",
        "n_pollutants",
        "kind_odd",
        "kind_even",
        "correlation_odd",
        "correlation_even",
        "cost_spread",
        "costs",
    ),
    *(f"{name}_{each}" for name in ("baseline", "cost") for each in POLLUTANTS),
)
"""Parameters that only drawn farms use, not those of a file."""
SMALL = {"curves": "", "farm": "farm", "n_farms": 2, "phi": 0.9, "reserve_price": 0.25, "valve_price": 1.0}
SMALL |= {f"{name}_{each}": 3 for name in ("baseline", "increment") for each in POLLUTANTS}
PROXY = "proxy: the source's cost functions are not public"
WHERE_SOLD = {"GHG": {}, "nutrient": {"n_pollutants": (2, 3)}, "ammonia": {"n_pollutants": (3,)}}
"""Numbers of pollutants with which there is each of them."""
ASCENDING = ("cmra", "english_clock")
"""Mechanisms with prices that rise round by round."""


def share(default, pollutant):
    """Knob: supply of a pollutant's permits."""
    return shared_knobs.phi(
        complement="mitigation" if pollutant == "GHG" else f"mitigation_{pollutant}",
        also=f"of {pollutant}, if farms do not abate",
        default=default,
        low=0.0,
        step=0.05,
        source=SOURCE,
        when=WHERE_SOLD[pollutant],
    )


def increment(default, pollutant):
    """Knob: rise of a clock price."""
    return knob(
        default,
        low=0.000001,
        high=10_000.0,
        step=0.05,
        unit="€/lot",
        source=SOURCE,
        group="policy",
        live=True,
        help=f"rise of the clock price of {pollutant} per round",
        when=WHERE_SOLD[pollutant] | {"mechanism": ASCENDING},
    )


def baseline(default, pollutant):
    """Knob: emissions without abatement."""
    return knob(
        default,
        low=1,
        high=1000,
        unit="lots",
        source=SOURCE,
        group="population",
        help=f"what a farm emits of {pollutant} without abatement",
        when=WHERE_SOLD[pollutant],
    )


def cost_factor(pollutant):
    """Knob: level of marginal costs."""
    return knob(
        1.0,
        low=0.0,
        high=1000.0,
        step=0.1,
        unit="1",
        source=PROXY,
        group="population",
        help=f"factor on the marginal costs of abating {pollutant}",
        when=WHERE_SOLD[pollutant],
    )


def kind(default, group):
    """Knob: kind of farm."""
    return knob(
        default,
        choices=KINDS,
        source=PROXY,
        group="population",
        help=f"kind of the {group} farms, which determines their costs",
    )


def correlation(default, group):
    """Knob: effect of abating the first pollutant on the others."""
    return knob(
        default,
        low=0.0,
        high=10.0,
        step=0.05,
        unit="lots/lot",
        source=SOURCE,
        group="population",
        help=f"lots of every other pollutant that the {group} farms abate with a lot of GHG",
    )


@settings
class EscapePermitsParams(Params):
    """Parameters of the auction of escape permits."""

    period_name = "round"
    usual_periods = usual_window = 2_000  # nobody learns, so all auctions count; they take 20 rounds or so

    mechanism: str = knob(
        "cmra", choices=PACKAGE_AUCTIONS, help="auction format", source=SOURCE, group="policy"
    )
    phi: float = share(0.9, "GHG")
    phi_nutrient: float = share(0.5, "nutrient")
    phi_ammonia: float = share(0.5, "ammonia")
    reserve_price: float = shared_knobs.reserve_price(
        also="per lot, one for all pollutants as in the source; clocks start at it",
        default=0.25,
        step=0.05,
        unit="€/lot",
        source=SOURCE,
    )
    increment_ghg: float = increment(0.1, "GHG")
    increment_nutrient: float = increment(0.5, "nutrient")
    increment_ammonia: float = increment(0.5, "ammonia")
    valve_price: float = knob(
        0.0,
        low=0.0,
        high=10_000.0,
        step=0.05,
        unit="€/lot",
        source=SOURCE,
        group="policy",
        live=True,
        help="safety valve: price of a lot that the auction left unsold, one for all pollutants as in the source; "
        "0: they are not offered",
    )
    farm: str = knob("farm", choices=FARMS, help="kind of farm", group="bidding")
    additional_bids: str = knob(
        "below",
        choices=ADDITIONAL_BIDS,
        source=SOURCE,
        group="bidding",
        help="packages bid for beside the headline demand: smaller ones, all, none (each at the same surplus); "
        "capped: all at value or price, whichever is less",
        when={"mechanism": ("cmra",)},
    )
    value: str = knob(
        "avoided_cost",
        choices=VALUES,
        source=SOURCE,
        group="bidding",
        help="what a package is worth: the abatement cost it saves, or as printed, the cost of abating so much",
    )
    n_farms: int = knob(2, low=1, high=1000, help="number of farms", source=SOURCE, group="population")
    n_pollutants: int = knob(
        2, low=1, high=len(POLLUTANTS), help=f"the first of {', '.join(POLLUTANTS)}", group="population"
    )
    baseline_ghg: int = baseline(20, "GHG")
    baseline_nutrient: int = baseline(10, "nutrient")
    baseline_ammonia: int = baseline(10, "ammonia")
    kind_odd: str = kind("crop", ODD)
    kind_even: str = kind("dairy", EVEN)
    correlation_odd: float = correlation(0.5, ODD)
    correlation_even: float = correlation(0.1, EVEN)
    cost_ghg: float = cost_factor("GHG")
    cost_nutrient: float = cost_factor("nutrient")
    cost_ammonia: float = cost_factor("ammonia")
    cost_spread: float = knob(
        0.2,
        low=0.0,
        high=1.0,
        step=0.05,
        unit="share",
        source=PROXY,
        group="population",
        help="standard deviation of marginal costs among farms",
    )
    costs: str = shared_knobs.costs()
    curves: str = knob(
        "",
        file=CURVE_FILE,
        replaces=DRAWN,
        group="population",
        help="CSV file of cost curves instead of drawn ones: farm, pollutant, abated, marginal_cost, correlation",
    )

    def small(self, m):
        """Return parameters of a short auction by the same rules, with ``m`` pollutants, to compile them quickly."""
        return self.replace(SMALL | {"n_pollutants": m})

    def of_pollutants(self, name, m):
        """Return the knobs ``name_ghg``, … of the first ``m`` pollutants."""
        return [getattr(self, f"{name}_{pollutant}") for pollutant in POLLUTANTS[:m]]

    def shares(self, m):
        """Return supply / baseline of the first ``m`` pollutants."""
        return [self.phi, self.phi_nutrient, self.phi_ammonia][:m]
