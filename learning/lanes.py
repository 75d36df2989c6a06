"""The largest of many numbers, found with the vectors of the processor, where numba compares one by one.

Comparisons round nothing, so the position is that of a plain loop.
"""

from contextlib import contextmanager

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload

LANES = 16
"""Numbers compared at a time, in several parts where the processor's vectors hold fewer."""
_WHOLE, _LANE, _NUMBERS = cgutils.intp_t, ir.IntType(32), ir.VectorType(ir.DoubleType(), LANES)


def first_in_lanes(row):
    """Position of the largest entry of ``row``, at least `LANES` numbers; the first of equal ones."""
    return int(row.argmax())


@overload(first_in_lanes)
def _compile_first_in_lanes(row):
    if isinstance(row, types.Array) and row.layout == "C" and row.dtype == types.float64:
        return lambda row: _search(row)
    return _search_one_by_one


def _search_one_by_one(row):
    best = 0
    for k in range(1, row.shape[0]):
        if row[k] > row[best]:
            best = k
    return best


@intrinsic
def _search(context, row):
    """Find the largest number of every lane, the largest of these, and the first place that holds it."""

    def write(context, builder, signature, arguments):
        row = context.make_array(signature.args[0])(context, builder, arguments[0])
        count = builder.extract_value(row.shape, 0)
        tops = cgutils.alloca_once_value(builder, _sixteen(builder, row.data, _WHOLE(0)))
        with _each_sixteen(builder, count) as (first, _):
            here = _sixteen(builder, row.data, first)
            builder.store(_larger(builder, here, builder.load(tops)), tops)
        top = _spread(builder, _largest_of(builder, builder.load(tops)))
        found = cgutils.alloca_once_value(builder, _WHOLE(0))
        with _each_sixteen(builder, count) as (first, leave):
            equal = builder.fcmp_ordered("==", _sixteen(builder, row.data, first), top)
            lanes = builder.bitcast(equal, ir.IntType(LANES))
            with builder.if_then(cgutils.is_not_null(builder, lanes)):
                lane = builder.zext(builder.cttz(lanes, cgutils.true_bit), _WHOLE)
                builder.store(builder.add(first, lane), found)
                leave()
        return builder.load(found)

    return types.intp(row), write


@contextmanager
def _each_sixteen(builder, count):
    """Loop over where `LANES` of ``count`` numbers begin, the last of them at the end; and how to leave it."""
    last = builder.sub(count, _WHOLE(LANES))
    times = builder.udiv(builder.add(count, _WHOLE(LANES - 1)), _WHOLE(LANES))
    with cgutils.for_range(builder, times) as loop:
        first = builder.mul(loop.index, _WHOLE(LANES))
        yield builder.select(builder.icmp_unsigned("<", first, last), first, last), loop.do_break


def _sixteen(builder, data, first):
    place = builder.bitcast(builder.gep(data, [first]), _NUMBERS.as_pointer())
    return builder.load(place, align=8)


def _larger(builder, one, other):
    return builder.select(builder.fcmp_ordered(">", one, other), one, other)


def _largest_of(builder, vector):
    numbers = [builder.extract_element(vector, _LANE(lane)) for lane in range(LANES)]
    while len(numbers) > 1:
        numbers = [_larger(builder, *pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    return numbers[0]


def _spread(builder, number):
    vector = _NUMBERS(ir.Undefined)
    for lane in range(LANES):
        vector = builder.insert_element(vector, number, _LANE(lane))
    return vector
