"""A government that has learned what to give to whom: the demand rule with the weights of a training."""

import numpy as np

from agents.government_demand import Budget, decide_all
from agents.government_policies import GOVERNMENTS, GovernmentPolicy, penalty_choice
from agents.trained import LearnedSettings

LEAST = 1e-9
"""Permits of an episode by which shares are measured where there are none."""


def budget_from(market):
    """Return the `Budget` of a market's parameters by flat name."""
    return Budget(
        total=max(market["total_permits"], LEAST),
        periods=-(-market["episode"] // market["period_length"]),
        most_percent=market["most_percent"],
        penalty=penalty_choice(market["penalty"]),
    )


@GOVERNMENTS.register("learned")
class LearnedGovernment(GovernmentPolicy):
    """Gives each enterprise what a learned rule says it should get, in whole permits; keeps the parameters' penalty."""

    Settings = LearnedSettings

    def __init__(self, settings, network=None, weights=None):
        """``network``: in place of the one in the settings' file; ``weights``: float64[worlds, all], one per world."""
        super().__init__(settings)
        self.network = network or settings.network("government")
        self.weights = self.network.weights[None] if weights is None else weights

    def learn_parameters(self, market):
        """Learn the budget."""
        super().learn_parameters(market)
        self.budget = budget_from(market)

    def decide(self, worlds, chance):
        """Decisions of the rule in every world; draws no chance."""
        decision = np.zeros(chance.shape, np.int64)
        shape = self.weights, self.network.widths, self.network.activation
        decide_all(worlds.flat, worlds.enterprises, *shape, self.budget, decision)
        return decision
