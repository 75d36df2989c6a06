"""Proximal policy optimisation [Schulman2017] in numpy, for one or many independent players.

Read `PPO` from top to bottom; the numbers are the implementation details that make it work, most of them
collected in [Huang2022]:

1. many games or worlds at once: one matrix product decides for all samples and players
2. orthogonal weights, zero biases, a last policy layer of gain 0.01
3. Adam with epsilon 1e-5
4. step size, noise and entropy weight follow schedules
5. generalised advantage estimates; in one-step games reward - value
6. a cut-off episode has not ended: the value of its last observation counts as reward
7. every epoch shuffles the batch again into minibatches
8. advantages are normalised in every minibatch, separately for each player
9. the clipped objective: changes of probability beyond the clip are not rewarded
10. optionally the change of the value, or its loss, is clipped too
11. loss = policy loss - entropy weight x entropy + value coefficient x value loss
12. the gradient of each player (policy and value together) is shrunk to a largest norm
13. optionally a player stops an update early when its policy has moved too far (approximate KL divergence)
14. observations and rewards are normalised by running statistics and clipped
15. Gaussian actions are clipped by the game, not by the policy
16. forbidden actions have probability zero, in play and in the gradient
"""

from dataclasses import dataclass, replace
from math import log

import numpy as np

from learning import checkpoint
from learning.knobs import ParameterError
from learning.networks import ActorCritic, Adam, clip_norms
from learning.normalise import ObservationScaler, RewardScaler
from learning.policies import POLICIES
from learning.ppo_losses import clipped_objective, explained_variance, normalised, squared_error
from learning.ppo_settings import PPOSettings
from learning.rollout import minibatches
from learning.schedules import SCHEDULES

STREAMS = ("start", "game", "actions", "shuffle")
"""Purposes with a random stream each."""


@dataclass
class Decision:
    """Decisions of players: normalised observations, actions, values; arrays [players, samples, ...]."""

    observation: np.ndarray
    action: np.ndarray
    log_prob: np.ndarray
    value: np.ndarray


@dataclass
class Report:
    """Result of one update. ``score`` [players]: mean reward of games, or return of the last episodes."""

    samples: int
    updates: int
    score: np.ndarray
    learning_rate: float
    noise: float
    terms: dict
    """float64[players] by name: losses, entropy, kl, clipped (share), gradient_norm, explained (variance)."""


def random_streams(seed):
    """Generators for `STREAMS` by name; seed : int or SeedSequence."""
    seeds = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    return {name: np.random.default_rng(s) for name, s in zip(STREAMS, seeds.spawn(4), strict=True)}


