"""The curve: in order, certified, equal to direct solutions, and the same bits every time."""

from dataclasses import fields

import numpy as np
import pytest

from agents.supply_chains.curve_builder import CurveBuilder, Stopped, build_curve
from agents.supply_chains.draws import draw_instance
from agents.supply_chains.flows import violations
from agents.supply_chains.plan import Planner

SEEDS = range(3)


@pytest.fixture(scope="module")
def curves(small_chain):
    return {seed: build_curve(small_chain(seed)) for seed in SEEDS}


@pytest.mark.parametrize("seed", SEEDS)
def test_plans_are_in_order(curves, seed):
    """Steps decrease, cost rises, and the least cost is concave in the price."""
    curve = curves[seed]
    assert len(curve.price) > 3
    assert curve.price[0] == 0.0 and curve.price[-1] < curve.price_max == 10_000.0
    assert (np.diff(curve.price) > 0).all() and (np.diff(curve.cost) > 0).all()
    assert (np.diff(curve.emissions) < 0).all()
    prices = np.linspace(0, curve.price_max, 4001)
    assert (np.diff(curve.value(prices), 2) <= 1e-9 * curve.value(prices).max()).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_neighbouring_plans_cost_the_same_where_one_follows_the_other(curves, seed):
    curve = curves[seed]
    before = curve.cost[:-1] + curve.price[1:] * curve.emissions[:-1]
    assert before == pytest.approx(curve.value(curve.price[1:]), rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_plan_costs_the_least_within_the_gap(curves, small_chain, seed):
    """At prices drawn at random, beside a program solved to the end there."""
    curve, planner = curves[seed], Planner(small_chain(seed))
    assert 0.0 <= curve.gap <= 1e-4
    for price in np.random.default_rng(seed).uniform(0, 1, 12) ** 3 * curve.price_max:
        least = planner.best(price, 1e-9)
        assert least.bound <= curve.value(price) * (1 + 1e-9)
        assert curve.value(price) <= least.plan.value(price) * (1 + curve.gap)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_least_cost_lies_between_the_bounds(small_chain, seed):
    """While the gap is still wide too: bounds are bounds after every program."""
    builder, planner = CurveBuilder(small_chain(seed)), Planner(small_chain(seed))
    prices = np.random.default_rng(seed).uniform(0, 1, 6) ** 3 * builder.price_max
    least = np.array([planner.best(price, 1e-9).plan.value(price) for price in prices])
    emitted = np.array([planner.best(price, 1e-9).plan.emissions for price in prices])
    for price in (0.0, 10_000.0, 500.0):
        builder.solve(price)
        assert (builder.below(prices) <= least * (1 + 1e-9)).all()
        assert (builder.above(prices) >= least * (1 - 1e-9)).all()
        for at, emissions in zip(prices, emitted, strict=True):
            low, high = builder.emission_bounds(at)
            assert low - 1e-6 <= emissions <= high + 1e-6


def test_bounds_of_emissions_follow_from_the_gap_of_a_curve(curves, small_chain):
    planner = Planner(small_chain(0))
    for price in (60.0, 700.0, 4_000.0):
        low, high = curves[0].emission_bounds(price)
        assert low <= planner.best(price, 1e-9).plan.emissions <= high


def test_plans_kept_are_plans(small_chain):
    builder = CurveBuilder(small_chain(2))
    builder.refine()
    for plan in builder.plans:
        assert max(violations(builder.planner.program, plan).values()) < 1e-6


def test_flows_belong_to_the_plans(curves, small_chain):
    """Units made and carried are the demand; greener where permits are dearer."""
    curve, demand = curves[1], small_chain(1).demand
    assert curve.made.shape[1:] == (2, 2)
    assert curve.to_warehouse.shape[1:] == curve.to_zone.shape[1:] == (2, 2, 2)
    for units in (curve.made, curve.to_warehouse, curve.to_zone):
        assert units.reshape(len(units), -1).sum(axis=1) == pytest.approx(demand.sum())
    assert curve.green_production[-1] > curve.green_production[0]


def test_the_same_chain_gives_the_same_bits(curves, small_chain, same_bits):
    again = build_curve(small_chain(0))
    for item in fields(again):
        if item.name != "seconds":
            assert same_bits(getattr(again, item.name), getattr(curves[0], item.name)), item.name


def test_refining_a_part_certifies_that_part_with_fewer_programs(curves, small_chain):
    builder = CurveBuilder(small_chain(1))
    builder.refine(100.0, 400.0, gap=1e-5)
    assert builder.gaps(np.linspace(100.0, 400.0, 50)).max() <= 1e-5 * (1 + 1e-9)
    assert builder.planner.milps < curves[1].milps
    assert builder.curve().gap > 1e-4
    prices = np.linspace(100.0, 400.0, 50)
    assert builder.above(prices) == pytest.approx(curves[1].value(prices), rel=1.1e-4)


def test_a_part_can_be_refined_closer_than_patterns_were_followed(small_chain):
    builder = CurveBuilder(small_chain(1))
    builder.refine(100.0, 300.0, gap=1e-8)
    assert builder.gaps(np.linspace(100.0, 300.0, 50)).max() <= 1e-8 * (1 + 1e-6)


def test_a_wider_gap_needs_fewer_programs(small_chain, curves):
    rough = build_curve(small_chain(1), gap=1e-2)
    assert rough.milps < curves[1].milps
    assert rough.gap <= 1e-2


def test_progress_counts_programs_and_stops_between_them(small_chain):
    told = []
    with pytest.raises(Stopped):
        build_curve(small_chain(0), progress=lambda *news: told.append(news), stop=lambda: len(told) == 3)
    assert [milps for milps, _ in told] == [0, 1, 2]
    assert told[0][1] == np.inf and told[1][1] > told[2][1] > 0.0


@pytest.mark.slow
def test_full_size_curve():
    """A chain of the paper's size, beside programs solved to the end, and the whole of it within its gap."""
    (chain,) = draw_instance(1, 1).chains
    curve, planner = build_curve(chain), Planner(chain)
    assert curve.gap <= 1e-4
    for price in (0.0, 140.0, 333.0, 2_100.0, 7_000.0):
        least = planner.best(price, 1e-7).plan.value(price)
        assert least * (1 - 1e-7) <= curve.value(price) <= least * (1 + curve.gap)
