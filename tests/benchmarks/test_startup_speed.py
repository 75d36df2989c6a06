"""What a user waits for before a command does its work: processor seconds of whole commands, each its own process.

Warm commands take turns with two imports on the same machine; ratios are to `import numba`, without which no rule
runs. First runs have an empty compile cache.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from model.base import SYSTEMS

ROOT = Path(__file__).resolve().parents[2]
TURNS = 5
NUMBA, MESA = "import numba", "import mesa"
COMMANDS = {
    "--help": 0,
    "list": 0,
    "run learning_bidders phi=3": 2,
    "run learning_bidders fi=1": 2,
    "run learning_bidder": 2,
    "run learning_bidders": 0,
}
"""Exit codes of the commands measured."""
FIRST_RUN_GOALS = {
    "learning_bidders": 8.5,
    "two_tier": 7.0,
    "supply_chains": 8.5,
    "escape_permits": 16.5,
    "grid": 28.0,
}
"""Processor seconds on a Zen 4: half of what they were while every rule was compiled for itself as well."""


def seconds(*arguments, code=0, **variables):
    """Processor seconds of one Python process and its own processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=os.environ | variables, capture_output=True, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == code, done.stderr
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


@pytest.mark.benchmark
def test_warm_commands(report, record):
    ways = {text: (["-c", text], 0) for text in (NUMBA, MESA)}
    ways |= {
        f"carbon {words}": (["-m", "batch_runs", *words.split()], code) for words, code in COMMANDS.items()
    }
    turns = [
        {name: seconds(*words, code=code) for name, (words, code) in ways.items()} for _ in range(TURNS + 1)
    ]
    best = {name: min(turn[name] for turn in turns[1:]) for name in ways}  # the first turn fills the caches
    ratio = {name: best[name] / best[NUMBA] for name in ways}
    report(
        "Warm commands, processor seconds and their ratio to the import of numba",
        [{"command": name, "seconds": best[name], "of numba's": ratio[name]} for name in ways],
    )
    quick = max(best[f"carbon {words}"] for words in COMMANDS if words != "run learning_bidders")
    record("carbon run, warm", best["carbon run learning_bidders"], unit="s", at_most=2)
    record("carbon list, --help and refusals, warm: the slowest", quick, unit="s", at_most=0.3)
    assert all(ratio[f"carbon {words}"] < 0.33 for words in COMMANDS if words != "run learning_bidders")
    assert best["carbon run learning_bidders"] < best[MESA] + best[NUMBA]


@pytest.mark.benchmark
def test_first_runs(report, record, tmp_path):
    rows = []
    for name in SYSTEMS:
        cache = str(tmp_path / name)
        command = ["-m", "batch_runs", "run", name]
        first, second = (seconds(*command, NUMBA_CACHE_DIR=cache) for _ in range(2))
        files = len(list(Path(cache).rglob("*.nbc")))
        rows.append({"system": name, "first run": first, "second run": second, "files": files})
        if name in FIRST_RUN_GOALS:
            goal = FIRST_RUN_GOALS[name]
            record(f"first run of {name}, empty compile cache", first, unit="s", at_most=goal)
    report("First and second run with an empty compile cache, processor seconds", rows)
    assert all(row["second run"] < row["first run"] / 2 for row in rows)
