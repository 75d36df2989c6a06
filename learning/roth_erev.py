"""Roth-Erev reinforcement learning, original [ErevRoth1998] and modified [Nicolaisen2001].

Actions are drawn in proportion to propensities. Both rules forget (recency) and spread a share of the reward or of
the propensity over the actions not played (experimentation). Rewards below zero count as zero: propensities stay
positive.
"""

from learning.base import CHOOSE, LEARN, LEARNERS, Learner
from learning.jit import kernel
from learning.knobs import Settings, knob, settings
from learning.rows import draw

SMALLEST = 1e-200  # keeps forgetting from turning a propensity into zero, or into a slow denormal number
LARGEST = 1e200  # modified propensities grow without limit if experimentation > recency x (actions - 1)


@settings
class RothErevSettings(Settings):
    """Knobs of both rules."""

    recency: float = knob(
        0.1,
        low=0.0,
        high=1.0,
        help="share of every propensity forgotten per round",
        source="Nicolaisen2001: 0.1 or 0.02; Sun2007: 0.04",
    )
    experimentation: float = knob(
        0.2,
        low=0.0,
        high=1.0,
        help="share given to the actions not played",
        source="Nicolaisen2001: 0.2 or 0.99; Sun2007: 0.96",
    )
    initial_scale: float = knob(
        9.0,
        low=1e-6,
        high=1e6,
        help="sum of the initial propensities, in payoff scales of the game",
        source="Nicolaisen2001: 9 or 1",
    )


AT = RothErevSettings.positions()


@kernel(CHOOSE)
def choose(memory, settings, t, states, chance, explore, actions):
    """Draw an action in proportion to the propensities."""
    for i in range(memory.shape[0]):
        actions[i] = draw(memory[i, 0, 0], chance[i, 1])


@kernel(LEARN)
def learn_original(memory, settings, t, states, actions, rewards, next_states, payoffs):
    """q_j = (1 - recency) q_j + r (1 - e) if j was played, + r e / (A - 1) if not [ErevRoth1998, Eqs. 3-4]."""
    recency, experimentation = settings[AT.recency], settings[AT.experimentation]
    others = max(memory.shape[3] - 1, 1)
    for i in range(memory.shape[0]):
        reward = max(rewards[i], 0.0)
        for j in range(memory.shape[3]):
            gain = reward * (1.0 - experimentation) if j == actions[i] else reward * experimentation / others
            memory[i, 0, 0, j] = max((1.0 - recency) * memory[i, 0, 0, j] + gain, SMALLEST)


@kernel(LEARN)
def learn_modified(memory, settings, t, states, actions, rewards, next_states, payoffs):
    """As the original, but an action not played gains q_j e / (A - 1), so zero rewards count too [Nicolaisen2001]."""
    recency, experimentation = settings[AT.recency], settings[AT.experimentation]
    kept = 1.0 - recency + experimentation / max(memory.shape[3] - 1, 1)
    for i in range(memory.shape[0]):
        played = actions[i]
        gained = (1.0 - recency) * memory[i, 0, 0, played] + max(rewards[i], 0.0) * (1.0 - experimentation)
        for j in range(memory.shape[3]):
            memory[i, 0, 0, j] = min(max(kept * memory[i, 0, 0, j], SMALLEST), LARGEST)
        memory[i, 0, 0, played] = max(gained, SMALLEST)


class _RothErev(Learner):
    """Parts that both rules share: settings, initial propensities, choice."""

    Settings = RothErevSettings
    uses_states = False
    table_label = "propensity"
    choose = choose

    def start(self, rng):
        """Set equal propensities: initial_scale x payoff scale / actions [Nicolaisen2001]."""
        share = self.settings.initial_scale * self.game.payoff_scale / self.game.actions
        self.memory[:] = share[:, None, None, None]


@LEARNERS.register("roth_erev")
class RothErev(_RothErev):
    """The original rule: rewarded actions become more probable, and all others get a share of the reward."""

    learn = learn_original


@LEARNERS.register("modified_roth_erev")
class ModifiedRothErev(_RothErev):
    """The modified rule, made for auctions in which many rewards are zero."""

    learn = learn_modified
