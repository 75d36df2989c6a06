"""Rules without machine code: interpreted or refused where that is asked for, with the same results."""

import os
import threading

import numba
import numpy as np
import pytest
from numba import types

from learning.direct import Direct
from learning.jit import Kernel, jit, rule
from learning.postponed import NotCompiledError, interpreting, look_again, refusing

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")

SEEN = []


def third(x):
    return x / 3.0


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    yield
    look_again()


@pytest.fixture
def scale():
    """A rule with a callee and a default."""
    one_third = rule(third)

    def scale(values, by=2.0):
        for k in range(values.shape[0]):
            values[k] = one_third(values[k]) * by

    return rule(scale)


def scaled(call):
    values = np.linspace(0.1, 1.0, 7)
    call(values)
    return values.tobytes()


def test_a_rule_that_is_in_no_cache_is_interpreted_until_it_is_looked_for_again(scale):
    with interpreting():
        first = scaled(scale), scaled(lambda x: scale(x, 2.0)), scaled(lambda x: scale(x, by=2.0))
        assert not scale.signatures
        twin = jit(scale.py_func.__closure__[0].cell_contents.py_func)
        assert twin(1.0) == third(1.0) and not twin.signatures
    assert not scale.signatures
    compiled = scaled(scale)
    assert scale.signatures
    assert set(first) == {compiled}


def test_what_is_in_the_cache_is_not_interpreted(scale):
    scaled(scale)
    another = rule(scale.py_func)
    with interpreting():
        assert scaled(another) == scaled(scale)
    assert another.signatures and another.stats.cache_hits


def test_the_cache_is_looked_at_again_only_on_demand(scale):
    another = rule(scale.py_func)
    with interpreting():
        scaled(another)
        threading.Thread(
            target=scaled, args=(scale,)
        ).start()  # another thread waits for its compiler as usual
        while not any(
            name.endswith(".nbc") for _, _, names in os.walk(os.environ["NUMBA_CACHE_DIR"]) for name in names
        ):
            pass
        scaled(another)
        assert not another.signatures
        look_again()
        scaled(another)
        assert another.stats.cache_hits


def test_refusing_names_the_rule_and_compiles_nothing(scale):
    with refusing(), pytest.raises(NotCompiledError, match="scale is not compiled yet"):
        scaled(scale)
    with refusing(), pytest.raises(NotCompiledError, match="scale"):
        scaled(Direct(scale))
    assert not scale.signatures


def test_a_direct_rule_and_a_kernel_are_interpreted_too(scale):
    kernel, direct = Kernel(third, types.float64(types.float64)), Direct(scale)
    with interpreting():
        interpreted = scaled(lambda x: direct(x, 2.0))
        assert kernel(1.0) == third(1.0)
    assert "_compiled" not in vars(kernel) and not scale.signatures
    assert scaled(lambda x: direct(x, 2.0)) == interpreted
    assert kernel(1.0) == third(1.0) and "_compiled" in vars(kernel)


def test_a_loop_in_the_cache_waits_for_the_kernel_it_gets(scale):
    signature = types.float64(types.float64)

    def apply(kernel, x):
        return kernel(x)

    first, second = Kernel(third, signature), Kernel(lambda x: x + 1.0, signature)
    loop, again = rule(apply), rule(apply)
    loop(first, 1.0)
    with interpreting():
        assert again(second, 1.0) == 2.0
    assert not again.signatures
    assert again(second, 1.0) == 2.0 and again.stats.cache_hits
