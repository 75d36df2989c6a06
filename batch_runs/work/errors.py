"""Errors of jobs: in one line for a table, and as they travel from a worker process."""

import pickle
import traceback

from learning.knobs import ParameterError


class WorkerDied(RuntimeError):
    """The process that worked on a task has died each time: killed, out of memory or crashed."""


def describe_error(error):
    """One line for an error: the message alone where it is ours, otherwise with its type and place."""
    message = " ".join(str(error).split())
    if isinstance(error, (ParameterError, WorkerDied)):
        return message
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename.rpartition('/')[2]}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {message}{place}"


def portable(error):
    """The error in a form that survives pickling, with its traceback as a note."""
    try:
        error.add_note("in a worker process:\n" + "".join(traceback.format_exception(error)))
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:  # of a class that cannot be made again from its arguments
        return RuntimeError(describe_error(error))


def raise_error(task, error):
    """Raise the error of a task, with the task's name."""
    name = str(task)
    name = name if len(name) < 200 else name[:200] + "…"
    if isinstance(error, WorkerDied):
        raise WorkerDied(f"{name}: {error}")
    error.add_note(f"in {name}")
    raise error
