"""The equilibrium price of several chains: by curves, by solving around it only, and by the paper's bisection."""

from dataclasses import replace

import numpy as np
import pytest

from agents.supply_chains.bisection import bisect_price
from agents.supply_chains.curve_builder import CurveBuilder, Stopped, build_curve
from agents.supply_chains.draws import ProblemSet, draw_instance
from agents.supply_chains.plan import Planner
from model.systems.supply_chains.equilibrium import lowest_price, price_interval, refine_equilibrium

SIZE = ProblemSet(centres=2, warehouses=2, zones=2, periods=3, products=2, machines=2, modes=2)
RATES = 0.0, 0.05, 0.1, 0.15, 0.9


@pytest.fixture(scope="module")
def chains():
    drawn = draw_instance(4, 3, SIZE).chains
    return [
        replace(chain, centre_cost=chain.centre_cost / 8, warehouse_cost=chain.warehouse_cost / 8)
        for chain in drawn
    ]


@pytest.fixture(scope="module")
def curves(chains):
    return [build_curve(chain) for chain in chains]


@pytest.fixture(scope="module")
def tec(curves):
    return sum(curve.tec for curve in curves)


@pytest.mark.parametrize("rate", RATES)
def test_the_lowest_price_is_the_lowest(curves, tec, rate):
    permits = (1 - rate) * tec
    price = lowest_price(curves, permits)
    just_below = np.nextafter(price, 0.0)
    if price < 10_000.0:
        assert sum(curve.emissions_at(price) for curve in curves) <= permits * (1 + 1e-9)
    if price > 0.0:
        assert sum(curve.emissions_at(just_below) for curve in curves) > permits


def test_no_cap_no_price_and_a_cap_below_the_abatement_limit_the_highest(curves, tec):
    assert lowest_price(curves, tec) == lowest_price(curves, np.nextafter(tec, 0.0)) == 0.0
    assert lowest_price(curves, 0.1 * tec) == 10_000.0


@pytest.mark.parametrize("rate", RATES)
def test_solving_around_the_equilibrium_agrees_with_the_curves_and_the_bisection(chains, curves, tec, rate):
    permits = (1 - rate) * tec
    whole = lowest_price(curves, permits)
    found = refine_equilibrium([CurveBuilder(chain) for chain in chains], permits)
    low, high = price_interval(curves, permits, whole)
    assert low - 1e-6 <= found.price <= high + 1e-6
    assert found.low <= found.price <= found.high
    assert found.gaps.max() <= 1e-4
    assert found.met == (found.emissions.sum() <= permits) == (rate < 0.9)
    assert found.milps < sum(curve.milps for curve in curves)
    halved = bisect_price([Planner(chain) for chain in chains], permits, gap=1e-7)
    assert found.low - 0.01 <= halved.price <= found.high + 0.01


def test_builders_remember_for_the_next_number_of_permits(chains, tec):
    builders = [CurveBuilder(chain) for chain in chains]
    first = refine_equilibrium(builders, 0.9 * tec)
    again = refine_equilibrium(builders, 0.9 * tec)
    assert again.milps == first.milps and again.price == first.price


def test_the_interval_narrows_with_the_gap(chains, tec):
    rough = [build_curve(chain, gap=1e-2) for chain in chains]
    fine = [build_curve(chain, gap=1e-5) for chain in chains]
    widths = []
    for curves in (rough, fine):
        price = lowest_price(curves, 0.9 * tec)
        low, high = price_interval(curves, 0.9 * tec, price)
        assert low <= price <= high
        widths.append(high - low)
    assert widths[1] < widths[0]


@pytest.mark.parametrize("rate", RATES)
def test_the_price_can_be_made_certain(chains, tec, rate):
    """To a cent, as programs solved to the end at every midpoint find it."""
    permits = (1 - rate) * tec
    found = refine_equilibrium([CurveBuilder(chain) for chain in chains], permits, width=0.01)
    assert found.high - found.low <= 0.01
    assert found.low <= found.price <= found.high
    halved = bisect_price([Planner(chain) for chain in chains], permits, gap=1e-9, tolerance=1e-3)
    assert found.low - 2e-3 <= halved.price <= found.high + 2e-3


def test_progress_names_chains_and_stop_ends_the_search(chains, tec):
    told = []
    with pytest.raises(Stopped):
        refine_equilibrium(
            [CurveBuilder(chain) for chain in chains],
            0.9 * tec,
            progress=lambda *news: told.append(news),
            stop=lambda: len(told) == 2,
        )
    assert [(number, milps) for number, milps, _ in told] == [(1, 1), (2, 1)]


@pytest.mark.slow
def test_full_size_instances_around_the_equilibrium():
    """Three chains of the paper's size at a mitigation rate of 15 %: as the bisection, with far fewer programs."""
    for seed in (1, 2, 3):
        chains = draw_instance(seed, 3).chains
        builders = [CurveBuilder(chain) for chain in chains]
        for builder in builders:
            builder.solve(0.0)
        permits = 0.85 * sum(builder.emissions_at(0.0) for builder in builders)
        found = refine_equilibrium(builders, permits)
        halved = bisect_price([Planner(chain) for chain in chains], permits)
        assert found.gaps.max() <= 1e-4
        assert found.low - 0.01 <= halved.price <= found.high + 0.01
        assert found.milps < halved.milps / 3
