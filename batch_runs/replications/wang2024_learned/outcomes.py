"""The episodes of trained policies as arrays over training seeds and worlds."""

import numpy as np

from batch_runs.replications.wang2024_learned.runs import HEURISTIC, LEADER, LEARNED, NUMBERS
from model.envs.grid_episodes import FIRST
from model.envs.grid_governments import RULES


class Outcomes:
    """All episodes as arrays, float64[training seeds, worlds]: all seeds are scored in the same worlds."""

    def __init__(self, trained, played):
        """Sort them; trained, played : pairs (`Training`, its result) and (`Match`, its result)."""
        self.trained = {(task.seed, task.part): result for task, result in trained}
        self.seeds = sorted({task.seed for task, _ in trained})
        self.numbers, self.policies = {}, {}
        for match, result in played:
            at = match.population, match.seed, match.regime
            self.numbers[at], self.policies[at] = result["numbers"], (*match.governments, *RULES)
        self.extent = played[0][0].extent

    def of(self, number, population, policy, regime=FIRST):
        """One of NUMBERS; policy : a rule, or a government's name, of the same training as the population."""
        return np.array([self._one(number, population, s, policy, regime) for s in self.seeds])

    def _one(self, number, population, seed, policy, regime=FIRST):
        at = population, 0 if population == HEURISTIC else seed, regime
        wanted = policy if policy in RULES else (seed, policy)
        k = self.policies[at].index(wanted)
        return self.numbers[at][k, :, NUMBERS.index(number)]

    def over_rules(self, number, population, regime=FIRST):
        """Mean of one of NUMBERS over the nine rules."""
        return np.mean([self.of(number, population, rule, regime) for rule in RULES], axis=0)

    def best_rules(self, number, population):
        """Return the rule that is best in the mean over worlds with the population of each training seed."""
        means = np.array([self.of(number, population, rule).mean(1) for rule in RULES])
        return [RULES[k] for k in means.argmax(0)]

    def best_rule(self, number, population):
        """One of NUMBERS under the rule that is best with the population of each training seed."""
        best = self.best_rules(number, population)
        return np.array([self._one(number, population, s, rule) for s, rule in zip(self.seeds, best)])

    def of_strangers(self, number):
        """One of NUMBERS of LEARNED enterprises under the governments of the other training seeds, their mean."""
        at = ((LEARNED, s, FIRST) for s in self.seeds)
        found = []
        for key, seed in zip(at, self.seeds):
            strange = [
                k for k, known in enumerate(self.policies[key]) if known[1] == LEADER and known[0] != seed
            ]
            found.append(self.numbers[key][strange, :, NUMBERS.index(number)].mean(0))
        return np.array(found)

    def stage(self, name, part):
        """An array that a stage has left, of every training seed, stacked."""
        found = [left[f"{name}/{part}"] for left in self.trained.values() if f"{name}/{part}" in left]
        return np.array(found)
