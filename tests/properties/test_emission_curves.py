"""Envelopes and bounds hold for any plans; curves of any small chain are in order and certified."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agents.supply_chains.curve_builder import CurveBuilder
from agents.supply_chains.draws import ProblemSet, draw_feasible
from agents.supply_chains.envelope import lower_envelope, upper_hull
from agents.supply_chains.flows import violations

PRICE_MAX = 100.0
SIZES = st.builds(
    ProblemSet,
    centres=st.integers(1, 2),
    warehouses=st.integers(1, 2),
    zones=st.integers(1, 2),
    periods=st.integers(1, 3),
    products=st.integers(1, 2),
    machines=st.integers(2, 3),  # with one machine Appendix B gives too little raw material for two products
    modes=st.integers(1, 2),
)
plans = st.integers(1, 12).flatmap(lambda n: arrays(float, (2, n), elements=st.integers(0, 50)))


@given(plans, st.floats(0, PRICE_MAX))
def test_the_envelope_is_the_least_of_all_plans(lines, price):
    cost, emissions = lines
    which, steps = lower_envelope(cost, emissions, PRICE_MAX)
    best = which[np.searchsorted(steps, price, side="right") - 1]
    least = (cost + price * emissions).min()
    assert (
        abs(cost[best] + price * emissions[best] - least) <= 1e-3
    )  # narrower plans than 1e-6 €/t are left out
    assert steps[0] == 0.0 and (np.diff(steps) > 0).all() and (np.diff(emissions[which]) < 0).all()


@given(plans, st.lists(st.floats(0, PRICE_MAX), min_size=2, max_size=8, unique=True))
def test_a_hull_of_bounds_stays_below_the_least_cost(lines, prices):
    """Bounds on a concave function, each below it by something: so is what lies between."""
    cost, emissions = lines

    def least(price):
        return (cost[:, None] + np.atleast_1d(price) * emissions[:, None]).min(axis=0)

    prices = np.sort(prices)
    bound = least(prices) - np.arange(len(prices)) % 3
    at, hull = upper_hull(prices, bound)
    between = np.linspace(prices[0], prices[-1], 50)
    assert (np.interp(between, at, hull) <= least(between) + 1e-9).all()
    assert (np.interp(prices, at, hull) >= bound - 1e-9).all()


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), SIZES)
def test_curves_of_any_small_chain(seed, size):
    chain, _ = draw_feasible(np.random.default_rng(seed), size)
    builder = CurveBuilder(chain)
    builder.refine()
    curve = builder.curve()
    assert curve.gap <= 1e-4
    assert 0.0 <= curve.abatement_limit < 1.0
    prices = np.linspace(0, curve.price_max, 101)
    assert (np.diff(curve.emissions_at(prices)) <= 0).all()
    assert (builder.below(prices) <= curve.value(prices) * (1 + 1e-12)).all()
    for plan in builder.plans:
        assert max(violations(builder.planner.program, plan).values()) < 1e-6
    for units in (curve.made, curve.to_warehouse, curve.to_zone):
        assert np.allclose(units.reshape(len(units), -1).sum(axis=1), chain.demand.sum())
