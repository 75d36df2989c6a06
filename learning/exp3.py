"""EXP3: exponential weights for players who see only their own reward [Auer2002]."""

from math import exp

from learning.base import CHOOSE, LEARN, LEARNERS, Learner
from learning.jit import kernel, rule
from learning.knobs import Settings, knob, settings
from learning.rows import draw, first_of_largest, total

LOG_WEIGHT, PROBABILITY, SCALE = 0, 1, 2


@settings
class Exp3Settings(Settings):
    """Knobs of EXP3."""

    exploration: float = knob(
        0.1,
        low=1e-4,
        high=1.0,
        help="share of play spread evenly over all actions",
        source="Auer2002, Fig. 1",
    )


AT = Exp3Settings.positions()


@rule
def fill_probabilities(layers, exploration):
    """Write the action probabilities that follow from one player's log weights."""
    logs, probabilities = layers[LOG_WEIGHT, 0], layers[PROBABILITY, 0]
    top = logs[first_of_largest(logs)]
    for j in range(logs.shape[0]):
        probabilities[j] = exp(logs[j] - top)
    mass, even = total(probabilities), 1.0 / logs.shape[0]
    for j in range(logs.shape[0]):
        probabilities[j] = (1.0 - exploration) * probabilities[j] / mass + exploration * even


@kernel(CHOOSE)
def choose(memory, settings, t, states, chance, explore, actions):
    """Draw in proportion to the weights, mixed with a uniform draw while exploring."""
    for i in range(memory.shape[0]):
        fill_probabilities(memory[i], settings[AT.exploration] if explore else 0.0)
        actions[i] = draw(memory[i, PROBABILITY, 0], chance[i, 1])


@kernel(LEARN)
def learn(memory, settings, t, states, actions, rewards, next_states, payoffs):
    """Raise the log weight of the action played by reward / probability; rewards are scaled to [0, 1]."""
    for i in range(memory.shape[0]):
        gain = min(max(rewards[i] / memory[i, SCALE, 0, 0], 0.0), 1.0)
        played = actions[i]
        step = settings[AT.exploration] * gain / memory[i, PROBABILITY, 0, played] / memory.shape[3]
        memory[i, LOG_WEIGHT, 0, played] += step


@LEARNERS.register("exp3")
class Exp3(Learner):
    """Learner with vanishing average regret against any opponents, from its own rewards alone."""

    Settings = Exp3Settings
    layers = 3
    uses_states = False
    table_label = "log weight"
    choose = choose
    learn = learn

    def start(self, rng):
        """Set equal weights, and the scale that brings rewards into [0, 1]."""
        self.memory[:, PROBABILITY] = 1.0 / self.game.actions
        self.memory[:, SCALE] = self.game.payoff_scale[:, None, None]
