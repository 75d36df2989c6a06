"""Activity rules of a clock auction: low demand limits later demand, unless prices explain a rise.

These follow the usual practice of combinatorial clock auctions; the rule text of the auction that the source names
is not public.
"""

import numpy as np

from agents.farms.bids import price_of
from agents.farms.curves import NO_BID
from learning.jit import jit, rule


@rule
def reveals_preference(lots, other, price, before):
    """Return whether switching from ``other`` to ``lots`` agrees with a price change from ``before`` to ``price``."""
    change = 0
    for j in range(price.shape[0]):
        change += (price[j] - before[j]) * (lots[j] - other[j])
    return change <= 0


@jit
def allow_packages(lots, points, price, prices, headlines, eligibility, allowed):
    """Write the packages, bool[n, K], that each bidder may demand at int64[m] ``price``.

    prices : int64[rounds, m]; headlines : int64[rounds, n]; eligibility : int64[rounds + 1, n], before each round and
    now. A package within the eligibility is allowed; another one if in no round in which eligibility fell below its
    points a lower price had kept the bidder from it.
    """
    rounds = prices.shape[0]
    for i in range(allowed.shape[0]):
        for k in range(allowed.shape[1]):
            allowed[i, k] = True
            if points[k] <= eligibility[rounds, i]:
                continue
            for s in range(rounds):
                fell = eligibility[s + 1, i] < eligibility[s, i] and eligibility[s + 1, i] < points[k]
                if fell and not reveals_preference(lots[k], lots[headlines[s, i]], price, prices[s]):
                    allowed[i, k] = False
                    break


@jit
def limit_bids(lots, points, price, prices, headlines, eligibility, headline, book, amount):
    """Lower the bids ``amount``, int64[n, K], to what the rules admit; `NO_BID` where they admit none.

    The headline demand, and a package within the eligibility: its price. Others: with s the last round in which it
    was within, the bid for what was demanded then, plus the difference of the two at the prices of that round. As
    raising that bid lifts the limit, this is repeated until nothing changes. The empty package is bid only with an
    empty headline demand.
    """
    rounds, m = prices.shape
    for i in range(amount.shape[0]):
        if headline[i] != 0:
            amount[i, 0] = NO_BID
        wanted = amount[i].copy()
        amount[i, 1:] = NO_BID
        changed = True
        while changed:
            changed = False
            for k in range(1, wanted.shape[0]):
                if amount[i, k] >= wanted[k]:
                    continue
                if k == headline[i] or points[k] <= eligibility[rounds, i]:
                    limit = price_of(lots[k], price)
                else:
                    s = rounds - 1
                    while points[k] > eligibility[s, i]:
                        s -= 1
                    then = headlines[s, i]
                    held = max(book[i, then], amount[i, then])
                    limit = max(held, 0)
                    for j in range(m):
                        limit += prices[s, j] * (lots[k, j] - lots[then, j])
                bid = min(wanted[k], limit)
                if bid > amount[i, k]:
                    amount[i, k] = bid
                    changed = True


class Activity:
    """Eligibility points of all bidders, and the history that the rules use."""

    def __init__(self, packages, points, n):
        """Begin with the points of the largest package for every bidder; points : int64[m] per lot."""
        self.lots, self.points = packages.lots, packages.lots @ points
        self.prices, self.headlines = [], []
        self.eligibility = [np.full(n, self.points.max())]

    def _history(self):
        m, n = self.lots.shape[1], len(self.eligibility[0])
        return (
            np.array(self.prices, np.int64).reshape(-1, m),
            np.array(self.headlines, np.int64).reshape(-1, n),
            np.array(self.eligibility, np.int64),
        )

    def admit(self, price, headline, book, amount):
        """Lower the bids of the round to the admitted amounts."""
        limit_bids(self.lots, self.points, price, *self._history(), headline, book, amount)

    def note(self, price, headline):
        """Record a round: eligibility falls to the points demanded."""
        self.prices.append(price.copy())
        self.headlines.append(headline.copy())
        self.eligibility.append(np.minimum(self.eligibility[-1], self.points[headline]))

    def allow(self, price, allowed):
        """Write the packages that each may demand at the next round's prices, bool[n, K]."""
        allow_packages(self.lots, self.points, price, *self._history(), allowed)
