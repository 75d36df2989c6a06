"""Output files of a replication, written complete or not at all; folders are made as needed."""

from pathlib import Path

from batch_runs.tables import written_whole


def write_bytes(path, contents):
    """Write ``contents`` to ``path``."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as scratch:
        scratch.write_bytes(contents)


def write_text(path, text):
    """Write ``text`` as UTF-8."""
    write_bytes(path, text.encode())


def write_csv(path, table):
    """Write a data frame without its index, numbers to 8 significant digits."""
    write_text(path, table.to_csv(index=False, float_format="%.8g"))
