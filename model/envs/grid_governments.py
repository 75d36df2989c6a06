"""Governments of a batch of grids: in every world another of the published rules, a random one, or a learned one.

All decide as an active government does, so that one batch plays them at the same time; what the published rules
allocate is the same to the bit as under an inactive government.
"""

from itertools import product

import numpy as np

from agents.government_learned import LearnedGovernment, budget_from
from model.allocation import (
    BENCHMARKING,
    GRANDFATHERING,
    INDICATORS,
    SCHEDULES,
    percentages,
    rank_weights,
)
from model.envs.grid_batch import repeat

RULES = tuple(product(SCHEDULES, INDICATORS))
"""The nine published rules: (schedule, indicator)."""
RANDOM_SHARE = 0.5
"""Share of worlds of a mixture with random percentages and weights."""


class RuleGovernments:
    """Rules: in each world a percentage per period, and a weight per rank of an indicator.

    percentages : float64[worlds, periods]; weights : float64[worlds, n]; indicator : int64[worlds], positions in
    `model.allocation.INDICATORS`.
    """

    def __init__(self, params, worlds):
        self.params = params
        self.percentages = np.zeros((worlds, params.periods))
        self.weights = np.zeros((worlds, params.n_firms))
        self.indicator = np.zeros(worlds, np.int64)
        self.emitted = np.zeros((worlds, params.n_firms))
        self.penalty = budget_from(params.everything()).penalty

    @classmethod
    def published(cls, params, worlds, before=0):
        """The nine published rules, in ``worlds`` worlds each, after ``before`` worlds left to another government."""
        made = cls(params, before + worlds * len(RULES))
        for k, rule in enumerate(RULES):
            begin = before + k * worlds
            made.set_rule(slice(begin, begin + worlds), *rule)
        return made

    def set_rule(self, which, schedule, indicator):
        """Give some worlds one of the published rules."""
        p = self.params
        self.percentages[which] = percentages(schedule, p.periods)
        self.weights[which] = rank_weights(schedule, indicator, p.n_firms)
        self.indicator[which] = INDICATORS.index(indicator)

    def draw(self, rng):
        """Give each world a published rule or, in `RANDOM_SHARE` of them, random percentages and weights."""
        for w in range(len(self.weights)):
            self.set_rule(w, *RULES[rng.integers(len(RULES))])
            if rng.random() < RANDOM_SHARE:
                share = rng.dirichlet(np.full(self.params.periods, 3.0)) * rng.uniform(60.0, 100.0)
                self.percentages[w] = np.minimum(np.round(share), self.params.most_percent)
                self.weights[w] = rng.integers(1, 101, self.params.n_firms)

    def decide(self, batch):
        """Return the decisions of all worlds of a `GridBatch` that allocates next, int64[worlds, n + 2]."""
        state, n = batch.worlds.state, self.params.n_firms
        period = (state.government.clock[:, 0] // self.params.period_length).astype(int)
        self.emitted[period == 0] = 0.0
        decision = np.empty((len(state.firms), n + 2), np.int64)
        order = np.argsort(-self._keys(state.firms), axis=1, kind="stable")
        np.put_along_axis(decision[:, :n], order, np.rint(self.weights).astype(np.int64), axis=1)
        last = self.percentages.shape[1] - 1
        decision[:, n] = np.rint(self.percentages[np.arange(len(order)), np.minimum(period, last)])
        decision[:, n + 1] = self.penalty
        return decision

    def _keys(self, firms):
        """Return what each world's rule ranks enterprises by, float64[worlds, n]."""
        keys = np.array(firms.scale)
        by_emissions, by_both = self.indicator == GRANDFATHERING, self.indicator == BENCHMARKING
        keys[by_emissions] = (firms.emissions - self.emitted)[by_emissions]
        keys[by_both] = (firms.scale / firms.level)[by_both]
        self.emitted[:] = firms.emissions
        return keys


class LearnedGovernments:
    """A learned rule in all worlds; or one for each, with ``weights``, float64[worlds, all], of networks like it."""

    def __init__(self, params, network, weights=None):
        self.policy = LearnedGovernment(params.parts["learned"], network, weights)
        self.policy.learn_parameters(params.everything())

    def decide(self, batch):
        """Return the decisions of all worlds, int64[worlds, n + 2]."""
        return self.policy.decide(
            batch.public, self._chance(batch) if self.policy.categories else batch.nothing
        )

    @staticmethod
    def _chance(batch):
        """Return numbers in [0, 1) far behind those that the worlds draw, whose chance stays the same."""
        bits = batch.rng.bit_generator.jumped()
        shape = batch.worlds.size // batch.copies, batch.nothing.shape[1]
        return repeat(np.random.Generator(bits).random(shape), batch.copies)


class Side:
    """Two governments side by side: the first decides in the first worlds, the second in the others."""

    def __init__(self, first, worlds, second):
        self.first, self.worlds, self.second = first, worlds, second

    def decide(self, batch):
        """Return the decisions of all worlds, int64[worlds, n + 2]."""
        decision = self.second.decide(batch)
        decision[: self.worlds] = self.first.decide(batch)[: self.worlds]
        return decision
