"""Models of several visitors are played at the same time, in threads that do not wait for each other."""

import gc
import threading
import time
import types
import weakref

import numpy as np
import pytest

from learning.jit import driver
from model.base import SYSTEMS
from model.scenarios import scenarios

SHARED_BY_ALL = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, *weakref.ProxyTypes)
PERIODS = 300

of_every_system = pytest.mark.parametrize("system", SYSTEMS)


def arrays_of(model):
    """All arrays that a model refers to, by the place of their numbers."""
    found, seen, waiting = {}, set(), [model]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or issubclass(type(each), SHARED_BY_ALL):
            continue
        seen.add(id(each))
        if isinstance(each, np.ndarray) and each.size:
            found[each.__array_interface__["data"][0]] = each
        waiting += gc.get_referents(each)
    return found


@pytest.mark.parametrize(
    ("system", "scenario"),
    [(system, name) for system in SYSTEMS for name in ("", *list(scenarios(system))[:2])],
)
def test_what_two_models_share_neither_writes(system, scenario, same_bits):
    parameters = scenarios(system)[scenario].parameters if scenario else {}
    one, other = (SYSTEMS[system](**parameters, rng=3) for _ in range(2))
    theirs = arrays_of(other)
    shared = [array for place, array in arrays_of(one).items() if place in theirs]
    before = [array.copy() for array in shared]
    one.advance(60)
    for array, was in zip(shared, before, strict=True):
        assert same_bits(array, was)


@of_every_system
def test_models_played_at_once_play_as_alone(system, same_history):
    alone, together = ([SYSTEMS[system](rng=seed) for seed in (1, 2, 2)] for _ in range(2))
    for model in alone:
        model.advance(PERIODS)
    threads = [threading.Thread(target=model.advance, args=[PERIODS]) for model in together]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(alone, together, strict=True):
        same_history(one, other)


@driver
def count(numbers, rounds):
    """Count in a compiled loop, for long."""
    for k in range(rounds):
        numbers[0] += (k ^ numbers[1]) & 1
        numbers[1] = (numbers[1] * 5 + k) % 1_000_003


def test_other_threads_go_on_while_a_driver_runs():
    numbers = np.zeros(2, np.int64)
    count(numbers, 1)
    rounds, seconds = 1_000_000, 0.0
    while seconds < 0.5:  # so long a call, however fast the computer
        rounds, began = 2 * rounds, time.perf_counter()
        count(numbers, rounds)
        seconds = time.perf_counter() - began
    thread, steps = threading.Thread(target=count, args=[numbers, rounds]), 0
    thread.start()
    while thread.is_alive():
        steps += 1
        time.sleep(0.001)
    assert steps > 20
