"""Replication of [Wang2024] with learning: enterprises and governments trained from nothing, then judged.

Takes about a quarter of an hour on two idle cores; interrupted, every training goes on where it was.
"""

from batch_runs.replications.common import claims
from batch_runs.replications.common.base import REPLICATIONS, Findings, Replication
from batch_runs.replications.common.evidence import settle
from batch_runs.replications.common.tasks import Resumable
from batch_runs.replications.wang2024.claims import OWN
from batch_runs.replications.wang2024_learned.claims import STATEMENTS
from batch_runs.replications.wang2024_learned.outcomes import Outcomes
from batch_runs.replications.wang2024_learned.report import TITLE, method, sections
from batch_runs.replications.wang2024_learned.runs import Extent, learn, matches, play, trainings
from batch_runs.replications.wang2024_learned.tables import score_table

NAME = "wang2024_learned"
SIZE = Extent(
    training={"adapting": 25, "government_worlds": 12, "government_updates": 30},
    search={"population": 24, "generations": 10},
)
"""Either learner of governments plays 2,880 episodes."""
QUICK = Extent(
    seeds=2,
    worlds=4,
    training={"worlds": 4, "updates": 2, "adapting": 1, "government_worlds": 2, "government_updates": 2},
    search={"population": 6, "generations": 2},
)


def compute(run, quick):
    """Train, play what was trained, judge every claim: `Findings`."""
    extent = QUICK if quick else SIZE
    (trained,) = run((Resumable(learn), trainings(extent)))
    (played,) = run((play, matches(extent, trained)))
    outcomes = Outcomes(trained, played)
    judged = settle({NAME: claims.results(STATEMENTS, outcomes, OWN)})
    return Findings(
        title=TITLE,
        judged=judged,
        sections=sections(judged[NAME], outcomes),
        method=method(outcomes),
        tables={"scores": score_table(played)},
    )


REPLICATIONS.register(NAME)(
    Replication(NAME, "Grid cap-and-trade: trained enterprises and governments", "Wang2024", compute)
)
