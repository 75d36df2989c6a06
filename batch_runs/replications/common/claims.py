"""A source's claims and what becomes of them: one rule of verdict for all.

A claim says that some number lies in a range, mostly that a difference is above zero. With the number's mean
over populations and its 95 % interval:

* reproduced: the whole interval lies in the range;
* weak: the mean does, part of the interval does not;
* not reproduced: the mean does not.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from batch_runs.replications.common.statistics import Estimate

REPRODUCED, WEAK, NOT_REPRODUCED = "reproduced", "weak", "not reproduced"
POINTS = {REPRODUCED: 1.0, WEAK: 0.5, NOT_REPRODUCED: 0.0}


class Range(NamedTuple):
    """Open interval in which a claim puts its number."""

    low: float = 0.0
    high: float = math.inf


ABOVE_ZERO = Range()


@dataclass(frozen=True)
class Result:
    """A claim, its verdict, and the number it rests on."""

    id: str
    source: str
    claim: str
    verdict: str
    value: float
    interval: tuple
    n: int
    unit: str = ""
    measured: str = ""
    """What the number is, and the range that would reproduce the claim."""
    why: str = ""
    """For claims that are not reproduced: what happens instead."""


class Judgement(NamedTuple):
    """A verdict with the estimate it rests on, and where along a curve that was, if anywhere."""

    verdict: str
    estimate: Estimate
    at: float | None = None


@dataclass(frozen=True)
class Statement:
    """One claim: what the source says, the number, the range; and what may be behind it where it fails."""

    id: str
    text: str
    judge: Callable
    """``judge(runs)`` -> Judgement."""
    measured: str
    unit: str = "share"
    reason: str = ""
    source: str = ""
    """Who says so, where that is not the source of all the others."""


def result(statement, runs, source, worst=str):
    """A `Statement` judged on runs: `Result`; ``worst`` names the point of the curve that decided, if any."""
    verdict, estimate, at = statement.judge(runs)
    measured = statement.measured + (f"; worst: {worst(at)}" if at else "")
    numbers = verdict, estimate.value, (estimate.low, estimate.high), estimate.n, statement.unit
    why = f"Measured: {estimate.value:.3g}. {statement.reason}".strip() if verdict == NOT_REPRODUCED else ""
    return Result(statement.id, statement.source or source, statement.text, *numbers, measured, why)


def judge(estimate, allowed=ABOVE_ZERO):
    """Verdict on an estimate, by the rule at the head of this module."""
    if not allowed.low < estimate.value < allowed.high:
        return Judgement(NOT_REPRODUCED, estimate)
    inside = allowed.low < estimate.low and estimate.high < allowed.high
    if allowed.high == math.inf:
        inside = allowed.low < estimate.low
    return Judgement(REPRODUCED if inside else WEAK, estimate)


def judge_everywhere(estimates, allowed=ABOVE_ZERO):
    """Verdict on "at every x": that of the worst point of ``estimates``, a dict x -> Estimate.

    Worst is the lowest verdict, and among equal ones the mean nearest to (or farthest beyond) the range's
    end.
    """

    def rank(judgement):
        value = judgement.estimate.value
        return POINTS[judgement.verdict], min(value - allowed.low, allowed.high - value)

    return min((judge(e, allowed)._replace(at=x) for x, e in estimates.items()), key=rank)


def score(results):
    """Sum of points: 1 for each claim reproduced, 1/2 for each weak one."""
    return sum(POINTS[r.verdict] for r in results)
