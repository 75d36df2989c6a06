"""Replication of [TwoTier]: theory of uniform, discriminatory and VCG auctions, and bids learned by PPO.

Theory is computed on small cases; independent learners are trained in a small and a large game under four
formats.
"""

from batch_runs.replications.common.base import REPLICATIONS, Findings, Replication
from batch_runs.replications.common.evidence import settle
from batch_runs.replications.two_tier import claims, theorems
from batch_runs.replications.two_tier.outcomes import Learned
from batch_runs.replications.two_tier.report import TITLE, method, sections
from batch_runs.replications.two_tier.runs import cells, play, run_table

NAME = "two_tier"
SMALL, LARGE = "three firms, two permits each", "ten firms, ten permits each"
SIZES = {SMALL: (3, 2), LARGE: (10, 10)}
FULL = {SMALL: (5, 256_000, 20_000), LARGE: (3, 256_000, 10_000)}
QUICK = {SMALL: (2, 64_000, 2_000), LARGE: (2, 32_000, 1_000)}
"""Number of seeds, auctions of a training, new auctions on which it is measured."""


def compute(run, quick):
    """Train every bidder and judge every claim of theory and about learned bids: `Findings`."""
    tasks = [
        task
        for label, (seeds, samples, auctions) in (QUICK if quick else FULL).items()
        for task in cells(*SIZES[label], range(1, seeds + 1), samples, auctions)
    ]
    [done] = run((play, tasks))
    games = {label: Learned([p for p in done if p[0].n == n]) for label, (n, _) in SIZES.items()}
    judged = settle({NAME: theorems.results(quick) + claims.results(*games.values())})
    return Findings(
        title=TITLE,
        judged=judged,
        sections=sections(judged[NAME], games, theorems.scale_of(quick)),
        method=method(games),
        tables={"trainings": run_table(done)},
    )


REPLICATIONS.register(NAME)(
    Replication(NAME, "Two-tier sealed-bid auctions: theory and learned bids", "TwoTier", compute)
)
