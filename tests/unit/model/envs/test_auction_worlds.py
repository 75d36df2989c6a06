"""Many markets at once: the same auctions as the Mesa model's, episodes, and states that go on."""

import numpy as np
import pytest

from agents.bidders.bidder import BIDDERS, Bidder
from agents.bidders.policies import POLICIES, Policy
from learning.knobs import ParameterError
from model.envs.auction_games import AuctionGame
from model.envs.auction_worlds import AgainstRivals, AuctionWorlds, outcome
from model.systems.two_tier import TwoTier
from model.systems.two_tier.params import TwoTierParams

SMALL = TwoTierParams(n_firms=3, need=2)
REPEATED = SMALL.replace({"history": 2, "costs": "once"})


def actions(rng, worlds):
    return rng.random((worlds.players, worlds.markets, worlds.actions))


def test_single_auctions_terminate():
    worlds = AuctionWorlds(SMALL, markets=4)
    worlds.reset()
    turn = worlds.step(actions(np.random.default_rng(1), worlds))
    assert turn.terminated.all() and not turn.truncated.any()


def test_longer_episodes_are_cut_off():
    worlds, rng = AuctionWorlds(REPEATED, markets=4, auctions=3), np.random.default_rng(1)
    worlds.reset()
    ends = [worlds.step(actions(rng, worlds)).truncated.all() for _ in range(6)]
    assert ends == [False, False, True, False, False, True]


def test_past_prices_are_seen_newest_first_and_forgotten_with_the_episode():
    worlds, rng = AuctionWorlds(REPEATED, markets=4, auctions=3), np.random.default_rng(1)
    assert (worlds.reset().observation[..., 3:] == 0.0).all()
    prices = []
    for _ in range(2):
        turn = worlds.step(actions(rng, worlds))
        prices.append(worlds.worlds.prices[:, 0] / (1.5 * 2))
    for bidder in range(3):
        np.testing.assert_allclose(turn.observation[bidder, :, 3:], np.array(prices[::-1]).T)
    turn = worlds.step(actions(rng, worlds))
    assert (turn.observation[..., 3:] == 0.0).all()
    assert (turn.last_observation[..., 3:] != 0.0).any()


@pytest.mark.parametrize(("costs", "stay"), [("once", True), ("every_auction", False)])
def test_costs_are_drawn_per_episode_or_per_auction(costs, stay):
    worlds, rng = AuctionWorlds(SMALL.replace({"costs": costs}), 4, auctions=2), np.random.default_rng(1)
    first = worlds.reset().observation[..., 0]
    second = worlds.step(actions(rng, worlds)).observation[..., 0]
    next_episode = worlds.step(actions(rng, worlds)).observation[..., 0]
    assert (first == second).all() == stay
    assert (first != next_episode).all()


def test_rewards_are_those_of_the_game():
    worlds = AuctionWorlds(SMALL, markets=6)
    worlds.reset()
    chosen = actions(np.random.default_rng(1), worlds)
    game = AuctionGame(SMALL)
    _, dealt = game.deal(np.random.default_rng(2), 6)
    dealt.rows.cost = worlds.worlds.rows.cost
    dealt.supply, dealt.tie_key = worlds.worlds.supply, worlds.worlds.tie_key
    np.testing.assert_array_equal(worlds.play(chosen), game.play(dealt, chosen))


def test_a_market_is_the_models():
    """Same costs, supply and actions: same awards, payments and prices as the Mesa model."""
    model = TwoTier(SMALL, policy="random_schedule", rng=3)
    model.step()
    worlds = AuctionWorlds(SMALL, markets=1)
    worlds.reset()
    worlds.worlds.rows.cost = model.firms.rows.cost
    worlds.worlds.supply, worlds.worlds.tie_key = model.worlds.supply, model.worlds.tie_key
    worlds.play(np.swapaxes(model.actions, 0, 1))
    for bidder in range(3):
        found = outcome(worlds, bidder)
        firm = model.firms[bidder]
        assert found["award"] == firm.award
        assert found["payment"] == firm.auction_payment
        assert found["profit"] == firm.profit
        assert found["clearing_price"] == model.government.clearing_price


def test_goes_on_from_a_state_to_the_last_bit(same_bits):
    one, rng = AuctionWorlds(REPEATED, 4, auctions=3, rng=5), np.random.default_rng(1)
    one.reset()
    one.step(actions(rng, one))
    other = AuctionWorlds(REPEATED, 4, auctions=3, rng=6)
    other.restore(one.state())
    for _ in range(5):
        chosen = actions(rng, one)
        mine, theirs = one.step(chosen), other.step(chosen)
        assert same_bits(mine.observation, theirs.observation)
        assert same_bits(mine.reward, theirs.reward)


def test_only_the_learner_takes_the_given_action():
    """Truthful rivals do not mind what the learner does; its own award follows its action."""
    keen, absent = (AgainstRivals(SMALL, markets=50, learner=1, rng=4) for _ in range(2))
    for market in (keen, absent):
        market.reset()
    _, _, won = keen.play(np.ones((50, 4)))
    _, _, nothing = absent.play(np.zeros((50, 4)))
    assert won["award"].sum() > 0
    assert (nothing["award"] == 0).all()
    assert (keen.worlds.worlds.schedules.price[:, 0] == absent.worlds.worlds.schedules.price[:, 0]).all()


def test_rivals_see_past_prices_of_their_market():
    class Watcher(Policy):
        """Keeps what it is shown."""

        shown = []

        def act(self, situation, chance):
            self.shown.append(situation.observations[..., 3:])
            return chance

    with POLICIES.temporarily("watcher", Watcher):
        market = AgainstRivals(REPEATED.replace({"policy": "watcher"}), markets=2, auctions=3)
        market.reset()
        for _ in range(2):
            market.play(np.ones((2, 4)))
    assert (Watcher.shown[0] == 0.0).all()
    assert (Watcher.shown[1][..., 0] > 0.0).all()


@pytest.mark.parametrize("learner", [-1, 3])
def test_the_learner_is_one_of_the_bidders(learner):
    with pytest.raises(ParameterError, match=f"learner = {learner}: must be from 0 to 2"):
        AgainstRivals(SMALL, learner=learner)


def test_an_episode_has_an_auction():
    with pytest.raises(ParameterError, match="auctions = 0"):
        AuctionWorlds(SMALL, auctions=0)


def test_bidders_in_plain_python_are_refused():
    own = type("Own", (Bidder,), {"bid": lambda self, market: ([1, 1], [1, 1])})
    with BIDDERS.temporarily("own", own):
        for made in (AuctionWorlds, AuctionGame):
            with pytest.raises(ParameterError, match="bidder = own: bids in plain Python"):
                made(SMALL.replace({"bidder": "own"}))
