"""Rows of a sweep: each job becomes one row, even if it fails."""

import time
from typing import Any, NamedTuple

from agents.supply_chains.curve_builder import Stopped
from batch_runs.work.errors import describe_error
from batch_runs.work.numbers import Numbers
from batch_runs.work.single import Job, collected
from model.collector import AT_ONCE
from model.run_means import means_of_runs
from model.seeding import streams_of

TOGETHER_SECONDS = 0.1
"""Time after which rows are finished that wait for others, to have their metrics computed together."""


class Played(NamedTuple):
    """A run without its metrics."""

    job: Job
    seconds: float
    error: str
    collector: Any = None
    """Its `Collector`; None: it has failed."""
    form: Any = None
    """The collector's."""


def row_of(job, progress=None, stop=lambda: False):
    """Run one job and return its row: id, seconds, and its metrics or the text of its error, which is not raised.

    stop : called between blocks of the run; raises `Stopped` once it returns true. progress : not called.
    """
    return next(rows_of([job], progress, stop))[0]


def rows_of(jobs, progress=None, stop=lambda: False):
    """Run jobs one after the other and yield lists of their rows, those of `row_of`, in order."""
    waiting, began = [], time.perf_counter()
    streams = streams_of([job.seed for job in jobs]) if len(jobs) > 1 else [None]
    for job, its_streams in zip(jobs, streams, strict=True):
        run = _play(job, its_streams, stop)
        if not _fit_together(waiting, run):
            yield _rows(waiting)
            waiting, began = [], time.perf_counter()
        waiting.append(run)
        if time.perf_counter() - began > TOGETHER_SECONDS:
            yield _rows(waiting)
            waiting, began = [], time.perf_counter()
    if waiting:
        yield _rows(waiting)


row_of.several = rows_of  # see `batch_runs.work.batches`


def failed_row(job, error):
    """Row of a job without a result."""
    return _row(job, 0.0, describe_error(error), {})


def _play(job, streams, stop):
    def check_stop(_periods):
        if stop():
            raise Stopped

    start = time.perf_counter()
    try:
        collector = collected(job, check_stop, streams)
        seconds, form = time.perf_counter() - start, collector.form
        return Played(job=job, seconds=seconds, error="", collector=collector, form=form)
    except Stopped:
        raise
    except (Exception, SystemExit) as problem:  # a run may execute a user's code, which may raise anything
        return Played(job, time.perf_counter() - start, describe_error(problem))


def _fit_together(waiting, run):
    """Return whether the metrics of a run can be computed with those of the runs waiting, within the cache."""
    if not waiting or waiting[0].collector is None or run.collector is None:
        return not waiting
    return (len(waiting) + 1) * run.collector.count <= AT_ONCE and waiting[0].form == run.form


def _rows(runs):
    """Rows of runs that fit together; if a metric fails, each run has its own error."""
    start = time.perf_counter()
    if runs[0].collector is None:
        return [_row(run.job, run.seconds, run.error, {}) for run in runs]
    try:
        means = means_of_runs([run.collector for run in runs])
    except (Exception, SystemExit) as problem:
        if len(runs) > 1:
            return [row for run in runs for row in _rows([run])]
        return [_row(runs[0].job, runs[0].seconds, describe_error(problem), {})]
    names, _, _ = runs[0].form
    metrics = [Numbers(names, mean.tobytes()) for mean in means]
    each = (time.perf_counter() - start) / len(runs)
    return [_row(run.job, run.seconds + each, "", found) for run, found in zip(runs, metrics, strict=True)]


def _row(job, seconds, error, metrics):
    return {"id": job.key, "seconds": round(seconds, 4), "error": error, "metrics": metrics}
