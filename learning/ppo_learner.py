"""PPO as a player of a repeated game: a categorical policy over the actions in each public state [Schulman2017].

Every player has its own networks. It plays from a table of probabilities, records its rounds, and after some rounds
trains on the record and refills the table. It is written in plain Python, so models with it run step by step.
"""

from dataclasses import dataclass

import numpy as np

from learning.base import LEARNERS, Learner
from learning.knobs import knob, settings
from learning.policies import Categorical
from learning.ppo import PPO
from learning.ppo_settings import PPOCore, PPOSettings, with_default
from learning.rollout import Batch, gae
from learning.rows import draw, first_of_largest

PROBABILITY, PLAYED = 0, 1
SMALLEST = 1e-30
"""Lower bound of an action's probability, because its logarithm must be finite."""


@settings
class PPOLearnerSettings(PPOCore):
    """Knobs of PPO in a repeated game: those of every PPO, and how rounds become experience."""

    learning_rate: float = with_default(PPOCore, "learning_rate", 1e-2)
    learning_rate_final: float = with_default(PPOCore, "learning_rate_final", 1e-3)
    epochs: int = with_default(PPOCore, "epochs", 5)
    entropy: float = with_default(PPOCore, "entropy", 0.05)
    entropy_final: float = with_default(PPOCore, "entropy_final", 0.02)
    gamma: float = with_default(PPOCore, "gamma", 0.1, source="Esmaeili2021, Section 4, for Q-learning")
    hidden: int = with_default(PPOCore, "hidden", 32, high=256)
    hidden_layers: int = with_default(PPOCore, "hidden_layers", 1, high=4)
    rounds: int = knob(
        64, low=2, high=100_000, unit="rounds", help="rounds of experience that a player trains on at a time"
    )
    anneal_rounds: int = knob(
        10_000,
        low=1,
        high=100_000_000,
        unit="rounds",
        help="rounds in which step size and entropy weight go to their final values",
    )
    view: str = knob(
        "one_hot",
        choices=("one_hot", "scaled"),
        help="how the networks see the public state: one input per state, or its position as one number",
    )

    def training(self):
        """Corresponding settings of `PPO`: one batch without shuffling; states and rewards are scaled already."""
        shared = {name: getattr(self, name) for name in PPOCore.knobs()}
        return PPOSettings(
            **shared,
            samples=self.anneal_rounds,
            batch=self.rounds,
            minibatches=1,
            normalise_observations=False,
            normalise_rewards=False,
        )


@dataclass
class Experience:
    """Rounds since the last training, arrays [players, rounds], and their number for each player."""

    filled: np.ndarray
    state: np.ndarray
    action: np.ndarray
    log_prob: np.ndarray
    reward: np.ndarray
    next_state: np.ndarray

    @classmethod
    def empty(cls, players, rounds):
        """Room for ``rounds`` rounds of each player."""
        whole, number = (np.zeros((3, players, rounds), kind) for kind in (np.int64, np.float64))
        return cls(np.zeros(players, np.int64), whole[0], whole[1], number[0], number[1], whole[2])


@LEARNERS.register("ppo")
class PPOLearner(Learner):
    """Small neural networks trained by PPO. Without experiments it plays its most probable action."""

    Settings = PPOLearnerSettings
    layers = 2
    table_label = "probability"

    def start(self, rng):
        """Make networks with random weights, whose first policy is nearly uniform."""
        n, states = self.game.players, self.game.states
        one_hot = self.settings.view == "one_hot"
        self.shown = np.eye(states) if one_hot else np.linspace(-1.0, 1.0, states)[:, None]
        seeds = rng.integers(2**53, size=n)
        policy, training = Categorical(self.game.actions), self.settings.training()
        self.trainers = [PPO(training, policy, self.shown.shape[1], seed=int(seed)) for seed in seeds]
        self.experience = Experience.empty(n, self.settings.rounds)
        for player in range(n):
            self._fill_table(player)

    def _fill_table(self, player):
        """Write the player's probabilities in every state."""
        trainer = self.trainers[player]
        head, _ = trainer.network.forward(self.shown[None].astype(trainer.network.dtype))
        self.memory[player, PROBABILITY] = trainer.policy.probabilities(head)[0]

    # -- the contract of `Learner`; ``memory`` is always ``self.memory`` -----------------------------------

    def choose(self, memory, settings, t, states, chance, explore, actions):
        """Draw from the probabilities of the state; without exploration, take the most probable action."""
        for player in range(len(actions)):
            actions[player] = self.choose_one(player, states[player], chance[player], explore)

    def learn(self, memory, settings, t, states, actions, rewards, next_states, payoffs):
        """Record the round; train once there are enough."""
        for player in range(len(actions)):
            self.learn_one(
                player, states[player], actions[player], rewards[player], next_states[player], None
            )

    def choose_one(self, player, state, chance, explore=True):
        """Action (int) of one player in public state ``state``; chance float64[2]."""
        row = self.memory[player, PROBABILITY, state]
        return int(draw(row, chance[1]) if explore else first_of_largest(row))

    def learn_one(self, player, state, action, reward, next_state, payoffs):
        """Record one player's round, in payoff scales of the game; train once there are enough."""
        seen, k = self.experience, self.experience.filled[player]
        self.memory[player, PLAYED, state, action] += 1.0
        seen.state[player, k], seen.action[player, k], seen.next_state[player, k] = state, action, next_state
        seen.log_prob[player, k] = np.log(max(self.memory[player, PROBABILITY, state, action], SMALLEST))
        seen.reward[player, k] = reward / self.game.payoff_scale[player]
        seen.filled[player] = (k + 1) % self.settings.rounds
        if k + 1 == self.settings.rounds:
            self._train(player)

    def _train(self, player):
        """Train the player's networks on its experience; the game has no end, so every next state has a value."""
        seen, trainer = self.experience, self.trainers[player]
        values = trainer.value(self.shown[None])[0].astype(np.float64)
        state, reward = seen.state[player], seen.reward[player]
        value, next_value = values[state], values[seen.next_state[player]]
        never, s = np.zeros(len(state), bool), self.settings
        advantage = gae(reward, value, next_value, never, s.gamma, s.gae_lambda)
        parts = (seen.action[player], seen.log_prob[player], value, advantage, value + advantage)
        observation = self.shown[state].astype(trainer.network.dtype)
        batch = Batch(observation[None], *(part[None] for part in parts))
        trainer.samples += len(batch)  # the schedules go by rounds played
        trainer.update(batch)
        self._fill_table(player)
