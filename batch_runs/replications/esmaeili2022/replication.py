"""Replication of [Esmaeili2022]: permits auctioned to supply chains, with and without caps on bids.

Two populations, the chains of Table 5 and instances drawn and solved; five mitigation rates, two cases, two
formats; and Q-learning against Roth-Erev on instances of 3 to 7 chains.
"""

import time
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from batch_runs.replications.common import files
from batch_runs.replications.common.base import REPLICATIONS, Replication
from batch_runs.replications.common.report import write_report
from batch_runs.replications.common.tasks import run_all
from batch_runs.replications.esmaeili2022.claims import MARKET, TABLE_4, learning_results, results
from batch_runs.replications.esmaeili2022.outcomes import Learners, Outcomes
from batch_runs.replications.esmaeili2022.report import TITLE, sections
from batch_runs.replications.esmaeili2022.runs import (
    POPULATIONS,
    Extent,
    cells,
    chain_table,
    curve_table,
    instances,
    play,
    run_table,
    solve,
)
from batch_runs.tables import write_json

NAME = "esmaeili2022"
FULL = Extent(seeds=20, instances=20, sensitivity=10, rounds=1_000_000)
QUICK = Extent(seeds=3, instances=2, sensitivity=1, rounds=100_000)


def compute(out, quick, workers, progress):
    """Solve and run what is missing in ``out``, judge every claim, write everything."""
    out, started, extent = Path(out), time.monotonic(), QUICK if quick else FULL
    solved, done = run_everything(extent, out / "runs", workers, progress)
    populations, learners = [Outcomes(name, done) for name in POPULATIONS], Learners(done)
    judged = judge_all(populations, learners)
    files.write_csv(out / "data" / "claims.csv", claim_table(judged))
    files.write_csv(out / "data" / "runs.csv", run_table(done))
    files.write_csv(out / "data" / "chains.csv", chain_table(done))
    files.write_csv(out / "data" / "curves.csv", curve_table(solved))
    parts = sections(judged, populations, learners, solved, extent, time.monotonic() - started)
    write_report(out, TITLE, parts)
    write_json(claims_of(judged), out / "claims.json")
    return judged["counted"]


def run_everything(extent, folder, workers, progress):
    """Pairs (task, result) of the instances, solved first, and of the runs, in two lists; progress counts both."""
    before, runs = instances(extent), cells(extent)
    total = len(before) + len(runs)
    tell = progress or (lambda done, total: None)
    solved = run_all(solve, before, folder, workers, lambda done, _: tell(done, total))
    played = run_all(play, runs, folder, workers, lambda done, _: tell(len(before) + done, total))
    return list(zip(before, solved)), list(zip(runs, played))


def judge_all(populations, learners):
    """Results by population; those that count, each claim once, under "counted"."""
    judged = {o.population: results(o) for o in populations}
    judged[populations[-1].population] += learning_results(learners)
    by_id = {name: {r.id: r for r in found} for name, found in judged.items()}
    return {"counted": [by_id[s.populations[0]][s.id] for s in (*MARKET, *TABLE_4)]} | judged


def claim_table(judged):
    """One row per population and claim."""
    rows = [
        {"population": name, "id": r.id, "claim": r.claim, "verdict": r.verdict, "value": r.value}
        | {"low": r.interval[0], "high": r.interval[1], "n": r.n, "unit": r.unit, "measured": r.measured}
        for name in POPULATIONS
        for r in judged[name]
    ]
    return pd.DataFrame(rows)


def claims_of(judged):
    """The claims that count as plain objects, each with its verdict on every population."""
    verdicts = {name: {r.id: r.verdict for r in judged[name]} for name in POPULATIONS}
    return [
        asdict(r) | {"populations": {name: known[r.id] for name, known in verdicts.items() if r.id in known}}
        for r in judged["counted"]
    ]


REPLICATIONS.register(NAME)(
    Replication(NAME, "Permits auctioned to supply chains that learn to bid", "Esmaeili2022", compute)
)
