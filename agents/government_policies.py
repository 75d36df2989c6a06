"""Policies by which a government of the grid allocates permits: fixed rules, or active decisions period by period.

An active government decides a weight for each enterprise, a percentage of all permits for the period, and a
penalty, each a whole number from 0 to 101, or to 100 where choices are clean. Learned governments belong here too.
"""

import numpy as np

from learning.knobs import Settings
from learning.registry import Registry

GOVERNMENTS = Registry("government policy")

CHOICES, CLEAN_CHOICES = 102, 101
"""Number of values of each of an active government's choices, 0 included."""
PENALTY_STEP = 10.0
"""Penalty, coins/t, per unit of an active government's choice."""
MOST_PENALTY = 100
"""Largest choice of the penalty that every form of the choices has."""
PROJECT_SHARE = 10.0
"""A period's permits per certified project: a tenth of them goes to projects, one permit each."""


def penalty_choice(penalty):
    """Choice of an active government that comes nearest to a penalty, coins/t."""
    return min(round(penalty / PENALTY_STEP), MOST_PENALTY)


class GovernmentPolicy:
    """Policy of a government. Subclasses define ``decide``."""

    Settings = Settings
    active = True
    """Whether the government decides; otherwise schedule and indicator allocate permits."""

    def __init__(self, settings):
        self.settings = settings

    def learn_parameters(self, market):
        """Learn the market's parameters; called before the first step, and whenever they change."""
        self.market = market

    def decide(self, worlds, chance):
        """Decisions int64[worlds, n + 2]; worlds : governments' observations, chance : float64[worlds, n + 2]."""
        raise TypeError(f"{type(self).__name__} must define decide()")


@GOVERNMENTS.register("rules")
class Rules(GovernmentPolicy):
    """No decisions: the schedule and the indicator allocate."""

    active = False

    def decide(self, worlds, chance):
        """No decision."""
        return np.zeros(chance.shape, np.int64)


@GOVERNMENTS.register("even")
class Even(GovernmentPolicy):
    """An active government with equal weights that follows the schedule and can issue later what rounding left over."""

    def decide(self, worlds, chance):
        """Equal weights, the allowed percentage nearest to the schedule's, the parameters' penalty."""
        decisions = np.full(chance.shape, 10, np.int64)
        table, n = self.market["percentages"], chance.shape[1] - 2
        period = np.minimum(worlds.flat[:, 5 * n + 4].astype(int), len(table) - 1)
        allowed = worlds.mask.reshape(len(chance), n + 2, -1)[:, n]
        for w, wanted in enumerate(np.rint(table[period]).astype(int)):
            values = np.flatnonzero(allowed[w])
            decisions[w, n] = values[len(values) - 1 - np.argmin(np.abs(values[::-1] - wanted))]  # ties go up
        decisions[:, n + 1] = penalty_choice(self.market["penalty"])
        return decisions


@GOVERNMENTS.register("random_decision")
class RandomDecision(GovernmentPolicy):
    """An active government that decides at random."""

    def decide(self, worlds, chance):
        """Draw allowed values, all equally likely."""
        allowed = worlds.mask.reshape(*chance.shape, -1)
        order = np.cumsum(allowed, axis=-1)
        pick = (chance * order[..., -1]).astype(int)
        return np.argmax(order > pick[..., None], axis=-1)
