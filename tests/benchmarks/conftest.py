"""Benchmarks print a table and add their ratios to one file, ``benchmarks.json``."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def report(capsys):
    """Function that prints a table (list of dicts) under a title and keeps it in ``benchmarks.json``."""
    file = Path("benchmarks.json")

    def tell(title, rows):
        known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        file.write_text(json.dumps(known | {title: rows}, indent=1), encoding="utf-8")
        columns = list(rows[0])
        cells = [columns] + [[_shown(row[name]) for name in columns] for row in rows]
        widths = [max(len(line[k]) for line in cells) for k in range(len(columns))]
        with capsys.disabled():
            print(f"\n\n{title}")
            for line in cells:
                print("  " + "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)))

    return tell


def _shown(value):
    return f"{value:,.3g}" if isinstance(value, float) else str(value)
