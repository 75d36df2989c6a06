"""Profits of a bidder with other prices, and the policy of best replies to truthful bidding [TwoTier].

Deviations are in prices only: the volumes of the steps stay. The first and the last price come from a grid of
shares of the firm's own first marginal value; prices between them lie on a line, so the grid has two
dimensions for any number of steps.
"""

import numpy as np

from agents.abatement import marginal_value, value_of
from agents.bidders.demand_schedule import write_truthful
from agents.bidders.policies import POLICIES, Policy, truthful_actions, write_action
from learning.draws import uniform
from learning.jit import jit
from learning.knobs import knob, settings
from model.systems.two_tier.worlds import Chance, Worlds, costs_from


def price_grid(points, steps):
    """Prices to try, as shares of the first marginal value, float64[m, steps]; falling in each row."""
    shares = np.linspace(1.0, 0.0, points)
    if steps == 1:
        return shares[:, None]
    first, last = (shares[k] for k in np.triu_indices(points))
    along = np.arange(steps) / (steps - 1)
    return first[:, None] + (last - first)[:, None] * along


@jit
def deviation_profits(clear, bidders, i, supply, tie_key, setup, schedules, shares, profit):
    """Write the profits, €, of firm ``i`` with other prices in each world into float64[m, worlds].

    shares : float64[m, steps], prices over the firm's first marginal value; the schedules hold the bids made,
    and those of the others stay.
    """
    n, steps = schedules.price.shape[1], schedules.price.shape[2]
    price, award, payment, scratch = np.empty((n, steps)), np.empty(n), np.empty(n), schedules.scratch
    reserve, knobs = setup.reserve_price, setup.auction
    for w in range(bidders.shape[0]):
        bidder, volume = bidders[w][i], schedules.volume[w]
        price[:] = schedules.price[w]
        for m in range(shares.shape[0]):
            for k in range(steps):
                price[i, k] = shares[m, k] * marginal_value(bidder.cost, bidder.need, 1.0)
            clear(price, volume, supply[w], reserve, tie_key[w], knobs, scratch, award, payment)
            profit[m, w] = value_of(bidder.cost, bidder.need, award[i]) - payment[i]


def deviate(worlds, i, shares):
    """Return the profits of firm ``i`` with other prices in worlds already played: float64[m, worlds], €."""
    profit = np.empty((len(shares), len(worlds.rows)))
    about = worlds.supply, worlds.tie_key, worlds.setup, worlds.schedules
    deviation_profits(worlds.auction.clear, worlds.rows, i, *about, shares, profit)
    return profit


@settings
class BestResponseSettings(Policy.Settings):
    """Knobs of the best response: how finely it searches, and on how many imagined rivals."""

    grid: int = knob(11, low=2, high=101, help="prices tried, from zero to the first marginal value")
    draws: int = knob(
        32, low=1, high=10_000, help="auctions imagined for each reply: rivals' costs are drawn"
    )
    cost_bins: int = knob(
        11, low=2, high=1000, help="costs that a reply is computed for; others take the nearest"
    )
    sample: int = knob(0, low=0, high=1_000_000, help="seed of the rivals imagined")


@POLICIES.register("best_response")
class BestResponse(Policy):
    """Best reply to truthful rivals, given its own cost, the supply, and the distribution of costs.

    An approximation: volumes are those of the truthful schedule; prices come from a grid (`price_grid`);
    expected profit is the mean over a sample of imagined rivals, the same for every price; costs are rounded
    to bins, and the prices, as shares of the first marginal value, are those of the nearest bin. Of equally
    good replies the first of the grid counts. Replies are computed when first needed, and kept.
    """

    Settings = BestResponseSettings

    def learn_parameters(self, market):
        """Forget the replies to another market."""
        self.market, self.replies = market, {}

    def act(self, situation, chance):
        """Return the replies to truthful rivals; the policy is deterministic."""
        market, actions = self.market, np.zeros(chance.shape)
        spread = market.cost_max - market.cost_min
        where = (
            (situation.cost - market.cost_min) / spread if spread > 0.0 else np.zeros(situation.cost.shape)
        )
        bins = np.rint(where * (self.settings.cost_bins - 1))
        supply = np.rint(0.5 * (situation.observations[..., 2] + 1.0) * market.n_firms * market.need)
        both = np.stack([bins.ravel(), supply.ravel()], 1)
        pairs, positions = np.unique(both, axis=0, return_inverse=True)
        shares = np.array([self.reply(*pair) for pair in pairs])[positions.ravel()]
        shares = shares.reshape(*bins.shape, -1)
        reply_actions(situation.cost, situation.need, situation.top, self.bidding.repair, shares, actions)
        return actions

    def reply(self, cost_bin, supply):
        """Prices of the best reply over the first marginal value, float64[steps]; supply : t."""
        if (cost_bin, supply) not in self.replies:
            worlds = self.imagine(cost_bin / (self.settings.cost_bins - 1), supply)
            grid = price_grid(self.settings.grid, self.bidding.steps)
            self.replies[cost_bin, supply] = grid[deviate(worlds, 0, grid).mean(1).argmax()]
        return self.replies[cost_bin, supply]

    def imagine(self, cost, supply):
        """Auctions among truthful bidders, played; the first has this cost, 0 to 1 in the range of costs."""
        market, size = self.market, self.settings.draws
        rng = np.random.default_rng(self.settings.sample)
        shape = size, market.n_firms
        nature = Chance(uniform(rng, shape), np.zeros(size), uniform(rng, shape), None)
        nature.cost[:, 0] = cost
        worlds = Worlds(market, size)
        worlds.begin(nature)
        worlds.rows.cost = costs_from(market, nature.cost)
        worlds.supply = np.full(size, supply)
        known, actions = worlds.situation(np.zeros(market.history)), np.zeros((*shape, 2 * market.steps))
        truthful_actions(known.cost, known.need, known.top, self.bidding.repair, actions)
        worlds.play(actions)
        return worlds


@jit
def reply_actions(cost, need, top, repair, shares, actions):
    """Write actions that bid ``shares``, float64[worlds, n, steps], of first values for truthful volumes."""
    price, volume = np.zeros(shares.shape[2]), np.zeros(shares.shape[2])
    for w in range(cost.shape[0]):
        for i in range(cost.shape[1]):
            write_truthful(cost[w, i], need[w, i], price, volume)
            first = marginal_value(cost[w, i], need[w, i], 1.0)
            for k in range(price.shape[0]):
                price[k] = shares[w, i, k] * first
            write_action(price, volume, top[w, i], need[w, i], repair, actions[w, i])
