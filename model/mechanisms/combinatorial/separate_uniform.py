"""Separate sealed-bid auctions, one per pollutant, at uniform prices, without package bids."""

import numpy as np

from agents.farms.curves import MONEY, NO_BID
from model.mechanisms.auctions.base import clear
from model.mechanisms.auctions.uniform import Uniform
from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS, Outcome, PackageAuction


@PACKAGE_AUCTIONS.register("separate_uniform")
class SeparateUniform(PackageAuction):
    """A farm bids the value of each further lot, given its expected share of every other pollutant.

    That share divides the supply by baselines. Its awards may be worth less than it pays: the exposure risk of winning
    only a part of complementary lots.
    """

    @staticmethod
    def exposes(settings):
        """Return that bidders are exposed: whoever wins only a part of complementary lots may lose."""
        return True

    def end_round(self):
        """Clear one auction per pollutant."""
        m = len(self.terms.supply)
        award, payment = (np.zeros((len(self.amount), m), np.int64) for _ in range(2))
        settings = Uniform.Settings(tie_rule="pro_rata_whole", undersubscribed="reserve")
        for j in range(m):
            price, volume = self.marginal_values(j)
            found = clear(
                "uniform",
                price / MONEY,
                volume,
                supply=float(self.terms.supply[j]),
                reserve=self.terms.reserve[j] / MONEY,
                settings=settings,
            )
            award[:, j] = np.rint(found.award)
            payment[:, j] = np.rint(found.payment * MONEY)
        self.outcome = Outcome(self.terms.packages.number(award), payment, 1)

    def marginal_values(self, j):
        """Value of each further lot of pollutant ``j``, made non-increasing, and whether the lot has a use.

        Returns int64[n, lots] and float64[n, lots], 1 or 0.
        """
        packages, expected = self.terms.packages, self.terms.expected.copy()
        expected[:, j] = 0
        steps = np.arange(packages.lots[:, j].max() + 1)
        worth = np.take_along_axis(
            self.amount, packages.number(expected)[:, None] + steps * packages.stride[j], 1
        )
        marginal = np.minimum.accumulate(np.maximum(np.diff(worth, axis=1), 0), axis=1)
        return marginal, (worth[:, 1:] != NO_BID).astype(float)
