"""The claims about [Wang2024] that can be tested without learning.

Allocation tables and pollution hold for whatever enterprises do; statements of the paper about schedules are tried on
enterprises with the scripted heuristic, a population the paper does not have. The paper compares schedules under the
indicator size only (Figure 3); the same under the other indicators is a question of our own. So is convex against
decreasing: the paper calls the uncovered emissions of both fewer, and does not compare the two.
"""

from math import inf

from batch_runs.replications.common import claims
from batch_runs.replications.common.claims import Range, Statement
from batch_runs.replications.common.evidence import mark
from batch_runs.replications.wang2024.measures import (
    NONE,
    at_most,
    better,
    both,
    free_exceeds,
    largest_error,
    losers,
    more,
    over_rules,
    place,
    published_lead,
    replayed_exactly,
    rows_error,
    steps_agreeing,
    total_error,
    variants,
)
from batch_runs.replications.wang2024.replays import EPISODES
from batch_runs.replications.wang2024.runs import (
    FORMATS,
    FULL,
    FULL_NO_TRADE,
    HEURISTIC,
    IDLE,
    NO_TRADE,
    RANDOM,
    SHORT,
    USUAL,
)

SOURCE = "Wang2024"
SIMULATOR = "Wang2024, simulator"
OWN = "own question"
SCRIPTED = (
    "The source trained its own enterprises under these schedules; these follow a script. The failure is that of the "
    "statement for scripted enterprises, and says nothing about trained ones."
)
PUBLISHED_INDICATOR = "size"
"""The indicator under which the paper compares schedules."""
AT_MOST_LARGEST = Range(-inf, 1.6 + 1e-9)
"""Emissions, t, of the largest enterprise on clean ground with the first technology."""


def results(episodes, replays):
    """Judge every claim: list of `Result`; replays : pairs (`Recorded`, its result), may be empty."""
    return [
        *claims.results(ALLOCATION, episodes, SIMULATOR),
        *claims.results(SCHEDULING, episodes, SOURCE),
        *claims.results(COMPARING, episodes, OWN),
        *(claims.result(_replay_of(recorded), found, SIMULATOR) for recorded, found in replays),
    ]


def _replay_of(recorded):
    """Statement about a recorded episode, judged on its replay."""
    return Statement(
        f"R_{recorded.name}",
        f"{EPISODES[recorded.name]}: every number of every step is replayed exactly",
        replayed_exactly,
        "steps that do not agree, 0; exact over n steps",
        "steps",
        facts=steps_agreeing,
    )


ALLOCATION = mark(
    (
        Statement(
            "A1",
            "permits by period and rank are those of the tables, nine rules",
            largest_error(rows_error),
            "largest distance of an entry, 0; exact over n episodes of each rule",
            "t",
        ),
        Statement(
            "A2",
            "enterprises get 150, 160, 157, 160, 156 and 164 t in an episode",
            largest_error(total_error(0)),
            "largest distance, 0; exact",
            "t",
        ),
        Statement(
            "A3",
            "20, 16 and 16 certified projects are placed (flat, decreasing, convex)",
            largest_error(total_error(1)),
            "largest distance, 0; exact",
            "",
        ),
        Statement(
            "A4",
            "rounding down loses 30, 20, 27, 24, 28 and 20 t of 200",
            largest_error(total_error(2)),
            "largest distance, 0; exact",
            "t",
        ),
        Statement(
            "P1",
            "pollution never occurs under the default parameters",
            at_most("polluted cells", NONE),
            "most polluted cells at the end of an episode, 0; exact over n episodes",
            "cells",
        ),
        Statement(
            "P2",
            "the reason: one production emits 1.6 t at most, and pollution begins above 3 t",
            at_most("largest emission", AT_MOST_LARGEST),
            "largest emission of an enterprise in a step, at most 1.6; exact over n episodes",
            "t",
        ),
    ),
    follows={"A2": "A1", "A3": "A1", "A4": "A1", "P1": "P2"},
    certain=("A1", "P2"),
)
"""The rules hand out the tables whatever enterprises do (A1). What enterprises get is the sum of the tables' entries;
projects and what is lost are the rest of the permits. A production emits size x emission factor x level, at most
1.6 x 1 x 1 t (P2); pollution begins above 3 t (P1)."""

