"""A fingerprint differs for whatever makes other machine code, and for nothing else."""

import enum
import math
import re
from collections import namedtuple
from types import FunctionType, ModuleType

import numba
import numpy as np
import pytest
from numba import types

from learning.fingerprint import UnknownContentError, compiled_callees, describe_types, fingerprint
from learning.jit import jit, rule

Colours, Shades = enum.Enum("Tone", {"RED": 1}), enum.Enum("Tone", {"RED": 2})
Low, High = namedtuple("Room", "low high"), namedtuple("Room", "high low")
Usual, Unusual = (namedtuple("Room", "low high", defaults=[x]) for x in (1.0, 2.0))
written, fixed = np.ones(2), np.ones(2)
fixed.flags.writeable = False


def made(code, **known):
    """A function of module "made" with globals of its own."""
    return FunctionType(code, {"__name__": "made", **known})


def reads(value):
    """A function whose only global is ``value``."""
    return made((lambda: VALUE).__code__, VALUE=value)  # noqa: F821 - a global of the function made of this


def module(**contents):
    """A module of these contents."""
    found = ModuleType("contents")
    vars(found).update(contents)
    return found


UNLIKE = [
    (1, 1.0),
    (1, True),
    (1, "1"),
    ("1", b"1"),
    (0.0, -0.0),
    (1.0, math.nextafter(1.0, 2.0)),
    (1, np.int64(1)),
    (np.float32(1), np.float64(1)),
    (None, 0),
    (range(3), range(4)),
    ((1, 2), [1, 2]),
    ((1, 2), (2, 1)),
    (((1,), 2), (1, (2,))),
    ({1, 2}, frozenset({1, 2})),
    ({1: 2}, {2: 1}),
    (np.zeros(2), np.ones(2)),
    (np.zeros(4), np.zeros((2, 2))),
    (np.zeros((2, 0)), np.zeros((3, 0))),
    (np.zeros(1, np.int64), np.zeros(1)),
    (np.zeros((2, 2)), np.zeros((2, 2), order="F")),
    (written, fixed),
    (np.dtype("f4"), np.dtype("f8")),
    (np.float32, np.float64),
    (np.add, np.multiply),
    (math.sin, math.cos),
    (types.float32, types.float64),
    (ValueError, TypeError),
    (Colours, Shades),
    (Colours.RED, Shades.RED),
    (Low, High),
    (Usual, Unusual),
    (Low(1.0, 2.0), High(1.0, 2.0)),
    (Low(1.0, 2.0), Low(2.0, 1.0)),
    *(
        (eval(one), eval(other))  # all on line 1, so that nothing but the code differs
        for one, other in [
            ("lambda: 1", "lambda: 2"),
            ("lambda: 1", "lambda: 1.0"),
            ("lambda x: x", "lambda y: y"),
            ("lambda x: x.a", "lambda x: x.b"),
            ("lambda x, y=1: x + y", "lambda x, y=2: x + y"),
            ("lambda x, *, y=1: x", "lambda x, *, y=2: x"),
            ("lambda x, y: x", "lambda x, *y: x"),
            ("lambda x: x + 1", "lambda x: x - 1"),
            ("lambda x: abs(x)", "lambda x: int(x)"),
            ("lambda x: x in {1, 2}", "lambda x: x in {1, 3}"),
            ("lambda x: (y + 1 for y in x)", "lambda x: (y + 2 for y in x)"),
            ("lambda x: 1", "\nlambda x: 1"),
        ]
    ),
]


def label(value):
    """A name for a test: the value without its address, which differs between processes."""
    return re.sub(r" at 0x\w+", "", repr(value))[:30]


@pytest.mark.parametrize(("one", "other"), UNLIKE, ids=label)
def test_other_values_have_other_fingerprints(one, other):
    assert fingerprint(reads(one)) == fingerprint(reads(one))
    assert fingerprint(reads(one)) != fingerprint(reads(other))


@pytest.mark.parametrize(("one", "other"), UNLIKE, ids=label)
def test_so_have_values_inside_others_in_modules_closures_and_defaults(one, other):
    def closed(value):
        return lambda: value

    def attribute(value):
        return made((lambda: MODULE.inner.value).__code__, MODULE=module(inner=module(value=value)))  # noqa: F821

    def default(value):
        function = made((lambda x: x).__code__)
        function.__defaults__ = (value,)
        return function

    for hold in (closed, attribute, default, lambda value: reads((0, value)), lambda value: reads([value])):
        assert fingerprint(hold(one)) == fingerprint(hold(one))
        assert fingerprint(hold(one)) != fingerprint(hold(other))


def test_equal_values_made_apart_have_one_fingerprint():
    for make in (
        lambda: {"b", "a", "c"},
        lambda: np.arange(4.0),
        lambda: {"a": (1, [2.0])},
        lambda: Low(1, 2),
    ):
        assert fingerprint(reads(make())) == fingerprint(reads(make()))


