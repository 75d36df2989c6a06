"""What processors do at once and numba step by step: the largest of many numbers, the ones in a word, an index.

Nothing is rounded, so the results are those of plain loops.
"""

from contextlib import contextmanager

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, lower_builtin, overload, type_callable

LANES = 16
"""Numbers compared at a time, in several parts where the processor's vectors hold fewer."""
_WHOLE, _LANE, _NUMBERS = cgutils.intp_t, ir.IntType(32), ir.VectorType(ir.DoubleType(), LANES)


def found_by_vectors(otherwise):
    """Decorator of a function, position of the first of the largest of a row: compiled callers search with vectors.

    They need at least `LANES` numbers. otherwise : rule that searches rows that are not contiguous; interpreted callers
    call the function itself.
    """

    def search_of(row):
        if isinstance(row, types.Array) and row.layout == "C" and row.dtype == types.float64:
            return lambda row: _search(row)
        return getattr(otherwise, "py_func", otherwise)

    def decorate(function):
        overload(function)(search_of)
        return function

    return decorate


def counted_by_processor(function):
    """Decorator of a function, number of ones in an uint64: compiled callers let the processor count them."""
    overload(function)(lambda word: lambda word: _count_ones(word))
    return function


def at(index):
    """Return ``index``, at least 0, for use in brackets: ``row[at(k)]`` does not ask whether it counts from the end.

    Compiled code does so at every other index whose sign the compiler cannot tell, as of one read from an array: a
    twentieth of a round. Nothing looks whether it is right, and the result is for brackets only, as numba adds other
    integers to it as floats.
    """
    return index


@type_callable(at)
def _type_of_place(context):
    return lambda index: types.uintp if isinstance(index, types.Integer) else None


@lower_builtin(at, types.Integer)
def _place(context, builder, signature, arguments):
    return context.cast(builder, arguments[0], signature.args[0], signature.return_type)


@intrinsic
def _count_ones(context, word):
    return types.uint64(types.uint64), lambda context, builder, signature, arguments: builder.ctpop(
        arguments[0]
    )


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
    half = LANES
    while half := half // 2:
        vector = _larger(builder, _part(builder, vector, 0, half), _part(builder, vector, half, half))
    return builder.extract_element(vector, _LANE(0))


def _part(builder, vector, first, count):
    lanes = ir.Constant(ir.VectorType(ir.IntType(32), count), list(range(first, first + count)))
    return builder.shuffle_vector(vector, vector, lanes)


def _spread(builder, number):
    vector = _NUMBERS(ir.Undefined)
    for lane in range(LANES):
        vector = builder.insert_element(vector, number, _LANE(lane))
    return vector
