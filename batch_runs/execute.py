"""Doing the jobs of a sweep, in this process or in others. Each job becomes one row, errors included."""

import time
import traceback

from batch_runs.single import play_job
from learning.knobs import ParameterError


class Cancelled(Exception):
    """The caller wants no more; raised between blocks of a run to leave it."""


def row_of(job, progress=None):
    """Row of one job: id, seconds, and its metrics or the text of its error; raises no error of the run."""
    start = time.perf_counter()
    metrics, error = {}, ""
    try:
        metrics = play_job(job, progress)
    except Cancelled:
        raise
    except (
        Exception,
        SystemExit,
    ) as problem:  # a run may execute a user's code: whatever it does stays in its row
        error = told(problem)
    return {
        "id": job.id,
        "seconds": round(time.perf_counter() - start, 4),
        "error": error,
        "metrics": metrics,
    }


def told(problem):
    """One line for an error: where it comes from us, our message; otherwise also its type and place."""
    message = " ".join(str(problem).split())
    if isinstance(problem, ParameterError):
        return message
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" ({frames[-1].filename.rpartition('/')[2]}, line {frames[-1].lineno})" if frames else ""
    return f"{type(problem).__name__}: {message}{place}"


def rows_here(jobs, cancelled):
    """Yield the row of each job, one after the other in this process; stop once ``cancelled()`` is true."""

    def look(_periods):
        if cancelled():
            raise Cancelled

    for job in jobs:
        if cancelled():
            return
        try:
            yield row_of(job, look)
        except Cancelled:
            return


def rows_of(jobs, workers, plugins=(), cancelled=lambda: False):
    """Yield the row of each job, in any order, with this many processes; one means this one."""
    if workers == 1 or len(jobs) < 2:
        return rows_here(jobs, cancelled)
    from batch_runs.crew import Crew

    return Crew(min(workers, len(jobs)), plugins).rows(jobs, cancelled)
