"""Experience for training: batches with advantages, from games of one step or from many parallel worlds."""

from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np


@dataclass
class Batch:
    """Decisions of every player, arrays [players, samples, ...]; ``allowed`` is None if no action is masked."""

    observation: np.ndarray
    action: np.ndarray
    log_prob: np.ndarray
    value: np.ndarray
    advantage: np.ndarray
    target: np.ndarray
    """Targets of the value function: value + advantage."""
    allowed: np.ndarray | None = None

    def __len__(self):
        return self.observation.shape[1]

    def taken(self, index):
        """The samples ``index`` (positions or slice) of all players."""

        def part(values):
            if values is None:
                return None
            # `take` copies rows faster than indexing by positions does
            return values[:, index] if isinstance(index, slice) else values.take(index, axis=1)

        return replace(self, **{f.name: part(getattr(self, f.name)) for f in fields(self)})


def gae(reward, value, next_value, done, gamma, gae_lambda):
    """Generalised advantage estimates [Schulman2016, Eq. 16], float64[steps, ...].

    reward, value : [steps, ...]; next_value : [steps, ...], value of the state after each step (in the same
    episode); done : bool[steps, ...], whether the step ends an episode.

    >>> one = np.ones((2, 1))
    >>> gae(one, 0 * one, 0 * one, np.array([[False], [True]]), 0.5, 1.0).ravel().tolist()
    [1.5, 1.0]
    """
    goes_on = 1.0 - done
    surprise = reward + gamma * next_value * goes_on - value
    advantage = np.empty_like(surprise)
    following = 0.0
    for t in reversed(range(len(reward))):
        following = surprise[t] + gamma * gae_lambda * goes_on[t] * following
        advantage[t] = following
    return advantage


def minibatches(batch, parts, rng):
    """Yield ``batch`` shuffled into ``parts`` batches of nearly equal size; a single part keeps its order."""
    if parts == 1:
        yield batch
        return
    shuffled = batch.taken(rng.permutation(len(batch)))
    edges = np.linspace(0, len(batch), parts + 1).astype(int)
    for start, stop in pairwise(edges):
        yield shuffled.taken(slice(start, stop))


class Games:
    """Games of one step: every player observes, acts once, and gets a reward.

    ``game.deal(rng, games)`` returns the observations [players, games, numbers] and the data that
    ``game.play(dealt, action)`` needs; this returns rewards [players, games]. If actions are masked,
    ``game.allowed(dealt)`` returns bool[players, games, actions].
    """

    def __init__(self, game):
        self.game = game

    def collect(self, ppo):
        """Play one batch of games; return it and the mean reward of each player, [players]."""
        observation, dealt = self.game.deal(ppo.chance["game"], ppo.settings.batch)
        allowed = self.game.allowed(dealt) if hasattr(self.game, "allowed") else None
        taken = ppo.decide(observation, allowed)
        reward = np.asarray(self.game.play(dealt, taken.action), np.float64)
        scaled = ppo.scale_rewards(reward[None], np.ones((1, 1, 1), bool))[0]
        # no step follows: the advantage is the reward less the expected one
        parts = (taken.observation, taken.action, taken.log_prob, taken.value, scaled - taken.value, scaled)
        return Batch(*parts, allowed), reward.mean(1)

    def state(self):
        """Empty state: games carry nothing over."""
        return {}

    def restore(self, state):
        """No effect: games have no state."""


@dataclass
class Turn:
    """Output of worlds: at the start only ``observation`` and ``allowed``, after a step all fields."""

    observation: np.ndarray
    """[players, worlds, numbers]; after the end of an episode, the first observation of the next one."""
    reward: np.ndarray | None = None
    """[players, worlds]."""
    terminated: np.ndarray | None = None
    """bool[players or 1, worlds]: the episode ended."""
    truncated: np.ndarray | None = None
    """bool[players or 1, worlds]: the episode was cut off; it would have continued from ``last_observation``."""
    last_observation: np.ndarray | None = None
    """[players, worlds, numbers], needed if any ``truncated`` is true."""
    allowed: np.ndarray | None = None
    """bool[players, worlds, actions], or None."""
    idle: bool = False
    """Whether the next decision has no effect: it is left out of the batch, its reward is not."""


