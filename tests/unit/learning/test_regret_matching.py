"""Regret matching by hand."""

import numpy as np
import pytest

from learning.base import Game
from learning.knobs import Settings
from learning.regret_matching import AVERAGE, REGRET, RegretMatching


def learner(players=1, actions=3):
    game = Game(players, 1, actions, np.zeros(players, np.int64), np.ones(players))
    return RegretMatching(game, Settings(), np.random.default_rng(1))


def test_two_rounds_by_hand():
    """Payoffs 1, 4, 3 and the first played: regrets 0, 3, 2. Then 5, 0, 1 and the second played: + 5, 0, 1.

    Regrets 5, 3, 3: draws below 5/11 take the first, below 8/11 the second. Played once each: the average has
    half of the first and half of the second.
    """
    one = learner()
    one.learn_one(0, 0, 0, 1.0, 0, np.array([1.0, 4.0, 3.0]))
    assert one.memory[0, REGRET, 0].tolist() == [0.0, 3.0, 2.0]
    assert one.choose_one(0, 0, np.array([0.0, 0.59])) == 1
    assert one.choose_one(0, 0, np.array([0.0, 0.61])) == 2
    one.learn_one(0, 0, 1, 0.0, 0, np.array([5.0, 0.0, 1.0]))
    assert one.memory[0, REGRET, 0].tolist() == [5.0, 3.0, 3.0]
    assert [one.choose_one(0, 0, np.array([0.0, u])) for u in (0.45, 0.46, 0.72, 0.73)] == [0, 1, 1, 2]
    assert one.memory[0, AVERAGE, 0].tolist() == [1.0, 1.0, 0.0]
    assert [one.choose_one(0, 0, np.array([0.0, u]), explore=False) for u in (0.49, 0.51, 0.99)] == [0, 1, 1]


def test_negative_regret_is_never_played():
    one = learner()
    one.memory[0, REGRET, 0] = [-5.0, 1.0, -2.0]
    assert {one.choose_one(0, 0, np.array([0.0, u])) for u in np.linspace(0, 0.999, 50)} == {1}


def test_without_regret_any_action_will_do():
    one = learner()
    assert {one.choose_one(0, 0, np.array([0.0, u])) for u in (0.1, 0.5, 0.9)} == {0, 1, 2}


def test_matching_pennies_tends_to_half_and_half():
    """A zero-sum game: average play tends to the only equilibrium."""
    two = learner(players=2, actions=2)
    win, rng = np.eye(2) * 2 - 1, np.random.default_rng(3)
    for _ in range(4000):
        a, b = (two.choose_one(i, 0, rng.random(2)) for i in range(2))
        two.learn_one(0, 0, a, win[a, b], 0, np.ascontiguousarray(win[:, b]))
        two.learn_one(1, 0, b, -win[a, b], 0, np.ascontiguousarray(-win[a]))
    average = two.memory[:, AVERAGE, 0]
    assert average[:, 0] / average.sum(1) == pytest.approx([0.5, 0.5], abs=0.05)
