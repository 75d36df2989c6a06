"""Many independent auctions at once: random draws, firms' observations, and results.

The Mesa model is the case of one world; environments and training play thousands of them in one compiled call.
"""

from typing import NamedTuple

import numpy as np

from agents.bidders.bidder import BIDDERS
from agents.bidders.demand_schedule import REPAIRS
from agents.bidders.policies import POLICIES, Bidding, Situation
from agents.population import as_rows
from learning.draws import uniform
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.two_tier.rules import Setup, empty_schedules, measure_worlds, play_worlds


class Chance(NamedTuple):
    """Random numbers in [0, 1) for a block of auctions, with a leading axis of worlds."""

    cost: np.ndarray
    """float64[worlds, n]."""
    supply: np.ndarray
    """float64[worlds]."""
    tie_key: np.ndarray
    """float64[worlds, n]: decides between equal bids."""
    action: np.ndarray
    """float64[worlds, n, 2 steps]: for policies that draw."""


def draw_chance(params, streams, worlds):
    """Draw the random numbers of ``worlds`` auctions from the streams "costs", "supply", "ties" and "bidding"."""
    n = params.n_firms
    return Chance(
        uniform(streams["costs"], (worlds, n)),
        uniform(streams["supply"], worlds),
        uniform(streams["ties"], (worlds, n)),
        uniform(streams["bidding"], (worlds, n, 2 * params.steps)),
    )


def costs_from(params, u):
    """Slopes of marginal abatement cost, €/t², for numbers ``u`` in [0, 1)."""
    return params.cost_min + (params.cost_max - params.cost_min) * u


def supply_from(params, u):
    """Permits for sale, t, whole numbers, for numbers ``u`` in [0, 1): fixed by phi, or evenly drawn."""
    needed = params.n_firms * params.need
    if params.phi > 0.0:
        return np.full(u.shape, np.round(params.phi * needed))
    low, high = np.round(params.phi_min * needed), np.round(params.phi_max * needed)
    return low + np.floor(u * (high - low + 1.0))


class Worlds:
    """``size`` auctions played together.

    rows : record array [size, n] of the bidders; supply : float64[size], t; prices : float64[size, 2], clearing
    and equilibrium price, €/t; schedules : bids and results as arrays.
    """

    def __init__(self, params, size, numbers=None):
        """Make the worlds; ``numbers``, float64[size, n, columns], is the memory to use, if a caller shares it."""
        self.columns = list(BIDDERS[params.bidder].column_declarations())
        self.use(np.zeros((size, params.n_firms, len(self.columns))) if numbers is None else numbers)
        self.rows.need = params.need
        self.schedules = empty_schedules(size, params.n_firms, params.steps)
        self.prices = np.zeros((size, 2))
        self.auction = AUCTIONS[params.auction]
        self.set_policy(params)

    def use(self, numbers):
        """Keep the bidders in this memory, float64[size, n, columns]."""
        self.numbers = numbers
        self.rows = as_rows(numbers, self.columns)

    def set_policy(self, params):
        """Adopt the parameters, which may have changed."""
        self.params = params
        self.setup = setup_from(params)

    def book(self, world):
        """Bids and results of one world: price and volume, float64[n, steps], award and payment, float64[n]."""
        *parts, _ = self.schedules
        return tuple(part[world] for part in parts)

    def take_last(self, others):
        """Copy the last of other worlds into this single world."""
        for mine, theirs in zip(self.book(0), others.book(-1), strict=True):
            mine[:] = theirs
        self.supply, self.tie_key, self.prices = others.supply[-1:], others.tie_key[-1:], others.prices[-1:]

    def begin(self, chance):
        """Draw costs (unless they are kept), supply, and tie keys."""
        if self.params.costs == "every_auction":
            self.rows.cost = costs_from(self.params, chance.cost)
        self.supply = supply_from(self.params, chance.supply)
        self.tie_key = chance.tie_key

    def situation(self, prices_seen=None):
        """Return the information firms have before they bid; prices_seen : float64[history], €/t, newest first."""
        cost, need = np.asarray(self.rows.cost), np.asarray(self.rows.need)
        top = np.full(cost.shape, self.setup.top_price) if self.setup.top_price else cost * need
        return Situation(cost, need, top, observations(self.params, cost, need, self.supply, prices_seen))

    def play(self, actions):
        """Clear every auction with the schedules of the actions, float64[size, n, 2 steps] in [0, 1]."""
        play_worlds(
            self.auction.clear,
            self.rows,
            self.supply,
            self.tie_key,
            np.ascontiguousarray(actions, float),
            self.setup,
            self.schedules,
            self.prices,
        )

    def measure(self):
        """Fill the columns behind the indices."""
        measure_worlds(self.rows, self.supply, self.prices, self.schedules)


def setup_from(params):
    """Return the parameters as the numbers that the compiled rules need."""
    return params.fill(
        Setup,
        top_price=params.cost_max * params.need if params.top_price == "public" else 0.0,
        repair=REPAIRS.index(params.repair),
        auction=np.array(params.parts[params.auction].vector()),
    )


def policy_for(params):
    """Return the firms' bidding policy, adapted to the market."""
    repair = REPAIRS.index(params.repair)
    bidding = Bidding(params.n_firms, params.steps, repair, params.top_price, params.history)
    policy = POLICIES[params.policy](params.parts[params.policy], bidding)
    policy.learn_parameters(params)
    return policy


def n_features(params):
    """Length of a firm's observation."""
    return 3 + params.history


def observations(params, cost, need, supply, prices_seen=None):
    """Compute each firm's observation, float64[worlds, n, features], scaled to about [-1, 1].

    Its own cost and need, supply / total need, and the last clearing prices over the highest possible value
    [TwoTier]. Never another firm's cost.
    """
    seen = np.zeros((*cost.shape, n_features(params)))
    spread = max(params.cost_max - params.cost_min, 1e-9)
    seen[..., 0] = 2.0 * (cost - params.cost_min) / spread - 1.0
    seen[..., 1] = need / params.need
    seen[..., 2] = 2.0 * (supply / need.sum(-1))[:, None] - 1.0
    if params.history:
        seen[..., 3:] = prices_seen / (params.cost_max * params.need)
    return seen
