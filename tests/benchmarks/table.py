"""The figures of ``benchmarks.json`` beside their goals: ``uv run --group dev python -m tests.benchmarks.table``.

The file has two parts: goals, ``{name: {"now", "at_least" or "at_most", "unit", "command"}}``, and the tables that
benchmarks printed, ``{title: rows}``.
"""

import json
from pathlib import Path

FILE = "benchmarks.json"


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
    """Rows of the table: each figure, its goal, its value now, and whether that reaches the goal."""
    return [
        {
            "figure": name,
            "goal": ("≥ " if "at_least" in entry else "≤ ") + _shown(float(_goal(entry))),
            "now": _shown(entry["now"]),
            "unit": entry["unit"],
            "reached": "yes" if reaches(entry) else "no",
            "command": entry["command"],
        }
        for name, entry in goals.items()
    ]


def _goal(entry):
    return entry["at_least"] if "at_least" in entry else entry["at_most"]


def reaches(entry):
    """Return whether a figure reaches its goal."""
    goal = _goal(entry)
    return entry["now"] >= goal if "at_least" in entry else entry["now"] <= goal


if __name__ == "__main__":
    goals = known()["goals"]
    print(
        lined_up(beside_goals(goals))
        if goals
        else f"no {FILE} here: run uv run --group dev pytest -m benchmark tests/benchmarks"
    )
