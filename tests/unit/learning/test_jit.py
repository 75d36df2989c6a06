"""Compiled rules: what a rule may do, and a kernel is an ordinary function that pickles."""

import pickle
import sys

import numba
import numpy as np
import pytest
from numba import types
from numba.extending import is_jitted

from learning import jit as jit_module
from learning import q_learning
from learning.direct import Direct
from learning.rows import first_of_largest


def test_a_kernel_is_documented_callable_and_pickles_by_name():
    kernel = q_learning.learn
    assert pickle.loads(pickle.dumps(kernel)) is kernel
    assert kernel.__name__ == "learn"
    assert kernel.__doc__.startswith("Q(s, a) +=")
    with pytest.raises(TypeError):
        kernel(np.zeros(3))


@jit_module.jit
def doubled(x):
    return 2.0 * x


def fresh(x):
    return np.zeros(3) + x


def borrowed(x):
    return doubled(x)


def through_a_module(x):
    return jit_module_here.doubled(x)


jit_module_here = sys.modules[__name__]


@pytest.mark.parametrize(
    ("function", "named"), [(fresh, "zeros"), (borrowed, "doubled"), (through_a_module, "doubled")]
)
def test_a_rule_makes_no_arrays_and_calls_only_rules(function, named):
    if named == "doubled" and not is_jitted(doubled):
        pytest.skip("nothing is compiled")
    with pytest.raises(TypeError, match=f"{function.__name__} uses {named}: a rule makes no arrays"):
        jit_module.rule(function)
    with pytest.raises(TypeError, match=named):
        jit_module.kernel(types.float64(types.float64))(function)


def test_a_kernel_declared_so_may_make_arrays():
    kernel = jit_module.kernel(types.float64(types.float64), makes_arrays=True)(lambda x: np.full(2, x).sum())
    assert kernel(1.5) == 3.0


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_a_kernel_is_compiled_for_its_own_signature_only():
    kernel = jit_module.kernel(types.float64(types.float64))(lambda x: x + 1.0)
    assert kernel(1) == 2.0
    with pytest.raises(TypeError, match="No matching definition"):
        kernel(1j)


def test_compiling_is_noticed_and_reading_compiled_rules_is_not():
    noticed = []
    plain = numba.njit(lambda x: x + 2.0)
    with jit_module.when_compiling(lambda: noticed.append(1)):
        plain(1.0)
        first = len(noticed)
        plain(2.0)
    assert first == len(noticed) == (not numba.config.DISABLE_JIT)


def test_a_direct_rule_equals_the_rule_and_pickles():
    row = np.array([1.0, 5.0, 2.0])
    direct = Direct(first_of_largest)
    assert direct(row) == direct(row[::-1].copy()) == 1
    assert pickle.loads(pickle.dumps(direct))(row) == 1
    with pytest.raises((TypeError, AttributeError)):
        direct("no array")


@pytest.mark.filterwarnings("ignore:First-class function type feature is experimental")
@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_machine_code_is_looked_up_by_the_form_of_the_arguments(monkeypatch):
    compiled = []
    plain = numba.njit(lambda pair, kernels: pair[0].sum() + pair[1])
    monkeypatch.setattr(plain, "compile", lambda sig, real=plain.compile: compiled.append(sig) or real(sig))
    whole, real, kernels = np.arange(3), np.ones(3), (q_learning.learn, q_learning.choose)
    assert Direct(plain)((whole, 1), kernels) == Direct(plain)((whole[:2], 3), kernels) == 4
    assert len(compiled) == 1
    assert Direct(plain)((real, 1), kernels) == 4.0 and Direct(plain)((real[::2], 1), kernels) == 3.0
    assert Direct(plain)((real, 0.5), kernels[::-1]) == 3.5
    assert len(compiled) == len(set(compiled)) == 4


def test_a_direct_rule_is_interpreted_where_compiling_is_switched_off(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    assert Direct(lambda x: x + 1)(1) == 2
