"""First-price sealed bids for packages: the highest revenue beyond the reserve wins, winners pay their bids."""

import numpy as np

from learning.knobs import knob, settings
from model.mechanisms.combinatorial.base import (
    PACKAGE_AUCTIONS,
    Outcome,
    PackageAuction,
    WinnerSettings,
    by_last_lots,
    divide,
)
from model.mechanisms.combinatorial.profit_targets import profit_targets

PROFIT_TARGET, SHARE = BIDS = "profit_target", "share"


@settings
class FirstPriceSettings(WinnerSettings):
    """Settings of the shading of bids, and of ties."""

    bids: str = knob(
        PROFIT_TARGET,
        choices=BIDS,
        source="BernheimWhinston1986",
        help="what farms bid: values less one amount, of farms that know each other's values (an equilibrium), or "
        "less a share (none)",
    )
    kept: float = knob(
        0.0,
        low=0.0,
        high=0.99,
        step=0.05,
        unit="share",
        help="share of its value that a farm keeps, with bids = share; 0: 1 / n farms (a half if alone), the "
        "equilibrium for one good of values that are evenly drawn",
        when={"bids": ("share",)},
    )


@PACKAGE_AUCTIONS.register("first_price")
class FirstPrice(PackageAuction):
    """Bidders bid once for all packages and pay their own bids; the seller values a lot at its reserve price."""

    Settings = FirstPriceSettings

    def shading(self, value):
        """Shading by the settings; the share is 1 / n by default, and a half for a single bidder."""
        if self.settings.bids == PROFIT_TARGET:
            return 0.0, profit_targets(self.beyond_reserve(value), self.winners)
        return self.settings.kept or 1.0 / max(len(value), 2), np.zeros(len(value), np.int64)

    def end_round(self):
        """Choose the bids of highest revenue beyond the reserve."""
        won = self.winners(self.beyond_reserve(self.amount))
        package = np.maximum(won.choice, 0)
        paid = np.where(won.choice >= 0, self.amount[np.arange(len(package)), package], 0)
        lots, weight = self.terms.packages.lots[package], by_last_lots(self.terms, package, self.amount)
        self.outcome = Outcome(package, divide(paid, lots, weight), 1)
