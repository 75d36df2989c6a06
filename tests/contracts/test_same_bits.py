"""Same seed, same bits: in another process, and with every rule interpreted instead of compiled."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import model.systems  # noqa: F401 - registers the systems
from model.base import SYSTEMS
from model.mechanisms.auctions.base import AUCTIONS
from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS
from tests.contracts.parts import combinations
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
SMALL = {
    "n_firms": 3,
    "years": 3,
    "quarters": 2,
    "n_traders": 2,
    "lever_steps": 7,
    "price_steps": 4,
    "volume_steps": 3,
    "q_learning.epsilon_rounds": 3,
    "fixed.action": 5,
}
PERIODS = 5
MIXTURES = {
    "learner": "regret_matching+roth_erev+q_learning",
    "behaviour": "outlook+roth_erev+q_learning",
    "trader": "momentum+value",
    "curve": "straight+kinked",
}
"""By knob, parts of which each plays for some firms: one by states, and one that learns from the profit of every bid
or does not learn."""


def digest(system, chosen):
    """Digest of everything recorded and learned in a short run, compiled and then step by step."""
    small = {name: value for name, value in SMALL.items() if name in SYSTEMS[system].Params.all_knobs()}
    model = SYSTEMS[system](rng=11, **small | chosen)
    model.advance(PERIODS)
    model.step()
    found = hashlib.sha256()
    groups = model.learner.groups if hasattr(model, "learner") else getattr(model, "learners", ())
    learned = [group.learner.memory for group in groups]
    for array in (*model.datacollector.rows(), *learned, *model.datacollector.metrics.values()):
        found.update(bytes(memoryview(array)) if not isinstance(array, list) else repr(array).encode())
    return found.hexdigest()


def digests():
    """Digest of every system: every learner with every format and the like, a mixture, and every exchange."""
    mixtures = [
        (system, {name: MIXTURES[name]})
        for system, kind in SYSTEMS.items()
        for name, declared in kind.Params.knobs().items()
        if declared.mixed
    ]
    exchanges = [
        (system, {"exchange": name})
        for system, kind in SYSTEMS.items()
        if "exchange" in kind.Params.knobs()
        for name in kind.Params.knobs()["exchange"].choices[1:]  # the first is the default
    ]
    usual = [(system, chosen) for system in SYSTEMS for chosen in combinations(system)]
    return {
        " ".join([system, *chosen.values()]): digest(system, chosen)
        for system, chosen in usual + mixtures + exchanges
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
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    there = dict(text.rsplit(" ", 1) for text in done.stdout.splitlines())
    assert {name: value for name, value in here.items() if there[name] != value} == {}
    assert set(there) == set(here)


def test_the_digest_notices_a_difference(here):
    """Other parts, other bits; but see `what_matters`."""
    assert len(set(here.values())) == len({what_matters(name) for name in here})


AT_ONE_PRICE = "uniform", "ascending_clock", "vcg"


def what_matters(combination):
    """A combination, without what has no effect in it.

    Kinds of farm differ by when they bid in a clock, so not where bids are sealed; auctions of permits among those
    who never bid are alike. Random enterprises bid for fewer permits than there are: uniform, clock and VCG prices are
    then the reserve price. Truthful chains bid costs that the clock calls, too.
    """
    system, *parts = combination.split()
    if system == "escape_permits" and PACKAGE_AUCTIONS[parts[0]].asks == "sealed":
        return system, parts[0]
    if system == "grid" and "idle" in parts:
        return system, *("sold" if part in AUCTIONS else part for part in parts)
    if system == "grid" and "random_action" in parts:
        return system, *("at the reserve price" if part in AT_ONE_PRICE else part for part in parts)
    if system == "supply_chains" and "truthful" in parts:
        return system, *("at one price" if part in AT_ONE_PRICE[:2] else part for part in parts)
    return system, *parts


if __name__ == "__main__":
    for combination, value in digests().items():
        print(combination, value)
