"""Permits and money of the seats of a game, moved by the rules of `model.accounts` and by nothing else."""

import numpy as np

from agents.population import as_rows
from learning.postponed import interpreting
from model import accounts

SEAT = (
    "permits",
    "cash",
    "award",
    "auction_payment",
    "emissions",
    "shortfall",
    "penalty_payment",
)
PUBLIC = ("issued", "permits", "cash", "product_market", "surrendered", "expired")


class Ledger:
    """Accounts of the seats and of the government: ``seats`` and ``government``, record arrays of length n and 1.

    A game moves permits a few at a time, so the rules run interpreted where they are not compiled yet.
    """

    def __init__(self, seats):
        self.seats = as_rows(np.zeros((seats, len(SEAT))), SEAT)
        self.government = as_rows(np.zeros((1, len(PUBLIC))), PUBLIC)

    def sell(self, supply, award, payment):
        """Issue ``supply`` permits, t, and deliver awards, float64[n], t, against payments, float64[n], €."""
        self.seats.award, self.seats.auction_payment = award, payment
        with interpreting():
            accounts.issue(self.government, float(supply))
            accounts.settle_auction(self.seats, self.government)

    def give(self, permits):
        """Issue ``permits``, float64[n], t, and give them to the seats free of charge."""
        with interpreting():
            accounts.issue(self.government, float(sum(permits)))
            for seat, volume in enumerate(permits):
                accounts.give(self.seats[seat], self.government, float(volume))

    def trade(self, buyer, seller, volume, price):
        """Deliver ``volume`` permits, t, from one seat to another at ``price``, €/t."""
        with interpreting():
            accounts.exchange(self.seats[buyer], float(volume), price * volume)
            accounts.exchange(self.seats[seller], -float(volume), -price * volume)

    def produce(self, seat, value, emissions):
        """Pay a seat the ``value``, €, of what it makes, and take the permits for its ``emissions``, t."""
        firm = self.seats[seat]
        firm.emissions, firm.shortfall, firm.penalty_payment = emissions, 0.0, 0.0
        with interpreting():
            accounts.sell_products(firm, self.government, float(value))
            accounts.surrender(firm, self.government)

    def comply(self, seat, cost, emissions, penalty):
        """Let a seat pay the ``cost`` of its abatement, €, hand in permits for ``emissions``, t, and pay fines.

        penalty : €/t, for each tonne that its permits do not cover.
        """
        firm = self.seats[seat]
        firm.emissions, firm.shortfall = emissions, max(emissions - firm.permits, 0.0)
        firm.penalty_payment = penalty * firm.shortfall
        with interpreting():
            accounts.buy_goods(firm, self.government, float(cost))
            accounts.surrender(firm, self.government)

    def end_round(self):
        """Let all permits that are left expire."""
        with interpreting():
            accounts.expire(self.seats, self.government)

    def missing(self):
        """Permits, t, and money, €, that the identities of `model.accounts` fail to account for."""
        books = self.seats, self.government
        return accounts.permits_missing(*books), accounts.cash_missing(*books)
