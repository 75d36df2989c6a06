"""Many periods of the learning bidders in one compiled loop, and what goes in and out of it."""

from typing import NamedTuple

import numpy as np

from learning.jit import rule
from model import accounts
from model.systems.learning_bidders_rules import (
    bid_of,
    comply,
    fill_payoffs,
    hold_auction,
    hold_exchange,
    issue_cap,
    state_of,
)


class Chance(NamedTuple):
    """Everything random in a block of periods, drawn beforehand."""

    bidding: np.ndarray
    """float64[periods, n, 2] in [0, 1): for the learners."""
    tie_key: np.ndarray
    """float64[periods, n] in [0, 1): puts equal bids in order, where the auction's tie rule asks for it."""
    margin: np.ndarray
    """float64[periods]: distance of the trading price from the clearing price, as a share of it."""


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
def bid_actions(book, firms, actions, tie_key, rules):
    """Let every firm bid what its action means; ``tie_key`` : float64[n], the numbers that put equal bids in order."""
    keys = book.tie_key
    for i in range(firms.shape[0]):
        firms[i].action = actions[i]
        firms[i].bid_price, firms[i].bid_volume = bid_of(firms[i], actions[i], rules)
        keys[i] = tie_key[i]


@rule
def draw_lesson(clear, book, firms, rules, margin, lesson, with_payoffs):
    """Note what the period teaches: every firm's profit, and what its other bids would have earned."""
    rewards = lesson.rewards
    for i in range(firms.shape[0]):
        rewards[i] = firms[i].profit
        if with_payoffs:
            fill_payoffs(clear, book, firms, i, rules, margin, lesson.payoffs[i])


@rule
def play_periods(
    clear,
    choose,
    learn,
    memory,
    numbers,
    rounds,
    lesson,
    book,
    firms,
    government,
    rules,
    chance,
    how,
    recorder,
):
    """Play one period per row of ``chance``: the same rules in the same order as the model's ``step``.

    clear, choose, learn : kernels; memory, numbers : the learner's state and settings; rounds : played before;
    lesson : `Lesson`; book : `Book`; how : `How`; recorder : `Recorder`, which keeps the rows of every k-th period.
    """
    actions, states, next_states = lesson.actions, lesson.states, lesson.next_states
    bidding, tie_key, margins = chance.bidding, chance.tie_key, chance.margin
    states[:] = int(government[0].state)
    kept = 0
    for t in range(margins.shape[0]):
        issue_cap(government, rules)
        round_number = rounds + t if how.learn else rounds  # rounds that teach nothing do not count
        choose(memory, numbers, round_number, states, bidding[t], how.explore, actions)
        bid_actions(book, firms, actions, tie_key[t], rules)
        hold_auction(clear, book, firms, government, rules)
        hold_exchange(book, firms, government, margins[t])
        comply(firms, government, rules)
        state = state_of(government[0].clearing_price, rules)
        if how.learn:
            next_states[:] = state
            draw_lesson(clear, book, firms, rules, margins[t], lesson, how.needs_payoffs)
            learn(memory, numbers, round_number, states, actions, lesson.rewards, next_states, lesson.payoffs)
        states[:] = state
        government[0].state = state
        accounts.expire(firms, government)
        if (recorder.before + t + 1) % recorder.every == 0:
            keep(recorder.firms_now, recorder.firms[kept])
            keep(recorder.government_now, recorder.government[kept])
            kept += 1


@rule
def keep(now, record):
    """Copy the numbers of a period, float64[n, columns], into the record."""
    for i in range(now.shape[0]):
        for k in range(now.shape[1]):
            record[i, k] = now[i, k]
