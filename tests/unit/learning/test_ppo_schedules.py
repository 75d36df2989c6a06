"""Schedules start where they should, end where they should, and stay there."""

import pytest

from learning.schedules import SCHEDULES, geometric, linear


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize(("start", "end"), [(1.0, 0.1), (0.0, 1.0), (0.3, 0.0), (0.1, 0.1), (0.0, 0.0)])
def test_from_start_to_end_without_overshooting(schedule, start, end):
    values = [SCHEDULES[schedule](start, end, k / 10) for k in range(14)]
    assert values[0] == start
    assert values[10:] == [start if schedule == "constant" else end] * 4
    assert all(min(start, end) <= value <= max(start, end) for value in values)
    assert values == sorted(values, reverse=start > end)


def test_by_hand():
    assert linear(2.0, 1.0, 0.25) == 1.75
    assert geometric(1.0, 0.01, 0.5) == pytest.approx(0.1)
