"""The auction as a game of one step for PPO."""

import numpy as np
import pytest

from agents.abatement import value_of
from learning.knobs import ParameterError
from model.envs.auction_games import AuctionGame, highest_surplus
from model.systems.two_tier.params import TwoTierParams

SMALL = TwoTierParams(n_firms=3, need=2)


def test_shapes_are_players_first():
    game = AuctionGame(SMALL)
    observation, dealt = game.deal(np.random.default_rng(1), 50)
    assert observation.shape == (3, 50, game.observations)
    assert game.play(dealt, np.full((3, 50, game.actions), 0.5)).shape == (3, 50)


def test_everybody_sees_its_own_cost():
    observation, worlds = AuctionGame(SMALL).deal(np.random.default_rng(1), 50)
    scaled = 2.0 * (worlds.rows.cost - 0.5) - 1.0
    np.testing.assert_allclose(observation[..., 0], scaled.T)


def test_rewards_are_profits_as_a_share_of_the_highest_surplus():
    game = AuctionGame(SMALL)
    _, worlds = game.deal(np.random.default_rng(1), 50)
    reward = game.play(worlds, np.random.default_rng(2).random((3, 50, 4)))
    np.testing.assert_allclose(reward.T * value_of(1.5, 2.0, 2.0), worlds.rows.profit)
    assert reward.max() <= 1.0
    assert (reward != 0).any()


def test_highest_surplus_is_all_permits_for_nothing():
    assert highest_surplus(SMALL) == 1.5 * (2 + 1)


def test_games_follow_the_generator_given():
    first, again = (AuctionGame(SMALL).deal(np.random.default_rng(3), 20)[0] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert len(np.unique(first[..., 0])) == 60


def test_two_deals_do_not_share_memory():
    game, rng = AuctionGame(SMALL), np.random.default_rng(3)
    _, first = game.deal(rng, 5)
    cost = first.rows.cost.copy()
    game.deal(rng, 5)
    np.testing.assert_array_equal(first.rows.cost, cost)


def test_a_single_auction_has_no_past_prices():
    with pytest.raises(ParameterError, match="history = 2"):
        AuctionGame(TwoTierParams(history=2))
