"""Means of many rows at once are those of each row, bit for bit."""

import numpy as np
import pytest

from model.collector import mean_of_numbers
from model.run_means import means_of_rows


@pytest.mark.parametrize("periods", [1, 2, 7, 8, 9, 40, 300])
def test_means_of_rows_are_those_of_each(periods):
    rng = np.random.default_rng(periods)
    values = rng.normal(size=(4, 30, periods)) * 10.0 ** rng.integers(-9, 9, (4, 30, periods))
    for share in (0.0, 0.3, 0.9):
        values[rng.random(values.shape) < share] = np.nan
        each = [[mean_of_numbers(row) for row in rows] for rows in values]
        assert np.array_equal(means_of_rows(values), each, equal_nan=True)


def test_a_row_without_numbers_has_no_mean():
    assert np.isnan(means_of_rows(np.full((2, 3), np.nan))).all()
