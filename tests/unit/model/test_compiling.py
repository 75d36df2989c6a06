"""Compiling in another process while this one plays on: same bits, no process left, and an end when asked for."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import pytest
from filelock import FileLock, Timeout

import model.systems  # noqa: F401 - fills SYSTEMS
from learning import cache_folder, callees, direct
from learning.jit import Kernel, rule
from learning.postponed import interpreting, look_again
from model import compiling
from model.background import playing_on
from model.base import SYSTEMS
from model.compiling import SWITCH, is_possible
from tests.waiting import PATIENCE, wait_until

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "batch_runs", "run", "learning_bidders", "--seed", "1"]
PERIODS = {"emissions_trading": 3, "escape_permits": 4, "grid": 6}


@rule
def double(values):
    for k in range(values.shape[0]):
        values[k] = 2.0 * values[k]


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv(SWITCH, "60")
    look_again()
    yield tmp_path / "cache"
    look_again()


def is_compiling(cache):
    """Whether a process holds the lock of those that compile into the cache."""
    try:
        with FileLock(cache / "compiling.lock", timeout=0):
            return False
    except Timeout:
        return True


def test_a_run_goes_on_compiled_when_another_process_is_ready(empty_cache):
    values, told = np.ones(1), []
    with playing_on(notice=lambda: told.append("compiling")):
        double(values)
        assert values == 2.0 and not double.signatures and told == ["compiling"]
        wait_until(lambda: double(np.ones(1)) or double.signatures)
    assert double.stats.cache_hits and told == ["compiling"]


@pytest.mark.parametrize("name", list(SYSTEMS))
def test_changing_over_to_compiled_rules_changes_no_bit(name, monkeypatch, same_bits):
    periods = PERIODS.get(name, 20)
    one, other = SYSTEMS[name](rng=1), SYSTEMS[name](rng=1)
    one.advance(2 * periods)
    look_again()
    with interpreting(), monkeypatch.context() as patch:
        patch.setattr(direct, "_MACHINE_CODE", WeakKeyDictionary())
        patch.setattr(callees.RuleDispatcher, "_is_there", lambda rule, args: False)
        patch.setattr(Kernel, "is_postponed", lambda kernel: True)
        other.advance(periods)
    look_again()
    other.advance(periods)
    for a, b in zip(one.datacollector.rows(), other.datacollector.rows(), strict=True):
        assert same_bits(a, b)
    assert same_bits(one.firms.numbers, other.firms.numbers)


def test_it_can_be_switched_off_and_needs_a_cache_to_write(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    for value, possible in (("0", False), ("5", True), ("on", True)):
        monkeypatch.setenv(SWITCH, value)
        assert is_possible() is possible
    monkeypatch.delenv(SWITCH)
    assert is_possible()
    (tmp_path / "file").touch()
    monkeypatch.setattr(cache_folder.tempfile, "gettempdir", lambda: str(tmp_path / "file"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "cache"))
    with pytest.warns(cache_folder.CacheWarning, match="nothing is kept"):
        assert not is_possible()


def test_a_rule_that_no_other_process_can_import_is_compiled_in_this_one(empty_cache):
    raised = rule(lambda x: x + 1.0)
    with playing_on():
        assert raised(1.0) == 2.0 and raised.signatures


def first_run(cache, *more):
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache), SWITCH: "60"}
    return subprocess.Popen(
        [*COMMAND, *more],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_short_run_ends_before_its_rules_are_compiled_with_the_same_numbers(empty_cache):
    run = first_run(empty_cache, "--periods", "20", "--window", "20", "--json")
    shown, said = run.communicate(timeout=PATIENCE)
    assert said.startswith("compiling the rules in the background (about 10 s")
    compiled = SYSTEMS["learning_bidders"](rng=1)
    compiled.advance(20)
    assert json.loads(shown)["metrics"] == pytest.approx(compiled.summary(), rel=0, abs=0, nan_ok=True)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_and_what_compiles_for_it(empty_cache, how):
    run = first_run(empty_cache, "--periods", "1000000")
    wait_until(lambda: is_compiling(empty_cache), run)
    run.send_signal(how)
    began = time.process_time()
    _, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == 128 + how
    assert "Traceback" not in said
    wait_until(lambda: not is_compiling(empty_cache))
    assert time.process_time() - began < 20  # the process alone would end after a minute


def test_a_process_that_nobody_stops_ends_in_the_end(monkeypatch):
    ended = []
    monkeypatch.setenv(SWITCH, "0.01")
    monkeypatch.setattr(compiling.os, "_exit", ended.append)
    compiling._end_late()
    assert ended == [1]