def test_a_set_has_one_fingerprint_in_whichever_order_it_was_filled():
    one, other = {0, 8}, {8, 0}
    assert list(one) != list(other)
    assert fingerprint(reads(one)) == fingerprint(reads(other))


def test_a_function_inside_another_reads_globals_too():
    code = (lambda: [lambda: [lambda: VALUE]]).__code__  # noqa: F821
    assert fingerprint(made(code, VALUE=1)) != fingerprint(made(code, VALUE=2))


def test_attributes_of_modules_that_are_not_read_do_not_count():
    code = (lambda: MODULE.value).__code__  # noqa: F821
    one, other = (made(code, MODULE=module(value=1, other=x), REST=x) for x in (2, object()))
    assert fingerprint(one) == fingerprint(other)


def test_a_module_is_read_again_by_a_function_in_it_that_reads_other_names():
    def looping(value):
        found = module(HIDDEN=value)
        found.itself = found
        found.call = made((lambda: itself.HIDDEN).__code__, itself=found)  # noqa: F821
        return made((lambda: MODULE.call()).__code__, MODULE=found)  # noqa: F821

    assert fingerprint(looping(1)) == fingerprint(looping(1)) != fingerprint(looping(2))


def test_the_attribute_of_an_argument_does_not_hide_a_closed_value_of_the_same_name():
    def closed(k):
        return lambda x: x.k + k

    assert fingerprint(closed(1)) != fingerprint(closed(2))


def test_functions_that_call_each_other_have_a_fingerprint_of_both():
    def pair(step):
        even = made((lambda n: n == 0 or ODD(n - 1)).__code__)  # noqa: F821
        odd = made((lambda n: n != 0 and EVEN(n - STEP)).__code__, EVEN=even, STEP=step)  # noqa: F821
        even.__globals__["ODD"] = odd
        return even

    assert fingerprint(pair(1)) == fingerprint(pair(1)) != fingerprint(pair(2))


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_the_options_of_compiling_count_for_the_function_and_its_callees():
    def half(x):
        return x / 2

    one, other = jit(half), rule(half)
    assert fingerprint(one) != fingerprint(other)
    assert fingerprint(reads(one)) != fingerprint(reads(other))
    assert fingerprint(numba.njit(half, locals={"x": types.float32})) != fingerprint(numba.njit(half))
    assert compiled_callees(reads((one, other))) == [one]  # of one function, described once
    assert compiled_callees(one) == [one]


@pytest.mark.parametrize(
    "value",
    [
        object(),
        np.array([object()]),
        np.random.default_rng(0),
        np.random.default_rng(0).random,
        type("Own", (), {}),
        numba.vectorize(lambda x: x),
        {"inside": [object()]},
        Low(object(), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_of_an_unknown_kind_is_named_and_not_passed_over(value):
    with pytest.raises(UnknownContentError, match=r"VALUE in made\..*lambda"):
        fingerprint(reads(value))
    with pytest.raises(UnknownContentError, match=r"MODULE\.value in made|MODULE in made\..*\.value"):
        fingerprint(made((lambda: MODULE.value).__code__, MODULE=module(value=value)))  # noqa: F821


ONE_KIND = Low(1.0, 2.0), High(1.0, 2.0)
TWO_KINDS = Low(1.0, 2), High(1.0, 2)


@pytest.mark.parametrize(
    "hold",
    [
        lambda room: room,
        lambda room: types.Tuple((types.int64, room)),
        lambda room: types.UniTuple(room, 2),
        lambda room: types.Optional(room),
        lambda room: types.List(room),
        lambda room: types.ListType(room),
        lambda room: types.DictType(types.int64, types.Tuple((room, types.int64))),
        lambda room: types.FunctionType(types.void(room)),
        lambda room: types.FunctionType(room(types.int64)),
        lambda room: types.void(room),
        lambda room: room(types.int64),
        lambda room: (types.int64, room),
        lambda room: types.NamedTuple((room, types.int64), Low),
    ],
)
@pytest.mark.parametrize("rooms", [ONE_KIND, TWO_KINDS], ids=["floats", "mixed"])
def test_types_that_differ_in_the_order_of_fields_differ_in_text(hold, rooms):
    one, other = (describe_types(hold(numba.typeof(room))) for room in rooms)
    assert one != other
    assert one == describe_types(hold(numba.typeof(rooms[0])))


def test_types_that_differ_in_layout_or_number_differ_in_text():
    arrays = [types.Array(types.float64, 1, "C"), types.Array(types.float64, 1, "A")]
    arrays += [types.Array(types.float64, 1, "C", readonly=True), types.Array(types.float32, 1, "C")]
    arrays += [types.Array(types.float64, 2, "C"), types.Omitted(1), types.Omitted(1.0), types.literal(1)]
    assert len({describe_types((each,)) for each in arrays}) == len(arrays)
