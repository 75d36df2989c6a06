"""Tasks run by several processes, each stored when it is done, so that a second start continues the first."""

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
    """Name of a task, unique to its description (any JSON value) and to the code that runs it.

    code : path of the module that runs the task; the code of all rules is included.
    """
    text = json.dumps(description, sort_keys=True)
    return hashlib.sha256(_code(code) + text.encode()).hexdigest()[:20]


def run_all(function, tasks, folder, workers=1, progress=None):
    """Compute ``function(task)``, a dict of arrays, for every task; return the results in the order of ``tasks``.

    tasks : objects with a ``key`` (`digest`); those with equal keys run once. folder : of the results, one file each;
    results found there are not computed again. workers : processes (1: this one). progress : called as
    progress(tasks done, all tasks). The error of a task is raised with the task's name and ends the others.
    """
    store = ArrayStore(folder)
    run_missing(Runner(Processes(workers)), partial(_do, function), tasks, store, progress=progress)
    loaded = {key: store.load(key) for key in {task.key for task in tasks}}
    return [loaded[task.key] for task in tasks]


def _do(function, task, progress, stop):
    return function(task)
