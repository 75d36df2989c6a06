"""Kernels as arguments of compiled loops: what they get, what they may get, and what they raise."""

from typing import NamedTuple

import numba
import numpy as np
import pytest
from numba import types
from numba.core.errors import TypingError

from learning.jit import jit, kernel

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")

ROW, TABLE = types.Array(types.float64, 1, "C"), types.Array(types.float64, 4, "C")
WHOLE, ANY = types.Array(types.int64, 2, "C"), types.Array(types.float64, 1, "A")


class Room(NamedTuple):
    """Two arrays and a number."""

    row: np.ndarray
    whole: np.ndarray
    least: float


ROOM = types.NamedTuple((ROW, WHOLE, types.float64), Room)
FILL = types.UniTuple(types.float64, 2)(TABLE, ROOM, ANY, types.int64, types.boolean, ROW)


@kernel(FILL)
def fill(table, room, loose, at, upwards, found):
    """Write sums, lengths and strides of what is passed; return two numbers."""
    found[0], found[1], found[2] = table.sum(), table.shape[1], table.strides[0]
    found[3], found[4], found[5] = room.row.sum(), room.whole[-1, -1], room.whole.strides[0]
    found[6], found[7] = loose.sum(), table[at, 1, 2, -1]
    found[8], found[9] = table.size, table.itemsize
    room.row[at] = -1.0
    return room.least, 1.0 if upwards else 0.0


@jit
def twice(kernel, table, room, loose, at, upwards, found):
    """Call a kernel two times."""
    kernel(table, room, loose, at, upwards, found)
    return kernel(table, room, loose, at, upwards, found)


@kernel(types.float64(ROW, types.int64))
def entry(row, at):
    """Divide by an entry."""
    return 1 // int(row[at])


@jit
def ask(kernel, row, at):
    """Call a kernel."""
    return kernel(row, at)


def situation():
    table = np.random.default_rng(1).random((2, 3, 4, 5))
    room = Room(np.arange(3.0), np.arange(6).reshape(2, 3), 0.25)
    return table, room, np.arange(8.0)[::2], 1, True, np.zeros(10)


@pytest.mark.parametrize("call", [fill, lambda *args: twice(fill, *args)], ids=["from Python", "in a loop"])
def test_a_kernel_gets_what_is_passed(call):
    interpreted, compiled = situation(), situation()
    expected = fill.function(*interpreted)
    if call is not fill:
        expected = fill.function(*interpreted)
    assert call(*compiled) == expected
    if call is not fill:
        assert compiled[1].row[1] == -1.0
    assert compiled[-1] == pytest.approx(interpreted[-1], rel=1e-12)


@pytest.mark.parametrize(
    "row", [np.arange(3), np.arange(3, dtype=np.float32), np.arange(6.0)[::2], np.zeros((3, 1)), [1.0, 2.0]]
)
def test_arrays_of_another_kind_are_refused(row):
    with pytest.raises(TypeError, match="No matching definition: entry takes"):
        entry(row, 1)
    with pytest.raises(TypingError):
        ask(entry, row, 1)


def test_numbers_are_converted_and_their_count_must_be_right():
    assert entry(np.ones(3), np.int32(1)) == entry(np.ones(3), 1.0) == 1.0
    with pytest.raises(TypeError, match="No matching definition"):
        entry(np.ones(3))


def test_an_error_in_a_kernel_is_raised_by_its_caller():
    for call in (entry, lambda *args: ask(entry, *args)):
        with pytest.raises(ZeroDivisionError):
            call(np.zeros(3), 1)


def test_an_error_while_a_kernel_is_compiled_is_raised_by_its_caller():
    broken = kernel(types.float64(ROW, types.int64))(lambda row, at: row.nothing)
    with pytest.raises(TypingError, match="nothing"):
        ask(broken, np.ones(3), 1)


def test_kernels_of_one_signature_have_one_type():
    other = kernel(types.float64(ROW, types.int64))(lambda row, at: row[at])
    assert numba.typeof(other) == numba.typeof(entry) != numba.typeof(fill)
    assert ask(other, np.arange(3.0), 2) == 2.0
    assert ask.signatures and len(ask.signatures) == 1
