"""The cases of each textbook statement: a preset of the dashboard and the knob that it varies."""

from batch_runs.replications.textbook import over_years, shocks, unforeseen
from batch_runs.replications.textbook.runs import (
    AUCTIONS,
    LEARN,
    case,
    deviating,
    deviating_from_truth,
    deviating_once,
    with_costs,
)

SHARES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75)
CHAINS = {phi: case("textbook_montgomery", {"phi": phi}, measure=with_costs) for phi in SHARES}
"""Supply chains with a free market and random bids, by phi."""
SCARCE = {phi: CHAINS[phi] for phi in SHARES if phi < 1.0}

CEILINGS = (100.0, 200.0, 400.0, 800.0)
CEILED = {c: case("textbook_price_ceiling", {"highest_trading_price": c}) for c in CEILINGS}
"""The same at phi = 0.8 with a ceiling, €/t."""
LOOSE = case("textbook_price_ceiling", {"phi": 0.99})
NO_CEILING = case("textbook_price_ceiling", {"phi": 0.99, "highest_trading_price": 10_000.0})

PENALTIES = (1.5, 2.25, 3.0)
"""€/t: below all values of a permit, below most, and above most."""
FINED = {fine: case("textbook_penalty", {"penalty": fine}, learn=LEARN) for fine in PENALTIES}
ABOVE_ALL = 5.0
"""€/t: a fine above all values."""
PROHIBITIVE = case("textbook_penalty", {"penalty": ABOVE_ALL}, learn=LEARN)
VOLUNTARY = {
    "curtail": case("textbook_voluntary_trade"),
    "best": case("textbook_voluntary_trade", {"compliance": "best", "penalty": 2.25}),
}
"""Voluntary trade after random bids, by the rule of compliance."""
IDLE = case("textbook_voluntary_trade", {"learner": "truthful"})
"""Voluntary trade after an auction that leaves nothing to trade."""

FREE = SCARCE | {"call market": VOLUNTARY["curtail"]}
"""Markets in which everybody trades as much as it wants at the price."""

CAPS = {phi: case("textbook_tight_cap", {"phi": phi}, learn=LEARN) for phi in (1.0, 0.9, 0.8)}
"""Firms that learn to bid, by phi."""

ANY_BIDS = {
    "one price, one bid": case("textbook_any_bids"),
    "demand schedules": case("textbook_vcg", {"policy": "random_schedule"}, read_out=AUCTIONS),
    "free market": CHAINS[0.9],
}
"""Markets with random bids."""

FIRMS = (2, 5, 10, 20, 50)
CROWDS = {n: case("textbook_many_firms", {"n_firms": n}, learn=LEARN) for n in FIRMS}
RIVALS = (2, 3, 5, 10)
TRUTHFUL = {n: case("textbook_shading", {"n_firms": n}, measure=deviating) for n in RIVALS}

VCG = case("textbook_vcg", measure=deviating)
VCG_RESALE = case("textbook_vcg_resale", measure=deviating_once)
VCG_VOLUNTARY, VCG_ANY = (
    case("textbook_vcg_resale", {"exchange": "voluntary"}, measure=measure)
    for measure in (deviating_once, deviating_from_truth)
)

REDUCED = case("textbook_demand_reduction", read_out=AUCTIONS)
NOT_REDUCED = case("textbook_demand_reduction", {"policy": "truthful_schedule"}, read_out=AUCTIONS)

FLOORS = tuple(k / 5 for k in range(1, 6))
"""Reserve price / competitive price."""
RESERVED = {f: case("textbook_reserve_price", learn=LEARN, reserve_share=f) for f in FLOORS}
ABOVE = case("textbook_reserve_price", {"learner": "truthful"}, reserve_share=1.01)
PROHIBITED = case("textbook_reserve_above_values")
ABUNDANT = case("textbook_abundant_permits", learn=LEARN)

EVERY = (
    *CHAINS.values(),
    *CEILED.values(),
    LOOSE,
    NO_CEILING,
    *FINED.values(),
    PROHIBITIVE,
    *VOLUNTARY.values(),
    IDLE,
    *CAPS.values(),
    *ANY_BIDS.values(),
    *CROWDS.values(),
    *TRUTHFUL.values(),
    VCG,
    VCG_RESALE,
    VCG_VOLUNTARY,
    VCG_ANY,
    REDUCED,
    NOT_REDUCED,
    *RESERVED.values(),
    ABOVE,
    PROHIBITED,
    ABUNDANT,
    *over_years.CASES,
    *shocks.CASES,
    *unforeseen.CASES,
)
