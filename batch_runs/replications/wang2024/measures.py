"""Judges of the claims about [Wang2024]: functions of all episodes."""

import numpy as np

from batch_runs.replications.common.claims import ABOVE_ZERO, Range, judge, judge_everywhere
from batch_runs.replications.common.statistics import exact, paired
from batch_runs.replications.wang2024.published import LEARNED, PUBLISHED, SHOWN, TOTALS, rows_of, table_of
from batch_runs.replications.wang2024.runs import (
    HEURISTIC,
    IDLE,
    POPULATIONS,
    RULES,
    SOLD_RULE,
    USUAL,
    title,
)

NONE = Range(-1e-9, 1e-9)


def largest_error(number):
    """Judge that ``number(episodes, rule)``, largest distance from the published table, is 0 under every rule."""

    def judged(episodes):
        n = len(episodes.seeds) * len(POPULATIONS)
        return judge_everywhere({title(rule): exact(number(episodes, rule), n) for rule in RULES}, NONE)

    return judged


def allocations(episodes, rule, part):
    """A part of the allocation as every population met it: float64[populations x seeds, ...]."""
    return np.concatenate([episodes.stacked(part, rule, population) for population in POPULATIONS])


def rows_error(episodes, rule):
    """Largest distance from the permits by period and rank."""
    return np.abs(allocations(episodes, rule, "listed") - rows_of(rule)).max()


def totals_of(episodes, rule):
    """Permits to enterprises, projects, and what is lost of an episode's permits: float64[episodes, 3]."""
    given = allocations(episodes, rule, "listed").sum((1, 2))
    placed = allocations(episodes, rule, "placed").sum(1)
    return np.stack([given, placed, episodes.params.total_permits - given - placed], axis=1)


def total_error(k):
    """Largest distance from one of TOTALS."""
    return lambda episodes, rule: np.abs(totals_of(episodes, rule)[:, k] - TOTALS[table_of(rule)][k]).max()


def at_most(number, allowed):
    """The largest of a number over all episodes lies in the range."""
    return lambda episodes: judge(
        exact(episodes.everywhere(number).max(), len(episodes.everywhere(number))), allowed
    )


def more(number, first, second, parts=()):
    """A number, and others added to it, are larger under one rule than under another, same seeds."""

    def judged(episodes):
        return judge(
            paired(*(sum(episodes.of(x, rule) for x in (number, *parts)) for rule in (first, second)))
        )

    return judged


def better(first, second, variant=USUAL):
    """One population's mean utility is above another's under every rule; idle ones are the same in all variants."""

    def judged(episodes):
        pairs = {
            title(rule): [
                episodes.of("utility", rule, who, variant_of(who, variant)) for who in (first, second)
            ]
            for rule in RULES
        }
        return judge_everywhere({rule: paired(*pair) for rule, pair in pairs.items()}, ABOVE_ZERO)

    return judged


def variant_of(population, variant):
    """The variant in which a population was played: idle enterprises do no labour, whatever it costs."""
    return USUAL if population == IDLE else variant


def over_rules(number, first, second):
    """A number of heuristic enterprises, mean over the nine rules, is larger in one variant than in another."""

    def judged(episodes):
        return judge(
            paired(*(episodes.over_rules(number, HEURISTIC, variant) for variant in (first, second)))
        )

    return judged


def variants(number, first, second):
    """A number in two variants, mean over the nine rules, in words."""

    def facts(episodes):
        means = [f"{v} {episodes.over_rules(number, HEURISTIC, v).mean():.4g}" for v in (first, second)]
        return f"{number[0].upper()}{number[1:]}: {', '.join(means)}."

    return facts


def free_exceeds(number, auction):
    """A number is larger where permits are given away than where an auction sells them."""

    def judged(episodes):
        return judge(
            paired(*(episodes.of(number, SOLD_RULE, HEURISTIC, variant) for variant in (USUAL, auction)))
        )

    return judged


def losers(first, second):
    """Under which rules a population's mean utility is below another's, in words."""

    def facts(episodes):
        gaps = {
            title(rule): (
                episodes.of("utility", rule, first).mean() - episodes.of("utility", rule, second).mean()
            )
            for rule in RULES
        }
        return (
            "Below under: " + ", ".join(f"{name} ({gap:.3g})" for name, gap in gaps.items() if gap < 0) + "."
        )

    return facts


def published_lead(number):
    """By how much the learned government exceeds the best rule in the published episodes."""
    k = SHOWN.index(number)
    best = max(figures[k] for name, figures in PUBLISHED.items() if name != LEARNED)
    return lambda episodes: judge(exact(PUBLISHED[LEARNED][k] - best, 5))


def place(number):
    """Place of the learned government among all published policies, in words."""
    k = SHOWN.index(number)
    ahead = sorted((f[k], name) for name, f in PUBLISHED.items() if f[k] > PUBLISHED[LEARNED][k])[::-1]
    better_ones = ", ".join(f"{name} {value}" for value, name in ahead)
    return lambda episodes: f"It is number {len(ahead) + 1} of {len(PUBLISHED)}, behind {better_ones}."


def both(number, first, second):
    """A number under two rules, in words."""

    def facts(episodes):
        means = ", ".join(f"{title(rule)} {episodes.of(number, rule).mean():.3g}" for rule in (first, second))
        return f"{number[0].upper()}{number[1:]}: {means}."

    return facts


def replayed_exactly(found):
    """Judge that every step of a recorded episode agrees; found : its replay, as returned by `compare`."""
    steps, agreeing, *_ = found["numbers"].tolist()
    missing = steps - agreeing
    return judge(exact(missing if found["agrees"] else max(missing, 1.0), int(steps)), NONE)


def steps_agreeing(found):
    """Sentence with the number of steps of a replay that agree."""
    steps, agreeing, numbers, *_ = (int(x) for x in found["numbers"])
    return f"{agreeing} of {steps} steps agree, {numbers:,} numbers compared."
