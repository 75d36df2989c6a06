"""The English clock: prices rise while there is excess demand; bidders then buy their demand at those prices."""

from model.mechanisms.combinatorial.base import (
    PACKAGE_AUCTIONS,
    Outcome,
    PackageAuction,
    by_prices,
)


@PACKAGE_AUCTIONS.register("english_clock")
class EnglishClock(PackageAuction):
    """One price per pollutant, no package bids: demand that drops by several lots at once leaves lots unsold."""

    asks = "demand"

    def end_round(self):
        """Raise the prices of pollutants in excess demand; close when there are none."""
        over = self.demand() > self.terms.supply
        if over.any():
            return self.next_round(over)
        self.leader = self.headline.copy()
        payment = by_prices(self.terms, self.headline, self.price).astype(int)
        self.outcome = Outcome(self.leader, payment, self.round)
