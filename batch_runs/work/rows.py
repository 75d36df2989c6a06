"""The jobs of a sweep: each becomes one row, errors included."""

import time

from agents.supply_chains.curve_builder import Stopped
from batch_runs.work.errors import describe_error
from batch_runs.work.single import play_job


def row_of(job, progress=None, stop=lambda: False):
    """Row of one job: id, seconds, and its metrics or the text of its error; raises no error of the run.

    stop : asked between blocks of the run; `Stopped` once it is true. progress : not called.
    """

    def look(_periods):
        if stop():
            raise Stopped

    start = time.perf_counter()
    metrics, error = {}, ""
    try:
        metrics = play_job(job, look)
    except Stopped:
        raise
    except (Exception, SystemExit) as problem:  # a run may execute a user's code, which may do anything
        error = describe_error(problem)
    return _row(job, time.perf_counter() - start, error, metrics)


def failed_row(job, error):
    """Row of a job that brought no result."""
    return _row(job, 0.0, describe_error(error), {})


def _row(job, seconds, error, metrics):
    return {"id": job.key, "seconds": round(seconds, 4), "error": error, "metrics": metrics}
