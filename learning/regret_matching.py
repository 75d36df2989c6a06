"""Regret matching with full information [HartMasColell2000]: play what one regrets not having played."""

from learning.base import CHOOSE, LEARN, LEARNERS, PREFER, Learner
from learning.jit import kernel
from learning.rows import draw, first_of_largest

REGRET, AVERAGE, POSITIVE = 0, 1, 2


@kernel(CHOOSE)
def choose(memory, settings, t, states, chance, explore, actions):
    """Draw in proportion to positive regret; not exploring: from the average of all play so far."""
    for i in range(memory.shape[0]):
        regret, average, positive = memory[i, REGRET, 0], memory[i, AVERAGE, 0], memory[i, POSITIVE, 0]
        for j in range(regret.shape[0]):
            positive[j] = max(regret[j], 0.0)
        actions[i] = draw(positive if explore else average, chance[i, 1])


@kernel(LEARN)
def learn(memory, settings, t, states, actions, rewards, next_states, payoffs):
    """Add to each action's regret what it would have earned more; count the action in the average."""
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
    """Knows what every bid would have earned; its average play tends to a coarse correlated equilibrium."""

    layers = 3
    uses_states = False
    needs_payoffs = True
    table_label = "cumulated regret"
    choose = choose
    learn = learn
    prefer = prefer
