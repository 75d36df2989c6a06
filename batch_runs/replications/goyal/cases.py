"""The parameters under which the claims of [Goyal] are tried: the defaults, and what differs from them.

Case -> knobs. Seeds are the same in all of them, so every case and format sees the same farms, as far as its knobs
allow, and differences are paired.
"""

from dataclasses import dataclass
from itertools import product

from agents.farms.draws import KINDS
from model.mechanisms.combinatorial.english_clock import CLOSINGS

CMRA, VCG, CLOCK, SEPARATE, FIRST_PRICE = FORMATS = (
    "cmra",
    "vcg",
    "english_clock",
    "separate_uniform",
    "first_price",
)
TITLES = {
    CMRA: "CMRA",
    VCG: "VCG",
    CLOCK: "English clock",
    SEPARATE: "separate uniform",
    FIRST_PRICE: "first price",
}

DEFAULTS, UNCORRELATED, NO_RESERVE, TEN = "defaults", "uncorrelated", "no reserve", "ten farms"
WORTHLESS_GIVEN = "no reserve, ties to most lots"
COMPARED = {
    DEFAULTS: {},
    UNCORRELATED: {"correlation_odd": 0.0, "correlation_even": 0.0},
    WORTHLESS_GIVEN: {
        "reserve_price": 0.0,
        **{f"{format}.ties": "most" for format in (CMRA, VCG, FIRST_PRICE)},
    },
    TEN: {"n_farms": 10},
}
"""Cases that all formats play."""

EXCHANGED = {
    "correlation_odd": 0.1,
    "correlation_even": 0.5,
    "kind_odd": "dairy",
    "kind_even": "crop",
}
"""The two farms in the other order: only ties in winner determination tell orders apart."""

CAPPED, ALL, HEADLINE, MOST, ALL_RISE, ACTIVITY, LITERAL = (
    "bids: value or price",
    "bids: all packages",
    "bids: headline only",
    "ties to most lots",
    "all prices rise",
    "activity rules",
    "literal values",
)
CAPPED_EXCHANGED, ORDER_EXCHANGED = f"{CAPPED}, farms in the other order", "farms in the other order"
ALL_NO_RESERVE, ALL_GIVEN = f"{ALL}, {NO_RESERVE}", f"{ALL}, {WORTHLESS_GIVEN}"
RULES = {
    CAPPED: {"additional_bids": "capped"},
    CAPPED_EXCHANGED: EXCHANGED | {"additional_bids": "capped"},
    ORDER_EXCHANGED: EXCHANGED,
    ALL: {"additional_bids": "all"},
    ALL_NO_RESERVE: {"additional_bids": "all", "reserve_price": 0.0},
    ALL_GIVEN: {"additional_bids": "all", "reserve_price": 0.0, "cmra.ties": "most"},
    HEADLINE: {"additional_bids": "none"},
    MOST: {"cmra.ties": "most"},
    ALL_RISE: {"cmra.increments": "all"},
    NO_RESERVE: {"reserve_price": 0.0},
    ACTIVITY: {"cmra.activity": True},
    LITERAL: {"value": "literal"},
}
"""Other rules of the CMRA and of its bidders."""

STEPS = (0.1, 0.2, 0.3, 0.4, 0.5)
CORRELATIONS = {f"r = {r}": {"correlation_odd": r} for r in STEPS}
"""Correlation of the first farm; that of the second one stays 0.1."""


def kinds(odd, even):
    """Name of the case in which the farm of r = 0.5 is of kind ``odd`` and that of r = 0.1 ``even``."""
    return f"{odd} 0.5, {even} 0.1"


KIND_CASES = {kinds(*pair): {"kind_odd": pair[0], "kind_even": pair[1]} for pair in product(KINDS, repeat=2)}
ALIKE = {
    f"{odd} 0.1, {even} 0.1": {"correlation_odd": 0.1, "kind_odd": odd, "kind_even": even}
    for odd, even in product(KINDS, repeat=2)
}
"""The same kinds where both correlations are 0.1: what the kind alone does."""

UNCORRELATED_ALL = f"{UNCORRELATED}, {ALL}"
OF_CMRA = RULES | CORRELATIONS | KIND_CASES | ALIKE | {UNCORRELATED_ALL: COMPARED[UNCORRELATED] | RULES[ALL]}
"""Cases that only the CMRA plays."""

SHARE_KEPT, SHARE_KEPT_TEN = "a share 1 / n kept", f"a share 1 / n kept, {TEN}"
OF_FIRST_PRICE = {
    SHARE_KEPT: {"first_price.bids": "share"},
    SHARE_KEPT_TEN: COMPARED[TEN] | {"first_price.bids": "share"},
}
"""Cases that only the first price plays: bids less a share of the value, not less a profit target."""

TICKS = (0.1, 0.5), (0.05, 0.05), (0.005, 0.005)
"""€/lot: rises of the GHG and of the nutrient clock."""


def closed_clock(ticks, closing, correlated=False):
    """Name of the case in which the English clock rises by ``ticks`` and closes by the rule ``closing``."""
    farms = "" if correlated else f", {UNCORRELATED}"
    return f"ticks {ticks[0]}, {ticks[1]}, closing {closing}{farms}"


def _closed_clocks():
    for correlated, all_ticks in ((False, TICKS), (True, TICKS[:1])):
        for ticks, closing in product(all_ticks, CLOSINGS):
            knobs = {"increment_ghg": ticks[0], "increment_nutrient": ticks[1], f"{CLOCK}.closing": closing}
            farms = {} if correlated else COMPARED[UNCORRELATED]
            yield closed_clock(ticks, closing, correlated), farms | knobs


OF_CLOCK = dict(_closed_clocks())
"""Cases that only the English clock plays, on the instances of a configuration of the sweep."""

AXES = {
    "cost_nutrient": (0.5, 1.0, 2.0),
    "phi_nutrient": (0.3, 0.5, 0.7),
    "correlation_odd": (0.2, 0.35, 0.5),
    "kind_odd": KINDS,
    "kind_even": KINDS,
}
"""What the source leaves open, and the larger correlation up to the published one: 108 configurations."""


@dataclass(frozen=True)
class Configuration:
    """One point of the sweep."""

    values: tuple
    """Of AXES, in their order."""

    @property
    def knobs(self):
        """Its knobs by name."""
        return dict(zip(AXES, self.values))

    @property
    def name(self):
        """Name of the case.

        >>> Configuration((0.5, 0.3, 0.2, "crop", "dairy")).name
        'sweep 0.5 0.3 0.2 crop dairy'
        """
        return " ".join(map(str, ("sweep", *self.values)))


CONFIGURATIONS = tuple(Configuration(values) for values in product(*AXES.values()))
SWEEP = {configuration.name: configuration.knobs for configuration in CONFIGURATIONS}
