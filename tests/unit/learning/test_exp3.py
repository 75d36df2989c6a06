"""EXP3 by hand."""

from math import exp

import numpy as np
import pytest

from learning.base import Game
from learning.exp3 import PROBABILITY, Exp3, Exp3Settings

NO_PAYOFFS = np.zeros(0)


def learner(actions=2, scale=10.0, exploration=0.1):
    game = Game(1, 1, actions, np.zeros(1, np.int64), np.array([scale]))
    return Exp3(game, Exp3Settings(exploration=exploration), np.random.default_rng(1))


def test_a_round_by_hand():
    """Two actions, exploration 0.1, equal weights: p = 0.9 x 1/2 + 0.1 / 2 = 1/2 each. u = 0.7 draws the
    second.

    It earns 4 of 10: its log weight becomes 0.1 x (0.4 / 0.5) / 2 = 0.04 [Auer2002, Fig. 1]. Then
    p = 0.9 e^0.04 / (1 + e^0.04) + 0.05 for it, and the rest for the other.
    """
    one = learner()
    assert one.choose_one(0, 0, np.array([0.0, 0.7])) == 1
    assert one.memory[0, PROBABILITY, 0].tolist() == [0.5, 0.5]
    one.learn_one(0, 0, 1, 4.0, 0, NO_PAYOFFS)
    assert one.table(0)[0] == pytest.approx([0.0, 0.04], rel=1e-14)
    one.choose_one(0, 0, np.array([0.0, 0.7]))
    share = exp(0.04) / (1 + exp(0.04))
    assert one.memory[0, PROBABILITY, 0] == pytest.approx(
        [0.9 * (1 - share) + 0.05, 0.9 * share + 0.05], rel=1e-14
    )


@pytest.mark.parametrize(("reward", "as_if"), [(-3.0, 0.0), (25.0, 10.0)])
def test_rewards_are_cut_to_the_scale(reward, as_if):
    one, other = learner(), learner()
    for each, earned in ((one, reward), (other, as_if)):
        each.choose_one(0, 0, np.array([0.0, 0.1]))
        each.learn_one(0, 0, 0, earned, 0, NO_PAYOFFS)
    assert (one.table(0) == other.table(0)).all()


def test_without_experiments_there_is_no_even_draw():
    """Log weights 0 and 100: exploring, the first is drawn in half of 0.2; otherwise never."""
    one = learner(exploration=0.2)
    one.memory[0, 0, 0, 1] = 100.0
    assert one.choose_one(0, 0, np.array([0.0, 0.09])) == 0
    assert one.choose_one(0, 0, np.array([0.0, 0.09]), explore=False) == 1


def test_large_weights_do_not_overflow():
    one = learner()
    one.memory[0, 0, 0] = [1e5, 1e5 + 1]
    one.choose_one(0, 0, np.array([0.0, 0.5]))
    share = exp(1) / (1 + exp(1))
    assert one.memory[0, PROBABILITY, 0, 1] == pytest.approx(0.9 * share + 0.05)
