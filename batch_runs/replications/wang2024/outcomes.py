"""The episodes of [Wang2024] as arrays over seeds."""

import numpy as np

from batch_runs.replications.wang2024.runs import HEURISTIC, NUMBERS, RULES, USUAL


class Episodes:
    """All episodes as arrays over seeds."""

    def __init__(self, done):
        """Sort them; ``done`` : pairs (cell, its result)."""
        self.results = {(c.rule, c.population, c.variant, c.seed): result for c, result in done}
        self.seeds = sorted({c.seed for c, _ in done})
        self.params = done[0][0].params

    def of(self, number, rule, population=HEURISTIC, variant=USUAL):
        """One of NUMBERS: float64[seeds]."""
        return self.stacked("numbers", rule, population, variant)[:, list(NUMBERS).index(number)]

    def over_rules(self, number, population=HEURISTIC, variant=USUAL):
        """Mean of one of NUMBERS over the nine rules: float64[seeds]."""
        return np.mean([self.of(number, rule, population, variant) for rule in RULES], axis=0)

    def everywhere(self, number):
        """One of NUMBERS of every episode: float64[episodes]."""
        return np.array([r["numbers"][list(NUMBERS).index(number)] for r in self.results.values()])

    def stacked(self, part, rule, population=HEURISTIC, variant=USUAL):
        """A part of the results, arrays with a leading axis of seeds."""
        return np.array([self.results[rule, population, variant, seed][part] for seed in self.seeds])

    def shares(self, population):
        """Share of each action, mean over rules: float64[seeds, actions]."""
        return np.mean([self.stacked("actions", rule, population) for rule in RULES], axis=0)
