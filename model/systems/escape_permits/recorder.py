"""Recording of auctions of escape permits: every round with its bid book [Goyal]."""

from typing import NamedTuple

import numpy as np

MOST_NUMBERS = 5_000_000
"""Most amounts kept in bid books, farms x packages x rounds: 40 MB."""


class Round(NamedTuple):
    """One round, after its bids were entered; money in millionths of a euro, packages by number."""

    number: int
    price: np.ndarray
    """int64[m], per lot, at which farms bid."""
    headline: np.ndarray
    """int64[n], packages demanded; 0 where bids are sealed."""
    leader: np.ndarray
    """int64[n], packages in the provisional allocation, 0 for none; the final one in the last round."""
    leading: np.ndarray
    """int64[n], bids for these, 0 for none."""
    revenue: int
    """Highest revenue possible with the bids so far."""
    book: np.ndarray | None
    """int64[n, K], highest bid so far for every package, `NO_BID` for none; None for rounds too old to be kept."""
    paid: np.ndarray
    """int64[n], payments; 0 before the auction closes."""
    closed: bool


class Recorder:
    """Keeps the rounds of the present auction and of the last whole one.

    rounds, finished : lists of `Round`; instance, finished_instance : the `Instance` of each.
    """

    def __init__(self):
        self.instance, self.rounds = None, []
        self.finished_instance, self.finished = None, []

    def take(self, instance, auction, price, number):
        """Keep a round that has ended; price : int64[m], its clock prices; number : its number, from 1."""
        if instance is not self.instance:
            self.instance, self.rounds = instance, []
        book, leader = auction.book, auction.leader
        n = len(leader)
        paid = auction.outcome.payment.sum(1) if auction.closed else np.zeros(n, np.int64)
        self.rounds.append(
            Round(
                number=number,
                price=price.copy(),
                headline=auction.headline.copy(),
                leader=leader.copy(),
                leading=np.maximum(book[np.arange(n), leader], 0),
                revenue=int(auction.provisional_revenue),
                book=book.copy(),
                paid=paid,
                closed=auction.closed,
            )
        )
        self._forget(max(MOST_NUMBERS // book.size, 1))
        if auction.closed:
            self.finished_instance, self.finished = instance, list(self.rounds)

    def _forget(self, kept):
        """Drop the bid book of the round that has become too old."""
        if len(self.rounds) > kept:
            old = len(self.rounds) - kept - 1
            self.rounds[old] = self.rounds[old]._replace(book=None)
