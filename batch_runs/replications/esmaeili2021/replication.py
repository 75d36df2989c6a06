"""Replication of [Esmaeili2021]: uniform against discriminatory pricing among firms that learn to bid.

Thirty populations, every phi of the paper, both formats, Q-learning and two Roth-Erev rules, under every reading of
the points that the paper leaves open (the presets of `model.scenarios` whose names begin with ``esmaeili2021``).
"""

import numpy as np

from batch_runs.replications.common.base import REPLICATIONS, Findings, Replication
from batch_runs.replications.common.evidence import settle
from batch_runs.replications.common.report import Choice
from batch_runs.replications.esmaeili2021.claims import results
from batch_runs.replications.esmaeili2021.outcomes import Reading
from batch_runs.replications.esmaeili2021.report import CHOICE_LABEL, TITLE, method, sections
from batch_runs.replications.esmaeili2021.runs import (
    LEARNERS,
    MAIN,
    cells,
    comparisons,
    firm_table,
    play,
    run_table,
)
from model.scenarios import scenarios

PHIS = tuple(np.arange(0.80, 1.001, 0.02).round(2).tolist())
QUICK_PHIS = (0.80, 0.86, 0.90, 0.96, 1.00)
POPULATIONS, QUICK_POPULATIONS = 30, 5
CHOSEN_ON = range(1, 31)
"""Seeds of the populations on which the main reading was chosen, as the one of the highest score. No claim is judged
on them."""


def readings_of_the_paper():
    """Names of the presets that read [Esmaeili2021], the main one first."""
    names = [name for name in scenarios("learning_bidders") if name.startswith(MAIN)]
    return [MAIN, *(name for name in names if name != MAIN)]


def held_out(populations):
    """Seeds of populations that were not used to choose the main reading."""
    return range(CHOSEN_ON.stop, CHOSEN_ON.stop + populations)


def compute(run, quick):
    """Play every population and judge every claim under every reading, the main one first: `Findings`."""
    names = [MAIN] if quick else readings_of_the_paper()
    phis, populations = (QUICK_PHIS, QUICK_POPULATIONS) if quick else (PHIS, POPULATIONS)
    seeds = held_out(populations)
    [done] = run((play, cells(names, LEARNERS, phis, seeds) + comparisons(MAIN, phis, seeds)))
    readings = [Reading(name, done) for name in names]
    judged = settle({reading.name: results(reading) for reading in readings})
    learned = [pair for pair in done if pair[0].learner == LEARNERS[0]]
    titles = {name: scenarios("learning_bidders")[name].title for name in names}
    return Findings(
        title=TITLE,
        judged=judged,
        sections=sections(readings, judged),
        method=method(readings[0]),
        tables={"runs": run_table(done), "firms": firm_table(learned)},
        group="reading",
        choice=Choice("reading", CHOICE_LABEL, titles),
    )


REPLICATIONS.register(MAIN)(
    Replication(
        MAIN, "Uniform and discriminatory carbon auctions among learning bidders", "Esmaeili2021", compute
    )
)
