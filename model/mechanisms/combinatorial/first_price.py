"""First-price sealed bids for packages: the highest revenue wins, winners pay what they bid."""

import numpy as np

from learning.knobs import Settings, knob, settings
from model.mechanisms.combinatorial.base import (
    PACKAGE_AUCTIONS,
    Outcome,
    PackageAuction,
    by_last_lots,
    divide,
    with_reserve,
)
from model.mechanisms.combinatorial.winner_determination import determine_winners


@settings
class FirstPriceSettings(Settings):
    """How far bids are below values."""

    kept: float = knob(
        0.0,
        low=0.0,
        high=0.99,
        step=0.05,
        unit="share",
        help="share of its value that a farm keeps; 0: 1 / n farms, the equilibrium for one good of values that "
        "are evenly drawn",
    )


@PACKAGE_AUCTIONS.register("first_price")
class FirstPrice(PackageAuction):
    """Everybody bids once for all packages and pays its own bid."""

    Settings = FirstPriceSettings

    @classmethod
    def kept(cls, settings, n):
        """As the settings say; 1 / n by default."""
        return settings.kept or 1.0 / n

    def end_round(self):
        """Choose the bids of highest revenue."""
        packages = self.terms.packages
        bids = with_reserve(self.terms, self.amount)
        won = determine_winners(packages.lots, bids, self.terms.supply, optional=True)
        package = np.maximum(won.choice, 0)
        paid = np.where(won.choice >= 0, bids[np.arange(len(package)), package], 0)
        self.leader = package
        self.outcome = Outcome(package, divide(paid, by_last_lots(self.terms, package, bids)), 1)
