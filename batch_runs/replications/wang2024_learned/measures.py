"""Judges of the claims about trained policies: functions of all outcomes.

Their numbers are means over training seeds that all met the same worlds; their intervals respect both.
"""

import numpy as np

from batch_runs.replications.common.claims import ABOVE_ZERO, judge, judge_everywhere
from batch_runs.replications.common.statistics import crossed
from batch_runs.replications.wang2024.runs import title
from batch_runs.replications.wang2024_learned.runs import LEADER, LEARNED
from model.allocation import SCHEDULES
from model.envs.grid_episodes import FIRST
from model.envs.grid_governments import RULES

SI = tuple((schedule, "size") for schedule in SCHEDULES)
"""The rules that the source's Figure 3 compares with its learned government."""


def gains(first, second, regime):
    """Utility of one population over another's under every rule, {rule: float64[seeds, worlds]}."""

    def of(outcomes):
        return {
            title(rule): outcomes.of("utility", first, rule, regime)
            - outcomes.of("utility", second, rule, regime)
            for rule in RULES
        }

    return of


def under_every_rule(first, second, regime):
    """Judge that a population's utility is above another's under every rule."""
    of = gains(first, second, regime)
    return lambda outcomes: judge_everywhere({k: crossed(gain) for k, gain in of(outcomes).items()})


def over_rules(first, second, regime, allowed=ABOVE_ZERO):
    """Judge a population's utility less another's, mean over the nine rules."""
    of = gains(first, second, regime)
    return lambda outcomes: judge(crossed(np.mean(list(of(outcomes).values()), axis=0)), allowed)


def lead(number, population, government, rules_with=None):
    """Judge a government's welfare less that of the best of the nine rules.

    rules_with : the enterprises that play under the rules, those of the government if None.
    """

    def judged(outcomes):
        best = outcomes.best_rule(number, rules_with or population)
        return judge(crossed(outcomes.of(number, population, government) - best))

    return judged


def best_in_words(number, population):
    """Which rules are best, in words."""

    def facts(outcomes):
        names = sorted({title(rule) for rule in outcomes.best_rules(number, population)})
        return f"Best rules by training seed: {', '.join(names)}."

    return facts


def change(number, after, before):
    """Judge a number of (population, policy) ``after`` less that ``before``."""
    return lambda outcomes: judge(crossed(outcomes.of(number, *after) - outcomes.of(number, *before)))


def strangers_lead(number):
    """Judge the welfare of governments with enterprises of other trainings less that of the best rule with them."""
    return lambda outcomes: judge(
        crossed(outcomes.of_strangers(number) - outcomes.best_rule(number, LEARNED))
    )


def rule_above(number, first, second, population=LEARNED):
    """Judge that a number is larger under one rule than under another."""
    return change(number, (population, first), (population, second))


def government_above(number, sign=1, population=LEARNED, government=LEADER):
    """Judge that a number under a government is above (``sign`` 1) or below (-1) that under each of `SI`."""

    def judged(outcomes):
        own = outcomes.of(number, population, government)
        return judge_everywhere(
            {title(rule): crossed(sign * (own - outcomes.of(number, population, rule))) for rule in SI}
        )

    return judged


def policies_in_words(number, population=LEARNED, government=LEADER):
    """A number under the government and under each of `SI`, in words."""

    def facts(outcomes):
        means = [f"government {outcomes.of(number, population, government).mean():.4g}"]
        means += [f"{title(rule)} {outcomes.of(number, population, rule).mean():.4g}" for rule in SI]
        return f"{number[0].upper()}{number[1:]}: {', '.join(means)}."

    return facts


def level(number, allowed, population=LEARNED):
    """Judge a number's mean over the nine rules."""
    return lambda outcomes: judge(crossed(outcomes.over_rules(number, population, FIRST)), allowed)


def alignment(first, second, population=LEARNED, government=LEADER):
    """Judge that two numbers go together over the four policies of the source's Figure 3: their correlation.

    It counts as 0 where a number is the same under all of them.
    """

    def judged(outcomes):
        each = [
            np.array([outcomes.of(x, population, policy).mean(1) for policy in (government, *SI)])
            for x in (first, second)
        ]
        found = [correlation(*pair) for pair in zip(*(x.T for x in each))]
        return judge(crossed(np.array(found)[:, None]))

    return judged


def correlation(one, other):
    """Correlation of two float64[n]; 0 where one does not vary."""
    spread = one.std() * other.std()
    return ((one - one.mean()) * (other - other.mean())).mean() / spread if spread else 0.0
