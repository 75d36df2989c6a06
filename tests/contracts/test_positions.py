"""Compiled rules read their settings by name: a knob inserted anywhere, or choices in another order, change nothing."""

import os
import subprocess
import sys
from pathlib import Path

from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]

INSERT = '''
import dataclasses, inspect
from learning import knobs

declare = knobs.settings

def declare_more(cls):
    """Declare another knob before each of those of a learner or an auction format, and turn its choices round."""
    if not cls.__module__.startswith(("learning.", "model.mechanisms.")):
        return declare(cls)
    own = {}
    for name, kind in inspect.get_annotations(cls).items():
        another = f"before_{name}"
        own |= {another: float, name: kind}
        setattr(cls, another, knobs.knob(0.123))
        known = getattr(cls, name).metadata["knob"]
        if isinstance(known.choices, tuple):
            known = dataclasses.replace(known, choices=known.choices[::-1])
            setattr(cls, name, dataclasses.field(default=known.default, metadata={"knob": known}))
    cls.__annotations__ = own
    return declare(cls)

knobs.settings = declare_more
'''

PLAY = '''
import hashlib
import numpy as np
from learning.base import LEARNERS
from model.mechanisms.auctions.base import AUCTIONS, clear
from model.systems.learning_bidders import LearningBidders

def note(chosen, arrays):
    """Print what was chosen, and a digest of its results."""
    print(*chosen, hashlib.sha256(b"".join(np.asarray(a).tobytes() for a in arrays)).hexdigest())

def sell(auction, **chosen):
    """Hold some auctions with equal bids, some of them with more permits than bids."""
    rng, settings, results = np.random.default_rng(1), AUCTIONS[auction].Settings(**chosen), []
    for _ in range(30):
        price, volume, key = rng.integers(2, 8, 6) + 0.05, rng.integers(1, 5, 6), rng.random(6)
        supply = rng.integers(1, 25)
        result = clear(auction, price, volume, supply=supply, reserve=1.0, settings=settings, tie_key=key)
        results += [result.award, result.payment, result.clearing_price, result.equilibrium_price]
    note([auction, *chosen.items()], results)

def learn(learner, **chosen):
    """Let firms learn for some periods."""
    flat = {f"{learner}.{name}": value for name, value in chosen.items()}
    model = LearningBidders(n_firms=4, rng=3, learner=learner, **{"q_learning.epsilon_rounds": 40} | flat)
    for _ in range(60):
        model.step()
    note([learner, *chosen.items()], [model.firms.numbers, model.learner.memory])

def run_all(run, registry):
    """Run every part as it is, and with each of its choices."""
    for part, kind in registry.items():
        run(part)
        for name, knob in kind.Settings.knobs().items():
            for choice in sorted(knob.choices or ()):
                if choice != knob.default:
                    run(part, **{name: choice})

run_all(sell, AUCTIONS)
run_all(learn, LEARNERS)
print(*(len(kind.Settings.knobs()) for kind in AUCTIONS.values()))
'''


def printed(script):
    """Lines that a script prints in a process of its own, where rules are plain Python."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_more_knobs_and_other_orders_of_choices_change_no_rule():
    *usual, few = printed(PLAY)
    *changed, many = printed(INSERT + PLAY)
    assert changed == usual
    assert few != many, "no knob was inserted"
    digests = [line.split()[-1] for line in usual]
    assert len(set(digests)) == len(digests), "a choice makes no difference here, so nothing is shown of it"
