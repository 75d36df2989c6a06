"""Chains drawn at random as in [Esmaeili2022, Appendix B].

The paper does not give the volume of a unit; 0.65 brings emissions and costs to the size of its Table 5. Factors
of transport cost and emissions are drawn independently for every product, link and mode, transport capacities
for every link and mode. Draws that cannot meet their demand are counted and drawn again.
"""

from dataclasses import dataclass

import numpy as np

from agents.supply_chains.data import ChainData, Instance
from agents.supply_chains.plan import is_feasible, why_infeasible
from learning.knobs import ParameterError

VOLUME = 0.65
"""Volume of a unit, m³."""
MOST_REDRAWS = 1000


@dataclass(frozen=True)
class ProblemSet:
    """Numbers of facilities, products, … of a chain; defaults: the paper's smaller set and its case of Section 6."""

    centres: int = 2
    warehouses: int = 3
    zones: int = 4
    periods: int = 6
    products: int = 3
    machines: int = 3
    modes: int = 3


PROBLEM_SETS = {
    "s1": ProblemSet(),
    "s2": ProblemSet(centres=2, warehouses=4, zones=5, periods=6),
    "small": ProblemSet(centres=2, warehouses=2, zones=2, periods=2, products=2, machines=2, modes=2),
}
"""Name -> sizes; s1 and s2 are those of [Esmaeili2022]."""


def draw_instance(seed, n_chains=5, problem_set="s1", name=None):
    """Draw an `Instance` of ``n_chains`` chains, each from its own stream, so that chain 1 is the same for any number.

    problem_set : "s1", "s2", or a `ProblemSet`.
    """
    size = PROBLEM_SETS[problem_set] if isinstance(problem_set, str) else problem_set
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(n_chains)]
    drawn = [draw_feasible(rng, size) for rng in streams]
    label = problem_set if isinstance(problem_set, str) else "own size"
    return Instance(
        name or f"{label}, seed {seed}",
        tuple(chain for chain, _ in drawn),
        seed,
        sum(redraws for _, redraws in drawn),
    )


def draw_feasible(rng, size):
    """Draw until some plan meets the demand; return (ChainData, number of discarded draws)."""
    for redraws in range(MOST_REDRAWS):
        chain = draw_chain(rng, size)
        if is_feasible(chain):
            return chain, redraws
    raise ParameterError(
        f"{size}: none of {MOST_REDRAWS} draws has a plan; the last: {why_infeasible(chain)}"
    )


def draw_chain(rng, size):
    """Draw one `ChainData`, feasible or not."""
    facilities = draw_places(rng, size)
    production = draw_production(rng, size)
    transport = draw_transport(rng, size, facilities)
    return ChainData(**facilities, **production, **transport, **draw_storage(rng, size, production))


def draw_places(rng, size):
    """Draw places of facilities, uniform in a square of 10 × 10, and their fixed costs."""
    centres, warehouses, zones = size.centres, size.warehouses, size.zones
    places = {
        f"{kind}_{axis}": rng.uniform(0, 10, count)
        for kind, count in (("centre", centres), ("warehouse", warehouses), ("zone", zones))
        for axis in "xy"
    }
    return {
        **places,
        "centre_cost": rng.uniform(40_000, 60_000, centres),
        "warehouse_cost": rng.uniform(30_000, 40_000, warehouses),
    }


def draw_production(rng, size):
    """Draw demand, machines and material; machine 1 is regular: cheaper by a tenth, dirtier by a quarter."""
    i, j, m = size.products, size.machines, size.centres
    green = np.arange(j) > 0
    demand = rng.uniform(30, 200, (i, size.zones, size.periods))
    time = rng.uniform(0.5, 2, (i, j))
    hours = np.full((j, m), time.max() * demand.sum() / m)
    return {
        "demand": demand,
        "machine_time": time,
        "machine_cost": np.where(green, 1.1, 1.0) * rng.uniform(15, 20, (i, j)),
        "machine_emissions": np.where(green, 1.0, 1.25) * rng.uniform(40, 45, (i, j)) * 1e-3,
        "green_machine": green,
        "material_cost": rng.uniform(55, 85, i),
        "overhead_cost": rng.uniform(15, 30, (i, m)),
        "machine_hours": hours,
        "material_limit": np.tile((hours / time.sum(axis=0)[:, None]).sum(axis=0) / i, (i, 1)),
    }


def draw_transport(rng, size, facilities):
    """Draw transport costs and emissions by Euclidean distance; mode 1 is regular: cheaper and dirtier."""
    i, m, w, c, v = size.products, size.centres, size.warehouses, size.zones, size.modes
    green = np.arange(v) > 0
    price = np.where(green, 2.0, 1.0) + rng.uniform(0, 1, v)
    emissions = np.where(green, rng.uniform(12, 16, v), rng.uniform(16, 20, v)) * 1e-3
    first = VOLUME * distances(facilities, "centre", "warehouse")[None, :, :, None]
    second = VOLUME * distances(facilities, "warehouse", "zone")[None, :, :, None]
    return {
        "volume": np.full(i, VOLUME),
        "green_mode": green,
        "to_warehouse_cost": first * rng.uniform(2, 4, (i, m, w, v)) * price,
        "to_warehouse_emissions": first * rng.uniform(2, 4, (i, m, w, v)) * emissions,
        "to_zone_cost": second * rng.uniform(2, 4, (i, w, c, v)) * price,
        "to_zone_emissions": second * rng.uniform(2, 4, (i, w, c, v)) * emissions,
        "to_warehouse_capacity": rng.uniform(300, 600, (m, w, v)),
        "to_zone_capacity": rng.uniform(300, 600, (w, c, v)),
    }


def draw_storage(rng, size, production):
    """Draw cost and emissions of stocks; every facility can store the mean demand of a period."""
    i, m, w = size.products, size.centres, size.warehouses
    room = production["demand"].sum() / size.periods * VOLUME
    return {
        "centre_holding_cost": rng.uniform(15, 40, (i, m)),
        "warehouse_holding_cost": rng.uniform(30, 70, (i, w)),
        "centre_holding_emissions": rng.uniform(3, 4, (i, m)) * 1e-3,
        "warehouse_holding_emissions": rng.uniform(2, 4, (i, w)) * 1e-3,
        "centre_storage": np.full(m, room),
        "warehouse_storage": np.full(w, room),
    }


def distances(facilities, one, other):
    """Euclidean distances, float64[n, k], between facilities of two kinds."""
    x, y = (facilities[f"{one}_{axis}"][:, None] - facilities[f"{other}_{axis}"] for axis in "xy")
    return np.hypot(x, y)
