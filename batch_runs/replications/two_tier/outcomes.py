"""The trainings of one game of [TwoTier] as arrays over seeds."""

import numpy as np

from batch_runs.replications.two_tier.runs import MEASURED


class Learned:
    """All trainings of one game as arrays over seeds."""

    def __init__(self, done):
        """Order the results by format and seed; ``done`` : pairs (cell, its result)."""
        self.results = {(cell.format, cell.seed): result for cell, result in done}
        self.cell = done[0][0]
        self.seeds = sorted({cell.seed for cell, _ in done})

    def of(self, name, format):
        """A number of MEASURED: float64[seeds]."""
        return self.stacked("numbers", format)[:, MEASURED.index(name)]

    def stacked(self, part, format):
        """A part of the results, arrays with a leading axis of seeds."""
        return np.array([self.results[format, seed][part] for seed in self.seeds])
