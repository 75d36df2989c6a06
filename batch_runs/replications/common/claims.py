"""Claims of a source and their verdicts: one vocabulary and one rule for all replications.

A *statement* is a claim in our own words. Its *judge* measures a number on the runs and returns a *judgement*: a
verdict with the number's estimate. `results` judges statements; a *result* is everything reported about a claim.

A claim says that some number lies in a range, usually that a difference is above zero. The verdict follows from the
number's mean over populations and its 95 % interval:

* reproduced: the whole interval lies in the range;
* weak: the mean lies in the range, part of the interval does not;
* not reproduced: the mean lies outside the range. The failure is undecided while part of the interval lies inside, as
  more populations would tell, else contradicted; FAILURES lists the kinds that come before these two.

A claim that a number is near another, "about 0.90", is reproduced if the interval contains that one, else not: no
tolerance of ours decides. Such a claim has no probability of error, as a wider interval meets it more easily, and its
failure is never undecided.

A claim whose number was used to infer something that its source does not give says nothing about the model. It gets
a kind of its own, *used to infer*, and never counts as reproduced.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from batch_runs.replications.common.statistics import EXACT, Estimate, p_value

REPRODUCED, WEAK, NOT_REPRODUCED = VERDICTS = "reproduced", "weak", "not reproduced"
USED_TO_INFER = "used to infer"
POINTS = {REPRODUCED: 1.0, WEAK: 0.5, NOT_REPRODUCED: 0.0, USED_TO_INFER: 0.0}


IMPOSSIBLE, ONLY_UNDER, UNDECIDED, CONTRADICTED = FAILURES = (
    "impossible on the source's own numbers",
    "holds under another reading only",
    "undecided",
    "contradicted",
)
"""Kinds of failure, the first that applies: the source's numbers rule the claim out; another reading reproduces it;
part of the interval lies in the range, so more populations would tell; none of these."""


class Range(NamedTuple):
    """Open interval in which a claim expects its number."""

    low: float = 0.0
    high: float = math.inf


ABOVE_ZERO = Range()


class Near(NamedTuple):
    """Number that the interval must contain, up to the rounding of the source's printed numbers."""

    target: float
    rounding: float = 0.0


class Judgement(NamedTuple):
    """A verdict with the estimate behind it."""

    verdict: str
    estimate: Estimate
    at: str = ""
    """For a claim about several places: the one at which it holds least."""
    p: float | None = None
    """Smallest probability of error at which the interval lies in the range, 1 if the number does not; None for exact
    numbers and for `Near`."""
    held: tuple = ()
    """Whether the claim holds in each single population, at every place; None where undefined. Empty where the claim
    says nothing about a single population."""
    undecided: bool = False
    """Whether the number lies outside the range, but part of its interval inside."""


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
    follows_from: str = ""
    """Statement of which this one is a consequence or another form, so that it is no further evidence."""
    by_construction: bool = False
    """Whether the model cannot but meet the claim, so that meeting it is no evidence."""
    elsewhere: dict = field(default_factory=dict)
    """Other readings of the source within the same runs: name -> judge; asked if the claim fails."""
    impossible: Callable = lambda runs: ""
    """``impossible(runs)`` -> a sentence with the computation by which the source's own numbers rule the claim out,
    empty if they do not; reported if the claim fails."""
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
    failure: str = ""
    """For claims that are not reproduced: one of FAILURES."""
    holds_under: tuple = ()
    """For claims that are not reproduced: the other readings that reproduce them."""
    share: float | None = None
    """Share of single populations in which the claim holds; None if it says nothing about a single one."""
    p: float | None = None
    p_holm: float | None = None
    """`Judgement.p`, and the same adjusted for the number of independent claims by `holm`."""
    follows_from: str = ""
    by_construction: bool = False
    held: tuple = ()
    """`Judgement.held`."""

    @property
    def independent(self):
        """Whether the verdict is evidence of its own."""
        return not (self.follows_from or self.by_construction or self.verdict == USED_TO_INFER)


def keywords(measured, unit, judge, facts=None):
    """Keywords of a `Statement` that define its judgement."""
    known = {"measured": measured, "unit": unit, "judge": judge}
    return known | {"facts": facts} if facts else known


def results(statements, runs, source):
    """Judge every statement on the runs: list of `Result`; ``source`` is that of statements without one."""
    return [result(statement, runs, source) for statement in statements]


