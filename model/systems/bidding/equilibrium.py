"""Exploitability of bids and pure equilibria of the one-period auction game.

Payoffs are expected profits over the random numbers drawn after the auction, at the system's ``expected_chance``.
"""

from dataclasses import dataclass

import numpy as np

from learning import best_response
from model.systems.bidding import rules


@dataclass(frozen=True)
class BidEquilibrium:
    """A pure equilibrium of the bid grid: actions int64[n], bids €/t and t, profits €, clearing price €/t."""

    actions: np.ndarray
    bid_price: np.ndarray
    bid_volume: np.ndarray
    profit: np.ndarray
    clearing_price: float


class BidGame:
    """The one-period game among the firms of a model: profit of each bid, given the bids of the others.

    model : a `BiddingModel`; it is only read. held : float64[n], t, permits held before the auction; by default those
    of the present period.
    """

    def __init__(self, model, held=None):
        self.clear = model.auction.clear
        self.setup = model.setup
        self.chance = model.expected_chance()
        self.profit_if, self.fill_payoffs, self.fill_gains = (
            model.profit_if,
            model.fill_payoffs,
            model.fill_gains,
        )
        self.firms = model.firms.rows.copy()
        if held is not None:
            self.firms.held = held
        self.book = rules.empty_book(self.firms.required_permits, self.setup.cap, self.firms.held)
        self.n_actions = model.learner.game.actions
        self.sincere = model.learner.game.sincere

    def place(self, actions):
        """Set every firm's bid to the bid of its action, int64[n]."""
        for i, action in enumerate(actions):
            bid = rules.bid_of(self.firms[i], int(action), self.setup)
            self.firms[i].bid_price, self.firms[i].bid_volume = bid

    def payoffs(self, i):
        """Expected profit, €, of each action of firm ``i`` against the bids placed: float64[actions]."""
        payoffs = np.zeros(self.n_actions)
        self.fill_payoffs(self.clear, self.book, self.firms, i, self.setup, *self.chance, payoffs)
        return payoffs

    def profits(self):
        """Expected profit, €, of every firm with the bids placed: float64[n]."""
        rules.submit_bids(self.book, self.firms)
        return np.array(
            [
                self.profit_if(self.clear, self.book, firm, i, self.setup, *self.chance)
                for i, firm in enumerate(self.firms)
            ]
        )

    def gains(self):
        """What each firm alone would gain by its best action over the bid placed, €: float64[n], at least 0."""
        payoffs, gains = np.zeros(self.n_actions), np.zeros(len(self.firms))
        self.fill_gains(self.clear, self.book, self.firms, self.setup, *self.chance, payoffs, gains)
        return gains

    def clearing_price(self):
        """Auction price, €/t, of the bids placed."""
        rules.submit_bids(self.book, self.firms)
        return rules.clear_book(self.clear, self.book, self.setup)[0]


def exploitability(model, bids=None):
    """Largest gain of each firm from deviating alone to another bid of its grid, €: float64[n], at least 0.

    bids : rows of the firms with the bids to judge (record array of length n), as ``read_out`` returns for each
    period; the model's present ones by default.
    """
    game = BidGame(model, None if bids is None else bids.held)
    if bids is not None:
        game.firms.bid_price, game.firms.bid_volume = bids.bid_price, bids.bid_volume
    return game.gains()


def relative_exploitability(model, bids=None):
    """`exploitability` as a share of each firm's profit if permits cost nothing."""
    return exploitability(model, bids) / model.payoff_scale()


def pure_equilibria(model, starts=10, rng=None):
    """Find pure equilibria of the bid grid by iterated best response; a list of `BidEquilibrium`, possibly empty.

    Starts from everybody bidding truthfully, then from ``starts`` - 1 random profiles drawn from ``rng`` (a numpy
    Generator; by default the model's stream "equilibria").
    """
    game = BidGame(model)
    rng = rng or model.streams["equilibria"]
    profiles = [game.sincere] + [
        rng.integers(game.n_actions, size=len(game.firms)) for _ in range(starts - 1)
    ]

    def payoffs_of(actions, player):
        game.place(actions)
        return game.payoffs(player)

    found = best_response.pure_equilibria(payoffs_of, profiles)
    return [_described(game, equilibrium.actions) for equilibrium in found]


def _described(game, actions):
    game.place(actions)
    price, volume = game.firms.bid_price.copy(), game.firms.bid_volume.copy()
    return BidEquilibrium(actions, price, volume, game.profits(), game.clearing_price())
