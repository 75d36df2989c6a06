"""Errors of jobs: in one line for a table, and in a form that a worker process can send."""

import pickle
import traceback

from learning.knobs import ParameterError

as_written = {}
"""Paths of files as the user wrote them, by their paths in this process; filled where they are copies on a worker."""


class WorkerDied(RuntimeError):
    """The process that did a task died at every attempt: killed, out of memory or crashed."""


def describe_error(error):
    """Describe an error in one line: our own by the message alone, others with type and place."""
    message = " ".join(str(error).split())
    for here, path in as_written.items():
        message = message.replace(here, path)
    if isinstance(error, (ParameterError, WorkerDied)):
        return message
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename.rpartition('/')[2]}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {message}{place}"


def portable(error):
    """Return the error, with its traceback as a note, in a form that can be pickled."""
    try:
        error.add_note("in a worker process:\n" + "".join(traceback.format_exception(error)))
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:  # its class cannot be rebuilt from its arguments
        return RuntimeError(describe_error(error))


def raise_error(task, error):
    """Raise the error of a task, with the task's name added."""
    name = str(task)
    name = name if len(name) < 200 else name[:200] + "…"
    if isinstance(error, WorkerDied):
        raise WorkerDied(f"{name}: {error}")
    error.add_note(f"in {name}")
    raise error
