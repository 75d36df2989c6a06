"""Stores of results by the key of their task, each complete on disk or absent: a second start continues the first.

A store has ``keys()`` of its results, ``add(key, result)``, ``load(key)``, and ``flush()``, after which every result
added is on disk. `run_missing` fills a store.
"""

import io
import json
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np

from batch_runs.tables import written_whole
from batch_runs.work.errors import raise_error
from batch_runs.work.numbers import Numbers

FLUSH_SECONDS = 2.0
PARTS = "[0-9]*.json"
"""Parts of rows, without unfinished files of a killed process, whose names begin with a dot."""


class ArrayStore:
    """Store of dicts of arrays, one file each in a folder: ``KEY.npz``."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def keys(self):
        """Keys of the results stored."""
        return {file.stem for file in self.folder.glob("[!.]*.npz")}

    def add(self, key, arrays):
        """Write the arrays to their file."""
        memory = io.BytesIO()
        np.savez_compressed(memory, **arrays)
        self.folder.mkdir(parents=True, exist_ok=True)
        with written_whole(self.folder / f"{key}.npz") as scratch:
            scratch.write_bytes(memory.getvalue())

    def load(self, key):
        """Read the arrays, by name."""
        with np.load(self.folder / f"{key}.npz", allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}

    def flush(self):
        """No effect: `add` has written everything to disk."""

    flush_if_due = flush


class RowStore:
    """Store of rows of plain values in memory and, with a folder, on disk in parts that hold two seconds of rows.

        FOLDER/000001-KEY.json    a list of rows, each with its key as ``id``

    If a row was written twice, the later one counts. ``shard`` : name of the folder below for the parts of this store,
    beside those of other shards; the rows of all are read.
    """

    def __init__(self, folder=None, shard=""):
        self.folder = folder and folder / shard
        self.rows = {}
        for part in sorted(folder.rglob(PARTS)) if folder else ():
            for row in json.loads(part.read_text(encoding="utf-8")):
                self.rows[row["id"]] = _packed(row)
        self._unsaved = []
        self._saved_at = time.monotonic()

    def keys(self):
        """Keys of the rows stored."""
        return self.rows.keys()

    def add(self, key, row):
        """Add a row; rows are written to disk together, every two seconds."""
        self.rows[key] = row = _packed(row)
        if self.folder:
            self._unsaved.append(row)
        self.flush_if_due()

    def flush_if_due(self):
        """Write the rows not yet on disk if two seconds have passed since the last time."""
        if self._unsaved and time.monotonic() - self._saved_at > FLUSH_SECONDS:
            self.flush()

    def load(self, key):
        """Return the row."""
        return self.rows[key]

    def flush(self):
        """Write the rows not yet on disk as one part."""
        if self.folder and self._unsaved:
            self.folder.mkdir(exist_ok=True)
            last = max((int(part.name[:6]) for part in self.folder.glob(PARTS)), default=0)
            with written_whole(self.folder / f"{last + 1:06d}-{self._unsaved[0]['id']}.json") as scratch:
                scratch.write_text(json.dumps(self._unsaved, default=dict), encoding="utf-8")
        self._unsaved = []
        self._saved_at = time.monotonic()


def _packed(row):
    """The row with its metrics, if it has any, as `Numbers`."""
    metrics = row.get("metrics")
    return row | {"metrics": Numbers.of_dict(metrics)} if metrics and isinstance(metrics, dict) else row


def missing_tasks(tasks, done):
    """Return one task per key that is not among ``done``."""
    return list({task.key: task for task in tasks if task.key not in done}.values())


def run_missing(
    run, function, tasks, store, *, done=None, progress=None, stop=lambda: False, failed=raise_error
):
    """Do the tasks missing in the store, those with equal keys once, and store each result as soon as it is done.

    run : a `Runner`. tasks : objects with a ``key``. done : keys not to do again (None: all in the store).
    progress : called as progress(tasks done, all tasks). stop, failed : as for the runner.
    """
    weight = Counter(task.key for task in tasks)
    missing = missing_tasks(tasks, store.keys() if done is None else done)
    finished = len(tasks) - sum(weight[task.key] for task in missing)
    report = progress or (lambda done, total: None)
    report(finished, len(tasks))

    def stop_or_go_on():
        store.flush_if_due()  # while others are under way, perhaps for long
        return stop()

    try:
        with closing(run(function, missing, stop=stop_or_go_on, failed=failed)) as results:
            for task, result in results:
                store.add(task.key, result)
                finished += weight[task.key]
                report(finished, len(tasks))
    finally:
        store.flush()
