"""Orders: rules by name, for a process that compiles them; what is missing is ordered once it is called from Python."""

import pickle
import time

import numba
import numpy as np
import pytest
from numba import types

from learning import q_learning
from learning.direct import Direct
from learning.jit import Kernel, rule
from learning.orders import order_of
from learning.postponed import expects_interpreted, interpreting, look_again

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")


@rule
def halve(values):
    for k in range(values.shape[0]):
        values[k] = 0.5 * values[k]


@rule
def quarter(values):
    halve(values)
    halve(values)


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    look_again()
    yield
    look_again()


def test_an_order_finds_its_rule_or_kernel_by_name():
    for part, signature in ((q_learning.choose, None), (halve, (types.float64[::1],))):
        order = pickle.loads(pickle.dumps(order_of(part, signature)))
        assert order == order_of(part, signature)
        assert order.name == part.__name__ and order.signature == signature


def test_what_another_process_would_not_find_has_no_order():
    assert order_of(rule(lambda x: x + 1.0), (types.float64,)) is None
    assert order_of(Kernel(halve.py_func, types.float64(types.float64)), None) is None


def test_a_rule_called_from_python_is_ordered_and_its_callees_are_not(empty_cache):
    values, ordered = np.ones(3), []
    with interpreting(lambda part, signature: ordered.append((part, signature)) or True):
        quarter(values)
        quarter(values)
        assert expects_interpreted()
    assert values.tolist() == [1 / 16] * 3
    assert ordered == [(quarter, (types.float64[::1],))]
    assert not quarter.signatures


def test_an_ordered_rule_is_used_as_soon_as_it_is_there(empty_cache):
    values = np.ones(3)
    with interpreting(lambda part, signature: True):
        quarter(values)
        rule(quarter.py_func)(np.ones(3))  # another process's part is played by another object
        assert not quarter.signatures
    rule(quarter.py_func)(np.ones(3))
    with interpreting(lambda part, signature: True):
        ends = time.monotonic() + 20
        while not quarter.signatures and time.monotonic() < ends:
            quarter(values)
    assert quarter.stats.cache_hits


def test_what_nobody_compiles_elsewhere_is_compiled_here(empty_cache):
    again = rule(halve.py_func)
    with interpreting(lambda part, signature: False):
        again(np.ones(3))
    assert again.signatures


def test_a_loop_that_has_machine_code_waits_for_a_kernel_that_has_none(empty_cache):
    signature = types.float64(types.float64)

    def apply(kernel, x):
        return kernel(x)

    loop = rule(apply)
    first, second = (Kernel(each, signature) for each in (lambda x: x / 3.0, lambda x: x + 1.0))
    assert loop(first, 1.0) == 1.0 / 3.0
    with interpreting(lambda part, signature: True):
        assert loop(second, 1.0) == 2.0
    assert "_compiled" not in vars(second)


@pytest.mark.parametrize("called_by", [lambda loop: loop, Direct])
def test_a_loop_compiled_here_compiles_the_kernel_that_was_ordered(empty_cache, called_by):
    """An order that has taken too long is given up for the loop first; other processes may still work on its kernel."""

    def apply(kernel, x):
        return kernel(x)

    loop = rule(apply)
    thirds = Kernel(lambda x: x / 3.0, types.float64(types.float64))
    kinds = Kernel(lambda x: x + 1, types.int64(types.int64))
    with interpreting(lambda part, signature: isinstance(part, Kernel)):
        assert called_by(loop)(thirds, 1.0) == 1.0 / 3.0
        assert called_by(loop)(kinds, 1) == 2
    assert "_compiled" in vars(thirds) and "_compiled" in vars(kinds)
