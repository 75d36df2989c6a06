"""A replication: a published source's claims, computed from runs, each with a verdict."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from batch_runs.replications.common.claims import counted
from batch_runs.replications.common.files import write_csv
from batch_runs.replications.common.report import Choice, Section, write_report
from batch_runs.replications.common.tasks import run_all
from batch_runs.replications.common.verdicts import claims_as_objects, claims_as_rows
from batch_runs.tables import write_json
from batch_runs.work.provenance import versions
from learning.registry import Registry

REPLICATIONS = Registry("replication")


@dataclass(frozen=True)
class Findings:
    """Everything that a replication writes, computed and judged."""

    title: str
    """Title of the report."""
    judged: dict
    """Group -> list of `Result`, the group that counts first; without groups, a single one of any name."""
    sections: list
    """Sections of the report except the last, on the computation."""
    method: str
    """Description of the computation."""
    tables: dict = field(default_factory=dict)
    """Data frames of all runs, for ``data/<name>.csv``."""
    group: str = ""
    """Word for a group, such as "reading" of the source; empty if there is only one."""
    choice: Choice | None = None


@dataclass(frozen=True)
class Replication:
    """The exhibits of one source. A module registers it with ``REPLICATIONS.register(name)(Replication(...))``."""

    name: str
    title: str
    source: str
    compute: Callable
    """``compute(run, quick)`` -> `Findings`; ``run(*batches)`` is `run_in_turn` into the right folder."""

    def run(self, out, quick=False, engine=None, progress=None):
        """Write ``claims.json``, ``report.html``, ``report.md``, figures and data into the folder ``out``.

        out : Path, made if missing; finished runs of an interrupted start are used. quick : a few populations,
        seconds instead of minutes. engine : None: this process. progress : called as ``progress(done, total)``, in
        tasks. Returns the results of the claims, as written to ``claims.json``.
        """
        out, started = Path(out), time.monotonic()
        folder = out / "runs"
        found = self.compute(partial(run_in_turn, folder=folder, engine=engine, progress=progress), quick)
        tables = found.tables | {"claims": claims_as_rows(found.judged, found.group)}
        for name, table in tables.items():
            write_csv(out / "data" / f"{name}.csv", table)
        last = how_it_was_computed(found.method, tables, time.monotonic() - started)
        write_report(out, found.title, [*found.sections, last], found.choice)
        write_json(claims_as_objects(found.judged, found.group), out / "claims.json")
        return counted(found.judged)


def run_in_turn(*batches, folder, engine=None, progress=None):
    """Run batches of tasks one after the other with `run_all`, except tasks whose results are in ``folder``.

    batches : pairs (function, tasks). Returns a list of pairs (task, its result) for each; ``progress`` counts
    the tasks of all batches.
    """
    sizes = [len({task.key for task in tasks}) for _, tasks in batches]
    found = []
    for k, (function, tasks) in enumerate(batches):
        before, total = sum(sizes[:k]), sum(sizes)
        watch = partial(_add_to, progress, before, total) if progress else None
        found.append(list(zip(tasks, run_all(function, tasks, folder, engine, watch))))
    return found


def _add_to(progress, before, total, done, _):
    progress(before + done, total)


def how_it_was_computed(method, tables, seconds):
    """Return the last section of a report; tables : names of the files with all numbers."""
    places = ", ".join(f"{name}: data/{name}.csv" for name in tables)
    used = ", ".join(f"{name} {version}" for name, version in versions().items())
    return Section(
        "How it was computed",
        [
            f"{method} All numbers: {places}; those of every figure: data/<figure>.csv. Running what was missing "
            f"took {seconds:.0f} s. Versions: {used}."
        ],
    )
