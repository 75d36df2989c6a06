"""A government that has learned what to give to whom: the demand rule with the weights of a training."""

import numpy as np

from agents.government_demand import INPUTS, Budget, decide_all, sense_all
from agents.government_policies import CHOICES, CLEAN_CHOICES, GOVERNMENTS, GovernmentPolicy, penalty_choice
from agents.trained import LearnedSettings
from learning.categories import draw_choices
from learning.knobs import ParameterError

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


def choices_of(n, clean):
    """Number of values of each decision of an active government: n weights, percentage, penalty."""
    return [CLEAN_CHOICES if clean else CHOICES] * (n + 2)


@GOVERNMENTS.register("learned")
class LearnedGovernment(GovernmentPolicy):
    """Gives each enterprise what a learned rule says it should get, in whole permits; keeps the parameters' penalty.

    A network trained with ``government_learner=categories`` draws the source's categories instead, the penalty too.
    """

    Settings = LearnedSettings

    def __init__(self, settings, network=None, weights=None):
        """``network``: in place of the one in the settings' file; ``weights``: float64[worlds, all], one per world."""
        super().__init__(settings)
        self.network = network or settings.network("government")
        self.weights = self.network.weights[None] if weights is None else weights

    def learn_parameters(self, market):
        """Learn the budget. ParameterError if categories are others than those of the training."""
        super().learn_parameters(market)
        self.budget = budget_from(market)
        self.categories = None
        if self.network.widths[-1] > 1:
            self.categories = choices_of(market["n_firms"], market["government_actions"] == "clean")
            found, n = self.network.widths, market["n_firms"]
            if found[0] != n * INPUTS or found[-1] != sum(self.categories):
                problem = f"the government was trained with {found[0] // INPUTS} enterprises and {found[-1]} choices"
                raise ParameterError(f"n_firms = {n}: {problem}, here it has {sum(self.categories)}")

    def decide(self, worlds, chance):
        """Decisions in every world: of the rule, which draws no chance, or categories drawn by ``chance``."""
        if self.categories:
            inputs = np.empty((*worlds.enterprises.shape[:2], INPUTS))
            sense_all(worlds.flat, worlds.enterprises, self.budget, inputs)
            inputs = inputs.reshape(len(inputs), -1)
            return draw_choices(self.network, self.categories, inputs, worlds.mask, chance)
        decision = np.zeros(chance.shape, np.int64)
        shape = self.weights, self.network.widths, self.network.activation
        decide_all(worlds.flat, worlds.enterprises, *shape, self.budget, decision)
        return decision