class PPO:
    """Policies and values of ``players`` independent learners, and their training.

    settings : `PPOSettings`; policy : `learning.policies.Gaussian` or `Categorical`; observations : count of numbers
    that a player observes; seed : int or SeedSequence; network : replaces the `ActorCritic` of the settings.
    """

    def __init__(self, settings, policy, observations, players=1, seed=0, network=None):
        self.settings, self.policy = settings, policy
        self.players, self.observations = players, observations
        self.chance = random_streams(seed)
        self.learns_noise = bool(policy.noises) and settings.noise_rule == "learned"
        noises = policy.noises * self.learns_noise
        self.network = network or ActorCritic(
            players, observations, policy.outputs, settings, noises, np.dtype(settings.precision)
        )
        self._start_network()
        self.adam = Adam(self.network.block, epsilon=1e-5)  # 3
        limit = settings.normalised_limit
        self.observation_scaler = ObservationScaler(players, observations, limit)
        self.reward_scaler = RewardScaler(players, settings.gamma, limit)
        self.samples = self.updates = 0

    def _start_network(self):
        """Draw the weights, and set the noise if it is learned."""
        self.network.start(self.chance["start"])  # 2
        if self.learns_noise:
            self.network.extra[0][:] = log(self.settings.noise)

    # -- training ----------------------------------------------------------------------------------------

    def train(self, source, progress=None, save_to=None, save_every=20):
        """Train until each player has made ``settings.samples`` decisions, or ``progress`` returns False.

        source : `learning.rollout.Games` or `Episodes`; progress : called with a `Report` after every update;
        save_to : checkpoint, written every ``save_every`` updates and at the end. After an interruption, `PPO.load`
        it and call this again: the result is bit-identical to that of an uninterrupted training.
        """
        while self.samples < self.settings.samples:
            report = self.improve(source)
            if save_to and self.updates % save_every == 0:
                self.save(save_to, source)
            if progress and progress(report) is False:
                break
        if save_to:
            self.save(save_to, source)

    def improve(self, source):
        """Collect one batch from ``source`` and update on it; return the `Report`."""
        batch, score = source.collect(self)
        terms = self.update(batch)
        self.samples += len(batch)
        return Report(self.samples, self.updates, score, self.learning_rate, self.noise, terms)

    def scheduled(self, start, end):
        """Present value of a quantity that goes from ``start`` to ``end`` over the training."""  # 4
        done = self.samples / (self.settings.samples * self.settings.anneal_share)
        return SCHEDULES[self.settings.schedule](start, end, done)

    @property
    def learning_rate(self):
        """Present step size of Adam."""
        return self.scheduled(self.settings.learning_rate, self.settings.learning_rate_final)

    @property
    def entropy_weight(self):
        """Present weight of the entropy in the objective."""
        return self.scheduled(self.settings.entropy, self.settings.entropy_final)

    @property
    def log_noise(self):
        """Log standard deviation of Gaussian actions, [players or 1, 1, actions]; None if categorical."""
        if self.learns_noise:
            return self.network.extra[0]
        if not self.policy.noises:
            return None
        noise = self.scheduled(self.settings.noise, self.settings.noise_final)
        return np.full((1, 1, self.policy.noises), log(noise), self.network.dtype)

    @property
    def noise(self):
        """Mean standard deviation of Gaussian actions; 0 for categorical ones."""
        return float(np.exp(self.log_noise).mean()) if self.policy.noises else 0.0

    # -- acting ------------------------------------------------------------------------------------------

    def decide(self, observation, allowed=None):
        """Draw actions for ``observation`` [players, samples, numbers], which also updates the statistics."""
        if self.settings.normalise_observations:
            self.observation_scaler.learn(observation)  # 14
        scaled = self._seen(observation, allowed)
        head, value = self.network.forward(scaled)  # 1
        chance = self.policy.draw_chance(self.chance["actions"], self.players, scaled.shape[1])
        action, log_prob = self.policy.draw(head, self.log_noise, chance, allowed)  # 15, 16
        return Decision(scaled, action, log_prob, value)

    def best(self, observation, allowed=None):
        """Learned actions without experiments: the mean or most probable ones, [players, samples, ...]."""
        head, _ = self.network.forward(self._seen(observation, allowed))
        return self.policy.mode(head, allowed)

    def value(self, observation):
        """Expected return in the unit of scaled rewards, [players, samples]."""
        return self.network.forward(self._seen(observation))[1]

    def _seen(self, observation, allowed=None):
        """The observation as input of the networks; ValueError if it does not fit or no action is allowed."""
        observation = np.asarray(observation)
        if observation.ndim != 3 or observation.shape[::2] != (self.players, self.observations):
            raise ValueError(
                f"observation has shape {observation.shape}: must be "
                f"({self.players} players, any number of samples, {self.observations} numbers)"
            )
        if allowed is not None and not allowed.any(-1).all():
            player, sample = np.argwhere(~allowed.any(-1))[0]
            raise ValueError(f"player {player} has no allowed action in sample {sample}: there must be one")
        if self.settings.normalise_observations:
            observation = self.observation_scaler.scale(observation)  # 14
        return observation.astype(self.network.dtype)

    def scale_rewards(self, reward, done):
        """Scale rewards float64[steps, players, samples] to the unit of values, and update the statistics.

        ValueError if a reward is not a finite number.
        """
        if not np.isfinite(reward).all():
            step, player, sample = np.argwhere(~np.isfinite(reward))[0]
            earned = reward[step, player, sample]
            raise ValueError(f"player {player} earned {earned} in sample {sample}: must be a finite number")
        return self.reward_scaler.scale(reward, done) if self.settings.normalise_rewards else reward  # 14

    # -- the update --------------------------------------------------------------------------------------

    def update(self, batch, active=None):
        """Train the players in ``active`` (bool[players] or all) on a `Batch`; return the mean terms."""
        s, seen = self.settings, []
        computed = ("log_prob", "value", "advantage", "target")
        batch = replace(batch, **{k: getattr(batch, k).astype(self.network.dtype) for k in computed})
        active = np.ones(self.players, bool) if active is None else active.copy()
        for _ in range(s.epochs):
            first = len(seen)
            for part in minibatches(batch, s.minibatches, self.chance["shuffle"]):  # 7
                terms = self.loss(part)
                terms["gradient_norm"] = clip_norms(self.network.block.gradients, s.max_gradient_norm)  # 12
                seen.append(terms)
                self.adam.step(self.network.block, self.learning_rate, active)
            if s.target_kl:  # 13
                active &= np.mean([terms["kl"] for terms in seen[first:]], axis=0) <= s.target_kl
                if not active.any():
                    break
        self.updates += 1
        terms = {name: np.mean([t[name] for t in seen], axis=0, dtype=np.float64) for name in seen[0]}
        return terms | {"explained": explained_variance(batch)}

    def loss(self, part):
        """Loss of a minibatch and its terms by name, [players]; writes all gradients to the block."""
        s, weight = self.settings, self.entropy_weight
        advantage = normalised(part.advantage) if s.normalise_advantages else part.advantage  # 8
        head, value = self.network.forward(part.observation)
        log_prob, entropy = self.policy.evaluate(head, self.log_noise, part.action, part.allowed)
        policy_loss, d_log_prob, drift = clipped_objective(log_prob, part.log_prob, advantage, s.clip)  # 9
        limits = s.value_clip_rule, s.value_clip  # 10
        value_loss, d_value = squared_error(value, part.value, part.target, *limits)
        entropy = np.broadcast_to(entropy, value.shape).mean(1)
        self._backpropagate(d_log_prob, -weight / len(part), s.value_coefficient * d_value)
        total = policy_loss - weight * entropy + s.value_coefficient * value_loss  # 11
        losses = {"loss": total, "policy_loss": policy_loss, "value_loss": value_loss, "entropy": entropy}
        return losses | drift

    def _backpropagate(self, d_log_prob, d_entropy, d_value):
        """Write all gradients, from those of log-probability and value [players, samples] and entropy (a number)."""
        d_entropy = np.full(d_value.shape, d_entropy, d_value.dtype)
        d_head, d_log_noise = self.policy.backward(d_log_prob, d_entropy)
        if self.learns_noise:
            self.network.extra_gradients[0][:] = d_log_noise
        self.network.backward(d_head, d_value)

    # -- checkpoints -------------------------------------------------------------------------------------

    def state(self):
        """Everything needed to continue later, as arrays and plain values."""
        return {
            "settings": self.settings.values(),
            "policy": self.policy.about(),
            "sizes": {"players": self.players, "observations": self.observations},
            "done": {"samples": self.samples, "updates": self.updates},
            "network": self.network.block.values.copy(),
            "adam": self.adam.state(),
            "observation_scaler": self.observation_scaler.state(),
            "reward_scaler": self.reward_scaler.state(),
            "chance": {name: rng.bit_generator.state for name, rng in self.chance.items()},
        }

    def restore(self, state):
        """Continue from a `state`; CheckpointError if its networks have another size."""
        values = self.network.block.values
        if state["network"].shape != values.shape or state["network"].dtype != values.dtype:
            raise checkpoint.CheckpointError(
                f"networks of {state['network'].shape} {state['network'].dtype} numbers do not fit "
                f"into {values.shape} {values.dtype}"
            )
        values[:] = state["network"]
        self.adam.restore(state["adam"])
        self.observation_scaler.restore(state["observation_scaler"])
        self.reward_scaler.restore(state["reward_scaler"])
        for name, rng in self.chance.items():
            rng.bit_generator.state = state["chance"][name]
        self.samples, self.updates = state["done"]["samples"], state["done"]["updates"]

    def save(self, path, source=None):
        """Write a checkpoint, with the state of ``source`` if given."""
        checkpoint.save(path, "ppo", self.state() | {"source": source.state() if source else {}})

    @classmethod
    def load(cls, path, source=None, network=None, **changes):
        """Load the PPO of a checkpoint and the state of ``source``; ``changes`` : other knob values."""
        state = checkpoint.load(path, "ppo")
        try:
            about = dict(state["policy"])
            policy = POLICIES[about.pop("policy")](**about)
            ppo = cls(PPOSettings(**state["settings"] | changes), policy, **state["sizes"], network=network)
            ppo.restore(state)
            if source:
                source.restore(state["source"])
        except (KeyError, TypeError, ParameterError) as error:
            message = f"{path}: does not fit this program or game ({error!r})"
            raise checkpoint.CheckpointError(message) from error
        return ppo
