"""Sweeps: runs over axes of parameters and seeds, from Python, from ``carbon sweep`` and from the dashboard.

    axes = {"phi": "0.80:1.00:0.02", "auction": ["uniform", "discriminatory"]}
    table = run_sweep("learning_bidders", axes, seeds=10).table

Every cell has the same seeds (common random numbers), so cells differ only in their parameters.
"""

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import numpy as np
import pandas as pd

from agents.supply_chains.curve_builder import Stopped
from batch_runs.sweep_statistics import sobol_table, summary_table
from batch_runs.work.designs import GRID
from batch_runs.work.engines import Processes, start_server
from batch_runs.work.plan import make_plan
from batch_runs.work.plugins import load_plugins
from batch_runs.work.preparation import prepare, prepare_cells
from batch_runs.work.provenance import versions
from batch_runs.work.rows import failed_row, row_of
from batch_runs.work.runner import Runner
from batch_runs.work.store import RowStore, missing_tasks, run_missing
from batch_runs.work.sweep_folder import SweepFolder
from learning.garbage import keeping_much
from learning.knobs import ParameterError
from model.background import playing_on
from model.base import SYSTEMS

SHORT = 10.0
"""Shortest sweep, seconds, for which it pays to start processes."""
SECONDS_PER_PERIOD = {True: 2e-6, False: 5e-4}
"""Rough cost of a period: compiled or agent by agent."""
SECONDS_PER_RUN = 5e-4
"""Rough cost of making a model and of its means."""


@dataclass(frozen=True)
class SweepResult:
    """Result of a sweep."""

    table: pd.DataFrame
    """One row per run done, in the plan's order: axes, seed, metrics, error, seconds, run (its key)."""
    total: int
    failed: int
    reused: int
    """Runs finished by an earlier start."""
    seconds: float

    @property
    def missing(self):
        """Number of runs not done, because the sweep was cancelled."""
        return self.total - len(self.table)


def run_sweep(
    system,
    axes,
    *,
    parameters=None,
    seeds=1,
    design=GRID,
    periods=None,
    window=None,
    workers=1,
    engine=None,
    folder=None,
    plugins=(),
    retry_errors=False,
    progress=None,
    cancelled=lambda: False,
):
    """Run every combination of ``axes`` with every seed and return a `SweepResult`; arguments as `make_plan`.

    seeds : their number (0, 1, …) or a list. workers : number of processes; 1: this process only, None: as many
    as pay. engine : where to run instead, such as `batch_runs.work.cluster.Dask`. folder : where finished runs are
    kept and found again; None: in memory. progress : called as ``progress(done, total)``. cancelled : called often;
    the sweep ends early once it returns true. Raises ParameterError or UsageError before anything is run.
    """
    if (workers or 1) > 1 and engine is None:
        start_server()  # it imports while the runs are planned
    plugins = load_plugins(plugins)
    numbers = range(seeds) if isinstance(seeds, int) else seeds
    plan = make_plan(
        system,
        axes,
        parameters=parameters,
        seeds=tuple(numbers),
        periods=periods,
        window=window,
        plugins=plugins,
        design=design,
    )
    engine = engine or (Processes(workers) if workers else None)
    with playing_on(), keeping_much():
        try:
            sweep = Sweep(plan, folder, prepare=partial(prepare, engine=engine, stop=cancelled))
        except Stopped:  # cancelled while plans were solved
            return SweepResult(results_table(plan, plan.runs, {}), len(plan.runs), 0, 0, 0.0)
        return sweep.run(engine, retry_errors, progress, cancelled)


