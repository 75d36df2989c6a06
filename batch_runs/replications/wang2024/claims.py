"""The claims about [Wang2024] that can be tested without learning.

Allocation tables and pollution hold for whatever enterprises do; statements of the paper about schedules are tried on
enterprises with the scripted heuristic, a population the paper does not have.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from batch_runs.replications.common.claims import NOT_REPRODUCED, Range, Result, judge
from batch_runs.replications.common.statistics import exact
from batch_runs.replications.wang2024.judges import (
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
    rows_error,
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
    title,
)

SOURCE = "Wang2024"
SIMULATOR = "Wang2024, simulator"
OWN = "baselines"
AT_MOST_LARGEST = Range(-inf, 1.6 + 1e-9)
"""Emissions, t, of the largest enterprise on clean ground with the first technology."""


@dataclass(frozen=True)
class Statement:
    """One claim: who says what, the number, the range."""

    id: str
    source: str
    text: str
    judge: Callable
    """``judge(episodes)`` -> Judgement, at a rule if it is the worst of several."""
    measured: str
    unit: str = ""
    reason: Callable = lambda episodes: ""
    """``reason(episodes)`` : what else to know where it is not reproduced."""


def results(episodes, replays):
    """Every claim, judged: list of `Result`; replays : pairs (`Recorded`, its result), may be empty."""
    return [_result(s, episodes) for s in STATEMENTS] + [_replayed(r, found) for r, found in replays]


def _result(statement, episodes):
    verdict, estimate, at = statement.judge(episodes)
    measured = statement.measured + (f"; worst: {title(at)}" if at else "")
    why = f"Measured: {estimate.value:.3g}{f' ({title(at)})' if at else ''}. {statement.reason(episodes)}".strip()
    numbers = verdict, estimate.value, (estimate.low, estimate.high), estimate.n, statement.unit
    return Result(
        statement.id,
        statement.source,
        statement.text,
        *numbers,
        measured,
        why if verdict == NOT_REPRODUCED else "",
    )


def _replayed(recorded, found):
    steps, agreeing, numbers, *_ = found["numbers"].tolist()
    missing = float(steps - agreeing)
    verdict, estimate, _ = judge(exact(missing if found["agrees"] else max(missing, 1.0), int(steps)), NONE)
    why = f"{agreeing} of {steps} steps agree." if verdict == NOT_REPRODUCED else ""
    return Result(
        f"R_{recorded.name}",
        SIMULATOR,
        f"{EPISODES[recorded.name]}: every number of every step is replayed exactly",
        verdict,
        estimate.value,
        (estimate.low, estimate.high),
        estimate.n,
        "steps",
        f"steps that do not agree, of {int(steps)}, {int(numbers):,} numbers compared; 0",
        why,
    )


ALLOCATION = (
    Statement(
        "A1",
        SIMULATOR,
        "permits by period and rank are those of the tables, nine rules",
        largest_error(rows_error),
        "largest distance of an entry, 0; exact over n episodes of each rule",
        "t",
    ),
    Statement(
        "A2",
        SIMULATOR,
        "enterprises get 150, 160, 157, 160, 156 and 164 t in an episode",
        largest_error(total_error(0)),
        "largest distance, 0; exact",
        "t",
    ),
    Statement(
        "A3",
        SIMULATOR,
        "20, 16 and 16 certified projects are placed (flat, decreasing, convex)",
        largest_error(total_error(1)),
        "largest distance, 0; exact",
        "",
    ),
    Statement(
        "A4",
        SIMULATOR,
        "rounding down loses 30, 20, 27, 24, 28 and 20 t of 200",
        largest_error(total_error(2)),
        "largest distance, 0; exact",
        "t",
    ),
    Statement(
        "P1",
        SIMULATOR,
        "pollution never occurs under the default parameters",
        at_most("polluted cells", NONE),
        "most polluted cells at the end of an episode, 0; exact over n episodes",
        "cells",
    ),
    Statement(
        "P2",
        SIMULATOR,
        "because one production emits 1.6 t at most, and pollution begins above 3 t",
        at_most("largest emission", AT_MOST_LARGEST),
        "largest emission of an enterprise in a step, at most 1.6; exact over n episodes",
        "t",
    ),
)

SCHEDULING = tuple(
    statement
    for indicator, short in SHORT.items()
    for statement in (
        Statement(
            f"S1 {short}",
            SOURCE,
            f"{short}: flat produces more than decreasing",
            more("properties", ("flat", indicator), ("decreasing", indicator)),
            "properties, flat - decreasing, heuristic enterprises",
            reason=both("properties", ("flat", indicator), ("decreasing", indicator)),
        ),
        Statement(
            f"S2 {short}",
            SOURCE,
            f"{short}: convex has less uncovered emissions than flat",
            more("shortfall settled", ("flat", indicator), ("convex", indicator)),
            "shortfall settled, flat - convex, heuristic enterprises",
            "t",
            reason=both("shortfall settled", ("flat", indicator), ("convex", indicator)),
        ),
        Statement(
            f"S3 {short}",
            SOURCE,
            f"{short}: convex has less uncovered emissions than decreasing",
            more("shortfall settled", ("decreasing", indicator), ("convex", indicator)),
            "shortfall settled, decreasing - convex, heuristic enterprises",
            "t",
            reason=both("shortfall settled", ("decreasing", indicator), ("convex", indicator)),
        ),
        Statement(
            f"S4 {short}",
            OWN,
            f"{short}: convex has less than decreasing also if what is left at the last step counts",
            more(
                "shortfall settled",
                ("decreasing", indicator),
                ("convex", indicator),
                parts=("shortfall left",),
            ),
            "shortfall settled + left, decreasing - convex, heuristic enterprises",
            "t",
        ),
    )
)

COMPARING = (
    Statement(
        "B1",
        OWN,
        "the heuristic earns enterprises more utility than random actions, under every rule",
        better(HEURISTIC, RANDOM),
        "mean utility, heuristic - random",
        reason=losers(HEURISTIC, RANDOM),
    ),
    Statement(
        "B2",
        OWN,
        "random actions earn them more than doing nothing, under every rule",
        better(RANDOM, IDLE),
        "mean utility, random - idle",
        reason=losers(RANDOM, IDLE),
    ),
    Statement(
        "B3",
        OWN,
        "the heuristic earns them more than doing nothing, under every rule",
        better(HEURISTIC, IDLE),
        "mean utility, heuristic - idle",
        reason=losers(HEURISTIC, IDLE),
    ),
    Statement(
        "B4",
        OWN,
        "trading pays its traders: heuristic enterprises earn more utility than if nobody trades",
        over_rules("utility", USUAL, NO_TRADE),
        "mean utility over the nine rules, trading - not trading",
        reason=variants("utility", USUAL, NO_TRADE),
    ),
    Statement(
        "B5",
        OWN,
        "the same with labour at its full weight",
        over_rules("utility", FULL, FULL_NO_TRADE),
        "mean utility over the nine rules, trading - not trading",
        reason=variants("utility", FULL, FULL_NO_TRADE),
    ),
    Statement(
        "B6",
        OWN,
        "trading leaves less uncovered emissions",
        over_rules("shortfall settled", NO_TRADE, USUAL),
        "shortfall settled, mean over the nine rules, not trading - trading",
        "t",
        reason=variants("shortfall settled", NO_TRADE, USUAL),
    ),
    Statement(
        "B7",
        OWN,
        "with labour at its full weight, the heuristic earns more than random actions, under every rule",
        better(HEURISTIC, RANDOM, FULL),
        "mean utility, heuristic - random",
    ),
    Statement(
        "B8",
        OWN,
        "and more than doing nothing, under every rule",
        better(HEURISTIC, IDLE, FULL),
        "mean utility, heuristic - idle",
    ),
    Statement(
        "I1",
        OWN,
        "no permit is sold above the fine, in any auction format",
        at_most("highest auction price", Range(-inf, 30.0 + 1e-9)),
        "highest clearing price, at most 30; exact over n episodes, those without auction as 0",
        "coins/t",
    ),
    *(
        Statement(
            f"I2 {name}",
            OWN,
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
            SOURCE,
            f"the learned government reaches a higher welfare than every rule, all scored at c_e {cost}",
            published_lead(f"welfare at c_e {cost}"),
            "published means of five episodes, learned government - best rule; no interval",
            "coins",
            reason=place(f"welfare at c_e {cost}"),
        )
        for k, cost in enumerate((0.2, 0.05))
    ),
)

STATEMENTS = (*ALLOCATION, *SCHEDULING, *COMPARING)
