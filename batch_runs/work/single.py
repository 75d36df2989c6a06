"""One run of one model, and the definition of its numbers, for ``carbon run`` and sweeps alike."""

from functools import lru_cache
from typing import NamedTuple

import model.systems  # noqa: F401 - fills SYSTEMS
from model.base import SYSTEMS

MOST_COLLECTED = 10_000
"""Approximate number of periods collected in a run unless the user sets ``collect_every``."""


class Job(NamedTuple):
    """Complete description of a run, for a worker."""

    key: str
    """Key of its result: the digest of everything that the result depends on."""
    system: str
    parameters: dict
    """By flat name; others have their defaults."""
    seed: int
    periods: int
    window: int


def usual_interval(periods):
    """Collection interval with which about `MOST_COLLECTED` of ``periods`` periods are kept."""
    return -(-periods // MOST_COLLECTED)


def play(model, periods, window, collect_every=None, progress=None):
    """Play ``periods`` periods and return the mean of every metric over the last ``window`` of them, by name.

    All periods of the window are collected, and every ``collect_every``-th of those before (None: none), so that the
    means do not depend on the interval.
    """
    play_window(model, periods, window, collect_every, progress)
    return model.summary(window)


def play_window(model, periods, window, collect_every, progress):
    """Play as `play`, for somebody else to take the means."""
    model.keeps_all = True
    model.collect_every = collect_every or model.steps + periods + 1
    if periods > window:
        model.advance(periods - window, progress)
    model.collect_every = 1
    model.advance(window, progress)


def play_job(job, progress=None):
    """Run one job and return the mean of every metric, by name."""
    return collected(job, progress).mean()


def collected(job, progress=None, streams=None):
    """Run one job and return its `Collector`, with the periods of its window and no others.

    streams : the `Streams` of its seed, if they are made already.
    """
    params = checked_params(job.system, tuple(job.parameters.items()))
    model = SYSTEMS[job.system](params, rng=streams or job.seed)
    play_window(model, job.periods, job.window, None, progress)
    return model.datacollector


@lru_cache(maxsize=64)
def checked_params(system, parameters):
    """Parameters of a system from pairs of flat name and value; kept, as most jobs differ from others in the seed."""
    return SYSTEMS[system].Params.from_flat(dict(parameters))


def every(table, interval):
    """Select the rows whose step is a multiple of ``interval``; table : indexed by Step (first level)."""
    return table[table.index.get_level_values("Step") % interval == 0]
