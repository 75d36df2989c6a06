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

import model.systems  # noqa: F401 - fills SYSTEMS
from model.base import SYSTEMS
from model.compiling import SWITCH

ROOT = Path(__file__).resolve().parents[2]
TURNS = 5
NUMBA, MESA = "import numba", "import mesa"
COMMANDS = {
    "--help": 0,
    "list": 0,
    "run learning_bidders phi=3": 2,
    "run learning_bidders fi=1": 2,
    "run learning_bidder": 2,
    "replicate nosuch --out .": 2,
    "replay nosuch.json": 2,
    "run learning_bidders": 0,
}
"""Exit codes of the commands measured."""


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


HALF = {"learning_bidders": 8.5, "two_tier": 7.0, "supply_chains": 8.5, "escape_permits": 16.5, "grid": 28.0}
"""Processor seconds: half of what a first run took before rules met as callees were only translated."""


@pytest.mark.benchmark
def test_first_runs(report, record, tmp_path):
    rows = []
    for name in SYSTEMS:
        run = ["-m", "batch_runs", "run", name]
        caches = [{"NUMBA_CACHE_DIR": str(tmp_path / f"{name}_{turn}")} for turn in range(2)]
        results = seconds(*run, "--periods", "1", "--window", "1", **caches[0], **{SWITCH: "1"})
        first, second = (seconds(*run, **caches[1], **{SWITCH: "0"}) for _ in range(2))
        files = len(list(Path(caches[1]["NUMBA_CACHE_DIR"]).rglob("*.nbc")))
        rows.append(
            {
                "system": name,
                "first results": results,
                "first run": first,
                "second run": second,
                "files": files,
            }
        )
        record(f"{name}: first results, empty compile cache", results, unit="CPU s", at_most=3.0)
        if name in HALF:
            record(f"{name}: first run, compiled before it", first, unit="CPU s", at_most=HALF[name])
        record(f"{name}: warm run", second, unit="CPU s", at_most=2.0)
    report(
        "With an empty compile cache, processor seconds: first results, played interpreted; first and second run when "
        "rules are compiled before it",
        rows,
    )
    assert all(row["first results"] < 0.5 * row["first run"] for row in rows)
    assert all(row["second run"] < row["first run"] / 2 for row in rows)
