"""Auctions of packages of several kinds of permit: terms, outcome, and the contract every format keeps [Goyal].

Amounts, values and prices are whole millionths of a euro. An auction goes by rounds: bidders submit, `end_round`
says whether it has closed; sealed-bid formats close in the first.
"""

from typing import NamedTuple

import numpy as np

from agents.farms.curves import MONEY, NO_BID
from agents.farms.packages import Packages
from learning.knobs import ParameterError, Settings, knob, settings
from learning.registry import Registry
from model.mechanisms.combinatorial.winners.determination import TIES, determine_winners

PACKAGE_AUCTIONS = Registry("package auction")
MOST_ROUNDS = 20_000
"""Rounds after which an auction is abandoned. At the usual increments, clocks are then at 2,000 and 10,000 €/lot,
above the value of any permit: bidders who keep it open would never let it close."""
NAMED = 5
"""Number of farms that an error names."""


@settings
class WinnerSettings(Settings):
    """Settings of winner determination, for formats with package bids."""

    ties: str = knob(
        "fewest",
        choices=TIES,
        source="Goyal",
        help="among allocations of equal revenue: the one of fewest or of most lots, then the first",
    )


class Terms(NamedTuple):
    """Supply, prices and baselines of an auction."""

    packages: Packages
    supply: np.ndarray
    """int64[m], lots."""
    reserve: np.ndarray
    """int64[m]: lowest price per lot, and first price of a clock."""
    increment: np.ndarray
    """int64[m]: increment of each clock price per round."""
    expected: np.ndarray
    """int64[n, m]: lots each bidder would get if the supply were divided by baselines."""


class Outcome(NamedTuple):
    """Outcome of an auction."""

    package: np.ndarray
    """int64[n]: number of the package each bidder gets; 0, the empty one, for losers."""
    payment: np.ndarray
    """int64[n, m]: payment of each bidder, divided among the pollutants."""
    rounds: int

    def award(self, packages):
        """Lots each bidder gets, int64[n, m]."""
        return packages.lots[self.package]


