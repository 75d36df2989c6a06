"""Regret matching with full information [HartMasColell2000]: play actions in proportion to positive regret."""

from learning.base import CHOOSE, LEARN, LEARNERS, PREFER, Learner
from learning.jit import kernel
from learning.rows import draw, first_of_largest

REGRET, AVERAGE, POSITIVE = 0, 1, 2


@kernel(CHOOSE)
def choose(memory, settings, t, states, chance, explore, actions):
    """Draw in proportion to positive regret; without exploration, in proportion to past play."""
    for i in range(memory.shape[0]):
        regret, average, positive = memory[i, REGRET, 0], memory[i, AVERAGE, 0], memory[i, POSITIVE, 0]
        for j in range(regret.shape[0]):
            positive[j] = max(regret[j], 0.0)
        actions[i] = draw(positive if explore else average, chance[i, 1])


@kernel(LEARN)
def learn(memory, settings, t, states, actions, rewards, next_states, payoffs):
    """Add to each action's regret its payoff less that of the action played; count the action played."""
    for i in range(memory.shape[0]):
        for j in range(memory.shape[3]):
            memory[i, REGRET, 0, j] += payoffs[i, j] - payoffs[i, actions[i]]
        memory[i, AVERAGE, 0, actions[i]] += 1.0


@kernel(PREFER)
def prefer(memory, states, actions):
    """The action played most often: what is learned is the average play."""
    for i in range(memory.shape[0]):
        actions[i] = first_of_largest(memory[i, AVERAGE, 0])


@LEARNERS.register("regret_matching")
class RegretMatching(Learner):
    """Learner with full information; the average of its play tends to a coarse correlated equilibrium."""

    layers = 3
    uses_states = False
    needs_payoffs = True
    table_label = "cumulated regret"
    choose = choose
    learn = learn
    prefer = prefer
