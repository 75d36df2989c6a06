"""Drawn chains: Appendix B's intervals, the same for the same seed, and redrawn only where no plan exists."""

from dataclasses import replace

import numpy as np
import pytest

from agents.supply_chains import draws
from agents.supply_chains.draws import PROBLEM_SETS, VOLUME, ProblemSet, draw_chain, draw_instance
from agents.supply_chains.plan import is_feasible
from learning.knobs import ParameterError

LITTLE = ProblemSet(centres=1, warehouses=1, zones=1, periods=2, products=2, machines=2, modes=2)


@pytest.fixture(scope="module")
def chains():
    return draw_instance(7, 5).chains


def test_the_same_seed_gives_the_same_instance_and_another_gives_another():
    one, same, other = (draw_instance(seed, 2, LITTLE) for seed in (1, 1, 2))
    assert [chain.digest() for chain in one.chains] == [chain.digest() for chain in same.chains]
    assert {chain.digest() for chain in one.chains}.isdisjoint(chain.digest() for chain in other.chains)


def test_a_chain_is_the_same_whatever_the_number_of_chains():
    few, many = draw_instance(1, 2, LITTLE), draw_instance(1, 4, LITTLE)
    assert [c.digest() for c in few.chains] == [c.digest() for c in many.chains[:2]]


@pytest.mark.parametrize(("name", "warehouses", "zones"), [("s1", 3, 4), ("s2", 4, 5)])
def test_problem_sets(name, warehouses, zones):
    size = draw_chain(np.random.default_rng(0), PROBLEM_SETS[name]).size
    assert size == {"i": 3, "j": 3, "m": 2, "w": warehouses, "c": zones, "v": 3, "t": 6}


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ("demand", 30, 200),
        ("machine_time", 0.5, 2),
        ("material_cost", 55, 85),
        ("overhead_cost", 15, 30),
        ("centre_cost", 40_000, 60_000),
        ("warehouse_cost", 30_000, 40_000),
        ("centre_holding_cost", 15, 40),
        ("warehouse_holding_cost", 30, 70),
        ("to_warehouse_capacity", 300, 600),
        ("to_zone_capacity", 300, 600),
        ("centre_holding_emissions", 3e-3, 4e-3),
        ("warehouse_holding_emissions", 2e-3, 4e-3),
        ("centre_x", 0, 10),
        ("zone_y", 0, 10),
    ],
)
def test_draws_fill_their_intervals(chains, table, low, high):
    values = np.concatenate([getattr(chain, table).ravel() for chain in chains])
    assert low <= values.min() and values.max() <= high
    assert np.ptp(values) > 0.4 * (high - low)


def test_regular_machines_and_modes_are_cheaper_and_dirtier(chains):
    for chain in chains:
        regular, green = chain.green_machine == 0, chain.green_machine == 1
        assert regular.sum() == 1 and green.sum() == 2
        assert (chain.machine_emissions[:, regular] >= 1.25 * 0.040).all()
        assert (chain.machine_emissions[:, green] <= 0.045).all()
        assert (chain.machine_cost[:, regular] <= 20).all() and (chain.machine_cost[:, green] >= 16.5).all()


def test_transport_is_priced_by_distance(chains):
    """tc = volume x [2, 4] x distance x ts of the mode, ts in [1, 2] regular and [2, 3] green; et alike."""
    for chain in chains:
        x = chain.centre_x[:, None] - chain.warehouse_x
        y = chain.centre_y[:, None] - chain.warehouse_y
        distance = np.sqrt(x**2 + y**2)[None, :, :, None] * VOLUME
        regular = chain.green_mode == 0
        cost, emitted = chain.to_warehouse_cost / distance, chain.to_warehouse_emissions / distance
        assert (cost[..., regular] >= 2).all() and (cost[..., regular] <= 8).all()
        assert (cost[..., ~regular] >= 4).all() and (cost[..., ~regular] <= 12).all()
        assert (emitted[..., regular] >= 0.032).all() and (emitted[..., regular] <= 0.08).all()
        assert (emitted[..., ~regular] >= 0.024).all() and (emitted[..., ~regular] <= 0.064).all()


def test_limits_follow_from_demand(chains):
    """Cp = max P x demand / centres; Cr = sum over machines of Cp / (hours of a unit of each product) / products."""
    chain = chains[0]
    hours = chain.machine_time.max() * chain.demand.sum() / 2
    assert chain.machine_hours == pytest.approx(np.full((3, 2), hours))
    material = sum(hours / chain.machine_time[:, j].sum() for j in range(3)) / 3
    assert chain.material_limit == pytest.approx(np.full((3, 2), material))
    assert chain.centre_storage == pytest.approx(np.full(2, chain.demand.sum() / 6 * VOLUME))


def test_draws_that_no_plan_can_meet_are_counted_and_drawn_again():
    """Zones enough that transport is often short; every chain kept has a plan, and the redraws are what failed."""
    size = ProblemSet(zones=6, periods=1, warehouses=1, centres=1)
    instance = draw_instance(3, 6, size)
    assert instance.redraws > 0
    assert all(is_feasible(chain) for chain in instance.chains)
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(3).spawn(6)]
    failed = 0
    for rng, kept in zip(streams, instance.chains, strict=True):
        while (chain := draw_chain(rng, size)).digest() != kept.digest():
            assert not is_feasible(chain)
            failed += 1
    assert failed == instance.redraws


def test_impossible_sizes_are_an_error(monkeypatch):
    monkeypatch.setattr(draws, "MOST_REDRAWS", 5)
    with pytest.raises(
        ParameterError, match=r"none of 5 draws has a plan; the last: no plan can meet .* transport"
    ):
        draw_instance(1, 1, replace(LITTLE, zones=60))
