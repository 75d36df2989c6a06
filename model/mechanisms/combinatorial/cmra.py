"""The combinatorial multi-round ascending auction [Goyal]: clock prices, package bids, a closing rule."""

import numpy as np

from agents.farms.curves import NO_BID
from learning.jit import jit
from learning.knobs import knob, settings
from model.mechanisms.combinatorial.activity import Activity
from model.mechanisms.combinatorial.base import (
    PACKAGE_AUCTIONS,
    Outcome,
    PackageAuction,
    WinnerSettings,
    by_prices,
    divide,
    farms_of,
)
from model.mechanisms.combinatorial.winners.determination import all_may_win, bound_revenue_of_all
from model.mechanisms.combinatorial.winners.greedy import attainable_revenue

SOURCE = "Goyal"
INCREMENTS = "over_demanded", "all"
CLOSE_ENOUGH = 1e-7
"""Share of the highest revenue by which serving every bidder may fall short of it [Goyal, closing rule]."""


@settings
class CmraSettings(WinnerSettings):
    """Rules of the auction."""

    increments: str = knob(
        "over_demanded",
        choices=INCREMENTS,
        source=SOURCE,
        help="prices that rise after a round: of pollutants in excess demand (all, where none is), or all",
    )
    activity: bool = knob(False, source=SOURCE, help="demand may not grow as prices rise: activity rules")
    points_ghg: int = knob(
        1,
        low=1,
        high=1000,
        unit="points/lot",
        help="activity that a GHG lot counts for",
        when={"activity": (True,)},
    )
    points_nutrient: int = knob(
        1,
        low=1,
        high=1000,
        unit="points/lot",
        help="that a nutrient lot counts for",
        when={"activity": (True,)},
    )
    points_ammonia: int = knob(
        1,
        low=1,
        high=1000,
        unit="points/lot",
        help="that an ammonia lot counts for",
        when={"activity": (True,)},
    )

    def points(self, m):
        """Points per lot of the first ``m`` pollutants, int64[m]."""
        return np.array([self.points_ghg, self.points_nutrient, self.points_ammonia][:m], np.int64)


def enough(revenue):
    """Revenue from everybody that counts as the highest, if ``revenue`` is the highest."""
    return revenue * (1.0 - CLOSE_ENOUGH)


@jit
def enter_bids(amount, least, book):
    """Keep in the book, int64[n, K], the highest admitted bid for each package [Goyal, bid books].

    amount : int64[n, K], bids of the round. Bids below ``least``, int64[K], the reserve values, are not admitted;
    nothing is bid for the empty package but zero.
    """
    for i in range(amount.shape[0]):
        for k in range(amount.shape[1]):
            bid = min(amount[i, k], 0) if k == 0 else amount[i, k]
            if bid >= least[k] and bid > book[i, k]:
                book[i, k] = bid


@PACKAGE_AUCTIONS.register("cmra")
class Cmra(PackageAuction):
    """Prices rise until serving every bidder one of its bids costs the seller nothing; winners pay their bids."""

    Settings = CmraSettings
    asks = "packages"
    keeps_bids = True

    def __init__(self, settings, terms, n):
        super().__init__(settings, terms, n)
        self.book = np.full(self.amount.shape, NO_BID)
        self.activity = self._best = None
        if settings.activity:
            self.activity = Activity(terms.packages, settings.points(len(terms.supply)), n)

    def end_round(self):
        """Enter the bids; close if one bid of every bidder brings the highest revenue, else raise prices."""
        if self.activity:
            self.activity.admit(self.price, self.headline, self.book, self.amount)
        enter_bids(self.amount, self.least, self.book)
        self._best = None
        everybody = self.best_of_all()
        if everybody is not None and everybody.revenue >= enough(self.provisional_revenue):
            self.close(everybody.choice)
        else:
            self.raise_prices()

    def best_of_all(self):
        """The bids of highest revenue, one of every bidder; None if some choice of bids is known to bring more.

        So it is in most rounds, and a bound tells it, at the shadow prices of that choice: much faster.
        """
        bids = self.terms.packages.lots, self.book, self.terms.supply
        if not all_may_win(*bids):
            return None
        known, price = (self.best.revenue, self.best.price) if self.publishes else attainable_revenue(*bids)
        if bound_revenue_of_all(*bids, price) < enough(known):
            return None
        found = self.winners(self.book, optional=False)
        return found if found is not None and found.revenue >= enough(known) else None

    @property
    def best(self):
        """The bids of highest revenue in the book after the last round; found when first needed."""
        if self._best is None:
            self._best = self.winners(self.book)
        return self._best

    @property
    def leader(self):
        """Package that each wins provisionally, or has won, int64[n]; 0 for none."""
        return super().leader if self.closed else np.maximum(self.best.choice, 0)

    @property
    def provisional_revenue(self):
        """Highest revenue possible with the bids so far, millionths of a euro."""
        return self.best.revenue

    def eligibility(self):
        """Points left to each bidder; 0 without activity rules."""
        return self.activity.eligibility if self.activity else super().eligibility()

    def close(self, package):
        """Award every bidder its winning package at its own bid."""
        paid = self.book[np.arange(len(package)), package]
        weight = by_prices(self.terms, package, self.price)
        self.outcome = Outcome(package, divide(paid, self.terms.packages.lots[package], weight), self.round)

    def raise_prices(self):
        """Move the clock to the next round's prices."""
        over = self.demand() > self.terms.supply
        if self.settings.increments == "all" or not over.any():
            over[:] = True
        if self.activity:
            self.activity.note(self.price, self.headline)
            self.activity.allow(self.price + over * self.terms.increment, self.allowed)
        self.next_round(over)

    def why_open(self):
        """Name the farms without any bid, or those that insist on permits; otherwise as the base class."""
        silent = np.flatnonzero((self.book < 0).all(1))
        if len(silent):
            return f"{farms_of(silent)} without any bid; it closes only when everybody has one, if only 0 for nothing"
        firm = np.flatnonzero(self.book[:, 0] < 0)
        if len(firm) and not self.headline.any():
            return f"{farms_of(firm)} without a bid of 0 for the empty package; not all smallest bids fit the supply"
        return super().why_open()
