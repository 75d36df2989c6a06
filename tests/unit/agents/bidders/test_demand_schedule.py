"""Actions become schedules: prices fall, volumes are whole and within the need [TwoTier]."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agents.bidders.demand_schedule import (
    CLIP,
    RATIO,
    REPAIRS,
    SORT,
    bid_for,
    round_half_up,
    write_schedule,
    write_truthful,
)


def schedule(action, top, need, repair):
    """Prices and volumes of an action."""
    steps = len(action) // 2
    price, volume = np.zeros(steps), np.zeros(steps)
    write_schedule(np.array(action, float), float(top), float(need), repair, price, volume)
    return price.tolist(), volume.tolist()


@pytest.mark.parametrize(
    ("repair", "prices"),
    [(RATIO, [5.0, 4.0]), (SORT, [8.0, 5.0]), (CLIP, [5.0, 5.0])],
    ids=[REPAIRS[k] for k in (RATIO, SORT, CLIP)],
)
def test_the_repairs_by_hand(repair, prices):
    """Shares 0.5 and 0.8 of a top of 10: the second is a share of the first; sorted; cut to the first."""
    found, volumes = schedule([0.5, 0.25, 0.8, 0.5], 10, 8, repair)
    assert found == pytest.approx(prices)
    assert volumes == [2.0, 4.0]


def test_volumes_by_hand():
    """Rounded to whole permits, halves upwards; the second step takes at most what is left of the need."""
    assert schedule([1, 0.25, 1, 0.25], 1, 10, RATIO)[1] == [3.0, 3.0]
    assert schedule([1, 0.8, 1, 0.8], 1, 10, RATIO)[1] == [8.0, 2.0]
    assert schedule([1, 1, 1, 1], 1, 10, RATIO)[1] == [10.0, 0.0]
    assert schedule([1, 0, 1, 0], 1, 10, RATIO)[1] == [0.0, 0.0]
    assert schedule([1, 0.5, 1, 0.5], 1, 1, RATIO)[1] == [1.0, 0.0]


def test_actions_outside_their_range_count_as_its_ends():
    assert schedule([7, -3, -1, 2], 10, 8, RATIO) == schedule([1, 0, 0, 1], 10, 8, RATIO)


@given(
    action=st.integers(1, 5).flatmap(lambda k: arrays(float, 2 * k, elements=st.floats(-0.5, 1.5))),
    top=st.floats(0.0, 1e4),
    need=st.integers(1, 1000),
    repair=st.sampled_from([RATIO, SORT, CLIP]),
)
def test_prices_fall_and_volumes_are_whole_and_within_the_need(action, top, need, repair):
    price, volume = (np.array(x) for x in schedule(action, top, need, repair))
    assert (np.diff(price) <= 0).all()
    assert (price >= 0).all()
    assert (price <= top).all()
    assert (volume >= 0).all()
    assert (volume == np.floor(volume)).all()
    assert volume.sum() <= need


def test_halves_are_rounded_upwards():
    assert [round_half_up(x) for x in (0.0, 0.49, 0.5, 1.5, 2.5)] == [0.0, 0.0, 1.0, 2.0, 3.0]


def test_bids_per_permit_by_hand():
    """Two permits at 5, none at 4, one at 3."""
    price, volume = np.array([5.0, 4.0, 3.0]), np.array([2.0, 0.0, 1.0])
    assert [bid_for(price, volume, float(k)) for k in range(1, 5)] == [5.0, 5.0, 3.0, 0.0]


@pytest.mark.parametrize("need", [1, 2])
def test_two_steps_are_exactly_truthful_for_a_need_of_two(need):
    price, volume = np.zeros(2), np.zeros(2)
    write_truthful(0.7, float(need), price, volume)
    bids = [bid_for(price, volume, float(k)) for k in range(1, need + 1)]
    assert bids == pytest.approx([0.7 * (need - k + 1) for k in range(1, need + 1)])


@given(cost=st.floats(0.01, 10.0), need=st.integers(1, 60), steps=st.integers(1, 10))
def test_a_truthful_step_bids_the_mean_value_of_its_permits(cost, need, steps):
    price, volume = np.zeros(steps), np.zeros(steps)
    write_truthful(cost, float(need), price, volume)
    assert volume.sum() == need
    values, done = cost * (need - np.arange(need)), 0
    for k in range(steps):
        if volume[k]:
            assert price[k] == pytest.approx(values[done : done + int(volume[k])].mean())
        done += int(volume[k])
