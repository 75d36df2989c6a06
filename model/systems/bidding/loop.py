"""What the compiled loops over many periods share, in systems in which firms bid from a grid and learn.

Each system's ``play_periods`` is a loop of `sell_permits`, its own rules from the awards to the profits, and
`end_period`.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import Kernel, rule
from model import accounts
from model.systems.bidding.rules import bid_actions, hold_auction, issue_cap, state_of


class Learning(NamedTuple):
    """The learner as a compiled loop takes it."""

    choose: Kernel
    learn: Kernel
    memory: np.ndarray
    """float64[n, layers, states, actions]."""
    numbers: np.ndarray
    """float64[knobs]: its settings."""
    rounds: int
    """Played before the block."""


class How(NamedTuple):
    """Ways to play a block of periods."""

    explore: bool
    learn: bool
    needs_payoffs: bool


class Recorder(NamedTuple):
    """Where a compiled block of periods keeps what happened: every ``every``-th period since period 0."""

    every: int
    before: int
    """Periods played before the block."""
    firms_now: np.ndarray
    """float64[n, columns], the live numbers."""
    government_now: np.ndarray
    firms: np.ndarray
    """float64[rows, n, columns]."""
    government: np.ndarray


class Lesson(NamedTuple):
    """What the learner is told of a period, and its actions; scratch that a period writes and reads."""

    actions: np.ndarray
    """int64[n]."""
    states: np.ndarray
    """int64[n]: what each player saw before."""
    next_states: np.ndarray
    """int64[n]: what each player sees now."""
    rewards: np.ndarray
    """float64[n], €."""
    payoffs: np.ndarray
    """float64[n, actions], €: what every action would have earned; [n, 0] if the learner does not ask for it."""


def empty_lesson(players, payoffs):
    """A lesson for so many players who are told so many payoffs each."""
    whole = [np.zeros(players, np.int64) for _ in range(3)]
    return Lesson(*whole, np.zeros(players), np.zeros((players, payoffs)))


@rule
def sell_permits(clear, learning, lesson, book, firms, government, rules, chance, how, t):
    """Issue the permits of the block's period ``t``, let the learner choose every firm's bid, hold the auction."""
    issue_cap(government, rules)
    round_number = round_of(learning, how, t)
    learning.choose(
        learning.memory,
        learning.numbers,
        round_number,
        lesson.states,
        chance.bidding[t],
        how.explore,
        lesson.actions,
    )
    bid_actions(book, firms, lesson.actions, chance.tie_key[t], rules)
    hold_auction(clear, book, firms, government, rules)


@rule
def round_of(learning, how, t):
    """Number of the learner's round in the block's period ``t``; rounds that teach nothing do not count."""
    return learning.rounds + t if how.learn else learning.rounds


@rule
def end_period(learning, lesson, firms, government, price, rules, how, recorder, t, kept):
    """Teach the learner, show bidders the ``price``, €/t, cancel permits left, keep the numbers if it is time to.

    Returns the recorder's next free row. A learner that asks for payoffs finds them in ``lesson``.
    """
    state = state_of(price, rules)
    if how.learn:
        teach(learning, lesson, firms, state, round_of(learning, how, t))
    lesson.states[:] = state
    government[0].state = state
    accounts.expire(firms, government)
    return record(recorder, t, kept)


@rule
def teach(learning, lesson, firms, state, round_number):
    """Let the learner learn from every firm's profit and from what all see now."""
    rewards = lesson.rewards
    for i in range(firms.shape[0]):
        rewards[i] = firms[i].profit
    lesson.next_states[:] = state
    learning.learn(
        learning.memory,
        learning.numbers,
        round_number,
        lesson.states,
        lesson.actions,
        rewards,
        lesson.next_states,
        lesson.payoffs,
    )


@rule
def keep(now, record):
    """Copy the numbers of a period, float64[n, columns], into the record."""
    for i in range(now.shape[0]):
        for k in range(now.shape[1]):
            record[i, k] = now[i, k]


@rule
def record(recorder, t, kept):
    """Keep the numbers of the block's period ``t`` in row ``kept`` if it is one to keep; returns the next free row."""
    if (recorder.before + t + 1) % recorder.every:
        return kept
    keep(recorder.firms_now, recorder.firms[kept])
    keep(recorder.government_now, recorder.government[kept])
    return kept + 1
