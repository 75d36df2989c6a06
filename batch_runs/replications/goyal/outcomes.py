"""The auctions of [Goyal] as arrays over instances."""

import numpy as np
import pandas as pd

from batch_runs.replications.goyal.cases import CMRA
from batch_runs.replications.goyal.runs import GHG, NUTRIENT


class Auctions:
    """All auctions as arrays over instances."""

    def __init__(self, done):
        """Sort them; ``done`` : pairs (cell, its result)."""
        self.cells = {}
        for cell, result in sorted(done, key=lambda pair: pair[0].first):
            self.cells.setdefault(cell.case, []).append((cell, result))

    def stacked(self, part, case):
        """A part of a case's results: leading axis of instances."""
        return np.concatenate([result[part] for _, result in self.cells[case]])

    def of(self, part, case, format=CMRA):
        """A part of one format's results: leading axis of instances."""
        k = self.cells[case][0][0].formats.index(format)
        return self.stacked(part, case)[:, k]

    def plays(self, case, format):
        """Whether a case is played in a format."""
        return format in self.cells[case][0][0].formats

    def count(self, case):
        """Instances of a case."""
        return sum(cell.count for cell, _ in self.cells[case])

    def sold(self, case, format=CMRA):
        """Share of each pollutant's permits sold: float64[instances, m]."""
        return self.of("award", case, format).sum(1) / self.stacked("supply", case)

    def bought(self, case, format=CMRA):
        """Lots of the farms with the first and with the second correlation: int64[instances, 2, m]."""
        return by_correlation(self.of("award", case, format))

    def paid(self, case, format=CMRA):
        """Payments of these farms, €, divided among pollutants: float64[instances, 2, m]."""
        return by_correlation(self.of("payment", case, format))

    def price(self, case, format=CMRA, pollutant=None, alone=False):
        """Payment / lots of the farms with either correlation, €/lot, float64[instances, 2]; NaN where one buys none.

        pollutant : of one pollutant only, where payments are divided pro rata; otherwise of all lots together. alone :
        also where the others buy none.
        """
        chosen = slice(None) if pollutant is None else slice(pollutant, pollutant + 1)
        lots = self.bought(case, format)[..., chosen].sum(-1)
        paid = self.paid(case, format)[..., chosen].sum(-1)
        price = np.divide(paid, lots, out=np.full(paid.shape, np.nan), where=lots > 0)
        return price if alone else np.where((lots > 0).all(1, keepdims=True), price, np.nan)


def by_correlation(of_farms):
    """Sums over the first, third, … farms and over the others: [instances, n, m] -> [instances, 2, m]."""
    return np.stack([of_farms[:, k::2].sum(1) for k in range(2)], axis=1)


def run_table(auctions):
    """One row per auction."""
    return pd.concat(
        [
            _rows(auctions, case, format)
            for case in auctions.cells
            for format in auctions.cells[case][0][0].formats
        ],
        ignore_index=True,
    )


def _rows(auctions, case, format):
    """All auctions of a case and format."""
    sold, price = auctions.sold(case, format), auctions.price(case, format)
    paid = auctions.paid(case, format).sum(-1)
    return pd.DataFrame(
        {
            "case": case,
            "format": format,
            "seed": 1 + np.arange(len(sold)),
            "share sold ghg": sold[:, GHG],
            "share sold nutrient": sold[:, NUTRIENT],
            "payment, first correlation": paid[:, 0],
            "payment, second correlation": paid[:, 1],
            "price, first correlation": price[:, 0],
            "price, second correlation": price[:, 1],
            "efficiency": auctions.of("efficiency", case, format),
            "rounds": auctions.of("rounds", case, format),
        }
    )
