"""The run shown, quarter by quarter and year by year, as charts and lists of this page read it."""

from typing import NamedTuple

import numpy as np

from model.reported import adds_up
from model.views.single_run import positions_of_run, start_of_run

SPECK = 1e-9
"""Share of the cap below which an amount is rounding."""


class Quarters(NamedTuple):
    """The quarters collected of the run shown."""

    model: object
    positions: range
    """In the collector."""
    year: np.ndarray
    """int64[quarters], from 1."""
    quarter: np.ndarray
    """int64[quarters], of the year, from 1."""
    weight: np.ndarray
    """float64[quarters]: quarters that each stands for; 1 unless a very long record is aggregated."""

    @property
    def time(self):
        """Place on an axis of years, float64[quarters]: the whole number of a year is in its middle."""
        return self.year - 0.5 + (self.quarter - 0.5) / self.model.params.quarters

    @property
    def names(self):
        """Name of every quarter."""
        single = self.model.params.quarters == 1
        both = zip(self.year.tolist(), self.quarter.tolist(), strict=True)
        return [f"year {y}" if single else f"year {y}, quarter {q}" for y, q in both]

    @property
    def speck(self):
        """Amount, t, below which a number is rounding."""
        return SPECK * self.model.setup.cap[0]

    def values(self, name):
        """Values of a metric, float64[quarters]."""
        values = self.model.datacollector.model_vars[name]
        return np.array(values[self.positions.start : self.positions.stop], float)

    def government(self):
        """Rows of the government, record array [quarters]."""
        return self.model.datacollector.government_at(self.positions)[:, 0]

    def finished_years(self):
        """Number of years of which all quarters have been played."""
        if not len(self.positions):
            return 0
        return int(self.year[-1]) - int(self.quarter[-1] < self.model.params.quarters)

    def by_year(self, name):
        """A metric at the end of each year so far, or its total in the year if it adds up: float64[years]."""
        values = self.values(name)
        if adds_up(name):
            return np.bincount(self.year, values * self.weight)[1:]
        return self.last_of_year(values)

    def last_of_year(self, values):
        """The last of the ``values``, one for each quarter, in every year so far: float64[years]."""
        return values[np.searchsorted(self.year, np.arange(1, self.year[-1] + 1), side="right") - 1]


def quarters_of(model):
    """The `Quarters` of the run shown."""
    positions = positions_of_run(model)
    number = np.array(model.datacollector.periods[positions.start : positions.stop], int)
    number = number - start_of_run(model) - 1
    each = model.params.quarters
    weight = np.array(model.datacollector.weights[positions.start : positions.stop], float)
    return Quarters(
        model=model, positions=positions, year=number // each + 1, quarter=number % each + 1, weight=weight
    )
