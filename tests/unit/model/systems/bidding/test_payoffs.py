"""The profit that every bid would have earned, beside auctions cleared from the beginning."""

import numpy as np
import pytest

from model.mechanisms.auctions.base import AUCTIONS
from model.systems.bidding.equilibrium import BidGame
from model.systems.learning_bidders import LearningBidders
from model.systems.supply_chains import SupplyChains
from tests.average_price import AveragePrice

ALIKE = {
    "selling_price_min": 13.0,
    "selling_price_max": 13.0,
    "unit_cost_min": 8.0,
    "unit_cost_max": 8.0,
}
"""Firms with one private value, so that their bid prices are the same few."""
MARKETS = {
    "ties": (LearningBidders, {"price_steps": 3, "volume_steps": 4, "n_firms": 7} | ALIKE),
    "a high reserve price": (LearningBidders, {"reserve_price": 4.0, "volume_steps": 5}),
    "unsold permits": (LearningBidders, {"phi": 1.9, "volume_factor": 1.0, "volume_steps": 5}),
    "fines": (LearningBidders, {"compliance": "best", "phi": 0.5, "volume_steps": 5}),
    "voluntary trade": (LearningBidders, {"exchange": "voluntary", "volume_steps": 5}),
    "limits of bids": (SupplyChains, {"price_cap": 140.0, "volume_cap": 3000.0, "price_steps": 7}),
    "unsold permits of chains": (SupplyChains, {"phi": 1.4, "unsold": "offered", "price_steps": 7}),
}
RULES = [
    {"auction": "uniform"},
    {"auction": "uniform", "uniform.price_rule": "highest_rejected"},
    {"auction": "uniform", "uniform.tie_rule": "pro_rata_whole", "uniform.undersubscribed": "lowest_bid"},
    {"auction": "discriminatory"},
    {"auction": "discriminatory", "discriminatory.tie_rule": "random"},
    {"auction": "vcg"},
    {"auction": "average_price"},
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: " ".join(rule.values()))
@pytest.mark.parametrize("market", MARKETS)
def test_payoffs_are_the_profits_with_each_bid_placed(market, rule):
    """To the last bit; the bids are those of the last period of a run."""
    system, chosen = MARKETS[market]
    with AUCTIONS.temporarily("average_price", AveragePrice):
        model = system(learner="regret_matching", rng=5, **chosen, **rule)
        model.advance(4)
    game = BidGame(model)
    placed = game.firms.bid_price.copy(), game.firms.bid_volume.copy()
    for i in range(len(game.firms)):
        payoffs, earned = game.payoffs(i), np.zeros(game.n_actions)
        for action in range(game.n_actions):
            bid = model.bid_of(i, action)
            game.firms.bid_price[i], game.firms.bid_volume[i] = bid
            earned[action] = game.profits()[i]
        game.firms.bid_price[i], game.firms.bid_volume[i] = placed[0][i], placed[1][i]
        assert payoffs.tobytes() == earned.tobytes()
