"""Prices against quantities: the identities draw by draw, the table of best collars, and which variance counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.systems.emissions_trading.instruments import (
    Problem,
    best_width_of_collar,
    emissions_in,
    expected_gain_of_collar,
    expected_gain_of_first_best,
    expected_gain_of_tax,
    gain_of_tax,
    spread_of_mean,
    spread_of_news,
    spread_under_trade,
    welfare,
)

SPREAD = 5.0
"""Standard deviation of the shock, t."""
SLOPES = pytest.mark.parametrize(("slope", "damage_slope"), [(2, 1), (2, 2), (2, 4), (4, 2)])


def gain(problem, shock, floor, ceiling):
    """Welfare under a floor and a ceiling less that under the cap, €, draw by draw."""
    under = [
        welfare(problem, emissions_in(problem, shock, *limits), shock)
        for limits in ((floor, ceiling), (0, np.inf))
    ]
    return under[0] - under[1]


@SLOPES
def test_the_gain_of_a_tax_is_an_identity_draw_by_draw(slope, damage_slope):
    problem = Problem(slope, damage_slope)
    shock = SPREAD * np.random.default_rng(7).standard_normal(10_000)
    found = gain(problem, shock, problem.price, problem.price)
    assert found == pytest.approx(gain_of_tax(problem, shock), abs=1e-9)


def test_price_beats_quantity_exactly_where_cost_is_steeper_than_damage():
    gains = [expected_gain_of_tax(Problem(2.0, b), SPREAD) for b in (1.0, 2.0, 4.0)]
    assert gains == [12.5, 0.0, -25.0]


@pytest.mark.parametrize(
    ("damage_slope", "width", "over_both", "first_best"),
    [(1.0, 3.4, 3.094, 16.667), (2.0, 6.1, 10.123, 12.5), (4.0, 10.4, 4.579, 8.333)],
)
def test_the_table_of_best_collars(damage_slope, width, over_both, first_best):
    problem = Problem(2.0, damage_slope)
    best = best_width_of_collar(problem, SPREAD)
    assert best == pytest.approx(width, abs=0.05)
    better = max(expected_gain_of_tax(problem, SPREAD), 0.0)
    assert expected_gain_of_collar(problem, SPREAD, best) - better == pytest.approx(over_both, abs=1e-3)
    assert expected_gain_of_first_best(problem, SPREAD) == pytest.approx(first_best, abs=1e-3)


@SLOPES
def test_the_expected_gain_of_a_collar_is_the_mean_over_shocks(slope, damage_slope):
    """Integrated over the normal density on a fine grid."""
    problem, width = Problem(slope, damage_slope), 7.0
    z = np.linspace(-8.0, 8.0, 160_001)
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    found = gain(problem, SPREAD * z, problem.price - width, problem.price + width)
    mean = (density * found).sum() * (z[1] - z[0])
    assert expected_gain_of_collar(problem, SPREAD, width) == pytest.approx(mean, abs=1e-6)


def test_a_badly_placed_collar_is_worse_than_the_better_of_tax_and_cap():
    """Floor half a standard deviation below the price and ceiling one and a half above it."""
    problem = Problem(4.0, 2.0, baseline=100.0, cap=100.0 * 340.0 / 600.0)
    z = np.linspace(-8.0, 8.0, 160_001)
    weight = np.exp(-0.5 * z * z) / np.exp(-0.5 * z * z).sum()
    sigma = problem.slope * SPREAD
    found = weight @ gain(problem, SPREAD * z, problem.price + 0.5 * sigma, problem.price + 1.5 * sigma)
    assert found < max(expected_gain_of_tax(problem, SPREAD), 0.0)


def test_own_shifts_count_by_the_herfindahl_index_when_firms_trade():
    """12 €/t common and 20 €/t own among firms of size exp(0.8 z): against 200,000 draws of the shifts."""
    rng = np.random.default_rng(3)
    weight = np.exp(0.8 * rng.standard_normal(10))
    weight /= weight.sum()
    shifts = 12.0 * rng.standard_normal((200_000, 1)) + 20.0 * rng.standard_normal((200_000, 10))
    assert (shifts @ weight).std() == pytest.approx(spread_under_trade(12.0, 20.0, weight), rel=0.01)
    assert spread_under_trade(12.0, 20.0, weight) ** 2 == pytest.approx(144.0 + 400.0 * (weight**2).sum())


def test_the_variance_of_news_and_of_a_years_mean():
    """Persistence 0.9 a quarter: what is new has 19 % of the variance, the mean of four quarters 88.1 %."""
    assert spread_of_news(1.0, 0.9) ** 2 == pytest.approx(0.19)
    assert spread_of_mean(1.0, 0.9, 4) ** 2 == pytest.approx(0.881, abs=5e-4)
    assert spread_of_mean(2.0, 0.0, 4) == pytest.approx(1.0)


STEEP = st.floats(0.2, 8.0)


@given(slope=STEEP, damage_slope=STEEP, width=st.floats(0.0, 100.0))
def test_the_best_collar_beats_any_other_tax_and_cap_but_not_the_first_best(slope, damage_slope, width):
    problem = Problem(slope, damage_slope)
    best = expected_gain_of_collar(problem, SPREAD, best_width_of_collar(problem, SPREAD))
    others = (0.0, expected_gain_of_tax(problem, SPREAD), expected_gain_of_collar(problem, SPREAD, width))
    assert best >= max(others) - 1e-9
    assert best <= expected_gain_of_first_best(problem, SPREAD) + 1e-9


@given(slope=STEEP, damage_slope=STEEP)
def test_a_collar_of_no_width_is_the_tax_and_one_of_any_width_the_cap(slope, damage_slope):
    problem = Problem(slope, damage_slope)
    assert expected_gain_of_collar(problem, SPREAD, 0.0) == pytest.approx(
        expected_gain_of_tax(problem, SPREAD), abs=1e-9
    )
    assert expected_gain_of_collar(problem, SPREAD, 60.0 * SPREAD * slope) == pytest.approx(0.0, abs=1e-9)
