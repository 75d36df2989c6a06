"""The demand rule of learned governments: what is wanted becomes whole permits, none lost, none beyond the limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.government_demand import (
    FEATURES,
    INPUTS,
    Budget,
    decide_all,
    sense_all,
    write_decisions,
)
from model.allocation import DOWN, split

BUDGET = Budget(total=200.0, periods=10, most_percent=25.0, penalty=3)
N = 5
LENGTH = 5 * N + 3 * 21 + 10


def public(left=200.0, period=3.0, **columns):
    """Observation of one government: numbers float32[1, length] and goods float32[1, n, 5]."""
    numbers, goods = np.zeros((1, LENGTH), np.float32), np.zeros((1, N, 5), np.float32)
    numbers[0, :N] = columns.get("ability", 1.0)
    numbers[0, N : 2 * N] = columns.get("level", 1.0)
    numbers[0, 2 * N : 3 * N] = columns.get("scale", 1.0)
    numbers[0, 3 * N] = columns.get("average_level", 1.0)
    numbers[0, 4 * N + 3], numbers[0, 5 * N + 4] = left, period
    numbers[0, 4 * N + 4 : 5 * N + 4] = columns.get("shortfall", 0.0)
    goods[0, :, 0] = 0.01 * np.array(columns.get("permits", 0.0))
    goods[0, :, 2] = 0.01 * np.array(columns.get("coins", 20.0))
    return numbers, goods


def decided(weights, numbers, goods, budget=BUDGET):
    decision = np.zeros((1, N + 2), np.int64)
    decide_all(numbers, goods, np.asarray(weights, float)[None], np.array([INPUTS, 1]), 0, budget, decision)
    return decision[0]


def issued(decision, budget=BUDGET):
    """Shares, t, that the grid's own rule hands out for a decision."""
    share, keys = np.zeros(N), np.zeros(N)
    pool = budget.total * decision[N] / 100.0
    split(pool, decision[:N].astype(float), DOWN, share, keys, np.zeros(N, np.int64))
    return share, pool


def test_no_weights_share_out_evenly():
    """A tenth of 200 t: 18 t for enterprises, whole permits, 2 t for projects."""
    decision = decided(np.zeros(INPUTS + 1), *public())
    share, pool = issued(decision)
    assert decision[N] == 10 and pool == 20.0 and decision[N + 1] == 3
    assert sorted(share) == [3, 3, 4, 4, 4]


def test_a_weight_of_size_gives_large_enterprises_more():
    weights = np.zeros(INPUTS + 1)
    weights[1] = 2.0
    scale = np.array([1.0, 1.2, 1.4, 1.6, 1.0])
    share, _ = issued(decided(weights, *public(scale=scale)))
    assert share[3] > share[2] > share[1] > share[0]


def test_features_by_hand():
    numbers, goods = public(
        left=150.0,
        period=5.0,
        ability=[1.0, 1.2, 1.4, 1.6, 1.0],
        level=0.5,
        scale=1.6,
        average_level=0.7,
        shortfall=[0, 2, 0, 0, 40],
        permits=[3.0, -2.5, 0, 0, -100],
        coins=[10, 30, 20, 20, 20],
    )
    inputs = np.zeros((1, N, INPUTS))
    sense_all(numbers, goods, BUDGET, inputs)
    assert len(FEATURES) == 8
    expected = [
        0.5,
        0.6,
        0.5,
        0.7,
        0.2,
        30.0 / 21.0 - 1.0,
        0.5,
        0.4,
        0.75,
    ]  # a coin is added to the mean of 20
    assert inputs[0, 1, :9] == pytest.approx(expected, abs=1e-6)
    assert inputs[0, 1, 9:] == pytest.approx(0.5 * inputs[0, 1, 1:9])
    assert inputs[0, 4, 6] == 3.0 and inputs[0, 4, 7] == 3.0  # limits


numbers = st.floats(-6.0, 6.0)


@given(
    st.lists(numbers, min_size=N, max_size=N),
    st.floats(-5.0, 200.0),
    st.floats(0.0, 100.0),
    st.floats(0.0, 5000.0),
)
def test_whole_permits_without_loss_within_all_limits(wishes, left, most, total):
    budget = BUDGET._replace(most_percent=most, total=max(total, 1e-9))
    decision = np.zeros((1, N + 2), np.int64)
    write_decisions(np.array([wishes]), public(left)[0], budget, decision)
    decision = decision[0]
    assert decision[N] <= most and decision[N] / 100.0 * budget.total <= max(left, 0.0) + 1e-6
    assert (decision >= 0).all() and not (decision == 1).any()  # the simulator forbids the value 1
    share, pool = issued(decision, budget)
    if (decision[:N] <= 100).all():
        assert share.sum() == int(pool * 9.0 / 10.0 + 1e-9)  # nothing lost by rounding


@given(st.permutations(range(N)))
def test_enterprises_alike_in_order_do_not_matter(order):
    """The rule is the same for every enterprise: permuted enterprises get permuted permits, where no remainders tie."""
    weights = np.zeros(INPUTS + 1)
    weights[1], weights[2] = 0.7, -0.4
    scale, level = np.array([1.0, 1.17, 1.41, 1.63, 1.29]), np.array([0.9, 0.51, 0.77, 0.63, 0.42])
    share, _ = issued(decided(weights, *public(scale=scale, level=level)))
    order = list(order)
    permuted, _ = issued(decided(weights, *public(scale=scale[order], level=level[order])))
    assert np.array_equal(permuted, share[order])
