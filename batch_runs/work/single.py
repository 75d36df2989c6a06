"""One run of one model, the same for ``carbon run`` and sweeps: what the numbers of a run are."""

from typing import NamedTuple

import model.systems  # noqa: F401 - fills SYSTEMS
from model.base import SYSTEMS

MOST_COLLECTED = 10_000
"""About as many periods are collected of one run unless the user sets ``collect_every``."""


class Job(NamedTuple):
    """Everything a worker needs to know of a run."""

    key: str
    """Of its result: the digest of everything that this depends on."""
    system: str
    parameters: dict
    seed: int
    periods: int
    window: int


def usual_interval(periods):
    """Interval of collection that keeps about `MOST_COLLECTED` of ``periods`` periods."""
    return -(-periods // MOST_COLLECTED)


def play(model, periods, window, collect_every=None, progress=None):
    """Play ``periods`` periods and return the mean of every metric over the last ``window`` of them, by name.

    All periods of the window are collected; of those before, every ``collect_every``-th (None: none). So the
    means do not depend on the interval.
    """
    model.collect_every = collect_every or model.steps + periods + 1
    model.advance(periods - window, progress)
    model.collect_every = 1
    model.advance(window, progress)
    return model.summary(window)


def play_job(job, progress=None):
    """Mean of every metric of one job's run, by name."""
    kind = SYSTEMS[job.system]
    return play(
        kind(kind.Params.from_flat(job.parameters), rng=job.seed), job.periods, job.window, progress=progress
    )


def every(table, interval):
    """The rows of a table indexed by Step (first level) whose step is a multiple of ``interval``."""
    return table[table.index.get_level_values("Step") % interval == 0]
