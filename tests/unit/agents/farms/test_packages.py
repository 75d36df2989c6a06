"""Packages by number."""

from itertools import product

import numpy as np
import pytest

from agents.farms.packages import packages_up_to
from learning.knobs import ParameterError


@pytest.mark.parametrize("most", [(3,), (2, 1), (2, 0, 3), (0, 0), (1, 2, 2)])
def test_numbers_go_in_lexicographic_order(most):
    packages = packages_up_to(most)
    expected = list(product(*(range(k + 1) for k in most)))
    assert packages.lots.tolist() == [list(each) for each in expected]
    assert packages.units.tolist() == [sum(each) for each in expected]
    assert packages.number(packages.lots).tolist() == list(range(len(expected)))


def test_one_lot_more_is_a_stride_away():
    packages = packages_up_to((2, 1, 3))
    for j, stride in enumerate(packages.stride):
        for k, lots in enumerate(packages.lots):
            if lots[j] < packages.lots[-1, j]:
                assert (packages.lots[k + stride] - lots).tolist() == np.eye(3, dtype=int)[j].tolist()


def test_more_values_than_can_be_kept_are_refused():
    with pytest.raises(ParameterError, match=r"3 farms with 5001 x 5001 packages each: more than 5,000,000"):
        packages_up_to((5000, 5000), 3)
