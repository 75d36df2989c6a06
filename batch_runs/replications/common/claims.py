"""Claims of a source and their verdicts: one vocabulary and one rule for all replications.

A *statement* is a claim in our own words. Its *judge* measures a number on the runs and returns a *judgement*: a
verdict with the number's estimate. `results` judges statements; a *result* is everything reported about a claim.

A claim says that some number lies in a range, usually that a difference is above zero. The verdict follows from the
number's mean over populations and its 95 % interval:

* reproduced: the whole interval lies in the range;
* weak: the mean lies in the range, part of the interval does not;
* not reproduced: the mean lies outside the range.

A claim whose number was used to infer something that its source does not give says nothing about the model. It gets
a kind of its own, *used to infer*, and never counts as reproduced.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from batch_runs.replications.common.statistics import Estimate

REPRODUCED, WEAK, NOT_REPRODUCED = VERDICTS = "reproduced", "weak", "not reproduced"
USED_TO_INFER = "used to infer"
POINTS = {REPRODUCED: 1.0, WEAK: 0.5, NOT_REPRODUCED: 0.0, USED_TO_INFER: 0.0}


class Range(NamedTuple):
    """Open interval in which a claim expects its number."""

    low: float = 0.0
    high: float = math.inf


ABOVE_ZERO = Range()


class Judgement(NamedTuple):
    """A verdict with the estimate behind it."""

    verdict: str
    estimate: Estimate
    at: str = ""
    """For a claim about several places: the one at which it holds least."""


@dataclass(frozen=True)
class Statement:
    """One claim: its source, its judge, and a possible reason if it fails."""

    id: str
    text: str
    judge: Callable
    """``judge(runs)`` -> `Judgement`."""
    measured: str
    """The number measured and, unless it is "above zero", the range that reproduces the claim."""
    unit: str = "share"
    reason: str = ""
    """Possible reason of a failure."""
    source: str = ""
    """Source of this claim, if not that of all the others."""
    facts: Callable = lambda runs: ""
    """``facts(runs)`` -> a sentence with other numbers of the runs, reported if the claim fails."""
    used_to_infer: bool = False
    """Whether the source's number was used to infer something it does not give, so that meeting it is no evidence."""


@dataclass(frozen=True)
class Result:
    """A claim, its verdict, and the number behind it."""

    id: str
    source: str
    claim: str
    verdict: str
    value: float
    interval: tuple
    n: int
    unit: str = ""
    measured: str = ""
    """The number measured, and the range that would reproduce the claim."""
    why: str = ""
    """For claims that are not reproduced: what happens instead; for those used to infer: what the rule would say."""


def results(statements, runs, source):
    """Judge every statement on the runs: list of `Result`; ``source`` is that of statements without one."""
    return [result(statement, runs, source) for statement in statements]


def result(statement, runs, source):
    """Judge one statement on the runs: `Result`."""
    verdict, estimate, at = statement.judge(runs)
    worst = f"; worst: {at}" if at else ""
    why = _why(statement, runs, estimate) if verdict == NOT_REPRODUCED else ""
    if statement.used_to_infer:
        verdict, why = USED_TO_INFER, f"No evidence; by the rule alone: {verdict}. {why}".strip()
    return Result(
        id=statement.id,
        source=statement.source or source,
        claim=statement.text,
        verdict=verdict,
        value=estimate.value,
        interval=(estimate.low, estimate.high),
        n=estimate.n,
        unit=statement.unit,
        measured=statement.measured + worst,
        why=why,
    )


def _why(statement, runs, estimate):
    parts = f"Measured: {estimate.value:.3g}.", statement.facts(runs), statement.reason
    return " ".join(part for part in parts if part)


def judge(estimate, allowed=ABOVE_ZERO):
    """Judge an estimate by the rule at the head of this module."""
    if not allowed.low < estimate.value < allowed.high:
        return Judgement(NOT_REPRODUCED, estimate)
    inside = allowed.low < estimate.low and estimate.high < allowed.high
    if allowed.high == math.inf:
        inside = allowed.low < estimate.low
    return Judgement(REPRODUCED if inside else WEAK, estimate)


def judge_everywhere(estimates, allowed=ABOVE_ZERO):
    """Judge a claim about every place by the worst one of ``estimates``, a dict place -> Estimate.

    The worst place has the lowest verdict and, among equal verdicts, the mean nearest to (or farthest beyond) an end
    of the range. The judgement names no place if all estimates are the same.
    """

    def rank(judgement):
        value = judgement.estimate.value
        return POINTS[judgement.verdict], min(value - allowed.low, allowed.high - value)

    worst = min((judge(e, allowed)._replace(at=place) for place, e in estimates.items()), key=rank)
    return worst if len(set(estimates.values())) > 1 else worst._replace(at="")


def score(results):
    """Sum of points: 1 for each claim reproduced, 1/2 for each weak one."""
    return sum(POINTS[r.verdict] for r in results)


def counted(judged):
    """Return each claim once, with the result of the first group that judges it; judged : group -> list of `Result`."""
    first = {}
    for found in judged.values():
        for one in found:
            first.setdefault(one.id, one)
    return list(first.values())
