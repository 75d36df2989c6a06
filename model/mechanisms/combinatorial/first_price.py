"""First-price sealed bids for packages: the highest revenue wins, winners pay what they bid."""

import numpy as np

from agents.farms.curves import NO_BID
from learning.knobs import knob, settings
from model.mechanisms.combinatorial.base import (
    PACKAGE_AUCTIONS,
    Outcome,
    PackageAuction,
    WinnerSettings,
    by_last_lots,
    divide,
)


@settings
class FirstPriceSettings(WinnerSettings):
    """How far bids are below values, and ties."""

    kept: float = knob(
        0.0,
        low=0.0,
        high=0.99,
        step=0.05,
        unit="share",
        help="share of its value that a farm keeps; 0: 1 / n farms (a half if alone), the equilibrium for one good of "
        "values that are evenly drawn",
    )


@PACKAGE_AUCTIONS.register("first_price")
class FirstPrice(PackageAuction):
    """Everybody bids once for all packages and pays its own bid."""

    Settings = FirstPriceSettings

    @classmethod
    def kept(cls, settings, n):
        """As the settings say; 1 / n by default, and a half where there is no other bidder."""
        return settings.kept or 1.0 / max(n, 2)

    def end_round(self):
        """Choose the bids of highest revenue."""
        bids = np.where(self.amount >= self.least, self.amount, NO_BID)
        won = self.winners(bids)
        package = np.maximum(won.choice, 0)
        paid = np.where(won.choice >= 0, bids[np.arange(len(package)), package], 0)
        self.leader = package
        lots, weight = self.terms.packages.lots[package], by_last_lots(self.terms, package, self.amount)
        self.outcome = Outcome(package, divide(paid, lots, weight), 1)
