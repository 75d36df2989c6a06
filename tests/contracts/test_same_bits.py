"""Same seed, same bits: in another process, and with every rule interpreted instead of compiled."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import model.systems  # noqa: F401 - registers the systems
from model.base import SYSTEMS
from tests.contracts.parts import combinations

ROOT = Path(__file__).parents[2]
SMALL = {"n_firms": 3, "price_steps": 4, "volume_steps": 3, "q_learning.epsilon_rounds": 3, "fixed.action": 5}
PERIODS = 5


def digest(system, chosen):
    """Digest of everything recorded and learned in a short run, compiled and then step by step."""
    small = {name: value for name, value in SMALL.items() if name in SYSTEMS[system].Params.all_knobs()}
    model = SYSTEMS[system](rng=11, **small | chosen)
    model.advance(PERIODS)
    model.step()
    found = hashlib.sha256()
    learned = [model.learner.memory] if hasattr(model, "learner") else []
    for array in (*model.datacollector.rows(), *learned, *model.datacollector.model_vars.values()):
        found.update(bytes(memoryview(array)) if not isinstance(array, list) else repr(array).encode())
    return found.hexdigest()


def digests():
    """Digest of every system with its registered parts combined: every learner with every format."""
    return {
        " ".join([system, *chosen.values()]): digest(system, chosen)
        for system in SYSTEMS
        for chosen in combinations(system)
    }


@pytest.fixture(scope="module")
def here():
    return digests()


@pytest.mark.parametrize("switch", [{}, {"NUMBA_DISABLE_JIT": "1"}], ids=["compiled", "interpreted"])
def test_another_process_agrees_to_the_last_bit(switch, here):
    done = subprocess.run(
        [sys.executable, __file__],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | switch,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    there = dict(text.rsplit(" ", 1) for text in done.stdout.splitlines())
    assert {name: value for name, value in here.items() if there[name] != value} == {}
    assert set(there) == set(here)


def test_the_digest_notices_a_difference(here):
    """Of any two parts, in some combination with others: who waits in a clock does not in a sealed-bid auction."""
    found = {}
    for system in SYSTEMS:
        for chosen in combinations(system):
            for knob, part in chosen.items():
                digests = found.setdefault((system, knob), {}).setdefault(part, [])
                digests.append(here[" ".join([system, *chosen.values()])])
    for parts in found.values():
        assert len(set(map(tuple, parts.values()))) == len(parts)


if __name__ == "__main__":
    for combination, value in digests().items():
        print(combination, value)
