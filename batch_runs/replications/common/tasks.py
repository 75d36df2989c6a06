"""Many runs over processes, each stored when it is done, so that a second start continues the first."""

import hashlib
import io
import json
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import numpy as np

from batch_runs.crew import prepare_worker, process_context
from batch_runs.provenance import code_digest
from batch_runs.replications.common.files import write_bytes


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
    """
    by_key = {task.key: task for task in tasks}
    stored = {key: folder / f"{key}.npz" for key in by_key}
    missing = [task for key, task in by_key.items() if not stored[key].exists()]
    done = len(by_key) - len(missing)
    if progress:
        progress(done, len(by_key))
    for task, result in _results(function, missing, workers):
        _store(stored[task.key], result)
        done += 1
        if progress:
            progress(done, len(by_key))
    loaded = {key: _load(file) for key, file in stored.items()}
    return [loaded[task.key] for task in tasks]


def _results(function, tasks, workers):
    """Yield (task, result) as they come."""
    if workers <= 1 or len(tasks) <= 1:
        yield from ((task, function(task)) for task in tasks)
        return
    with ExitStack() as stack:
        pool = ProcessPoolExecutor(
            workers, mp_context=process_context(), initializer=prepare_worker, initargs=((),)
        )
        stack.enter_context(pool)
        stack.callback(pool.shutdown, cancel_futures=True)  # an error or Ctrl-C does not wait for the rest
        running = {pool.submit(function, task): task for task in tasks}
        for future in as_completed(running):
            yield running[future], future.result()


def _store(file, arrays):
    memory = io.BytesIO()
    np.savez_compressed(memory, **arrays)
    write_bytes(file, memory.getvalue())


def _load(file):
    with np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}
