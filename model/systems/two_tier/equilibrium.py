"""Exploitability of the bids of the two-tier auctions: the gain from deviating alone, ex interim.

A firm knows its own cost and the supply; rivals' costs are drawn, and rivals keep to the policy. Every
price is tried against the same rivals (common random numbers). Deviations are in prices, on the grid of
`model.systems.two_tier.replies.price_grid`.
"""

from dataclasses import dataclass

import numpy as np

from agents.bidders.bidder import Bidder
from model.streams import Streams
from model.systems.two_tier.replies import deviate, price_grid
from model.systems.two_tier.worlds import Worlds, costs_from, draw_chance

NOTHING = 1e-9
"""Profit, €, below which a gain counts as rounding."""


@dataclass(frozen=True)
class Deviations:
    """Profits of one firm with the policy's prices and with every other price, in each of its situations."""

    cost: np.ndarray
    """float64[types], €/t², its own."""
    supply: np.ndarray
    """float64[types], t."""
    price: np.ndarray
    """float64[m, types, steps], €/t: the prices tried."""
    profit: np.ndarray
    """float64[m, types, draws], €: with these prices, against each draw of rivals."""
    own_profit: np.ndarray
    """float64[types, draws], €: by the policy."""

    def best_price(self):
        """The prices that earn most on average, float64[types, steps], €/t."""
        return self.price[self.profit.mean(2).argmax(0), np.arange(len(self.cost))]

    def gain(self):
        """Mean gain, €, over types, of the best prices, one's own included.

        Prices are chosen on one half of the draws and measured on the other, so that the choice does not bias
        the gain. Where nothing can be gained, the number scatters around zero, or is zero.
        """
        half = self.own_profit.shape[1] // 2
        gains = self.profit - self.own_profit
        tried, kept = gains[..., :half].mean(2), gains[..., half:].mean(2)
        best = tried.argmax(0), np.arange(len(self.cost))
        return float(np.where(tried[best] > 0.0, kept[best], 0.0).mean())


@dataclass(frozen=True)
class Exploitability:
    """Gain of each firm from deviating alone."""

    gain: np.ndarray
    """float64[n], €: mean gain of each firm per auction."""
    profit: np.ndarray
    """float64[n], €: its mean profit without deviating."""

    @property
    def share(self):
        """Total gain over total profit of all firms; NaN where nobody earns anything."""
        earned = self.profit.sum()
        return float(self.gain.sum() / earned) if earned > NOTHING else float("nan")


def exploitability(model, types=20, draws=100, grid=21, seed=0):
    """Largest gain of each firm of a `TwoTier` from other prices while its rivals play the model's policy.

    types : situations (own cost, supply), the same for each firm; draws : rivals for each, at least 2; grid :
    prices tried per step. The model is only read.
    """
    found = [deviations(model, i, types, draws, grid, seed) for i in range(len(model.firms))]
    return Exploitability(np.array([x.gain() for x in found]), np.array([x.own_profit.mean() for x in found]))


def deviations(model, firm, types=20, draws=100, grid=21, seed=0, costs=None):
    """Try every price of the grid for one firm of a `TwoTier`: `Deviations`.

    Parameters as for `exploitability`; costs : own costs, float64[types], €/t², instead of drawn ones.
    """
    if model.firms.kind.bid is not Bidder.bid:
        raise ValueError(f"bidder = {model.params.bidder}: bids in plain Python, not by the policy")
    if draws < 2:
        raise ValueError(f"draws = {draws}: must be at least 2, to choose on some and measure on others")
    types = types if costs is None else len(costs)
    worlds = _situations(model, firm, (types, draws), seed, costs)
    shares, steps = price_grid(grid, model.params.steps), model.params.steps
    profit = deviate(worlds, firm, shares).reshape(len(shares), types, draws)
    own = worlds.rows[::draws, firm]
    price = shares[:, None] * (own.cost * own.need)[:, None]
    own_profit = worlds.rows.profit[:, firm].reshape(types, draws)
    return Deviations(own.cost, worlds.supply[::draws], price.reshape(-1, types, steps), profit, own_profit)


def _situations(model, firm, shape, seed, costs):
    """Worlds, types x draws, played by the policy, in which a type's own cost and supply stay the same."""
    params, size = model.params, shape[0] * shape[1]
    worlds, chance = Worlds(params, size), draw_chance(params, Streams(seed), size)
    first = np.repeat(np.arange(0, size, shape[1]), shape[1])
    worlds.begin(chance)
    cost = costs_from(params, chance.cost)
    cost[:, [0, firm]] = cost[:, [firm, 0]]  # each firm takes firm 0's draws: all face the same rivals
    cost[:, firm] = cost[first, firm] if costs is None else np.repeat(costs, shape[1])
    worlds.rows.cost = cost
    worlds.supply = worlds.supply[first]
    worlds.play(model.policy.act(worlds.situation(model.prices_seen), chance.action))
    return worlds