SCHEDULING = tuple(
    statement
    for indicator, short in SHORT.items()
    for statement in (
        Statement(
            f"S1 {short}",
            f"{short}: flat produces more than decreasing",
            more("properties", ("flat", indicator), ("decreasing", indicator)),
            "properties, flat - decreasing, heuristic enterprises",
            unit="",
            facts=both("properties", ("flat", indicator), ("decreasing", indicator)),
            source=SOURCE if indicator == PUBLISHED_INDICATOR else OWN,
            reason=SCRIPTED,
        ),
        Statement(
            f"S2 {short}",
            f"{short}: convex has less uncovered emissions than flat",
            more("shortfall settled", ("flat", indicator), ("convex", indicator)),
            "shortfall settled, flat - convex, heuristic enterprises",
            "t",
            facts=both("shortfall settled", ("flat", indicator), ("convex", indicator)),
            source=SOURCE if indicator == PUBLISHED_INDICATOR else OWN,
            reason=SCRIPTED,
        ),
        Statement(
            f"S3 {short}",
            f"{short}: convex has less uncovered emissions than decreasing",
            more("shortfall settled", ("decreasing", indicator), ("convex", indicator)),
            "shortfall settled, decreasing - convex, heuristic enterprises",
            "t",
            facts=both("shortfall settled", ("decreasing", indicator), ("convex", indicator)),
            source=OWN,
            reason=SCRIPTED,
        ),
        Statement(
            f"S4 {short}",
            f"{short}: convex has less than decreasing also if what is left at the last step counts",
            more(
                "shortfall settled",
                ("decreasing", indicator),
                ("convex", indicator),
                parts=("shortfall left",),
            ),
            "shortfall settled + left, decreasing - convex, heuristic enterprises",
            "t",
            source=OWN,
        ),
    )
)

COMPARING = mark(
    (
        Statement(
            "B1",
            "the heuristic earns enterprises more utility than random actions, under every rule",
            better(HEURISTIC, RANDOM),
            "mean utility, heuristic - random",
            unit="",
            facts=losers(HEURISTIC, RANDOM),
        ),
        Statement(
            "B2",
            "random actions earn them more than doing nothing, under every rule",
            better(RANDOM, IDLE),
            "mean utility, random - idle",
            unit="",
            facts=losers(RANDOM, IDLE),
        ),
        Statement(
            "B3",
            "the heuristic earns them more than doing nothing, under every rule",
            better(HEURISTIC, IDLE),
            "mean utility, heuristic - idle",
            unit="",
            facts=losers(HEURISTIC, IDLE),
        ),
        Statement(
            "B4",
            "trade benefits the traders: heuristic enterprises earn more utility than if nobody trades",
            over_rules("utility", USUAL, NO_TRADE),
            "mean utility over the nine rules, trading - not trading",
            unit="",
            facts=variants("utility", USUAL, NO_TRADE),
        ),
        Statement(
            "B5",
            "the same with labour at its full weight",
            over_rules("utility", FULL, FULL_NO_TRADE),
            "mean utility over the nine rules, trading - not trading",
            unit="",
            facts=variants("utility", FULL, FULL_NO_TRADE),
        ),
        Statement(
            "B6",
            "trading leaves less uncovered emissions",
            over_rules("shortfall settled", NO_TRADE, USUAL),
            "shortfall settled, mean over the nine rules, not trading - trading",
            "t",
            facts=variants("shortfall settled", NO_TRADE, USUAL),
        ),
        Statement(
            "B7",
            "with labour at its full weight, the heuristic earns more than random actions, under every rule",
            better(HEURISTIC, RANDOM, FULL),
            "mean utility, heuristic - random",
            unit="",
        ),
        Statement(
            "B8",
            "and more than doing nothing, under every rule",
            better(HEURISTIC, IDLE, FULL),
            "mean utility, heuristic - idle",
            unit="",
        ),
        Statement(
            "I1",
            "no permit is sold above the fine, in any auction format",
            at_most("highest auction price", Range(-inf, 30.0 + 1e-9)),
            "highest clearing price, at most 30; exact over n episodes, those without auction as 0",
            "coins/t",
        ),
        *(
            Statement(
                f"I2 {name}",
                f"flat SI: welfare is higher where permits are given away than where they are sold, {name}",
                free_exceeds("welfare at c_e 0.2", name),
                "welfare at c_e 0.2, free - sold",
                "coins",
            )
            for name in FORMATS
        ),
        *(
            Statement(
                f"W{k + 1}",
                f"the learned government reaches a higher welfare than every rule, all scored at c_e {cost}",
                published_lead(f"welfare at c_e {cost}"),
                "published means of five episodes, learned government - best rule; no interval",
                "coins",
                source=SOURCE,
                impossible=place(f"welfare at c_e {cost}"),
            )
            for k, cost in enumerate((0.2, 0.05))
        ),
    ),
    certain=("I1",),
)
"""Enterprises' bids are at most the fine (I1)."""

STATEMENTS = (*ALLOCATION, *SCHEDULING, *COMPARING)