class Sweep:
    """A plan and, with a folder, its finished runs. The constructor checks both, builds a model, and writes no results.

    prepare : called as prepare(kind, params) for long work before models can be made, once per different set of agents.
    shard : the `Shard` whose runs are done; None: all.
    """

    def __init__(self, plan, folder=None, command=(), prepare=prepare, shard=None):
        self.plan = plan
        self.runs = [run for run in plan.runs if shard is None or shard.has(run[1])]
        self.folder = SweepFolder(folder, plan, shard) if folder is not None else None
        prepare_cells(plan, prepare)
        self.compiled = check_buildable(plan)
        self.command = list(command)
        self.store = self.folder.store() if self.folder else RowStore()

    def run(self, engine=None, retry_errors=False, progress=None, cancelled=lambda: False):
        """Do the missing runs; however the sweep ends, finished runs are written to the folder.

        engine : None: as many processes as pay.
        """
        start = time.perf_counter()
        reused = sum(job.key in self.store.rows for job in self._jobs())
        with keeping_much(), self._at_work():
            engine = engine or Processes(
                usual_workers(self.plan, len(self.missing(retry_errors)), self.compiled)
            )
            self._work(engine, self._done(retry_errors), progress, cancelled)
        table = self.table()
        failures = int((table["error"] != "").sum())
        return SweepResult(table, len(self.runs), failures, reused, time.perf_counter() - start)

    @contextmanager
    def _at_work(self):
        """Lock the folder, if there is one, and write the results and the manifest however the work ends."""
        if not self.folder:
            yield
            return
        began = now()
        self.folder.open()
        with self.folder.locked():
            self._write_manifest("running", began)
            try:
                yield
            finally:
                table = self.table()
                complete = len(table) == len(self.runs)
                self.folder.write_results(table)
                self.folder.write_statistics(
                    self._statistics(table) if complete and not self.folder.shard else {}
                )
                self._write_manifest("complete" if complete else "interrupted", began, table)

    def _statistics(self, table):
        return {"summary": summary_table(self.plan, table), "sobol": sobol_table(self.plan, table)}

    def missing(self, retry_errors=False):
        """Return the jobs not yet done, each once even if several cells describe the same run."""
        return missing_tasks(self._jobs(), self._done(retry_errors))

    def _jobs(self):
        return [job for _, job in self.runs]

    def _done(self, retry_errors):
        rows = self.store.rows
        return {key for key, row in rows.items() if not (retry_errors and row["error"])}

    def _work(self, engine, done, progress, cancelled):
        run_missing(
            Runner(engine.carrying(self.plan.needs)),
            row_of,
            self._jobs(),
            self.store,
            done=done,
            progress=progress,
            stop=cancelled,
            failed=failed_row,
        )

    def table(self):
        """Return the results of the runs done, in the plan's order."""
        return results_table(self.plan, self.runs, self.store.rows)

    def _write_manifest(self, state, began, table=None):
        failures = None if table is None else int((table["error"] != "").sum())
        earlier = (self.folder.earlier or {}).get("started", began)
        self.folder.write_manifest(
            {
                "state": state,
                "command": self.command,
                "plan": self.plan.describe(),
                "runs": len(self.runs),
                "done": None if table is None else len(table) - failures,
                "failed": failures,
                "started": earlier,
                "last_started": began,
                "ended": None if table is None else now(),
                "versions": versions(),
            }
        )


def results_table(plan, runs, rows):
    """Return one row per run, of those among the plan's, that is among ``rows`` (by the job's key), in their order."""
    names = SYSTEMS[plan.system].metrics
    kept = [(cell, job, row) for cell, job in runs if (row := rows.get(job.key))]
    numbers = np.full((len(kept), len(names)), np.nan)
    for k, (_, _, row) in enumerate(kept):
        if row["metrics"]:
            numbers[k] = row["metrics"].of(names)
    columns = {name: [cell.point[name] for cell, _, _ in kept] for name in plan.columns}
    columns["seed"] = [job.seed for _, job, _ in kept]
    columns |= dict(zip(names, numbers.T))
    columns |= {name: [row[name] for _, _, row in kept] for name in ("error", "seconds")}
    return pd.DataFrame(columns | {"run": [job.key for _, job, _ in kept]})


def now():
    """Present date and time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def check_buildable(plan):
    """Build models until one succeeds and return whether it is compiled; ParameterError if no cell allows one."""
    problem = None
    for cell in plan.cells:
        try:
            return SYSTEMS[plan.system](cell.params, rng=plan.seeds[0]).is_compiled()
        except ParameterError as error:
            problem = problem or error
        except Exception:  # an error in a user's part becomes the error of its runs
            return False
    raise problem


def usual_workers(plan, jobs, compiled):
    """Number of processes worth starting for ``jobs`` jobs: one for a short sweep, otherwise all cores."""
    periods = max(plan.periods_of(cell) for cell in plan.cells)
    seconds = jobs * (SECONDS_PER_RUN + periods * SECONDS_PER_PERIOD[compiled])
    return 1 if seconds < SHORT else max(1, min(os.cpu_count() or 1, jobs))
