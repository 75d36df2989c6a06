"""Lower envelopes and hulls, by hand; drawn ones stand in tests/properties."""

import numpy as np
import pytest

from agents.supply_chains.curve import EmissionCurve
from agents.supply_chains.envelope import lower_envelope, slope_bounds, upper_hull


def test_an_envelope_by_hand():
    """Lines 10 + 4p, 12 + 2p, 20 + p cross at 1 and 8; 13 + 3p is nowhere least."""
    which, price = lower_envelope(np.array([20.0, 10, 13, 12]), np.array([1.0, 4, 3, 2]), 100.0)
    assert which.tolist() == [1, 3, 0]
    assert price.tolist() == [0.0, 1.0, 8.0]


def test_plans_that_become_best_beyond_the_highest_price_are_left_out():
    which, price = lower_envelope(np.array([10.0, 110]), np.array([2.0, 1]), 100.0)
    assert which.tolist() == [0] and price.tolist() == [0.0]


def test_of_plans_that_cost_the_same_the_cleaner_one_is_kept():
    assert lower_envelope(np.array([10.0, 10, 10]), np.array([3.0, 1, 2]), 9.0)[0].tolist() == [1]


def test_a_plan_that_is_cheaper_by_rounding_only_is_left_out():
    assert lower_envelope(np.array([10.0, 10 + 1e-9]), np.array([3.0, 1]), 9.0)[0].tolist() == [1]


def test_a_hull_by_hand():
    """(1, 1) is below the line from (0, 0) to (2, 4); (3, 5) is above that from (2, 4) to (4, 4)."""
    price, bound = upper_hull([0.0, 1, 2, 3, 4], [0.0, 1, 4, 5, 4])
    assert price.tolist() == [0, 2, 3, 4]
    assert bound.tolist() == [0, 4, 5, 4]


def test_slopes_by_hand():
    """Between 2p and 2p + 1 on [0, 10]: at 5 the slope is within 1/5 of 2."""
    low, high = slope_bounds(5.0, np.array([0.0, 10.0]), lambda p: 2 * p + 1, lambda p: 2 * p)
    assert (low, high) == (pytest.approx(9 / 5), pytest.approx(11 / 5))


def made_curve(price=(0.0, 10.0), cost=(100.0, 150.0), emissions=(10.0, 5.0)):
    flows = np.zeros((len(price), 1, 1, 2))
    return EmissionCurve(
        np.array(price),
        np.array(cost),
        np.array(emissions),
        np.zeros(len(price)),
        np.zeros(len(price)),
        flows[:, 0],
        flows,
        flows,
        100.0,
        0.0,
        2,
        0.0,
    )


def test_a_curve_answers_at_any_price():
    """At a step the cleaner plan counts: the price from which it is best belongs to it."""
    curve = made_curve()
    assert curve.plan_at(np.array([0.0, 9.9, 10.0, 100.0])).tolist() == [0, 0, 1, 1]
    assert curve.emissions_at(10.0) == 5.0 and curve.cost_at(9.0) == 100.0
    assert curve.value(20.0) == 250.0
    assert curve.tec == 10.0 and curve.abatement_limit == 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": (1.0, 10.0)},
        {"price": (0.0, 0.0)},
        {"cost": (100.0, 90.0)},
        {"emissions": (10.0, 10.0)},
        {"cost": (100.0,)},
    ],
)
def test_a_curve_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="plans"):
        made_curve(**wrong)
