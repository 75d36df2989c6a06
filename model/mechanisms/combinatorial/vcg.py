"""Vickrey-Clarke-Groves for packages: everybody pays what its winning costs the others and the seller."""

import numpy as np

from agents.farms.curves import NO_BID
from model.mechanisms.combinatorial.base import (
    PACKAGE_AUCTIONS,
    Outcome,
    PackageAuction,
    WinnerSettings,
    by_last_lots,
    divide,
)


@PACKAGE_AUCTIONS.register("vcg")
class Vcg(PackageAuction):
    """The seller values a lot at its reserve price; to bid the truth is best, whatever others do."""

    Settings = WinnerSettings

    def end_round(self):
        """Choose the allocation of highest value beyond the reserve, and find the payments without each winner."""
        reserve = self.terms.packages.lots @ self.terms.reserve
        beyond = np.where(self.amount >= reserve, self.amount - reserve, NO_BID)
        won = self.winners(beyond)
        package = np.maximum(won.choice, 0)
        payment = np.zeros(len(package), np.int64)
        for i in np.flatnonzero(package):
            others = beyond.copy()
            others[i] = NO_BID
            payment[i] = (
                reserve[package[i]] + self.winners(others).revenue - won.revenue + beyond[i, package[i]]
            )
        self.leader = package
        self.outcome = Outcome(package, divide(payment, by_last_lots(self.terms, package, self.amount)), 1)
