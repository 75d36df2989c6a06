"""Instruments combined: step by step and compiled, and in another interpreter, they bring the same bits."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.systems.emissions_trading import EmissionsTrading
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[5]
SMALL = {"n_firms": 3, "years": 3, "quarters": 2}
COMBINED = {
    "limits": {
        "validity": 2,
        "holding_limit": 0.2,
        "borrow_share": 0.3,
        "free_share": 0.6,
        "free_rule": "benchmark",
        "initial_bank": 60.0,
        "emission_noise": 0.05,
        "true_up": True,
    },
    "supply": {
        "consigned_share": 0.5,
        "free_share": 0.5,
        "offset_limit": 0.1,
        "lot": 0.3,
        "largest_bid": 0.4,
        "least_cover": 0.9,
        "unsold": "return",
        "own_noise": 0.1,
        "ceiling_price": 60.0,
        "ceiling_at_compliance": True,
        "uniform.tie_rule": "pro_rata_whole",
    },
    "fines": {
        "make_good": False,
        "penalty": 60.0,
        "true_up": True,
        "emission_noise": 0.1,
        "banking": False,
        "borrow_share": 1.0,
        "free_share": 1.0,
        "auction": "vcg",
        "outlook.plan": "own",
        "outlook.buffer": 0.1,
    },
    "tax": {"instrument": "tax", "emission_noise": 0.1, "pass_through": 0.5},
}
"""Policies of many parts each."""


def digest(name):
    """Digest of everything recorded in two runs under one of the `COMBINED` policies."""
    model = EmissionsTrading(rng=7, **SMALL, **COMBINED[name])
    model.advance(2 * model.params.cycle)
    return hashlib.sha256(b"".join(rows.tobytes() for rows in model.datacollector.rows())).hexdigest()


@pytest.mark.parametrize("name", COMBINED)
def test_steps_and_compiled_quarters_agree_to_the_last_bit(name, same_history):
    one, other = (EmissionsTrading(rng=7, **SMALL, **COMBINED[name]) for _ in range(2))
    for _ in range(13):
        one.step()
    other.advance(13)
    same_history(one, other)


def test_interpreted_rules_agree_to_the_last_bit():
    done = subprocess.run(
        [sys.executable, __file__],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [digest(name) for name in COMBINED]


if __name__ == "__main__":
    for each in COMBINED:
        print(digest(each))
