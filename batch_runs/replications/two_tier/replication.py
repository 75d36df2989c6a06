"""Replication of [TwoTier]: what theory says of uniform, discriminatory and VCG auctions, what PPO learns.

Theory is computed on small cases; independent learners are trained in a small and a large game under four
formats.
"""

import time
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from batch_runs.replications.common import files
from batch_runs.replications.common.base import REPLICATIONS, Replication
from batch_runs.replications.common.report import write_report
from batch_runs.replications.common.tasks import run_all
from batch_runs.replications.two_tier import claims as two_tier_claims
from batch_runs.replications.two_tier import theorems as two_tier_theorems
from batch_runs.replications.two_tier.claims import Learned
from batch_runs.replications.two_tier.report import TITLE, sections
from batch_runs.replications.two_tier.runs import cells, play, run_table
from batch_runs.tables import write_json

NAME = "two_tier"
SMALL, LARGE = "three firms, two permits each", "ten firms, ten permits each"
SIZES = {SMALL: (3, 2), LARGE: (10, 10)}
FULL = {SMALL: (5, 256_000, 20_000), LARGE: (3, 256_000, 10_000)}
QUICK = {SMALL: (2, 64_000, 2_000), LARGE: (2, 32_000, 1_000)}
"""Seeds, auctions of a training, fresh auctions on which it is measured."""


def compute(out, quick, workers, progress):
    """Run what is missing in ``out``, judge every claim, write everything."""
    out, started = Path(out), time.monotonic()
    extent = QUICK if quick else FULL
    tasks = [
        task
        for label, (seeds, samples, auctions) in extent.items()
        for task in cells(*SIZES[label], range(1, seeds + 1), samples, auctions)
    ]
    done = list(zip(tasks, run_all(play, tasks, out / "runs", workers, progress)))
    games = {label: Learned([p for p in done if p[0].n == n]) for label, (n, _) in SIZES.items()}
    found = two_tier_theorems.results(quick) + two_tier_claims.results(*games.values())
    claims = [asdict(result) for result in found]
    files.write_csv(out / "data" / "trainings.csv", run_table(done))
    files.write_csv(out / "data" / "claims.csv", pd.DataFrame(claims))
    scale = two_tier_theorems.scale_of(quick)
    write_report(out, TITLE, sections(found, games, time.monotonic() - started, scale))
    write_json(claims, out / "claims.json")
    return found


REPLICATIONS.register(NAME)(
    Replication(NAME, "Two-tier sealed-bid auctions: theory and learned bids", "TwoTier", compute)
)
