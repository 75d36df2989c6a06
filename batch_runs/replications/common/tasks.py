"""Tasks run by several processes, each stored when it is done, so that a second start continues the first."""

import hashlib
import json
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from batch_runs.work.engines import Here
from batch_runs.work.provenance import code_digest
from batch_runs.work.runner import Runner
from batch_runs.work.store import ArrayStore, run_missing


@cache
def _code(path):
    return code_digest().encode() + Path(path).read_bytes()


def digest(description, code):
    """Name of a task, unique to its description (any JSON value) and to the code that runs it.

    code : path of the module that runs the task; the code of all rules is included.
    """
    text = json.dumps(description, sort_keys=True)
    return hashlib.sha256(_code(code) + text.encode()).hexdigest()[:20]


class Resumable(NamedTuple):
    """A function of tasks that take minutes: interrupted, each goes on from a file of its own."""

    function: Callable
    """``function(task, file, progress)`` -> dict of arrays; file : a path for whatever it needs to go on, removed once
    the task is done; progress : called as progress(share done)."""


def run_all(function, tasks, folder, engine=None, progress=None):
    """Compute ``function(task)``, a dict of arrays, for every task; return the results in the order of ``tasks``.

    function : or a `Resumable`; tasks : objects with a ``key`` (`digest`); those with equal keys run once. folder : of
    the results, one file each; results found there are not computed again. engine : None: this process.
    progress : called as progress(tasks done, all tasks); the parts done of `Resumable` tasks count as such. The error
    of a task is raised with the task's name and ends the others.
    """
    store, watch = ArrayStore(folder), _Watch(progress or (lambda done, total: None))
    run = partial(watch.run, Runner(engine or Here()))
    run_missing(run, partial(_do, function, Path(folder)), tasks, store, progress=watch.count)
    for task in tasks:
        _unfinished(Path(folder), task).unlink(missing_ok=True)
    loaded = {key: store.load(key) for key in {task.key for task in tasks}}
    return [loaded[task.key] for task in tasks]


def _do(function, folder, task, progress, stop):
    if not isinstance(function, Resumable):
        return function(task)
    place = folder if folder.is_dir() else Path(tempfile.gettempdir())  # another machine lacks the folder
    return function.function(task, _unfinished(place, task), partial(progress, task.key))


def _unfinished(folder, task):
    """File of a task under way; the store does not take it for a result."""
    return folder / f".{task.key}.unfinished"


class _Watch:
    """Counts tasks done and the parts done of those under way."""

    def __init__(self, progress):
        self.progress, self.done, self.total, self.shares = progress, 0, 0, {}

    def run(self, runner, function, tasks, **how):
        """Run tasks as ``runner`` does, listening to their reports."""
        with closing(runner(function, tasks, progress=self.note, **how)) as results:
            for task, result in results:
                self.shares.pop(task.key, None)
                yield task, result

    def note(self, key, share):
        """Note the part done of a task."""
        self.shares[key] = share
        self._report()

    def count(self, done, total):
        """Note the tasks done."""
        self.done, self.total = done, total
        self._report()

    def _report(self):
        self.progress(self.done + sum(self.shares.values()), self.total)
