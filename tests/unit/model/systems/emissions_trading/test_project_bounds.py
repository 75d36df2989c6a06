"""Bounds of the least cost with projects: beside every plan there is, by hand, and in runs."""

from itertools import product

import numpy as np
import pytest

from agents.emitters.curves import Knots, straight
from agents.emitters.projects import Projects
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.equilibrium import two_periods
from model.systems.emissions_trading.project_bounds import (
    NEVER,
    Case,
    bound_least_cost,
    case_of,
    cost_of_plan,
    own_cost,
)

KINKED = Knots(np.array([0.0, 0.3, 0.3, 1.0]), np.array([10.0, 60.0, 80.0, 200.0]))


def projects_of(owner, tonnes, cost, lead):
    numbers = np.asarray(tonnes, float), np.asarray(cost, float)
    return Projects(np.asarray(owner), *numbers, np.asarray(lead), np.full(len(owner), np.inf))


def drawn_case(rng, number):
    """A small run: a firm or two, up to three years, and up to three projects of which some pay."""
    years, quarters, n, m = rng.integers(1, [4, 3, 3, 4])
    T = years * quarters
    baseline = rng.uniform(5.0, 20.0, (T, n))
    knots = [straight(rng.uniform(100.0, 300.0)) for _ in range(n)]
    knots[0] = KINKED if number % 3 == 0 else knots[0]
    tonnes = rng.uniform(0.3, 2.0, m)
    projects = projects_of(
        rng.integers(0, n, m), tonnes, tonnes * rng.uniform(10.0, 75.0, m) * T, rng.integers(1, 3, m)
    )
    caps = baseline.reshape(years, -1).sum(1) * np.sort(rng.uniform(0.05, 0.9, years))[::-1]
    planned = None if number % 2 else np.full((T, n), 12.0)
    return Case(baseline, planned, np.ones(T), knots, projects, np.cumsum(caps), 0.05)


def every_plan(case):
    T = len(case.baseline)
    return product(*[[NEVER, *range(max(T - lead, 0))] for lead in case.projects.lead])


@pytest.mark.parametrize("number", range(20))
def test_the_best_of_all_plans_lies_between_the_bounds(number):
    case = drawn_case(np.random.default_rng(number), number)
    found = bound_least_cost(case, np.full(len(case.projects.owner), NEVER))
    best = min(cost_of_plan(case, np.array(begun))[0] for begun in every_plan(case))
    assert found.lower <= best * (1.0 + 1e-9)
    assert best <= found.upper * (1.0 + 1e-9)
    assert found.upper <= best * 1.001
    assert cost_of_plan(case, found.begun)[0] == pytest.approx(found.upper)


def test_without_projects_both_are_the_cost_of_the_equilibrium():
    """Two periods, caps 90 and 60 of 100 t, 3 €/t per t, 5 %: 73.17 and 76.83 €/t, 1,829.27 €."""
    nobody = projects_of([], [], [], np.zeros(0, int))
    one = straight(300.0)
    case = Case(np.full((2, 1), 100.0), None, np.ones(2), [one], nobody, np.array([90.0, 150.0]), 0.05)
    found = bound_least_cost(case, np.zeros(0, int))
    assert found.upper == pytest.approx(1829.268293)
    assert found.lower == pytest.approx(1829.268293, rel=1e-7)
    assert found.price == pytest.approx(np.array(two_periods(3.0, 100.0, (90.0, 60.0), 0.05)), rel=1e-3)


def test_a_project_in_lumps_leaves_a_gap_by_hand():
    """One year after the one in which it is begun, 90 of 100 t, 2 €/t per t: 100 € without it.

    It avoids 10 t for 60 €. In parts 7 t would be built: abating 3 t costs 9 €, the project 42 €, 51 € in all; whole
    it costs 60 €.
    """
    built = projects_of([0], [10.0], [60.0], [1])
    case = Case(
        np.array([[0.0], [100.0]]),
        np.full((2, 1), 100.0),
        np.ones(2),
        [straight(200.0)],
        built,
        np.array([0.0, 90.0]),
        0.0,
    )
    found = bound_least_cost(case, np.array([NEVER]))
    assert (found.lower, found.upper) == (pytest.approx(51.0, rel=1e-6), pytest.approx(60.0))
    assert found.price[1] == pytest.approx(6.0, rel=1e-3)
    assert found.begun.tolist() == [0]


@pytest.mark.parametrize("base", ["actual", "planned"])
def test_of_a_run_the_least_cost_is_at_most_its_own(base):
    model = EmissionsTrading(rng=3, years=3, quarters=2, projects=2, curve_base=base, reserve_price=0.0)
    model.advance(model.params.cycle)
    case, built = case_of(model)
    found = bound_least_cost(case, built)
    assert found.lower <= found.upper <= own_cost(model) * (1.0 + 1e-9)
    assert found.upper - found.lower < 0.01 * found.upper
    assert cost_of_plan(case, built)[0] <= own_cost(model) * (1.0 + 1e-9)
