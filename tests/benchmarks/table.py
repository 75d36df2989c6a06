"""The figures of ``benchmarks.json`` beside their goals: ``uv run --group dev python -m tests.benchmarks.table``.

It prints them as Markdown and writes them into the README beside it. With names of benchmark files, or ``all``, it
measures these first, each file alone in a process of its own, one after the other: the tests that record a figure. One
that fails, on a busy machine or because a figure is far from its goal, does not keep others from running.

The file has two parts: goals, ``{name: {"idle" and "busy", "at_least" or "at_most", "unit", "command"}}``, and the
tables that benchmarks printed, ``{title: rows}``. A figure has a value for each state of the machine in which it has
been measured, the last one.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

FILE = "benchmarks.json"
FOLDER = Path(__file__).parent
README = FOLDER / "README.md"
STATES = {"idle": "now, idle machine", "busy": "now, busy machine"}
"""Column of the table for each state of the machine."""
BUSY = 1.5
"""Load average per core above which a machine is busy; a benchmark alone makes up to 1, one with two workers 2."""
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->"
"""Lines of the README between which the table stands."""


def known():
    """Read the parts of the file of the present folder; empty parts where there is none."""
    file = Path(FILE)
    return {"goals": {}, "tables": {}} | (
        json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    )


def add(part, name, value):
    """Write ``value`` under its name into a part of the file, in place of an earlier one."""
    parts = known()
    parts[part][name] = value
    Path(FILE).write_text(json.dumps(parts, indent=1, ensure_ascii=False), encoding="utf-8")


def state_of_machine():
    """Return whether the machine is ``idle`` but for the benchmark itself, or ``busy``."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return "busy" if load > BUSY * os.cpu_count() else "idle"


def note_figure(name, state, value, about):
    """Write a figure's value in a state of the machine; about : dict of its unit, command, and at_least or at_most."""
    before = known()["goals"].get(name, {})
    kept = {each: before[each] for each in STATES if each in before}
    add("goals", name, kept | {state: value} | about)


def lined_up(rows):
    """Text of a table, a list of dicts with the same keys."""
    cells = [list(rows[0])] + [[_shown(value) for value in row.values()] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in cells)
    return "\n".join(f"  {line}".rstrip() for line in lines)


def _shown(value):
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def beside_goals(goals):
    """Rows of the table: each figure, its goal, its values now, and whether it reaches the goal."""
    return [
        {
            "figure": name,
            "goal": ("≥ " if "at_least" in entry else "≤ ") + _shown(float(_goal(entry))),
            **{column: _shown(entry[state]) if state in entry else "–" for state, column in STATES.items()},
            "unit": entry["unit"],
            "reached": "yes" if reaches(entry) else "no",
            "command": entry["command"],
        }
        for name, entry in goals.items()
    ]


def _goal(entry):
    return entry["at_least"] if "at_least" in entry else entry["at_most"]


def reaches(entry):
    """Return whether a figure reaches its goal: on the idle machine, if it has been measured there."""
    goal, now = _goal(entry), next(entry[state] for state in STATES if state in entry)
    return now >= goal if "at_least" in entry else now <= goal


def as_markdown(rows):
    """Text of a table, a list of dicts of texts with the same keys, in Markdown."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def put_in(document, table):
    """Return the text of a document with ``table`` between its two lines; ValueError if it lacks them."""
    before, _, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"no place for a table: lines {BEGIN.strip()} and {END}")
    return f"{before}{BEGIN}\n{table}\n{end}{after}"


def measure(names):
    """Run benchmark files by name, or ``all`` that record figures, each alone; return the names of those that failed.

    It prints the seconds of each, of the processor and by the clock on the wall.
    """
    known = {file.stem: file for file in sorted(FOLDER.glob("test_*_speed.py")) if records(file)}
    chosen = list(known) if names == ["all"] else names
    if unknown := [name for name in chosen if name not in known]:
        raise SystemExit(f"no benchmark {', '.join(unknown)}: there are {', '.join(known)}, and all")
    pytest = [sys.executable, "-m", "pytest", "-q", "-m", "benchmark", "--figures"]
    failed, rows = [], []
    for name in chosen:
        before = os.times()
        if subprocess.run([*pytest, str(known[name])]).returncode:
            failed.append(name)
        after = os.times()
        spent = sum(after[2:4]) - sum(before[2:4])
        rows.append({"file": name, "processor, s": spent, "wall, s": after.elapsed - before.elapsed})
    if rows:
        rows.append({name: sum(row[name] for row in rows) for name in rows[0] if name != "file"})
        print(lined_up([{"file": "all of these"} | row for row in rows]))
    return failed


def records(file):
    """Return whether a benchmark file has figures with goals."""
    return "record(" in file.read_text(encoding="utf-8")


def write_table():
    """Print the figures and write them into the README."""
    goals = known()["goals"]
    if not goals:
        raise SystemExit(f"no {FILE} here: run uv run --group dev python -m tests.benchmarks.table all")
    rows = beside_goals(dict(sorted(goals.items())))
    print(lined_up(rows))
    table = as_markdown([row | {"command": f"`{row['command']}`"} for row in rows])
    about = (
        f"Measured on {os.cpu_count()} cores. Busy is a load average above {BUSY} per core; a goal is reached if it is "
        "on the idle machine. Speeds differ from machine to machine.\n"
    )
    README.write_text(put_in(README.read_text(encoding="utf-8"), f"{about}\n{table}"), encoding="utf-8")


if __name__ == "__main__":
    failed = measure(sys.argv[1:])
    write_table()
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)
