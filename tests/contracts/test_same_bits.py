"""Same seed, same bits: in another process, and with every rule interpreted instead of compiled."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from learning.base import LEARNERS
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.learning_bidders import LearningBidders

ROOT = Path(__file__).parents[2]
SMALL = {"n_firms": 3, "price_steps": 4, "volume_steps": 3, "q_learning.epsilon_rounds": 3, "fixed.action": 5}
PERIODS = 5


def digest(learner, auction):
    """Digest of everything recorded and learned in a short run, compiled and then step by step."""
    model = LearningBidders(learner=learner, auction=auction, rng=11, **SMALL)
    model.advance(PERIODS)
    model.step()
    found = hashlib.sha256()
    for array in (
        *model.datacollector.rows(),
        model.learner.memory,
        *model.datacollector.model_vars.values(),
    ):
        found.update(bytes(memoryview(array)) if not isinstance(array, list) else repr(array).encode())
    return found.hexdigest()


def digests():
    """Digest of every learner with every format."""
    return {f"{learner} {auction}": digest(learner, auction) for learner in LEARNERS for auction in AUCTIONS}


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
    assert len(set(here.values())) == len(here)


if __name__ == "__main__":
    for combination, value in digests().items():
        print(combination, value)
