"""Mean metrics of several runs at once.

NumPy takes as long for the metrics of ten periods as for those of hundreds, so that short runs, each by itself, spend
more time on their metrics than on playing.
"""

import numpy as np

from agents.population import Columns
from model.metrics import METRICS


def means_of_runs(collectors):
    """Mean of every metric over all periods collected, float64[runs, metrics]: the bits of each run's ``mean()``.

    collectors : `Collector` of each run, all of one ``form``, whose every row stands for one period; the form says the
    metrics' names.
    """
    names, positions, _ = collectors[0].form
    if len(collectors) == 1:  # perhaps of many periods
        return np.array([[*collectors[0].mean().values()]])
    both = zip(*(collector.numbers for collector in collectors), strict=True)
    rows = [Columns(np.concatenate(parts), where) for parts, where in zip(both, positions, strict=True)]
    values = np.empty((len(names), len(collectors), collectors[0].count))
    for name, room in zip(names, values, strict=True):
        room[:] = METRICS[name](*rows).reshape(room.shape)
    return np.ascontiguousarray(means_of_rows(values).T)


def means_of_rows(values):
    """Mean of the numbers that are not NaN along the last axis, float64[...]: `mean_of_numbers` of each row."""
    means = np.add.reduce(values, -1) / values.shape[-1]
    places = np.nonzero(np.isnan(means))
    rows = values[places]
    known = ~np.isnan(rows)
    found, counts = np.full(len(rows), np.nan), known.sum(-1)
    for count in np.unique(counts[counts > 0]):  # together, as sums depend on how many numbers there are
        alike = counts == count
        found[alike] = np.add.reduce(rows[alike][known[alike]].reshape(-1, count), -1) / count
    means[places] = found
    return means
