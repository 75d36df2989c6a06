"""Players that do not learn, for comparison with those that do."""

import numpy as np

from learning.base import CHOOSE, LEARN, LEARNERS, Learner
from learning.jit import kernel
from learning.knobs import ParameterError, Settings, knob, settings
from learning.rows import first_of_largest


@kernel(CHOOSE)
def choose_marked(memory, settings, t, states, chance, explore, actions):
    """Choose the action marked in the memory."""
    for i in range(memory.shape[0]):
        actions[i] = first_of_largest(memory[i, 0, 0])


@kernel(CHOOSE)
def choose_any(memory, settings, t, states, chance, explore, actions):
    """Choose any action, all equally likely."""
    for i in range(memory.shape[0]):
        actions[i] = int(chance[i, 1] * memory.shape[3])


@kernel(LEARN)
def learn_nothing(memory, settings, t, states, actions, rewards, next_states, payoffs):
    """Leave the memory unchanged."""


@LEARNERS.register("truthful")
class Truthful(Learner):
    """Always plays the truthful action."""

    uses_states = False
    table_label = "action played (1)"
    choose = choose_marked
    learn = learn_nothing

    def start(self, rng):
        """Mark the truthful action of each player."""
        self.memory[np.arange(self.game.players), 0, 0, self.game.sincere] = 1.0


@settings
class FixedSettings(Settings):
    """Knobs of the fixed player."""

    action: int = knob(
        0, low=0, high=100_000, help="position of the action always played; 0 is the lowest bid"
    )


@LEARNERS.register("fixed")
class Fixed(Learner):
    """Always plays the same action."""

    Settings = FixedSettings
    uses_states = False
    table_label = "action played (1)"
    choose = choose_marked
    learn = learn_nothing

    def start(self, rng):
        """Mark the action; ParameterError if the game has no such action."""
        if self.settings.action >= self.game.actions:
            raise ParameterError(
                f"fixed.action = {self.settings.action}: the game has actions 0 to {self.game.actions - 1}"
            )
        self.memory[:, 0, 0, self.settings.action] = 1.0


@LEARNERS.register("random")
class Random(Learner):
    """Plays every action equally often."""

    uses_states = False
    table_label = "unused"
    choose = choose_any
    learn = learn_nothing
