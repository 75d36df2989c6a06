"""Runs of a comparison: every policy with every seed, each with the course of all metrics and their means."""

import hashlib
import json
from itertools import pairwise

import numpy as np

from agents.supply_chains.curve_builder import Stopped
from batch_runs.usage import UsageError, check_window
from batch_runs.work.engines import Processes
from batch_runs.work.parcel import Needs
from batch_runs.work.preparation import prepare_with_bar
from batch_runs.work.provenance import code_digest
from batch_runs.work.runner import Runner
from batch_runs.work.single import Job, usual_interval
from batch_runs.work.store import ArrayStore, run_missing
from learning.knobs import File
from model.base import SYSTEMS

POINTS = 120
"""Largest number of points of a course: each is a mean over consecutive periods."""


def plan(policies, seeds, periods=None, window=None, plugins=()):
    """Jobs of a comparison, policy by policy; periods, window : None for the usual ones.

    UsageError if the policies' usual runs differ in length and ``periods`` does not say how long they are.
    """
    lengths = {periods or policy.params.usual_periods for policy in policies}
    if len(lengths) > 1:
        raise UsageError(f"runs of {' or '.join(map(str, sorted(lengths)))} periods: give --periods")
    periods, kind = lengths.pop(), SYSTEMS[policies[0].system]
    window = check_window(window, periods, kind.Params.usual_window)
    code = code_digest(plugins)
    return [_job(policy, seed, periods, window, code) for policy in policies for seed in seeds]


def _job(policy, seed, periods, window, code):
    values = {k: v for k, v in policy.params.flat().items() if k != "collect_every"}
    files = {name: File.digest(path) for name, path in policy.params.files().items()}
    facts = [policy.system, values, files, seed, periods, window, POINTS, policy.params.accounts, code]
    key = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:20]
    return Job(
        key=key,
        system=policy.system,
        parameters=policy.params.changed(),
        seed=seed,
        periods=periods,
        window=window,
    )


def play_all(policies, jobs, folder, engine=None, plugins=(), progress=None):
    """Do the jobs not yet done in ``folder``; return the courses and means of each, in the order of ``jobs``.

    engine : None: as many processes as there are cores. progress : called as progress(jobs done, all jobs). The error
    of a run is raised and ends the others; finished runs are kept.
    """
    system, engine = policies[0].system, engine or Processes()
    for policy in policies:
        prepare_with_bar(SYSTEMS[system], policy.params, engine)
    needs = Needs(tuple(plugins), system, tuple(policy.params for policy in policies))
    store = ArrayStore(folder)
    run_missing(Runner(engine.carrying(needs)), course_of, jobs, store, progress=progress)
    return [store.load(job.key) for job in jobs]


def course_of(job, progress=None, stop=lambda: False):
    """Play a job: its ``course``, float64[points, metrics], the last ``period`` of each point, and ``mean``.

    A point is the mean over the periods since the one before; the means are over the job's window.
    """

    def check_stop(_periods):
        if stop():
            raise Stopped

    kind = SYSTEMS[job.system]
    model = kind(kind.Params.from_flat(job.parameters), rng=job.seed)
    each, _ = model.params.accounts
    course, ends, before_window = [], edges(job.periods, job.window, each), job.periods - job.window
    for start, end in pairwise(ends):
        model.collect_every = 1 if start >= before_window else usual_interval(job.periods)
        collected = model.recorded_periods(end - start)
        model.advance(end - start, check_stop)
        course.append(in_order(model, model.summary(end - start) if collected else {}))
    mean = in_order(model, model.summary(job.window))
    return {"course": np.array(course), "period": np.array(ends[1:]), "mean": mean}


def edges(periods, window, each=1):
    """Ends of the points of a course, the beginning 0 first: at most `POINTS`, one where the window begins.

    each : periods that are accounted for together; a point ends with one of them.

    >>> edges(10, 4) == list(range(11)), len(edges(10_000, 100)) <= POINTS + 1
    (True, True)
    >>> edges(10, 10, 4)
    [0, 4, 8, 10]
    """
    points = min(POINTS - 1, periods // each) or 1
    between = (periods * k // points // each * each for k in range(points))
    return sorted({0, periods - window, *between, periods})


def in_order(model, numbers):
    """Values of a dict of numbers as float64[metrics], in the order of the model's metrics; NaN: missing."""
    return np.array([numbers.get(name, np.nan) for name in model.metrics], float)
