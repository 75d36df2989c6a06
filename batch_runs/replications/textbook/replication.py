"""Replication of textbook economics: statements on permit markets and auctions, tried in the systems that can say them.

Each statement is computed from runs of presets of the dashboard over populations, with one knob varied.
"""

from batch_runs.replications.common.base import REPLICATIONS, Findings, Replication
from batch_runs.replications.common.evidence import settle
from batch_runs.replications.textbook.any_policy import ANY_POLICY
from batch_runs.replications.textbook.cases import EVERY
from batch_runs.replications.textbook.claims import results
from batch_runs.replications.textbook.outcomes import Markets, run_table
from batch_runs.replications.textbook.report import TITLE, method, sections
from batch_runs.replications.textbook.runs import cells, play

NAME = "textbook"
POPULATIONS, QUICK_POPULATIONS = 30, 10
DRAWN, QUICK_DRAWN = 100, 10
"""Populations of the policies drawn at random, of each a thousand quarters."""


def compute(run, quick):
    """Play every case, judge every statement: `Findings`."""
    populations, drawn = (QUICK_POPULATIONS, QUICK_DRAWN) if quick else (POPULATIONS, DRAWN)
    [done] = run((play, cells(EVERY, populations) + cells((ANY_POLICY,), drawn)))
    markets = Markets(done)
    judged = settle({NAME: results(markets)})
    return Findings(
        title=TITLE,
        judged=judged,
        sections=sections(judged[NAME], markets),
        method=method(markets),
        tables={"runs": run_table(markets)},
    )


REPLICATIONS.register(NAME)(
    Replication(NAME, "Textbook economics of permit markets and auctions", "textbooks", compute)
)