class PackageAuction:
    """One auction in progress. Subclasses define ``end_round``, which sets ``outcome`` when it closes.

    least : int64[K], smallest bids admitted; price : int64[m], clock prices of the round; round : from 1. asks : what
    bidders submit, "packages" (a headline demand and amounts), "demand" (a headline demand) or "sealed" (amounts).
    headline : int64[n]; amount : int64[n, K], the bids of the round. allowed : bool[n, K], packages each may demand;
    book : int64[n, K], the highest bid so far for each package.
    """

    Settings = Settings
    asks = "sealed"
    keeps_bids = False
    """Whether bids of earlier rounds can win."""
    provisional_revenue = 0
    """Highest revenue possible with the bids so far, millionths of a euro, where these can win in later rounds."""
    publishes = False
    """Whether somebody asks for the provisional winners after every round, so that there is no use in avoiding it."""

    def __init__(self, settings, terms, n):
        self.settings, self.terms = settings, terms
        self.least = terms.packages.lots @ terms.reserve
        self.price = terms.reserve.copy()
        self.round = 1
        self.outcome = None
        self.headline = np.zeros(n, np.int64)
        self.amount = np.full((n, len(terms.packages.units)), NO_BID)
        self.allowed = np.ones(self.amount.shape, bool)
        self.book = self.amount

    @property
    def closed(self):
        """Return whether the auction has an outcome."""
        return self.outcome is not None

    @property
    def leader(self):
        """Package that each wins provisionally, or has won, int64[n]; 0 for none."""
        return self.outcome.package if self.closed else np.zeros(len(self.headline), np.int64)

    @staticmethod
    def exposes(settings):
        """Return whether a bidder that bids no more than the truth may pay more than its award is worth to it."""
        return False

    def submit(self, row, headline, amount):
        """Take the bids of one bidder; ValueError naming it if they are not valid.

        headline : number of a package; amount : int64[K], `NO_BID` for packages not bid for.
        """
        lots, amount = self.terms.packages.lots, np.asarray(amount)
        if not (0 <= headline < len(lots) and headline == int(headline)):
            raise ValueError(
                f"farm {row} demands package {headline!r}: must be a whole number from 0 to {len(lots) - 1}"
            )
        if amount.shape != (len(lots),) or not np.issubdtype(amount.dtype, np.integer):
            raise ValueError(
                f"farm {row} bids {amount.dtype}{amount.shape}: must be whole numbers, one for each of "
                f"{len(lots)} packages"
            )
        if not self.allowed[row, int(headline)]:
            raise ValueError(
                f"farm {row} demands {lots[int(headline)].tolist()} lots in round {self.round}: "
                "its activity does not allow that"
            )
        self.headline[row], self.amount[row] = headline, amount

    def eligibility(self):
        """Points of the largest headline demand that each is still allowed, [n]; 0 without activity rules."""
        return np.zeros(len(self.headline))

    def winners(self, amount, optional=True):
        """Find the best choice among bids, int64[n, K], by the format's tie rule: `Winners`, or None."""
        lots, supply = self.terms.packages.lots, self.terms.supply
        return determine_winners(lots, amount, supply, optional=optional, ties=self.settings.ties)

    def beyond_reserve(self, amount):
        """Amounts int64[n, K] less the reserve value of the package; `NO_BID` where they are below it."""
        return np.where(amount >= self.least, amount - self.least, NO_BID)

    def shading(self, value):
        """Shading of sealed bids by bidders with the package values ``value``, int64[n, K].

        Returns the share of value by which all bids are lowered, and an amount per bidder by which they are lowered
        besides, int64[n]. By default bids are truthful.
        """
        return 0.0, np.zeros(len(value), np.int64)

    def demand(self):
        """Lots demanded by all in the round, int64[m]."""
        return self.terms.packages.lots[self.headline].sum(0)

    def next_round(self, over):
        """Raise the clock prices of the pollutants ``over``, bool[m]; ParameterError after `MOST_ROUNDS`."""
        if self.round >= MOST_ROUNDS:
            prices = ", ".join(f"{price / MONEY:,.2f}" for price in self.price)
            raise ParameterError(
                f"the auction is open after {MOST_ROUNDS:,} rounds, at clock prices of {prices} €/lot: "
                f"{self.why_open()}"
            )
        self.price = self.price + over * self.terms.increment
        self.round += 1

    def why_open(self):
        """Describe the reason why the auction is still open."""
        eager = np.flatnonzero(self.headline)
        return f"{farms_of(eager)} still demanding permits; larger increments end it sooner"

    def end_round(self):
        """Close the auction, or prepare the next round."""
        raise TypeError(f"{type(self).__name__} must define end_round()")


def farms_of(rows):
    """Farms by row, int64[:], in words, with their verb.

    >>> farms_of(np.array([0, 4]))
    'farms 0, 4 are'
    """
    named = ", ".join(str(row) for row in rows[:NAMED])
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return f"farm {named} is" if len(rows) == 1 else f"farms {named}{more} are"


def divide(payment, lots, weight):
    """Payments int64[n], divided among pollutants in proportion to ``weight``, float64[n, m]: int64[n, m].

    By ``lots``, int64[n, m], where all weights of a bidder are 0; the rounding residue goes to the pollutant with the
    largest weight.
    """
    weight = np.where(weight.sum(1, keepdims=True) > 0, weight, lots)
    parts = np.floor(payment[:, None] * (weight / np.maximum(weight.sum(1, keepdims=True), 1.0))).astype(
        np.int64
    )
    parts[np.arange(len(parts)), weight.argmax(1)] += payment - parts.sum(1)
    return parts


def by_prices(terms, package, price):
    """Weights float64[n, m]: cost of each bidder's package, int64[n], at prices, int64[m]."""
    return (terms.packages.lots[package] * price).astype(float)


def by_last_lots(terms, package, value):
    """Weights float64[n, m]: lots of each pollutant times the value of the last one to its holder."""
    rows = np.arange(len(package))
    lots = terms.packages.lots[package]
    less = np.where(lots > 0, package[:, None] - terms.packages.stride, package[:, None])
    value = np.maximum(value, 0)  # where there is no bid
    last = value[rows, package][:, None] - value[rows[:, None], less]
    return lots * np.maximum(last, 0).astype(float)