class Episodes:
    """Many parallel worlds, played in stretches of batch / worlds steps; episodes continue across stretches.

    ``worlds.reset()`` and ``worlds.step(action)`` return a `Turn`; worlds restart ended episodes themselves.
    To continue bit-identically after loading a checkpoint, worlds need ``state()`` (a dict of arrays and plain
    values) and ``restore(state)``; without these, new episodes start.
    """

    def __init__(self, worlds):
        self.worlds = worlds
        self.turn = None
        self.running = self.finished = 0.0

    def collect(self, ppo):
        """Play one stretch; return the batch and the players' mean return of the last episodes ended,
        [players].
        """
        if self.turn is None:
            self.turn = self.worlds.reset()
        worlds = self.turn.observation.shape[1]
        steps = [self._step(ppo) for _ in range(max(ppo.settings.batch // worlds, 1))]
        taken = [decision for decision, *_ in steps]
        reward, done, tail = (np.stack([turn[k] for _, _, turn, _ in steps]) for k in range(3))
        value = np.stack([decision.value for decision in taken])
        # a cut-off episode would have continued: the value of its last state is part of its last reward
        reward = ppo.scale_rewards(reward, done) + ppo.settings.gamma * tail
        next_value = np.concatenate([value[1:], ppo.value(self.turn.observation)[None]])
        advantage = gae(reward, value, next_value, done, ppo.settings.gamma, ppo.settings.gae_lambda)
        allowed = None if steps[0][1] is None else [a for _, a, *_ in steps]
        columns = ([getattr(d, k) for d in taken] for k in ("observation", "action", "log_prob"))
        arrays = (*columns, value, advantage, value + advantage)
        acting = [k for k, (*_, idle) in enumerate(steps) if not idle]
        parts = [*arrays] if allowed is None else [*arrays, allowed]
        batch = Batch(*(_players_first(np.asarray(part)[acting]) for part in parts))
        return batch, np.broadcast_to(self.finished, (len(batch.value),))

    def _step(self, ppo):
        """Act once in every world: the decision, what was allowed, (reward, done, value of what was cut off), and
        whether the decision was idle.
        """
        allowed, idle = self.turn.allowed, self.turn.idle
        decision = ppo.decide(self.turn.observation, allowed)
        turn = self.turn = self.worlds.step(decision.action)
        reward = np.asarray(turn.reward, np.float64)
        cut_off = np.broadcast_to(turn.truncated & ~turn.terminated, reward.shape)
        done = np.broadcast_to(turn.truncated | turn.terminated, reward.shape)
        tail = np.zeros(reward.shape)
        if cut_off.any():
            tail = np.where(cut_off, ppo.value(turn.last_observation), tail)
        self._count(reward, done)
        return decision, allowed, (reward, done, tail), idle

    def _count(self, reward, done):
        """Update each player's mean return of the episodes that ended last."""
        self.running = self.running + reward
        if done.any():
            ended = np.where(done, self.running, np.nan)
            some = done.any(1)
            latest = np.broadcast_to(self.finished, (len(reward),)).copy()
            latest[some] = np.nanmean(ended[some], 1)
            self.finished = latest
            self.running = np.where(done, 0.0, self.running)

    def state(self):
        """The present turn, the returns so far and the worlds' state; empty if the worlds have no ``state``."""
        if self.turn is None or not hasattr(self.worlds, "state"):
            return {}
        shown = {"observation": self.turn.observation}
        if self.turn.allowed is not None:
            shown["allowed"] = self.turn.allowed
        counts = {"running": np.array(self.running), "finished": np.array(self.finished)}
        return {"turn": shown, "idle": self.turn.idle, **counts, "worlds": self.worlds.state()}

    def restore(self, state):
        """Continue from a `state`; from an empty one, with new episodes."""
        self.turn = None
        if state:
            self.worlds.restore(state["worlds"])
            shown = state["turn"]
            self.turn = Turn(
                shown["observation"], allowed=shown.get("allowed"), idle=state.get("idle", False)
            )
            self.running, self.finished = state["running"], state["finished"]


def _players_first(steps):
    """Reshape [steps, players, worlds, ...] to [players, steps * worlds, ...]."""
    steps = np.asarray(steps)
    moved = np.swapaxes(steps, 0, 1)
    return moved.reshape(moved.shape[0], -1, *moved.shape[3:])
