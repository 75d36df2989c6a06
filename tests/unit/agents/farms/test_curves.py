"""Joint abatement costs by hand, against a fine grid and against scipy; what packages are worth [Goyal, R2 to R4]."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from agents.farms.curves import (
    MONEY,
    NO_BID,
    abate,
    best_abatement,
    curves_from,
    farm_of,
    joint_cost,
    package_values,
)
from agents.farms.draws import draw_curves
from agents.farms.packages import packages_up_to


def linear(first, second, correlation, baseline):
    """One farm with two marginal costs (intercept, slope), as `Curves`."""
    abated = np.array([[[0.0, e / 2, e] for e in baseline]])
    marginal = np.stack([a + b * z for (a, b), z in zip((first, second), abated[0], strict=True)])[None]
    return curves_from(abated, marginal, np.array([baseline]), np.array([[1.0, correlation]]))


def drawn(seed, n=2, m=2, baseline=(4, 3, 3), correlations=(0.5, 0.1)):
    """Curves of farms with costs that differ, and the packages up to their baselines."""
    noise = np.random.default_rng(seed).standard_normal((n, m, 5))
    curves = draw_curves(
        noise, ("crop", "dairy"), correlations, baseline=baseline[:m], factor=[1.0] * m, spread=0.3
    )
    return curves, packages_up_to(baseline[:m], n)


def values(curves, packages, literal=False):
    """Values in euros, float64[n, lots of first + 1, …]; NaN where a farm has no use for the package."""
    found = np.empty((len(curves.baseline), len(packages.units)), np.int64)
    package_values(curves, packages.lots, literal, found)
    return np.where(found == NO_BID, np.nan, found / MONEY).reshape(-1, *(packages.lots[-1] + 1))


CROP = (0.40, 0.25), (10.0, 5.0)


def test_costs_are_areas_below_marginal_costs():
    curves = linear(*CROP, 0.0, (20, 10))
    assert curves.cost[0, 0] == pytest.approx([0.0, 0.4 * 10 + 0.125 * 100, 0.4 * 20 + 0.125 * 400])
    assert curves.cost[0, 1, -1] == pytest.approx(10 * 10 + 2.5 * 100)


def test_the_first_pollutant_is_abated_until_nothing_is_left_of_the_other_by_hand():
    """At 4 = 2 / 0.5 lots a further one costs 1.4 €/lot, less than the 5 it saves up to there."""
    farm = farm_of(linear(*CROP, 0.5, (20, 10)), 0)
    assert best_abatement(farm, np.array([0.0, 2.0])) == pytest.approx(4.0)
    assert joint_cost(farm, np.array([0.0, 2.0])) == pytest.approx(0.4 * 4 + 0.125 * 16)


def test_an_inner_optimum_by_hand():
    """2 + z = 0.5 (1 + 4 (2 - 0.5 z)): z = 1.25, 1.375 left; 2 * 1.25 + 0.78125 + 1.375 + 2 * 1.890625 = 8.4375."""
    farm = farm_of(linear((2.0, 1.0), (1.0, 4.0), 0.5, (20, 10)), 0)
    assert best_abatement(farm, np.array([0.0, 2.0])) == pytest.approx(1.25)
    assert joint_cost(farm, np.array([0.0, 2.0])) == pytest.approx(8.4375)


def test_no_more_is_abated_than_due_where_that_is_cheapest():
    farm = farm_of(linear(*CROP, 0.1, (20, 10)), 0)
    due = np.array([12.0, 1.0])
    assert best_abatement(farm, due) == 12.0
    assert joint_cost(farm, due) == pytest.approx(0.4 * 12 + 0.125 * 144)


def test_abatement_ends_at_the_baseline():
    """A lot of the nutrient is always dearer than ten of the other, but there are only twenty."""
    farm = farm_of(linear((0.0, 0.001), (100.0, 1.0), 0.1, (20, 10)), 0)
    assert best_abatement(farm, np.array([0.0, 10.0])) == 20.0
    assert joint_cost(farm, np.array([0.0, 10.0])) == pytest.approx(0.0005 * 400 + 100 * 8 + 0.5 * 64)


def area(knots, height, end):
    """Area below a piecewise linear curve up to ``end``."""
    x = np.append(knots[knots < end], end)
    y = np.interp(x, knots, height)
    return (np.diff(x) * (y[1:] + y[:-1]) / 2).sum()


@settings(max_examples=30)
@given(seed=st.integers(0, 1000), shares=st.tuples(*[st.floats(0.0, 1.0)] * 3), m=st.integers(1, 3))
def test_no_abatement_on_a_fine_grid_and_none_that_scipy_finds_is_cheaper(seed, shares, m):
    curves, _ = drawn(seed, n=1, m=m, correlations=(0.7,))
    due = np.array(shares[:m]) * curves.baseline[0]

    def cost(z):
        """Areas below marginal costs by numpy, not by the code."""
        lots = np.maximum(due - curves.correlation[0] * z, 0.0)
        lots[0] = z
        return sum(area(curves.abated[0, j], curves.marginal_cost[0, j], lots[j]) for j in range(m))

    found = joint_cost(farm_of(curves, 0), due)
    grid = np.linspace(due[0], curves.baseline[0, 0], 101)
    best = min(map(cost, grid))
    if grid[-1] > grid[0]:
        options = {"xatol": 1e-9}
        best = min(best, minimize_scalar(cost, bounds=grid[[0, -1]], method="bounded", options=options).fun)
    assert best - 1e-5 * (1 + best) <= found <= best + 1e-9 * (1 + best)


def test_without_correlation_values_add_up():
    curves, packages = drawn(3, n=1, correlations=(0.0,))
    value = values(curves, packages)[0]
    assert value == pytest.approx(value[:, :1] + value[:1, :], abs=3 / MONEY)


def test_a_package_is_worth_the_abatement_it_saves():
    """C(e) - C(e - x), to the unit of money; the same numbers that farms pay for abatement later."""
    curves, packages = drawn(5)
    value = values(curves, packages).reshape(2, -1)
    abated, cost = np.empty((2, 2)), np.empty(2)
    abate(curves, np.zeros((2, 2), np.int64), abated, cost)
    everything = cost.copy()
    for k, lots in enumerate(packages.lots):
        abate(curves, np.array([lots, lots]), abated, cost)
        assert value[:, k] == pytest.approx(everything - cost, abs=1 / MONEY)


def test_values_do_not_fall_and_packages_beyond_the_baseline_are_of_no_use():
    curves, _ = drawn(7)
    value = values(curves, packages_up_to((6, 4), 2))
    assert np.isnan(value[:, 5:]).all()
    assert np.isnan(value[:, :, 4:]).all()
    useful = value[:, :5, :4]
    assert (np.diff(useful, axis=1) >= 0).all()
    assert (np.diff(useful, axis=2) >= 0).all()
    assert (useful[:, 0, 0] == 0).all()
    assert (useful[:, -1, -1] > 0).all()


def test_who_holds_more_than_it_emits_abates_nothing_and_pays_nothing():
    curves, _ = drawn(7)
    abated, cost = np.empty((2, 2)), np.empty(2)
    for held in product((4, 9), (3, 8)):
        abate(curves, np.array([held, held], np.int64), abated, cost)
        assert (cost == 0).all()
        assert (abated == 0).all()


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), r=st.sampled_from([0.1, 0.5, 1.0, 2.0]))
def test_permits_of_correlated_pollutants_are_complements(seed, r):
    """A lot of one is worth no less to who has more of the other."""
    curves, packages = drawn(seed, n=1, correlations=(r,))
    value = values(curves, packages)[0]
    assert (np.diff(np.diff(value, axis=0), axis=1) >= -4 / MONEY).all()


def test_correlation_makes_a_difference_to_complements():
    curves, packages = drawn(1, n=1, correlations=(0.5,))
    assert np.diff(np.diff(values(curves, packages)[0], axis=0), axis=1).max() > 0.1


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_the_literal_value_is_the_cost_of_as_much_abatement_convex_and_of_substitutes(seed):
    curves, packages = drawn(seed, n=1)
    value = values(curves, packages, literal=True)[0]
    farm = farm_of(curves, 0)
    for a, b in product(range(5), range(4)):
        assert value[a, b] == pytest.approx(joint_cost(farm, np.array([float(a), float(b)])), abs=1 / MONEY)
    assert (np.diff(value, 2, axis=0) >= -4 / MONEY).all()
    assert (np.diff(value, 2, axis=1) >= -4 / MONEY).all()
    assert (np.diff(np.diff(value, axis=0), axis=1) <= 4 / MONEY).all()


def test_abatement_covers_emissions_without_permits():
    curves, packages = drawn(9)
    abated, cost = np.empty((2, 2)), np.empty(2)
    for lots in packages.lots:
        abate(curves, np.array([lots, lots]), abated, cost)
        assert (abated >= curves.baseline - lots - 1e-12).all()
        assert (abated[:, 1] >= curves.correlation[:, 1] * abated[:, 0] - 1e-12).all()
