"""Replication of [Goyal]: escape permits for correlated pollutants sold by a combinatorial multi-round auction.

The claims are tried at the defaults, in other formats, under other rules, correlations and kinds of farm, and in a
sweep over what the source leaves open.
"""

import time
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from batch_runs.replications.common import files
from batch_runs.replications.common.base import REPLICATIONS, Replication
from batch_runs.replications.common.report import write_report
from batch_runs.replications.common.tasks import run_all
from batch_runs.replications.goyal.claims import results
from batch_runs.replications.goyal.report import TITLE, sections
from batch_runs.replications.goyal.runs import Auctions, Extent, cells, play_block, run_table
from batch_runs.tables import write_json

NAME = "goyal"
FULL = Extent(instances=1000, swept=100)
QUICK = Extent(instances=50, swept=10)


def compute(out, quick, workers, progress):
    """Run what is missing in ``out``, judge every claim, write everything."""
    out, started = Path(out), time.monotonic()
    tasks = cells(QUICK if quick else FULL)
    auctions = Auctions(list(zip(tasks, run_all(play_block, tasks, out / "runs", workers, progress))))
    found = results(auctions)
    claims = [asdict(result) for result in found]
    files.write_csv(out / "data" / "auctions.csv", run_table(auctions))
    files.write_csv(out / "data" / "claims.csv", pd.DataFrame(claims))
    write_report(out, TITLE, sections(found, auctions, time.monotonic() - started))
    write_json(claims, out / "claims.json")
    return found


REPLICATIONS.register(NAME)(
    Replication(NAME, "Escape permits: a combinatorial multi-round ascending auction", "Goyal", compute)
)
