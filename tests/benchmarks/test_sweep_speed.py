"""Sweeps of short runs: rows per second, beside `mesa.batch_run` and joblib, and with two workers.

Rows are runs of learning_bidders, and of every system in one table. Seconds are of the processor, but for the gain by
a second worker.
"""

import time
from functools import partial

import mesa
import numpy as np
import pandas as pd
import pytest
from joblib import Parallel, delayed

from batch_runs.sweep import run_sweep
from batch_runs.work.single import play
from model.base import SYSTEMS
from model.systems.learning_bidders import LearningBidders
from tests.benchmarks.clock import take_turns, times_as_fast

PHI = [0.8, 0.85, 0.9, 0.95, 1.0]
SHORT = 10
"""Periods of a run."""

pytestmark = pytest.mark.benchmark


OF_SYSTEMS = {
    "learning_bidders": {"phi": PHI},
    "two_tier": {"auction": ["uniform", "discriminatory", "vcg"]},
    "supply_chains": {"phi": [0.9, 0.95, 1.0]},
    "emissions_trading": {"free_share": [0.2, 0.4]},
    "grid": {"schedule": ["flat", "decreasing"]},
    "escape_permits": {"phi_nutrient": [0.4, 0.5, 0.6]},
}
"""A sweep of each system."""


def by_sweep(seeds, system="learning_bidders"):
    """Run a sweep in this process."""
    return run_sweep(system, OF_SYSTEMS[system], seeds=seeds, periods=SHORT, window=SHORT)


def by_mesa(seeds):
    """Run the same models by Mesa's own tool, in this process: it stops after the step beyond ``max_steps``."""
    return mesa.batch_run(
        LearningBidders,
        {"phi": PHI, "rng": range(seeds)},
        max_steps=SHORT - 1,
        number_processes=1,
        data_collection_period=1,
        display_progress=False,
    )


def by_joblib(seeds):
    """Run the same models by joblib, in this process: without plan, keys, errors as rows and store."""
    jobs = (delayed(mean_metrics)(phi, seed) for phi in PHI for seed in range(seeds))
    return pd.DataFrame(Parallel(n_jobs=1)(jobs))


def mean_metrics(phi, seed):
    """Play one short run."""
    return play(LearningBidders(phi=phi, rng=seed), SHORT, SHORT)


def test_rows_per_second_beside_mesa_and_joblib(record):
    few, many = 40, 200  # turns of similar length
    turns = take_turns(
        {"sweep": lambda: by_sweep(many), "mesa": lambda: by_mesa(few), "joblib": lambda: by_joblib(many)}
    )
    rows = len(PHI) * many / np.median(turns["sweep"])
    faster = times_as_fast(turns, "sweep", "mesa", many / few)
    beside_joblib = times_as_fast(turns, "sweep", "joblib")
    record(f"sweep: beside joblib at {SHORT} periods", beside_joblib, unit="times as fast", at_least=1)
    assert beside_joblib > 0.5
    record(f"sweep: rows of {SHORT} periods", rows, unit="rows/s", at_least=1_000)
    record(f"sweep: beside mesa.batch_run at {SHORT} periods", faster, unit="times as fast", at_least=10)
    assert faster > 6.0


def test_all_play_the_same_runs():
    """The mean of what Mesa collects in every step is the row of the sweep and of joblib."""
    ours, its, jobs = by_sweep(2).table, pd.DataFrame(by_mesa(2)), by_joblib(2)
    assert len(its) == SHORT * len(ours) == SHORT * len(jobs)
    means = its.groupby(["phi", "rng"])["clearing_price"].mean().to_numpy()
    assert means == pytest.approx(ours.sort_values(["phi", "seed"])["clearing_price"].to_numpy(), rel=1e-12)
    assert means == pytest.approx(jobs["clearing_price"].to_numpy(), rel=1e-12)


def test_rows_of_every_system(report):
    seeds = 40
    turns = take_turns({name: partial(by_sweep, seeds, name) for name in OF_SYSTEMS})
    rows = {name: seeds * len(next(iter(axes.values()))) for name, axes in OF_SYSTEMS.items()}
    report(
        f"Rows of {SHORT} periods in sweeps of 80 to 200 rows",
        [
            {"system": name, "rows per second, median turn": rows[name] / float(np.median(seconds))}
            for name, seconds in turns.items()
        ],
    )
    assert set(turns) == set(SYSTEMS)


def test_two_workers_beside_one(record):
    """About a minute of short runs, twice in turns, as the speed of a machine changes within minutes.

    The gain needs idle cores; asserted is how little is left to this process.
    """
    seeds, spent = 30_000, {1: np.zeros(2), 2: np.zeros(2)}
    by_sweep(2)
    for workers in (1, 2, 1, 2):
        before = np.array([time.perf_counter(), time.process_time()])
        done = run_sweep(
            "learning_bidders", {"phi": PHI}, seeds=seeds, periods=SHORT, window=SHORT, workers=workers
        )
        spent[workers] += np.array([time.perf_counter(), time.process_time()]) - before
        assert len(done.table) == len(PHI) * seeds and not done.failed
    gain, serial = spent[1][0] / spent[2][0], spent[2][1] / spent[1][1]
    record(
        "sweep: two workers beside one, by the clock on the wall", gain, unit="times as fast", at_least=1.8
    )
    record("sweep: share of the work left to the first process", serial, unit="share", at_most=0.1)
    assert serial < 0.2