def result(statement, runs, source):
    """Judge one statement on the runs: `Result`."""
    judgement = statement.judge(runs)
    verdict, estimate, at, p, held, _ = judgement
    worst = f"; worst: {at}" if at else ""
    failure, holding, why = (
        _failure(statement, runs, judgement) if verdict == NOT_REPRODUCED else ("", (), "")
    )
    if statement.used_to_infer:
        failure, holding = "", ()
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
        failure=failure,
        holds_under=holding,
        share=share_held(held),
        p=p,
        follows_from=statement.follows_from,
        by_construction=statement.by_construction,
        held=held,
    )


def _failure(statement, runs, judgement):
    """Kind of a failure, the readings within the same runs that reproduce the claim, and what happens instead."""
    impossible = statement.impossible(runs)
    holding = tuple(
        name for name, judged in statement.elsewhere.items() if judged(runs).verdict == REPRODUCED
    )
    left = UNDECIDED if judgement.undecided else CONTRADICTED
    kind = IMPOSSIBLE if impossible else ONLY_UNDER if holding else left
    parts = f"Measured: {judgement.estimate.value:.3g}.", statement.facts(runs), impossible, statement.reason
    return kind, holding, " ".join(part for part in parts if part)


def share_held(held):
    """Share of the populations in which a claim holds, those left out where it is undefined; None if all are."""
    known = [one for one in held if one is not None]
    return sum(known) / len(known) if known else None


def judge(estimate, allowed=ABOVE_ZERO):
    """Judge an estimate by the rule at the head of this module; allowed : `Range` or `Near`."""
    if isinstance(allowed, Near):
        return _judge_near(estimate, allowed)
    held = tuple(None if math.isnan(x) else allowed.low < x < allowed.high for x in estimate.sample)
    within = allowed.low < estimate.value < allowed.high
    p = max(p_value(estimate, end) for end in allowed) if within else 1.0
    inside = allowed.low < estimate.low and estimate.high < allowed.high
    if allowed.high == math.inf:
        inside = allowed.low < estimate.low
    verdict = (REPRODUCED if inside else WEAK) if within else NOT_REPRODUCED
    overlaps = estimate.low < allowed.high and allowed.low < estimate.high
    p = None if estimate.method == EXACT else p
    return Judgement(verdict, estimate, p=p, held=held, undecided=overlaps and not within)


def _judge_near(estimate, near):
    """Judge that the interval contains a number; an interval without ends is weak."""
    if not math.isfinite(estimate.high - estimate.low):
        return Judgement(WEAK, estimate)
    room = max(near.rounding, 1e-9 * abs(near.target))
    contains = estimate.low - room <= near.target <= estimate.high + room
    return Judgement(REPRODUCED if contains else NOT_REPRODUCED, estimate)


def judge_everywhere(estimates, allowed=ABOVE_ZERO):
    """Judge a claim about every place by the worst one of ``estimates``, a dict place -> Estimate.

    The worst place has the lowest verdict and, among equal verdicts, the mean nearest to (or farthest beyond) an end
    of the range. The judgement names no place if all estimates are the same. Its probability of error is the largest
    of all places; a single population meets the claim if it does at every place. A failure is undecided only if it is
    at every place that fails: one place outside the range with its whole interval decides.
    """

    def rank(judgement):
        value = judgement.estimate.value
        beyond = (
            -abs(value - allowed.target)
            if isinstance(allowed, Near)
            else min(value - allowed.low, allowed.high - value)
        )
        return POINTS[judgement.verdict], beyond

    judged = [judge(e, allowed)._replace(at=place) for place, e in estimates.items()]
    alike = len({e[:4] for e in estimates.values()}) == 1
    ps = [one.p for one in judged if one.p is not None]
    failing = [one for one in judged if one.verdict == NOT_REPRODUCED]
    return min(judged, key=rank)._replace(
        p=max(ps, default=None),
        held=_held_at_all([one.held for one in judged]),
        undecided=bool(failing) and all(one.undecided for one in failing),
        **({"at": ""} if alike else {}),
    )


def _held_at_all(held):
    """Whether a claim holds in each population at every place at which it is defined; held : one tuple per place."""
    if len({len(one) for one in held}) != 1:
        return ()
    known = ([one for one in places if one is not None] for places in zip(*held))
    return tuple(all(places) if places else None for places in known)


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
