"""Replication of [Goyal]: escape permits for correlated pollutants sold by a combinatorial multi-round auction.

The claims are tried at the defaults, in other formats, under other rules, correlations and kinds of farm, and in a
sweep over what the source leaves open.
"""

from batch_runs.replications.common.base import REPLICATIONS, Findings, Replication
from batch_runs.replications.common.evidence import settle
from batch_runs.replications.goyal.claims import results
from batch_runs.replications.goyal.outcomes import Auctions, run_table
from batch_runs.replications.goyal.report import TITLE, method, sections
from batch_runs.replications.goyal.runs import Extent, cells, play_block

NAME = "goyal"
FULL = Extent(instances=1000, swept=100)
QUICK = Extent(instances=50, swept=10)


def compute(run, quick):
    """Play every auction, judge every claim: `Findings`."""
    [done] = run((play_block, cells(QUICK if quick else FULL)))
    auctions = Auctions(done)
    judged = settle({NAME: results(auctions)})
    return Findings(
        title=TITLE,
        judged=judged,
        sections=sections(judged[NAME], auctions),
        method=method(auctions),
        tables={"auctions": run_table(auctions)},
    )


REPLICATIONS.register(NAME)(
    Replication(NAME, "Escape permits: a combinatorial multi-round ascending auction", "Goyal", compute)
)
