"""Indices known not to be negative: the same entries, without a look at whether they count from the end."""

import numba
import numpy as np
import pytest

from learning.jit import rule
from learning.lanes import natural


@rule
def pick(row, order, picked):
    """Write the entries of ``row`` at the positions in ``order``."""
    for k in range(order.shape[0]):
        picked[k] = row[natural(order[k])]


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8, np.uint64])
def test_natural_indices_pick_the_same_entries(kind):
    row, order, picked = np.arange(8.0), np.array([7, 0, 3, 3, 6], kind), np.zeros(5)
    pick(row, order, picked)
    assert picked.tolist() == [7.0, 0.0, 3.0, 3.0, 6.0]


def test_interpreted_an_index_is_itself():
    assert natural(3) == 3 and type(natural(3)) is int


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_natural_indices_are_not_compared_with_zero():
    """Seen in the instructions, so that the point of it cannot get lost."""

    def comparisons(function):
        compiled = numba.njit(function, no_cpython_wrapper=True)
        compiled.compile("float64(float64[::1], int64[::1])")
        (instructions,) = compiled.inspect_llvm().values()
        return instructions.count("icmp slt")

    assert comparisons(lambda row, order: row[order[0]]) == 1
    assert comparisons(lambda row, order: row[natural(order[0])]) == 0
