"""Replication of [Esmaeili2021]: uniform against discriminatory pricing among firms that learn to bid.

Thirty populations, every phi of the paper, both formats, Q-learning and two Roth-Erev rules, under every
reading of what the paper leaves open (the presets of `model.scenarios` whose names begin with
``esmaeili2021``).
"""

import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from batch_runs.replications.common import files
from batch_runs.replications.common.base import REPLICATIONS, Replication
from batch_runs.replications.common.report import Choice, write_report
from batch_runs.replications.common.tasks import run_all
from batch_runs.replications.esmaeili2021.claims import results
from batch_runs.replications.esmaeili2021.reading import Reading
from batch_runs.replications.esmaeili2021.report import CHOICE_LABEL, TITLE, sections
from batch_runs.replications.esmaeili2021.runs import LEARNERS, MAIN, cells, firm_table, play, run_table
from batch_runs.tables import write_json
from model.scenarios import scenarios

PHIS = tuple(np.arange(0.80, 1.001, 0.02).round(2).tolist())
QUICK_PHIS = (0.80, 0.86, 0.90, 0.96, 1.00)
POPULATIONS, QUICK_POPULATIONS = 30, 5


def readings_of_the_paper():
    """Names of the presets that read [Esmaeili2021], the main one first."""
    names = [name for name in scenarios("learning_bidders") if name.startswith(MAIN)]
    return [MAIN, *(name for name in names if name != MAIN)]


def compute(out, quick, workers, progress):
    """Run what is missing in ``out``, judge every claim under every reading, write everything."""
    out, started = Path(out), time.monotonic()
    names = [MAIN] if quick else readings_of_the_paper()
    phis, populations = (QUICK_PHIS, QUICK_POPULATIONS) if quick else (PHIS, POPULATIONS)
    tasks = cells(names, LEARNERS, phis, range(1, populations + 1))
    done = list(zip(tasks, run_all(play, tasks, out / "runs", workers, progress)))
    readings = [Reading(name, done) for name in names]
    judged = {reading.name: results(reading) for reading in readings}
    files.write_csv(out / "data" / "claims.csv", claim_table(judged))
    files.write_csv(out / "data" / "runs.csv", run_table(done))
    files.write_csv(
        out / "data" / "firms.csv", firm_table([pair for pair in done if pair[0].learner == LEARNERS[0]])
    )
    titles = {name: scenarios("learning_bidders")[name].title for name in names}
    parts = sections(readings, judged, time.monotonic() - started)
    write_report(out, TITLE, parts, Choice("reading", CHOICE_LABEL, titles))
    write_json(claims_of(judged), out / "claims.json")
    return judged[MAIN]


def claim_table(judged):
    """One row per reading and claim."""
    rows = [
        {"reading": name, "id": r.id, "claim": r.claim, "verdict": r.verdict, "value": r.value}
        | {"low": r.interval[0], "high": r.interval[1], "n": r.n, "unit": r.unit, "measured": r.measured}
        for name, found in judged.items()
        for r in found
    ]
    return pd.DataFrame(rows)


def claims_of(judged):
    """The main reading's claims as plain objects, each with its verdict under every reading."""
    by_reading = {name: {r.id: r.verdict for r in found} for name, found in judged.items()}
    return [
        asdict(claim) | {"readings": {name: verdicts[claim.id] for name, verdicts in by_reading.items()}}
        for claim in judged[MAIN]
    ]


REPLICATIONS.register(MAIN)(
    Replication(
        MAIN, "Uniform and discriminatory carbon auctions among learning bidders", "Esmaeili2021", compute
    )
)
