"""Learners as compiled loops take them, and the verb by which they learn from a period."""

from typing import NamedTuple

import numpy as np

from learning.jit import Kernel, rule
from learning.rows import natural


class Learning(NamedTuple):
    """A learner in the form a compiled loop takes, with scratch for one period: actions, states and rewards.

    A loop takes a tuple of them, one for each group of firms that learn alike.
    """

    first: int
    """Row of its first player among the firms."""
    choose: Kernel
    learn: Kernel
    prefer: Kernel
    memory: np.ndarray
    """float64[n, layers, states, actions]."""
    numbers: np.ndarray
    """float64[knobs]: its settings."""
    rounds: int
    """Played before the block."""
    explores: bool
    learns: bool
    needs_payoffs: bool
    """Whether it learns from the profit that every action would have earned."""
    actions: np.ndarray
    """int64[n]."""
    states: np.ndarray
    """int64[n]: state each player saw when it bid."""
    next_states: np.ndarray
    """int64[n]: state each player sees after the period."""
    rewards: np.ndarray
    """float64[n], €."""
    payoffs: np.ndarray
    """float64[n, actions], €: profit every action would have earned; [n, 0] if the learner does not use it."""
    best_before: np.ndarray
    """int64[n]: action held for best in the state bid in, before the period is learned from."""
    best_after: np.ndarray
    """int64[n]: the same afterwards."""


def learning_of(group, explores, learns):
    """`Learning` of a `learning.base.Group`; explores, learns : whether its learner experiments and learns."""
    learner, players = group.learner, group.learner.game.players
    needs_payoffs = learns and learner.needs_payoffs
    return Learning(
        first=group.first,
        choose=learner.choose,
        learn=learner.learn,
        prefer=learner.prefer,
        memory=learner.memory,
        numbers=learner.numbers,
        rounds=learner.rounds,
        explores=explores,
        learns=learns,
        needs_payoffs=needs_payoffs,
        actions=np.zeros(players, np.int64),
        states=np.zeros(players, np.int64),
        next_states=np.zeros(players, np.int64),
        rewards=np.zeros(players),
        payoffs=np.zeros((players, learner.game.actions if learner.needs_payoffs else 0)),
        best_before=np.zeros(players, np.int64),
        best_after=np.zeros(players, np.int64),
    )


@rule
def round_of(learning, t):
    """Number of the learner's round in the block's period ``t``; rounds in which it does not learn do not count."""
    return learning.rounds + t if learning.learns else learning.rounds


@rule
def teach(learners, firms, government, t, seen):
    """Let the learners learn from every firm's profit in the block's period ``t`` and from the state all see now.

    seen : whether anybody will see the numbers of the period, so that it is noted whose best bid it changed.
    Learners are counted because numba's iterator of a tuple copies all that each of them holds: 4 % of a round.
    """
    for group in range(len(learners)):
        learning = learners[group]
        if seen:
            learning.prefer(learning.memory, learning.states, learning.best_before)
        if learning.learns:
            learn_from(learning, firms, government, t)
        if seen:
            note_changes(learning, firms)


@rule
def learn_from(learning, firms, government, t):
    """Let one learner learn from its firms' profits."""
    rewards = learning.rewards
    for k in range(rewards.shape[0]):
        rewards[k] = firms[natural(learning.first + k)].profit
    learning.next_states[:] = int(government[0].state)
    update(learning, t)


@rule
def update(learning, t):
    """Let one learner learn from the block's period ``t``, whose rewards and next states are written already."""
    learning.learn(
        learning.memory,
        learning.numbers,
        round_of(learning, t),
        learning.states,
        learning.actions,
        learning.rewards,
        learning.next_states,
        learning.payoffs,
    )


@rule
def note_changes(learning, firms):
    """Note for each firm of a learner whether its best bid in the state bid in is another than before it learned."""
    learning.prefer(learning.memory, learning.states, learning.best_after)
    for k in range(learning.best_after.shape[0]):
        changed = 1.0 if learning.best_after[k] != learning.best_before[k] else 0.0
        firms[learning.first + k].best_bid_changed = changed if learning.learns else np.nan
