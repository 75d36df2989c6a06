"""Our own statements beyond [Esmaeili2022], on the instances of its Table 4: random play and invasion tests."""

from batch_runs.replications.common import claims
from batch_runs.replications.common.claims import Statement
from batch_runs.replications.esmaeili2022 import yardsticks
from batch_runs.replications.esmaeili2022.runs import FORMATS, INVASIONS, Q_LEARNING, USUAL

OWN = "this replication"


def findings(learners):
    """Judge our own statements, FINDINGS: list of `Result`."""
    return claims.results(FINDINGS, learners, OWN)


INVADING, INVADED = INVASIONS
FINDINGS = tuple(
    Statement(f"{number} {auction}", f"{text}, {auction} prices", **make(auction))
    for number, text, make in (
        (
            "F1",
            "Q-learning's average profit is above that of random play",
            lambda a: yardsticks.above_random_play(a, Q_LEARNING),
        ),
        (
            "F2",
            "Roth-Erev's average profit is above that of random play",
            lambda a: yardsticks.above_random_play(a, USUAL),
        ),
        (
            "F3",
            "Q-learning beats Roth-Erev as one among others: it pays one chain among Roth-Erev chains",
            lambda a: yardsticks.invader_earns(a, INVADING),
        ),
        (
            "F4",
            "Roth-Erev does not invade: one chain among Q-learners earns less by it",
            lambda a: yardsticks.invader_earns(a, INVADED, -1.0),
        ),
    )
    for auction in FORMATS
)
