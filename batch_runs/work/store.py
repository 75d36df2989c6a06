"""Results by the key of what they are results of, on disk whole or not there: a second start continues the first.

A store has ``keys()`` of the results that are there, ``add(key, result)``, ``load(key)``, and ``flush()``, after
which all that was added is on disk. `run_missing` fills one.
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

FLUSH_SECONDS = 2.0
PARTS = "[0-9]*.json"
"""Parts of rows; not what somebody who was killed left half written, whose name begins with a dot."""


class ArrayStore:
    """Dicts of arrays, a file of a folder for each: ``KEY.npz``."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def keys(self):
        """Keys of what is there."""
        return {file.stem for file in self.folder.glob("[!.]*.npz")}

    def add(self, key, arrays):
        """Write the arrays to their file."""
        memory = io.BytesIO()
        np.savez_compressed(memory, **arrays)
        self.folder.mkdir(parents=True, exist_ok=True)
        with written_whole(self.folder / f"{key}.npz") as scratch:
            scratch.write_bytes(memory.getvalue())

    def load(self, key):
        """The arrays by name."""
        with np.load(self.folder / f"{key}.npz", allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}

    def flush(self):
        """Nothing to do: whatever was added is on disk."""


class RowStore:
    """Rows of plain values in memory, and with a folder in parts on disk, each with the rows of two seconds.

        FOLDER/000001-KEY.json    a list of rows, each with its key as ``id``

    Of a row written twice, the later one counts.
    """

    def __init__(self, folder=None):
        self.folder = folder
        self.rows = {}
        for part in sorted(folder.glob(PARTS)) if folder else ():
            self.rows |= {row["id"]: row for row in json.loads(part.read_text(encoding="utf-8"))}
        self._unsaved = []
        self._saved_at = time.monotonic()

    def keys(self):
        """Keys of the rows that are there."""
        return self.rows.keys()

    def add(self, key, row):
        """Keep a row; rows reach the disk together, every two seconds."""
        self.rows[key] = row
        self._unsaved.append(row)
        if time.monotonic() - self._saved_at > FLUSH_SECONDS:
            self.flush()

    def load(self, key):
        """The row."""
        return self.rows[key]

    def flush(self):
        """Write the rows not yet on disk as one part."""
        if self.folder and self._unsaved:
            last = max((int(part.name[:6]) for part in self.folder.glob(PARTS)), default=0)
            with written_whole(self.folder / f"{last + 1:06d}-{self._unsaved[0]['id']}.json") as scratch:
                scratch.write_text(json.dumps(self._unsaved), encoding="utf-8")
        self._unsaved = []
        self._saved_at = time.monotonic()


def missing_tasks(tasks, done):
    """Of the tasks whose keys are not among ``done``, one per key."""
    return list({task.key: task for task in tasks if task.key not in done}.values())


def run_missing(
    run, function, tasks, store, *, done=None, progress=None, stop=lambda: False, failed=raise_error
):
    """Do the tasks that the store lacks, those of equal keys once, and keep each result as soon as it is there.

    run : a `Runner`. tasks : objects with a ``key``. done : keys not to do again (None: all in the store).
    progress : called as progress(tasks done, all tasks). stop, failed : as for the runner.
    """
    weight = Counter(task.key for task in tasks)
    missing = missing_tasks(tasks, store.keys() if done is None else done)
    finished = len(tasks) - sum(weight[task.key] for task in missing)
    tell = progress or (lambda done, total: None)
    tell(finished, len(tasks))
    try:
        with closing(run(function, missing, stop=stop, failed=failed)) as results:
            for task, result in results:
                store.add(task.key, result)
                finished += weight[task.key]
                tell(finished, len(tasks))
    finally:
        store.flush()
