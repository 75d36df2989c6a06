"""Rows that a sweep makes together are those of runs by themselves, bit for bit, in every system."""

from dataclasses import replace

import pytest

import model.systems  # noqa: F401 - registers the systems
from batch_runs.work.rows import row_of, rows_of
from batch_runs.work.single import Job
from model.base import SYSTEMS
from model.metrics import METRICS
from tests.contracts.test_same_bits import MIXTURES, SMALL

SEEDS = (0, 2**32 + 1, 2**53 - 1)


def jobs_of(system, periods, window):
    """Runs of a system: its defaults, small, and mixed, with the same seeds."""
    knobs = SYSTEMS[system].Params.all_knobs()
    small = {name: value for name, value in SMALL.items() if name in knobs}
    mixed = small | {name: value for name, value in MIXTURES.items() if name in knobs and knobs[name].mixed}
    return [
        Job(f"{k} {seed}", system, chosen, seed, periods, window)
        for k, chosen in enumerate((small, mixed))
        for seed in SEEDS
    ]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("window", [3, 1])
def test_rows_made_together_are_those_made_alone(system, window):
    jobs = jobs_of(system, 3, window)
    together = [row for rows in rows_of(jobs) for row in rows]
    for row, job in zip(together, jobs, strict=True):
        alone = row_of(job)
        assert (row["id"], row["error"]) == (job.key, "") == (alone["id"], alone["error"])
        assert repr(row["metrics"]) == repr(alone["metrics"])  # NaN are equal, too, and 0.0 is not -0.0


def test_a_failed_run_is_its_own_row_only():
    good, *_ = jobs_of("learning_bidders", 4, 4)
    bad = good._replace(key="bad", parameters={"n_firms": 0})
    rows = [row for rows in rows_of([good, bad, good._replace(seed=3)]) for row in rows]
    assert [bool(row["error"]) for row in rows] == [False, True, False]
    assert not rows[1]["metrics"] and rows[0]["metrics"] != rows[2]["metrics"]


def test_a_metric_that_fails_for_one_run_spoils_no_other(monkeypatch):
    jobs = jobs_of("learning_bidders", 4, 4)[:3]
    poor = SYSTEMS["learning_bidders"](rng=jobs[1].seed, **jobs[1].parameters)
    poor.advance(1)
    earned, asked = poor.firms.columns.profit[0], []

    def mean_unless_poor(government, firms):
        asked.append(len(firms.profit))
        if earned in firms.profit[:, 0]:
            raise ZeroDivisionError("nobody earns")
        return firms.profit.mean(-1)

    changed = replace(METRICS["mean_profit"], compute=mean_unless_poor)
    monkeypatch.setitem(METRICS._parts, "mean_profit", changed)
    rows = [row for rows in rows_of(jobs) for row in rows]
    assert [row["error"].partition(":")[0] for row in rows] == ["", "ZeroDivisionError", ""]
    assert asked == [12, 4, 4, 4] and not rows[1]["metrics"]
