"""The two-tier auction as a one-step game, many games at once: each bidder sees its own cost, bids, and is paid.

`learning.rollout.Games` plays it: ``PPO(...).train(Games(AuctionGame(params)))``.
"""

import numpy as np

from agents.abatement import value_of
from agents.bidders.bidder import BIDDERS, Bidder
from learning.draws import uniform
from learning.knobs import ParameterError
from model.systems.two_tier.worlds import Chance, Worlds, costs_from, n_features


def highest_surplus(params):
    """Highest possible profit of a firm, €: all it needs free of charge, at the largest cost. Unit of rewards."""
    return float(value_of(params.cost_max, float(params.need), float(params.need)))


def check_bids_by_policy(params):
    """Raise ParameterError for a kind of bidder with a ``bid`` method of its own, which actions cannot replace."""
    if BIDDERS[params.bidder].bid is not Bidder.bid:
        problem = "bids in plain Python, which no action replaces: must be one that bids by the policy"
        raise ParameterError(f"bidder = {params.bidder}: {problem}")


def draw_chance_from(rng, params, worlds):
    """Draw costs, supplies and tie keys of ``worlds`` auctions, numbers in [0, 1), from one generator."""
    shape = (worlds, params.n_firms)
    no_actions = np.zeros((*shape, 2 * params.steps))
    return Chance(uniform(rng, shape), uniform(rng, worlds), uniform(rng, shape), no_actions)


class AuctionGame:
    """One auction among all bidders, with costs and supply drawn anew for every game.

    players : number of bidders; observations : numbers each sees; actions : numbers each chooses, in [0, 1]
    (others are clipped): price and quantity share of every step. Rewards are profit / `highest_surplus`.
    """

    def __init__(self, params):
        if params.history:
            problem = "past prices are seen in repeated auctions only, a single auction has none: must be 0"
            raise ParameterError(f"history = {params.history} auctions: {problem}")
        check_bids_by_policy(params)
        self.params = params
        self.players, self.observations, self.actions = params.n_firms, n_features(params), 2 * params.steps
        self.unit = highest_surplus(params)

    def deal(self, rng, games):
        """Draw ``games`` auctions: observations, float64[players, games, observations], and the `Worlds`."""
        worlds = Worlds(self.params, games)
        chance = draw_chance_from(rng, self.params, games)
        worlds.begin(chance)
        worlds.rows.cost = costs_from(self.params, chance.cost)  # also where a model's firms keep theirs
        return players_first(worlds.situation().observations), worlds

    def play(self, worlds, action):
        """Hold the auctions with actions [players, games, actions]; rewards float64[players, games]."""
        worlds.play(players_first(action))
        return players_first(worlds.rows.profit) / self.unit


def players_first(array):
    """Swap the first two axes: from [worlds, players, ...] to [players, worlds, ...] and back."""
    return np.ascontiguousarray(np.swapaxes(array, 0, 1))
