"""Replication of [Esmaeili2022]: permits auctioned to supply chains, with and without caps on bids.

Two populations, the chains of Table 5 and instances drawn and solved; five mitigation rates, two cases, two
formats; and Q-learning against Roth-Erev on instances of 3 to 7 chains.
"""

from batch_runs.replications.common.base import REPLICATIONS, Findings, Replication
from batch_runs.replications.common.evidence import settle
from batch_runs.replications.esmaeili2022.claims import learning_results, results
from batch_runs.replications.esmaeili2022.outcomes import Learners, Outcomes
from batch_runs.replications.esmaeili2022.report import TITLE, method, sections
from batch_runs.replications.esmaeili2022.runs import (
    DRAWN,
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

NAME = "esmaeili2022"
FULL = Extent(seeds=20, instances=20, sensitivity=10, rounds=1_000_000)
QUICK = Extent(seeds=3, instances=2, sensitivity=1, rounds=100_000)


def compute(run, quick):
    """Solve the instances, run both populations, judge every claim: `Findings`."""
    extent = QUICK if quick else FULL
    solved, done = run((solve, instances(extent)), (play, cells(extent)))
    populations, learners = [Outcomes(name, done) for name in POPULATIONS], Learners(done)
    judged = {outcomes.population: results(outcomes) for outcomes in populations}
    judged[DRAWN] += learning_results(learners)
    judged = settle(judged)
    return Findings(
        title=TITLE,
        judged=judged,
        sections=sections(judged, populations, learners, solved),
        method=method(extent),
        tables={"runs": run_table(done), "chains": chain_table(done), "curves": curve_table(solved)},
        group="population",
    )


REPLICATIONS.register(NAME)(
    Replication(NAME, "Permits auctioned to supply chains that learn to bid", "Esmaeili2022", compute)
)
