"""Machine code of rules without what numba does for others: the same results, less work, and nothing left behind."""

import gc
from typing import NamedTuple

import numba
import numpy as np
import pytest
from numba import njit, types
from numba.core.datamodel import ArgPacker, default_manager
from numba.core.types.functions import BaseFunction
from numba.extending import overload

from learning import lowering
from learning.callees import translate_as_callee
from learning.garbage import collect_after
from learning.jit import AS_RULE
from learning.lowering import ENTRIES, MANY, RuleLibrary, seldom_collecting
from model.systems.bidding.rules import empty_book

pytestmark = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")


class Mine(NamedTuple):
    """Arrays of a named tuple that is none of ours."""

    x: np.ndarray
    y: np.ndarray


def passed(value):
    """Number of arguments that numba passes for a value."""
    return len(ArgPacker(default_manager, [numba.typeof(value)]).argument_types)


def test_our_named_tuples_are_passed_whole_and_others_as_numba_does():
    """Code of others in numba's own cache expects the latter."""
    x = np.zeros(3)
    assert passed(empty_book(x)) == 1
    assert passed(Mine(x, x)) == 2 * passed(x) > 2
    assert passed((x, 1.0)) == passed(x) + 1


def test_a_whole_tuple_arrives_as_it_was():
    inner = translate_as_callee(njit(lambda book, k: book.price[k, 0] + book.scratch.order[k], **AS_RULE))
    outer = translate_as_callee(njit(lambda book: inner(book, 0) * 10.0 + inner(book, 1)))
    book = empty_book(np.zeros(2))
    book.price[:, 0] = 3.0, 5.0
    book.scratch.order[:] = 1, 2
    assert outer(book) == (3.0 + 1) * 10.0 + 5.0 + 2


def test_there_is_no_entry_for_callers_in_c():
    double = translate_as_callee(njit(lambda x: 2.0 * x, **ENTRIES))  # not from the cache on disk
    assert double(1.5) == 3.0
    library = double.overloads[(types.float64,)].library
    assert isinstance(library, RuleLibrary)
    assert not [each.name for each in library.get_defined_functions() if each.name.startswith("cfunc.")]
    usual = njit(lambda x: 2.0 * x)
    usual(1.5)
    usual = usual.overloads[(types.float64,)].library
    assert [each.name for each in usual.get_defined_functions() if each.name.startswith("cfunc.")]


def test_only_functions_with_instructions_are_optimised(monkeypatch):
    asked, usual = [], lowering.create_new_function_pass_manager
    monkeypatch.setattr(lowering, "create_new_function_pass_manager", lambda: asked.append(1) or usual())
    made = translate_as_callee(njit(lambda x: np.sqrt(x) + np.cos(x)))
    assert made(0.0) == 1.0
    functions = list(made.overloads[(types.float64,)].library._final_module.functions)
    assert 0 < len(asked) < len(functions)


def test_an_operation_is_typed_once_in_a_compilation():
    usual, asked = BaseFunction.get_call_type, []

    def find(function, *rest):
        asked.append((function, *map(str, rest)))
        return usual(function, *rest)

    try:
        BaseFunction.get_call_type = find
        made = translate_as_callee(njit(lambda x, row: x * row[0] + x * row[1] + row[0] * row[1], **AS_RULE))
        assert made(2.0, np.array([3.0, 5.0])) == 31.0
        assert BaseFunction.get_call_type is find
    finally:
        BaseFunction.get_call_type = usual
    assert len(asked) == len(set(asked)) > 3


def test_what_was_typed_is_forgotten_after_the_compilation():
    """Another implementation may have been registered since."""

    def half(x):
        return x / 2

    overload(half)(lambda x: (lambda x: x / 2) if isinstance(x, types.Float) else None)
    assert translate_as_callee(njit(lambda x: half(x)))(3.0) == 1.5
    with pytest.raises(numba.TypingError):
        translate_as_callee(njit(lambda x: half(x)))(3)
    overload(half)(lambda x: (lambda x: x // 2) if isinstance(x, types.Integer) else None)
    assert translate_as_callee(njit(lambda x: half(x)))(3) == 1
    assert translate_as_callee(njit(lambda x: half(x)))(3.0) == 1.5


def test_garbage_waits_while_rules_are_compiled_and_what_is_made_counts_as_old():
    before, kept = gc.get_threshold(), []
    with seldom_collecting():
        assert gc.get_threshold() == (MANY, *before[1:])
        kept += [[number] for number in range(10 * before[0])]
        assert gc.get_count()[0] > before[0]
    assert gc.get_threshold() == before
    assert gc.get_count()[0] < before[0] or gc.get_freeze_count()


def test_garbage_that_python_never_looks_for_stays_so():
    before = gc.get_threshold()
    try:
        gc.set_threshold(0)
        collect_after(5_000)
        assert gc.get_threshold()[0] == 0
        gc.set_threshold(50_000)
        assert collect_after(5_000)[0] == 50_000 == gc.get_threshold()[0]
    finally:
        gc.set_threshold(*before)
