"""Rules met as callees are translated for their callers, and compiled in full as soon as Python calls them."""

import re
import resource
import threading

import numba
import numpy as np
import pytest
from numba import njit, types

from learning import callees
from learning.callees import translate_as_callee
from learning.jit import AS_RULE

pytestmark = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")


def made(function, **options):
    return translate_as_callee(njit(**options)(function))


def chain():
    """Functions of which each calls the one before."""
    square = made(lambda x: x * x, **AS_RULE)
    cube = made(lambda x: x * square(x), **AS_RULE)
    total = made(lambda x: cube(x[0]) + square(x[1]))
    return square, cube, total


def forms(compiled):
    """How many translations of a function there are, and how many times it is compiled in full."""
    assert all(isinstance(each.entry_point, callees.Translated) for each in compiled.translations.values())
    assert not any(isinstance(each.entry_point, callees.Translated) for each in compiled.overloads.values())
    return len(compiled.translations), len(compiled.overloads)


def test_a_callee_has_no_machine_code_of_its_own():
    square, cube, total = chain()
    assert total(np.array([2.0, 3.0])) == 17.0
    assert [forms(each) for each in (square, cube, total)] == [(1, 0), (1, 0), (0, 1)]


def test_a_callee_that_python_calls_is_compiled_in_full_and_stays_so():
    square, cube, total = chain()
    total(np.array([2.0, 3.0]))
    assert cube(2.0) == 8.0
    assert [forms(each) for each in (square, cube)] == [(1, 0), (1, 1)]
    other = made(lambda x: cube(x) - 1.0)
    assert other(2.0) == 7.0
    assert forms(cube) == (1, 1)


def count_positive(row):
    count = 0
    for k in range(row.shape[0]):
        count += row[k] > 0.0
    return count


def test_machine_code_does_not_depend_on_what_was_called_before():
    """A callee that Python has called is linked in as it was written, not as the optimiser left it."""

    def instructions(called_before):
        count = made(count_positive, **AS_RULE)
        both = made(lambda rows: count(rows[0]) + count(rows[1]))
        if called_before:
            assert count(np.array([1.0, -1.0])) == 1
        assert both(np.array([[1.0, -1.0, 2.0], [3.0, -1.0, -2.0]])) == 3
        (text,) = both.inspect_asm().values()
        return re.sub(r"_ZN[\w$.]+", "", text)  # names count the functions of the process

    assert instructions(True) == instructions(False)


def test_a_callee_passed_as_a_function_is_compiled_in_full():
    square, _, total = chain()
    total(np.array([2.0, 3.0]))
    result = square.get_compile_result(types.float64(types.float64))
    assert not isinstance(result.entry_point, callees.Translated)


def test_a_callee_serves_several_argument_types():
    _, cube, _ = chain()
    both = made(lambda x, k: cube(x) + cube(k))
    assert both(2.0, 3) == 35.0
    assert forms(cube) == (2, 0)
    assert cube(3) == 27


def test_constant_arguments_share_a_translation():
    """Numba knows the value of a constant by its type, and would translate the rule for each."""
    add = made(lambda x, k=5: x + k, **AS_RULE)
    total = made(lambda x: add(x, 1) + add(x, 2) + add(x, k=3) + add(x, x) + add(x))
    assert total(10) == 10 * 6 + 1 + 2 + 3 + 5
    assert [args[0] for args in add.translations] == [types.int64] * len(add.translations)
    assert sum(not isinstance(args[1], types.Omitted) for args in add.translations) == 1


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


def test_functions_that_call_each_other_are_compiled(monkeypatch):
    monkeypatch.setitem(globals(), "is_even", made(is_even))
    monkeypatch.setitem(globals(), "is_odd", made(is_odd))
    assert [is_even(7), is_odd(7), is_even(8)] == [False, True, True]


def test_threads_that_compile_callers_of_one_rule_agree():
    square, cube, _ = chain()
    others = [made(lambda x, k=k: cube(x) + square(x) * k) for k in range(4)]
    found = []
    threads = [threading.Thread(target=lambda f=f: found.append(f(2.0))) for f in (*others, cube, square)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == [4.0, 8.0, 8.0, 12.0, 16.0, 20.0]


def test_a_numba_without_the_internals_compiles_everything_in_full(monkeypatch):
    monkeypatch.setattr(callees, "AVAILABLE", False)
    square, cube, total = chain()
    assert total(np.array([2.0, 3.0])) == 17.0
    assert len(square.overloads) == len(cube.overloads) == 1


def test_arrays_made_by_callees_are_freed():
    """A thousand arrays of 8 MB do not stay in memory."""
    fresh = made(lambda n: np.arange(n) * 1.0)
    summed = made(lambda n: fresh(n)[0] + fresh(n + 1)[1])
    summed(3)
    before = resident()
    for _ in range(500):
        assert summed(1_000_000) == 1.0
    assert resident() - before < 100e6


def resident():
    """Most memory that this process has used so far, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
