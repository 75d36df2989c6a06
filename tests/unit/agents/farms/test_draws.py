"""Farms around the stylised costs, and what chance does to them."""

import numpy as np
import pytest

from agents.farms.draws import KNOTS, draw_curves

USUAL = {"baseline": (20, 10, 10), "factor": (1.0, 1.0, 1.0), "spread": 0.2}


def draw(noise, kinds=("crop", "dairy"), correlations=(0.5, 0.1), **changes):
    m = noise.shape[1]
    about = {name: each[:m] if isinstance(each, tuple) else each for name, each in (USUAL | changes).items()}
    return draw_curves(noise, kinds, correlations, **about)


def noise(seed, n=4, m=2):
    return np.random.default_rng(seed).standard_normal((n, m, KNOTS))


def test_without_spread_marginal_costs_are_the_proxies():
    """Crop: 0.40 + 0.25 z and 10 + 5 z; dairy: 0.64 + 0.40 z and 8 + 5.5 z, €/lot."""
    curves = draw(noise(1), spread=0.0)
    ghg, nutrient = np.array([0.0, 5, 10, 15, 20]), np.array([0.0, 2.5, 5, 7.5, 10])
    assert curves.abated[0] == pytest.approx(np.array([ghg, nutrient]))
    assert curves.marginal_cost[0] == pytest.approx(np.array([0.40 + 0.25 * ghg, 10 + 5 * nutrient]))
    assert curves.marginal_cost[1] == pytest.approx(np.array([0.64 + 0.40 * ghg, 8 + 5.5 * nutrient]))
    assert curves.cost[0, :, -1] == pytest.approx([0.40 * 20 + 0.125 * 400, 10 * 10 + 2.5 * 100])


def test_kinds_and_correlations_take_turns():
    curves = draw(noise(1, n=5), spread=0.0, correlations=(0.5, 0.1, 0.3))
    assert curves.correlation.tolist() == [[1, 0.5], [1, 0.1], [1, 0.3], [1, 0.5], [1, 0.1]]
    assert (curves.marginal_cost[0] == curves.marginal_cost[2]).all()
    assert (curves.marginal_cost[1] == curves.marginal_cost[3]).all()
    assert (curves.marginal_cost[0] != curves.marginal_cost[1]).any()
    assert (curves.baseline == [20, 10]).all()


def test_a_knot_spreads_by_its_share_and_costs_do_not_fall():
    """2.9 €/lot at 10 lots, four deviations of 20 % up, is 5.22: above 4.15 at 15 and below 5.4 at 20."""
    shifts = np.zeros((1, 1, KNOTS))
    shifts[0, 0, 2] = 4.0
    assert draw(shifts, spread=0.2).marginal_cost[0, 0] == pytest.approx([0.4, 1.65, 5.22, 5.22, 5.4])


def test_costs_are_never_negative():
    curves = draw(np.full((2, 2, KNOTS), -9.0))
    assert (curves.marginal_cost == 0).all()
    assert (curves.cost == 0).all()


def test_factors_scale_costs():
    one, other = draw(noise(3)), draw(noise(3), factor=(3.0, 0.5))
    assert other.cost == pytest.approx(one.cost * np.array([3.0, 0.5])[:, None])


def test_a_third_pollutant_is_abated_with_the_first_too():
    curves = draw(noise(3, m=3))
    assert curves.correlation[0].tolist() == [1.0, 0.5, 0.5]
    assert curves.abated.shape == (4, 3, KNOTS)


def test_same_numbers_same_farms_and_others_others(same_bits):
    assert same_bits(draw(noise(3)).cost, draw(noise(3)).cost)
    assert not same_bits(draw(noise(3)).cost, draw(noise(4)).cost)
