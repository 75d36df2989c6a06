"""Small chains, solved in a fraction of a second."""

from dataclasses import replace

import numpy as np
import pytest

from agents.supply_chains.draws import ProblemSet, draw_feasible

SMALL = ProblemSet(centres=2, warehouses=2, zones=2, periods=3, products=2, machines=2, modes=2)
TINY = ProblemSet(centres=1, warehouses=2, zones=1, periods=2, products=1, machines=2, modes=2)


def draw(seed, size):
    """A chain whose links cannot each carry everything, where several openings, and stocks, may pay."""
    rng = np.random.default_rng(seed)
    chain, _ = draw_feasible(rng, size)
    most = chain.volume[0] * chain.demand.sum(axis=(0, 1)).max()
    first, second = chain.to_warehouse_capacity.shape, chain.to_zone_capacity.shape
    return replace(
        chain,
        centre_cost=chain.centre_cost * rng.uniform(0.05, 0.6),
        warehouse_cost=chain.warehouse_cost * rng.uniform(0.05, 0.6),
        centre_holding_cost=chain.centre_holding_cost * rng.uniform(0.02, 0.3),
        warehouse_holding_cost=chain.warehouse_holding_cost * rng.uniform(0.02, 0.3),
        to_warehouse_capacity=most * rng.uniform(0.3, 0.6, first),
        to_zone_capacity=most * rng.uniform(0.3, 0.6, second),
    )


@pytest.fixture(scope="session")
def small_chain():
    """Function: a small chain by seed."""
    return lambda seed: draw(seed, SMALL)


@pytest.fixture(scope="session")
def tiny_chain():
    """Function: a tiny chain by seed, with 6 facilities that may be open or not."""
    return lambda seed: draw(seed, TINY)
