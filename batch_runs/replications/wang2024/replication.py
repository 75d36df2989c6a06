"""Replication of [Wang2024] without learning: nine allocation rules on the grid, with scripted enterprises.

Allocation tables, pollution and recorded episodes are exact; statements about schedules are tried on the heuristic.
"""

import time
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from batch_runs.replications.common import files
from batch_runs.replications.common.base import REPLICATIONS, Replication
from batch_runs.replications.common.report import write_report
from batch_runs.replications.common.tasks import run_all
from batch_runs.replications.wang2024.claims import results
from batch_runs.replications.wang2024.replays import compare, recorded
from batch_runs.replications.wang2024.report import TITLE, sections
from batch_runs.replications.wang2024.runs import Episodes, cells, play, run_table
from batch_runs.tables import write_json

NAME = "wang2024"
SEEDS, QUICK_SEEDS = 20, 3


def compute(out, quick, workers, progress):
    """Run what is missing in ``out``, judge every claim, write everything."""
    out, started = Path(out), time.monotonic()
    tasks, logs = cells(range(1, (QUICK_SEEDS if quick else SEEDS) + 1)), recorded()
    done = list(zip(tasks, run_all(play, tasks, out / "runs", workers, progress)))
    replays = list(zip(logs, run_all(compare, logs, out / "runs", workers)))
    episodes = Episodes(done)
    found = results(episodes, replays)
    claims = [asdict(result) for result in found]
    files.write_csv(out / "data" / "episodes.csv", run_table(done))
    files.write_csv(out / "data" / "claims.csv", pd.DataFrame(claims))
    write_report(out, TITLE, sections(found, episodes, replays, time.monotonic() - started))
    write_json(claims, out / "claims.json")
    return found


REPLICATIONS.register(NAME)(
    Replication(
        NAME, "Grid cap-and-trade: nine allocation rules with scripted enterprises", "Wang2024", compute
    )
)
