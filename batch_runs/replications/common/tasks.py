"""Many runs over processes, each stored when it is done, so that a second start continues the first."""

import hashlib
import json
from functools import cache, partial
from pathlib import Path

from batch_runs.work.engines import Processes
from batch_runs.work.provenance import code_digest
from batch_runs.work.runner import Runner
from batch_runs.work.store import ArrayStore, run_missing


@cache
def _code(path):
    return code_digest().encode() + Path(path).read_bytes()


def digest(description, code):
    """Name of a task: tells its description (anything JSON knows) and the code that runs it from any other.

    code : path of the module that runs the task; the code of all rules is counted in.
    """
    text = json.dumps(description, sort_keys=True)
    return hashlib.sha256(_code(code) + text.encode()).hexdigest()[:20]


def run_all(function, tasks, folder, workers=1, progress=None):
    """``function(task)`` -> dict of arrays, for every task; returns them in the order of ``tasks``.

    tasks : objects with a ``key`` (`digest`); those with equal keys run once. folder : where results are
    kept, one file each; those found there are not computed again. workers : processes (1: this one).
    progress : called as progress(tasks done, all tasks). An error of a task names it and ends the others.
    """
    store = ArrayStore(folder)
    run_missing(Runner(Processes(workers)), partial(_do, function), tasks, store, progress=progress)
    loaded = {key: store.load(key) for key in {task.key for task in tasks}}
    return [loaded[task.key] for task in tasks]


def _do(function, task, progress, stop):
    return function(task)
