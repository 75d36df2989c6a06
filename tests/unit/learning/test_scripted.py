"""Players that do not learn."""

import numpy as np
import pytest

from learning.base import Game
from learning.knobs import ParameterError, Settings
from learning.scripted import Fixed, FixedSettings, Random, Truthful

GAME = Game(3, 2, 8, np.array([7, 0, 3]), np.ones(3))
RNG = np.random.default_rng


def test_truthful_plays_the_sincere_action():
    player = Truthful(GAME, Settings(), RNG(1))
    assert [player.choose_one(i, 1, np.array([0.1, 0.9])) for i in range(3)] == [7, 0, 3]


def test_fixed_plays_its_action():
    player = Fixed(GAME, FixedSettings(action=5), RNG(1))
    assert [player.choose_one(i, 0, np.array([0.1, 0.9])) for i in range(3)] == [5, 5, 5]


def test_fixed_refuses_an_action_the_game_does_not_have():
    with pytest.raises(ParameterError, match=r"fixed.action = 8: the game has actions 0 to 7"):
        Fixed(GAME, FixedSettings(action=8), RNG(1))


@pytest.mark.parametrize(("u", "action"), [(0.0, 0), (0.124, 0), (0.125, 1), (0.999, 7)])
def test_random_plays_evenly(u, action):
    assert Random(GAME, Settings(), RNG(1)).choose_one(0, 0, np.array([0.5, u])) == action
