"""Stores of results by the key of their task, each complete on disk or absent: a second start continues the first.

A store has ``keys()`` of its results, ``add(key, result)``, ``load(key)``, and ``flush()``, after which every result
added is on disk. `run_missing` fills a store.
"""

import io
import json
import time
from array import array
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from math import nan
from pathlib import Path

import numpy as np

from batch_runs.tables import written_whole
from batch_runs.work.errors import raise_error

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


class Numbers(Mapping):
    """Numbers by name in a fifth of a dict's memory: the names are those of all rows together."""

    __slots__ = "_positions", "_values"

    def __init__(self, positions, values):
        self._positions, self._values = positions, values

    def __getitem__(self, name):
        return self._values[self._positions[name]]

    def of(self, names):
        """The numbers of these names, in their order; NaN where there is none."""
        if names == tuple(self._positions):  # the usual case
            return self._values
        return [self.get(name, nan) for name in names]

    def __iter__(self):
        return iter(self._positions)

    def __len__(self):
        return len(self._positions)


class RowStore:
    """Store of rows of plain values in memory and, with a folder, on disk in parts that hold two seconds of rows.

        FOLDER/000001-KEY.json    a list of rows, each with its key as ``id``

    If a row was written twice, the later one counts. ``shard`` : name of the folder below for the parts of this store,
    beside those of other shards; the rows of all are read.
    """

    def __init__(self, folder=None, shard=""):
        self.folder = folder and folder / shard
        self.rows, self._positions = {}, {}
        for part in sorted(folder.rglob(PARTS)) if folder else ():
            for row in json.loads(part.read_text(encoding="utf-8")):
                self.rows[row["id"]] = self._packed(row)
        self._unsaved = []
        self._saved_at = time.monotonic()

    def keys(self):
        """Keys of the rows stored."""
        return self.rows.keys()

    def add(self, key, row):
        """Add a row; rows are written to disk together, every two seconds."""
        self.rows[key] = self._packed(row)
        if self.folder:
            self._unsaved.append(row)
        self.flush_if_due()

    def flush_if_due(self):
        """Write the rows not yet on disk if two seconds have passed since the last time."""
        if self._unsaved and time.monotonic() - self._saved_at > FLUSH_SECONDS:
            self.flush()

    def _packed(self, row):
        if not row.get("metrics"):
            return row
        names = tuple(row["metrics"])
        if names not in self._positions:
            self._positions[names] = {name: k for k, name in enumerate(names)}
        return row | {"metrics": Numbers(self._positions[names], array("d", row["metrics"].values()))}

    def load(self, key):
        """Return the row."""
        return self.rows[key]

    def flush(self):
        """Write the rows not yet on disk as one part."""
        if self.folder and self._unsaved:
            self.folder.mkdir(exist_ok=True)
            last = max((int(part.name[:6]) for part in self.folder.glob(PARTS)), default=0)
            with written_whole(self.folder / f"{last + 1:06d}-{self._unsaved[0]['id']}.json") as scratch:
                scratch.write_text(json.dumps(self._unsaved), encoding="utf-8")
        self._unsaved = []
        self._saved_at = time.monotonic()


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
