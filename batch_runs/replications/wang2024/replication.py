"""Replication of [Wang2024] without learning: nine allocation rules on the grid, with scripted enterprises.

Allocation tables, pollution and recorded episodes are exact; statements about schedules are tried on the heuristic.
"""

from batch_runs.replications.common.base import REPLICATIONS, Findings, Replication
from batch_runs.replications.common.evidence import settle
from batch_runs.replications.wang2024.claims import results
from batch_runs.replications.wang2024.outcomes import Episodes
from batch_runs.replications.wang2024.replays import compare, recorded
from batch_runs.replications.wang2024.report import TITLE, method, sections
from batch_runs.replications.wang2024.runs import cells, play, run_table

NAME = "wang2024"
SEEDS, QUICK_SEEDS = 20, 3


def compute(run, quick):
    """Play every episode, replay the recorded ones, judge every claim: `Findings`."""
    tasks = cells(range(1, (QUICK_SEEDS if quick else SEEDS) + 1))
    done, replays = run((play, tasks), (compare, recorded()))
    episodes = Episodes(done)
    judged = settle({NAME: results(episodes, replays)})
    return Findings(
        title=TITLE,
        judged=judged,
        sections=sections(judged[NAME], episodes, replays),
        method=method(episodes),
        tables={"episodes": run_table(done)},
    )


REPLICATIONS.register(NAME)(
    Replication(
        NAME, "Grid cap-and-trade: nine allocation rules with scripted enterprises", "Wang2024", compute
    )
)
