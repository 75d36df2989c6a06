"""The runs of one reading of [Esmaeili2021] as arrays over populations and phi, and its bands of phi."""

from typing import NamedTuple

import numpy as np

from batch_runs.replications.common.statistics import crossing, resampled
from batch_runs.replications.esmaeili2021.runs import FIRM_COLUMNS, METRICS

U, D = "uniform", "discriminatory"


class Band(NamedTuple):
    """An interval of phi, ends included."""

    low: float
    high: float
    label: str


EVERY = Band(0.0, 2.0, "over all phi")
LOW = Band(0.0, 0.899, "over phi < 0.9")
MIDDLE = Band(0.899, 0.901, "at phi = 0.90")
HIGH = Band(0.901, 2.0, "over phi > 0.9")
FROM_090 = Band(0.899, 2.0, "over phi ≥ 0.9")


class Reading:
    """Runs of one reading of the paper, as arrays over populations (rows) and phi."""

    def __init__(self, name, done):
        """``done`` : pairs (cell, its result) of `runs`, including those of other readings."""
        self.name = name
        self.results = {(c.learner, c.auction, c.phi): result for c, result in done if c.reading == name}
        self.seeds = next(c.seeds for c, _ in done if c.reading == name)
        self.phis = np.array(sorted({phi for _, _, phi in self.results}))

    def of(self, metric, auction, learner="q_learning"):
        """Metric of the runs: float64[populations, phis]."""
        column = METRICS.index(metric)
        return np.array([self.results[learner, auction, phi]["model"][:, column] for phi in self.phis]).T

    def of_firms(self, column, auction, learner="q_learning"):
        """Column of the firms: float64[populations, phis, firms]."""
        k = FIRM_COLUMNS.index(column)
        columns = [self.results[learner, auction, phi]["firms"][:, :, k] for phi in self.phis]
        return np.array(columns).transpose(1, 0, 2)

    def within(self, band):
        """Whether each phi lies in a band: bool[phis]."""
        return (self.phis > band.low) & (self.phis < band.high)

    def average(self, metric, auction, band=EVERY):
        """Mean of a metric over the band, per population: float64[populations]."""
        return self.of(metric, auction)[:, self.within(band)].mean(1)

    def profit_crossing(self):
        """Estimate of the phi at which the mean profit under U falls below that under D."""
        lead = self.of("mean_profit", U) - self.of("mean_profit", D)
        return resampled(lambda curve: crossing(self.phis, curve), lead)
