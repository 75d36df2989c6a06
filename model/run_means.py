"""Mean metrics of several runs at once.

NumPy takes as long for the metrics of ten periods as for those of hundreds, so that short runs, each by itself, spend
more time on their metrics than on playing.
"""

import numpy as np

from agents.population import Columns
from model.collector import mean_of_numbers
from model.metrics import METRICS


def means_of_runs(collectors):
    """Mean of every metric over all periods collected, a dict by name for each run: the bits of its ``mean()``.

    collectors : `Collector` of each run, all of one ``form``, whose every row stands for one period.
    """
    if len(collectors) == 1:  # perhaps of many periods
        return [collectors[0].mean()]
    names, positions, _ = collectors[0].form
    both = zip(*(collector.numbers for collector in collectors), strict=True)
    rows = [Columns(np.concatenate(parts), where) for parts, where in zip(both, positions, strict=True)]
    values = np.empty((len(names), len(collectors), len(collectors[0].periods)))
    for name, room in zip(names, values, strict=True):
        room[:] = METRICS[name](*rows).reshape(room.shape)
    means = np.add.reduce(values, -1) / values.shape[-1]
    for where in map(tuple, np.argwhere(np.isnan(means))):
        means[where] = mean_of_numbers(values[where])
    return [dict(zip(names, run, strict=True)) for run in means.T.tolist()]
