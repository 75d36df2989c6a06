"""The runs of one population of [Esmaeili2022] as arrays over seeds and rates, and those of its Table 4."""

import numpy as np

from batch_runs.replications.common.statistics import resampled
from batch_runs.replications.esmaeili2022.runs import (
    CHAIN_COLUMNS,
    METRICS,
    Q_LEARNING,
    RATES,
    TABLE_4_RATE,
    USUAL,
)

WEAK = 2
"""How many chains, those with the lowest private values, count as weak: in Table 5 chains 1 and 2."""


class Outcomes:
    """Runs of one population, as arrays over seeds (rows) and RATES."""

    def __init__(self, population, done):
        """``done`` : pairs (cell, its result) of `esmaeili2022_runs`, those of other populations included."""
        self.population = population
        self.results = {
            (cell.case, cell.auction, cell.seed): result
            for cell, result in done
            if cell.population == population and cell.rates == RATES
        }
        self.seeds = sorted({seed for _, _, seed in self.results})

    def of(self, metric, case, auction):
        """A metric of the runs: float64[seeds, rates]."""
        return self._stacked("model", case, auction)[..., METRICS.index(metric)]

    def of_chains(self, column, case, auction):
        """A column of the chains: float64[seeds, rates, chains]."""
        return self._stacked("chains", case, auction)[..., CHAIN_COLUMNS.index(column)]

    def by_strength(self, values, case, auction):
        """Sort float64[seeds, rates, chains] by private value, the weakest chain first."""
        order = self.of_chains("private_value", case, auction).argsort(-1, kind="stable")
        return np.take_along_axis(values, order, -1)

    def chain_profit_change(self, case, auction):
        """Profit of a chain against that without a policy, share: float64[seeds, rates, chains]."""
        before = self.of_chains("no_policy_profit", case, auction)
        return self.of_chains("profit", case, auction) / before - 1.0

    def market_share(self, case, auction):
        """Share of a chain in the permits issued: float64[seeds, rates, chains]."""
        return self.of_chains("award", case, auction) / self.of("cap", case, auction)[..., None]

    def _stacked(self, part, case, auction):
        return np.array([self.results[case, auction, seed][part] for seed in self.seeds])


class Learners:
    """Table 4: mean profits under different learners, one instance of 3 to 7 chains per seed."""

    def __init__(self, done):
        """``done`` as for `Outcomes`."""
        runs = [(cell, result) for cell, result in done if cell.rates == (TABLE_4_RATE,)]
        self.results = {(cell.rule, cell.auction, cell.seed): result for cell, result in runs}
        self.chains = {cell.seed: cell.n_chains for cell, _ in runs}

    def seeds(self, rule, chains=None):
        """Seeds of the instances that ``rule`` plays, of those with this number of chains."""
        played = {seed for known, _, seed in self.results if known == rule}
        return sorted(seed for seed in played if chains in (None, self.chains[seed]))

    def pair(self, auction, rule=USUAL, chains=None):
        """Mean profit per chain, €, of Q-learning and of ``rule``: float64[instances, 2]."""
        seeds = self.seeds(rule, chains)
        return np.array([self.of("mean_profit", played, auction, seeds) for played in (Q_LEARNING, rule)]).T

    def of(self, metric, rule, auction, seeds=None):
        """A metric of the runs by ``rule``: float64[instances]; seeds : those of the instances (all it plays)."""
        seeds, column = self.seeds(rule) if seeds is None else seeds, METRICS.index(metric)
        return np.array([self.results[rule, auction, seed]["model"][0, column] for seed in seeds])

    def of_chain(self, column, rule, auction, chain):
        """A column of one chain, by its position: float64[instances]."""
        place = CHAIN_COLUMNS.index(column)
        return np.array(
            [self.results[rule, auction, seed]["chains"][0, chain, place] for seed in self.seeds(rule)]
        )

    def mean_award(self, rule, auction):
        """Permits per chain, t: float64[instances]."""
        place = CHAIN_COLUMNS.index("award")
        found = [self.results[rule, auction, seed]["chains"][0, :, place] for seed in self.seeds(rule)]
        return np.array([awards.mean() for awards in found])

    def lead(self, auction, rule=USUAL, chains=None):
        """Estimate of (mean of Q-learning - mean of ``rule``) / mean of ``rule``, with a bootstrap interval."""
        return resampled(lambda profit: float(profit[0] / profit[1] - 1.0), self.pair(auction, rule, chains))
