"""What processors do and numba has no words for: the largest of many numbers, memory fetched ahead, random numbers.

The results are those of plain loops to the last bit.
"""

from contextlib import contextmanager

from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, lower_builtin, overload, type_callable

LANES = 16
"""Numbers compared at a time, in several parts where the processor's vectors hold fewer."""
DRAWS_FAST = get_host_cpu_features().get("avx2", False)
"""Whether the processor draws many random numbers at once in less time than one after the other."""
LINE = 64
"""Bytes that a processor moves between memory and cache at a time."""
MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645
"""Of NumPy's generator PCG64: a step multiplies its state by this and adds a constant of the stream [ONeill2014]."""
_WHOLE, _LANE, _NUMBERS = cgutils.intp_t, ir.IntType(32), ir.VectorType(ir.DoubleType(), LANES)
_WORD, _BYTE = ir.IntType(64), ir.IntType(8)
_WORDS = ir.VectorType(_WORD, LANES)


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


def indexed_from_the_front(function):
    """Decorator of a function that returns its argument: compiled callers take an integer as not negative.

    Brackets then do not ask whether it counts from the end, as they do of every integer with a sign.
    """
    type_callable(function)(
        lambda context: lambda index: types.uintp if isinstance(index, types.Integer) else None
    )
    lower_builtin(function, types.Integer)(_without_sign)
    return function


def _without_sign(context, builder, signature, arguments):
    return context.cast(builder, arguments[0], signature.args[0], signature.return_type)


def fetched_by_processor(function):
    """Decorator of a function of an array and a position along its first axis, which need not exist: does nothing.

    Compiled callers let the processor fetch that part of the array, while it goes on, from the memory it lies in.
    """
    type_callable(function)(lambda context: lambda array, k: types.none)
    lower_builtin(function, types.Array, types.Integer)(_fetch)
    return function


def _fetch(context, builder, signature, arguments):
    kind, k = signature.args[0], context.cast(builder, arguments[1], signature.args[1], types.intp)
    array = context.make_array(kind)(context, builder, arguments[0])
    size, place = builder.extract_value(array.strides, 0), _BYTE.as_pointer()
    first = builder.gep(builder.bitcast(array.data, place), [builder.mul(k, size)])
    form = ir.FunctionType(ir.VoidType(), [place, _LANE, _LANE, _LANE])
    fetch = builder.module.declare_intrinsic("llvm.prefetch", [place], form)
    to_write, to_stay, data = _LANE(1), _LANE(3), _LANE(1)
    with cgutils.for_range_slice(builder, _WHOLE(0), size, _WHOLE(LINE)) as (at, _):
        builder.call(fetch, [builder.gep(first, [at]), to_write, to_stay, data])
    return context.get_dummy_value()


def drawn_by_vectors(function):
    """Decorator of a function that fills float64[k] by the generator PCG64, but for the last k mod `LANES` numbers.

    Its arguments are the upper and lower halves of the generator's state and of its increment, uint64[4], and the
    array. Compiled callers draw `LANES` numbers at a time.
    """
    type_callable(function)(lambda context: lambda words, numbers: types.none)
    lower_builtin(function, types.Array(types.uint64, 1, "C"), types.Array(types.float64, 1, "C"))(
        _draw_uniform
    )
    return function


def _draw_uniform(context, builder, signature, arguments):
    """Let every lane draw each sixteenth number: sixteen steps of the generator are one with other factors."""
    words, numbers = (
        context.make_array(kind)(context, builder, each)
        for kind, each in zip(signature.args, arguments, strict=True)
    )
    halves = [_spread(builder, builder.load(builder.gep(words.data, [_WHOLE(k)])), _WORDS) for k in range(4)]
    state, increment = halves[:2], halves[2:]
    factors, sums = [MULTIPLIER], [1]
    for _ in range(LANES - 1):
        factors.append(factors[-1] * MULTIPLIER)
        sums.append(sums[-1] * MULTIPLIER + 1)
    state = _plus(builder, _times(builder, state, factors), _times(builder, increment, sums))
    increment = _times(builder, increment, sums[-1:] * LANES)
    high, low = (cgutils.alloca_once_value(builder, half) for half in state)
    count = builder.udiv(builder.extract_value(numbers.shape, 0), _WHOLE(LANES))
    with cgutils.for_range(builder, count) as loop:
        state = builder.load(high), builder.load(low)
        place = builder.gep(numbers.data, [builder.mul(loop.index, _WHOLE(LANES))])
        place = builder.bitcast(place, _NUMBERS.as_pointer())
        builder.store(_uniform(builder, *state), place, align=8)
        state = _plus(builder, _times(builder, state, factors[-1:] * LANES), increment)
        builder.store(state[0], high)
        builder.store(state[1], low)
    return context.get_dummy_value()


def _uniform(builder, high, low):
    """Numbers in [0, 1) of states: the halves folded, turned by the upper six bits, and 53 bits of that."""
    folded, turn = builder.xor(high, low), builder.lshr(high, _all(58))
    back = builder.and_(builder.sub(_all(64), turn), _all(63))
    turned = builder.or_(builder.lshr(folded, turn), builder.shl(folded, back))
    number = builder.sitofp(builder.lshr(turned, _all(11)), _NUMBERS)
    return builder.fmul(number, ir.Constant(_NUMBERS, [2.0**-53] * LANES))


def _times(builder, halves, factors):
    """Products of 128 bits, upper and lower halves; factors : an int for every lane."""
    high, low = halves
    upper, lower = (ir.Constant(_WORDS, [f >> shift & 2**64 - 1 for f in factors]) for shift in (64, 0))
    crossed = builder.add(builder.mul(high, lower), builder.mul(low, upper))
    return builder.add(_upper_half(builder, low, lower), crossed), builder.mul(low, lower)


def _upper_half(builder, one, other):
    """Upper halves of products of 64 bits, from products of 32 bits, of which the processor makes many at once."""
    (a, b), (c, d) = (
        (builder.lshr(word, _all(32)), builder.and_(word, _all(2**32 - 1))) for word in (one, other)
    )
    middle = builder.add(builder.mul(a, d), builder.lshr(builder.mul(b, d), _all(32)))
    other_middle = builder.add(builder.mul(b, c), builder.and_(middle, _all(2**32 - 1)))
    carried = builder.add(builder.lshr(middle, _all(32)), builder.lshr(other_middle, _all(32)))
    return builder.add(builder.mul(a, c), carried)


def _plus(builder, one, other):
    """Sums of 128 bits, upper and lower halves."""
    low = builder.add(one[1], other[1])
    carry = builder.zext(builder.icmp_unsigned("<", low, one[1]), _WORDS)
    return builder.add(builder.add(one[0], other[0]), carry), low


def _all(number):
    return ir.Constant(_WORDS, [number] * LANES)


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
        top = _spread(builder, _largest_of(builder, builder.load(tops)), _NUMBERS)
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


def _spread(builder, number, kind):
    vector = kind(ir.Undefined)
    for lane in range(LANES):
        vector = builder.insert_element(vector, number, _LANE(lane))
    return vector
