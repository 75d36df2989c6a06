"""Many markets at once, each holding one auction after the other: the batch that learners train on.

All markets are played in lockstep by one compiled call per auction. The Gymnasium and PettingZoo environments
are the case of one market.
"""

import numpy as np

from learning.draws import uniform
from learning.knobs import ParameterError
from learning.rollout import Turn
from model.envs.auction_games import check_bids_by_policy, draw_chance_from, highest_surplus, players_first
from model.systems.two_tier.worlds import Worlds, costs_from, n_features, policy_for


class AuctionWorlds:
    """``markets`` markets in episodes of ``auctions`` auctions; `learning.rollout.Episodes` plays them.

    Costs are drawn for every auction, or with costs="once" for every episode. An episode of one auction
    terminates: nothing follows. A longer one is truncated: its market would have gone on, with ``history``
    past prices in view. Rewards are profit / `highest_surplus`. rng : numpy Generator, or a seed for one; may
    be replaced before a reset.
    """

    def __init__(self, params, markets=64, auctions=1, rng=0):
        if auctions < 1:
            raise ParameterError(f"auctions = {auctions} per episode: below their minimum 1")
        check_bids_by_policy(params)
        self.params, self.markets, self.auctions = params, markets, auctions
        self.players, self.observations, self.actions = params.n_firms, n_features(params), 2 * params.steps
        self.unit = highest_surplus(params)
        self.rng = np.random.default_rng(rng)
        self.worlds = Worlds(params, markets)
        self.prices_seen = np.zeros((markets, 1, params.history))
        self.played = 0

    def reset(self):
        """Begin new episodes in all markets: a `Turn` with observations, [players, markets, observations]."""
        self.played = 0
        self.prices_seen[:] = 0.0
        self._draw()
        return Turn(self.seen())

    def _draw(self):
        """Draw the next auction of every market."""
        chance = draw_chance_from(self.rng, self.params, self.markets)
        self.worlds.begin(chance)
        if self.played == 0 or self.params.costs == "every_auction":
            self.worlds.rows.cost = costs_from(self.params, chance.cost)

    def situation(self):
        """Return what policies may use: the `agents.bidders.policies.Situation` of all bidders."""
        return self.worlds.situation(self.prices_seen)

    def seen(self):
        """Return each bidder's observations, float64[players, markets, observations]."""
        return players_first(self.situation().observations)

    def play(self, action):
        """Hold one auction in every market, without new episodes; rewards float64[players, markets].

        action : [players, markets, actions] in [0, 1]. Afterwards the next auction is drawn, while ``worlds``
        still has the results of this one, except for the costs.
        """
        self.worlds.play(players_first(action))
        self.played += 1
        newest = self.worlds.prices[:, None, :1]
        self.prices_seen = np.concatenate([newest, self.prices_seen], -1)[..., : self.params.history]
        self._draw()
        return players_first(self.worlds.rows.profit) / self.unit

    def is_over(self):
        """Return whether the episodes have had all their auctions."""
        return self.played >= self.auctions

    def step(self, action):
        """Hold one auction in every market; where episodes end, the next ones begin: a `Turn`."""
        reward = self.play(action)
        over = np.full((1, self.markets), self.is_over())
        single = self.auctions == 1
        last = self.seen()
        seen = self.reset().observation if self.is_over() else last
        return Turn(seen, reward, over & single, over & (not single), last)

    def state(self):
        """Return everything needed to continue later."""
        arrays = {"cost": self.worlds.rows.cost, "supply": self.worlds.supply, "tie_key": self.worlds.tie_key}
        copies = {name: np.array(array) for name, array in arrays.items()}
        chance = {"rng": self.rng.bit_generator.state}
        return copies | chance | {"prices_seen": self.prices_seen.copy(), "played": self.played}

    def restore(self, state):
        """Continue from a `state`."""
        self.worlds.rows.cost = state["cost"]
        self.worlds.supply, self.worlds.tie_key = state["supply"].copy(), state["tie_key"].copy()
        self.rng.bit_generator.state = state["rng"]
        self.prices_seen, self.played = state["prices_seen"].copy(), state["played"]


class AgainstRivals:
    """`AuctionWorlds` as bidder ``learner`` sees them; the others bid by the policy of the parameters."""

    def __init__(self, params, markets=1, auctions=1, learner=0, rng=0):
        if not 0 <= learner < params.n_firms:
            raise ParameterError(f"learner = {learner}: must be from 0 to {params.n_firms - 1}")
        self.worlds, self.learner = AuctionWorlds(params, markets, auctions, rng), learner
        self.rivals = policy_for(params)

    def reset(self, rng=None):
        """Begin new episodes, from another Generator if given; the learner's observations, [markets, numbers]."""
        self.worlds.rng = rng or self.worlds.rng
        return self.worlds.reset().observation[self.learner]

    def play(self, action):
        """Hold one auction in every market with the learner's actions, [markets, actions] in [0, 1].

        Returns rewards float64[markets], the learner's next observations, [markets, numbers], and the `outcome`.
        """
        worlds = self.worlds
        chance = uniform(worlds.rng, (worlds.markets, worlds.players, worlds.actions))
        actions = players_first(self.rivals.act(worlds.situation(), chance))
        actions[self.learner] = action
        reward = worlds.play(actions)[self.learner]
        return reward, worlds.seen()[self.learner], outcome(worlds, self.learner)


def outcome(worlds, bidder):
    """Results of a bidder's last auctions by name, float64[markets]: t, €, €/t."""
    rows = worlds.worlds.rows
    own = {"award": rows.award, "payment": rows.auction_payment, "value": rows.value, "profit": rows.profit}
    found = {name: np.array(column[:, bidder]) for name, column in own.items()}
    return found | {"clearing_price": worlds.worlds.prices[:, 0].copy()}
