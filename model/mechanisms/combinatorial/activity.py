"""Activity rules of a clock auction: low demand limits later demand, unless prices explain a rise.

These follow the usual practice of combinatorial clock auctions; the rule text of the auction that the source names
is not public.
"""

from typing import NamedTuple

import numpy as np

from agents.farms.bids import price_of
from agents.farms.curves import NO_BID
from learning.jit import jit, rule


class Falls(NamedTuple):
    """The rounds in which the eligibility of each bidder fell: all of its history that the rules ask for.

    There are no more of them than levels of points, however long the auction is.
    """

    count: np.ndarray
    """int64[n]: falls of each bidder so far."""
    level: np.ndarray
    """int64[n, levels + 1], points: eligibility before each fall; at position ``count``: now."""
    package: np.ndarray
    """int64[n, levels]: number of the package demanded in that round."""
    price: np.ndarray
    """int64[n, levels, m]: clock prices of that round."""


def no_falls(points, n, m):
    """`Falls` of ``n`` bidders at the start, with the points of the largest package."""
    levels = len(np.unique(points))
    level = np.full((n, levels + 1), points.max())
    return Falls(
        np.zeros(n, np.int64), level, np.zeros((n, levels), np.int64), np.zeros((n, levels, m), np.int64)
    )


@jit
def note_falls(points, price, headline, falls):
    """Record a round in which the packages int64[n] ``headline`` were demanded at int64[m] ``price``."""
    for i in range(headline.shape[0]):
        last = falls.count[i]
        if points[headline[i]] < falls.level[i, last]:
            falls.package[i, last], falls.price[i, last] = headline[i], price
            falls.level[i, last + 1] = points[headline[i]]
            falls.count[i] += 1


@rule
def reveals_preference(lots, other, price, before):
    """Return whether switching from ``other`` to ``lots`` agrees with a price change from ``before`` to ``price``."""
    change = 0
    for j in range(price.shape[0]):
        change += (price[j] - before[j]) * (lots[j] - other[j])
    return change <= 0


@jit
def allow_packages(lots, points, price, falls, allowed):
    """Write the packages, bool[n, K], that each bidder may demand at int64[m] ``price``.

    A package within the eligibility is allowed; another one if in no round in which eligibility fell below its points
    a lower price had kept the bidder from it.
    """
    for i in range(allowed.shape[0]):
        for k in range(allowed.shape[1]):
            f = falls.count[i]
            while f > 0 and points[k] > falls.level[i, f]:
                if not reveals_preference(
                    lots[k], lots[falls.package[i, f - 1]], price, falls.price[i, f - 1]
                ):
                    break
                f -= 1
            allowed[i, k] = points[k] <= falls.level[i, f]


@jit
def limit_bids(lots, points, by_points, price, falls, headline, book, amount):
    """Lower the bids ``amount``, int64[n, K], to what the rules admit; `NO_BID` where they admit none.

    The headline demand, and a package within the eligibility: its price. Others: with s the last round in which it
    was within, the bid for what was demanded then, plus the difference of the two at the prices of that round. What
    was demanded then has fewer points, so packages go by points, int64[K] ``by_points``, and limits hang only on bids
    already admitted. The empty package is bid only with an empty headline demand.
    """
    for i in range(amount.shape[0]):
        if headline[i] != 0:
            amount[i, 0] = NO_BID
        f = falls.count[i]
        for k in by_points[1:]:
            while points[k] > falls.level[i, f]:
                f -= 1
            if k == headline[i] or f == falls.count[i]:
                limit = price_of(lots[k], price)
            else:
                then = falls.package[i, f]
                limit = max(book[i, then], amount[i, then], 0)
                for j in range(price.shape[0]):
                    limit += falls.price[i, f, j] * (lots[k, j] - lots[then, j])
            amount[i, k] = max(min(amount[i, k], limit), NO_BID)


class Activity:
    """Eligibility points of all bidders, and the history that the rules use."""

    def __init__(self, packages, points, n):
        """Begin with the points of the largest package for every bidder; points : int64[m] per lot."""
        self.lots, self.points = packages.lots, packages.lots @ points
        self.by_points = np.argsort(self.points, kind="stable")
        self.falls = no_falls(self.points, n, len(points))

    @property
    def eligibility(self):
        """Points left to each bidder, int64[n]: those of the smallest demand so far."""
        return self.falls.level[np.arange(len(self.falls.count)), self.falls.count]

    def admit(self, price, headline, book, amount):
        """Lower the bids of the round to the admitted amounts."""
        limit_bids(self.lots, self.points, self.by_points, price, self.falls, headline, book, amount)

    def note(self, price, headline):
        """Record a round: eligibility falls to the points demanded."""
        note_falls(self.points, price, headline, self.falls)

    def allow(self, price, allowed):
        """Write the packages that each may demand at the next round's prices, bool[n, K]."""
        allow_packages(self.lots, self.points, price, self.falls, allowed)
