"""Output of tables: to files, complete or not at all, and to the terminal."""

import json
import math
import os
import shutil
import sys
import textwrap
from contextlib import contextmanager
from pathlib import Path

from batch_runs.usage import UsageError

ENDINGS = (".csv", ".parquet")


def has_parquet():
    """Whether Parquet files can be written."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return False
    return True


def check_table(path):
    """Return ``path`` if a table can be written there; UsageError for a wrong ending or place."""
    path = Path(path)
    if path.suffix not in ENDINGS:
        raise UsageError(f"{path}: the name must end in {' or '.join(ENDINGS)}")
    if path.suffix == ".parquet" and not has_parquet():
        raise UsageError(f"{path}: Parquet needs pyarrow; install carbon-market-abm[parquet], or write .csv")
    check_writable(path)
    return path


def check_writable(path):
    """Raise UsageError if a file cannot be written at ``path``; leave no file behind."""
    if path.is_dir():
        raise UsageError(f"{path}: cannot be written: it is a folder")
    probe = _beside(path)
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from None


@contextmanager
def written_whole(path):
    """Give a temporary path to write to, which becomes ``path`` at the end and is deleted after an error."""
    scratch = _beside(path)
    try:
        yield scratch
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def _beside(path):
    return path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")


def write_table(table, path, index=True):
    """Write a pandas table as CSV or Parquet, by the ending of ``path``."""
    with written_whole(path) as scratch:
        if path.suffix == ".parquet":
            table.to_parquet(scratch, index=index)
        else:
            table.to_csv(scratch, index=index)


def write_json(value, path):
    """Write ``value`` as valid, readable JSON."""
    with written_whole(path) as scratch:
        scratch.write_text(as_json(value) + "\n", encoding="utf-8")


def as_json(value):
    """Return valid JSON text; NaN and infinities become null."""
    return json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False)


def _plain(value):
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def text_table(rows, markdown=False):
    """Format rows, dicts with the same keys, as text for the terminal (the last column wraps) or as Markdown."""
    if not rows:
        return "none"
    heads = list(rows[0])
    cells = [[str(row[head]) for head in heads] for row in rows]
    if markdown:
        lines = [heads, ["---"] * len(heads), *([c.replace("|", "\\|") for c in line] for line in cells)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)
    widths = [max(len(line[k]) for line in [heads, *cells]) for k in range(len(heads) - 1)]
    return "\n".join(text for line in [heads, *cells] for text in _aligned(line, widths))


def _aligned(line, widths):
    start = "  ".join(cell.ljust(width) for cell, width in zip(line, widths))
    indent = sum(widths) + 2 * len(widths)
    room = max(shutil.get_terminal_size().columns - indent, 30) if sys.stdout.isatty() else 10_000
    for k, piece in enumerate(textwrap.wrap(line[-1], room) or [""]):
        yield (f"{start}  {piece}" if k == 0 else " " * indent + piece).rstrip()
