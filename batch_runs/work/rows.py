"""Rows of a sweep: each job becomes one row, even if it fails."""

import time

from agents.supply_chains.curve_builder import Stopped
from batch_runs.work.errors import describe_error
from batch_runs.work.single import play_job


def row_of(job, progress=None, stop=lambda: False):
    """Run one job and return its row: id, seconds, and its metrics or the text of its error, which is not raised.

    stop : called between blocks of the run; raises `Stopped` once it returns true. progress : not called.
    """

    def check_stop(_periods):
        if stop():
            raise Stopped

    start = time.perf_counter()
    metrics, error = {}, ""
    try:
        metrics = play_job(job, check_stop)
    except Stopped:
        raise
    except (Exception, SystemExit) as problem:  # a run may execute a user's code, which may raise anything
        error = describe_error(problem)
    return _row(job, time.perf_counter() - start, error, metrics)


def failed_row(job, error):
    """Row of a job without a result."""
    return _row(job, 0.0, describe_error(error), {})


def _row(job, seconds, error, metrics):
    return {"id": job.key, "seconds": round(seconds, 4), "error": error, "metrics": metrics}
