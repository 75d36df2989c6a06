"""What a user waits for before a command does its work: processor seconds of whole commands, each its own process.

Warm commands take turns with two imports on the same machine; ratios are to `import numba`, without which no rule
runs. First runs have an empty compile cache.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import model.systems  # noqa: F401 - fills SYSTEMS
from model.base import SYSTEMS
from model.compiling import SWITCH

ROOT = Path(__file__).resolve().parents[2]
TURNS = 5
BYTECODE = Path(tempfile.gettempdir()) / "carbon_benchmark_bytecode"
"""Where it is written if this process is not to write any beside the sources."""
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
    """Processor seconds of one Python process and its own processes, which write bytecode as a user's do."""
    environment = os.environ | variables
    if environment.pop("PYTHONDONTWRITEBYTECODE", None):
        environment["PYTHONPYCACHEPREFIX"] = str(BYTECODE)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
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


FIRST = 3.0
"""Processor seconds before the first results, rules interpreted while another process compiles them."""
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
        record(f"{name}: first results, empty compile cache", results, unit="CPU s", at_most=FIRST)
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


@pytest.mark.benchmark
def test_first_rows_of_sweeps(report, record, tmp_path):
    """Two rows of two periods, while another process compiles: its seconds are not counted.

    It compiles for a few seconds more, so that little is left of it beside what is measured next.
    """
    rows = []
    for name in (next(iter(SYSTEMS)), *SYSTEMS):  # the first writes the bytecode, and is measured again
        sweep = ["-m", "batch_runs", "sweep", name, "collect_every=1,2", "--periods", "2", "--window", "2"]
        folder = ["--workers", "1", "--out", str(tmp_path / f"{name} {len(rows)}")]
        cache = {"NUMBA_CACHE_DIR": str(tmp_path / f"cache {name} {len(rows)}")}
        rows.append({"system": name, "two rows": seconds(*sweep, *folder, **cache, **{SWITCH: "5"})})
    for name, spent in (row.values() for row in rows[1:]):
        record(f"{name}: first rows of a sweep, empty compile cache", spent, unit="CPU s", at_most=FIRST)
    report("Sweeps with an empty compile cache, processor seconds", rows[1:])
    assert all(row["two rows"] < 3 * FIRST for row in rows[1:])


@pytest.mark.benchmark
def test_what_the_first_command_installs(record):
    """Packages of the lock file for this platform: those of the development group are left out."""
    usual, without, everything = installed(), installed("--no-default-groups"), installed("--group", "dev")
    assert without < everything
    record(
        "packages that only developers use in the README's first command",
        len(usual - without),
        unit=f"of {len(usual)}",
        at_most=0,
    )
    assert usual == without


def installed(*options):
    """Names of the packages that `uv run` installs with these options."""
    export = ["uv", "export", "--frozen", "--no-hashes", "--no-header", "--no-emit-project", *options]
    done = subprocess.run(export, cwd=ROOT, capture_output=True, text=True, check=True)
    wanted = [Requirement(line) for line in done.stdout.splitlines() if line[:1].isalnum()]
    return {each.name for each in wanted if each.marker is None or each.marker.evaluate()}
