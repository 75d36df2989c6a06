"""Vickrey-Clarke-Groves for packages: bidders pay the cost of their winning to the others and the seller."""

import numpy as np

from model.mechanisms.combinatorial.base import (
    PACKAGE_AUCTIONS,
    Outcome,
    PackageAuction,
    WinnerSettings,
    by_last_lots,
    divide,
)
from model.mechanisms.combinatorial.profit_targets import contributions


@PACKAGE_AUCTIONS.register("vcg")
class Vcg(PackageAuction):
    """The seller values a lot at its reserve price; to bid the truth is best, whatever others do."""

    Settings = WinnerSettings

    def end_round(self):
        """Choose the allocation of highest value beyond the reserve, and find the payments without each winner."""
        won, added = contributions(self.beyond_reserve(self.amount), self.winners)
        package = np.maximum(won.choice, 0)
        bid = self.amount[np.arange(len(package)), package]
        payment = np.where(package > 0, bid - added, 0)
        lots, weight = self.terms.packages.lots[package], by_last_lots(self.terms, package, self.amount)
        self.outcome = Outcome(package, divide(payment, lots, weight), 1)
