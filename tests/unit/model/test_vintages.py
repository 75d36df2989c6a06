"""Permits by the periods for which they are still valid."""

import numpy as np
import pytest

from model.vintages import start_period, take_oldest


def test_the_oldest_are_taken_first():
    valid, taken = np.array([3.0, 4.0, 5.0]), np.zeros(3)
    take_oldest(valid, 6.0, taken)
    assert valid.tolist() == [0.0, 1.0, 5.0]
    assert taken.tolist() == [3.0, 3.0, 0.0]


def test_no_more_are_taken_than_there_are():
    valid, taken = np.array([3.0, 4.0]), np.zeros(2)
    take_oldest(valid, 9.0, taken)
    assert (valid.sum(), taken.sum()) == (0.0, 7.0)


def test_what_is_left_of_the_oldest_expires_at_the_end_of_a_period():
    valid = np.array([3.0, 4.0, 5.0])
    assert [start_period(valid) for _ in range(4)] == [3.0, 4.0, 5.0, 0.0]


@pytest.mark.parametrize("periods", [1, 4])
def test_a_new_period_begins_without_new_permits(periods):
    valid = np.ones(periods)
    start_period(valid)
    assert valid[-1] == 0.0
