"""Aggregation of consecutive collected periods: one number, or one row, per span of periods.

Each metric or column declares how it is aggregated. A level (coins, a price) takes its value in the last period; a
flow (reward, volume; ``flow=True`` of a `Metric` or `Column`) its mean per period. A value that is missing (NaN) in
some periods (``sparse=True``) takes the last number of the span or, if it is a flow, the mean of its numbers.
"""

from typing import NamedTuple

import numpy as np


class Spans(NamedTuple):
    """Spans of consecutive positions in a collector, int64[spans]: from ``first`` to ``last``, both included."""

    first: np.ndarray
    last: np.ndarray

    @classmethod
    def ending(cls, last, start=0):
        """Spans that end at the increasing positions ``last``; the first one begins at ``start``."""
        last = np.asarray(last, np.int64)
        return cls(np.concatenate([[start], last[:-1] + 1])[: len(last)].astype(np.int64), last)

    @classmethod
    def of(cls, positions):
        """Return `Spans` unchanged; turn plain positions into spans of one position each."""
        if isinstance(positions, cls):
            return positions
        alone = np.asarray(positions, np.int64)
        return cls(alone, alone)

    @property
    def size(self):
        """Number of spans."""
        return self.last.size


def aggregate_numbers(values, weights, spans, flow=False, sparse=False):
    """Aggregate numbers to one per span, a list.

    values : one per position; weights : number of periods that each position stands for.

    >>> aggregate_numbers([1.0, 2.0, 6.0, 4.0], [1, 1, 1, 1], Spans.ending([1, 3]), flow=True)
    [1.5, 5.0]
    """
    if not (flow or sparse) or (spans.first == spans.last).all():
        return [values[k] for k in spans.last.tolist()]
    begin, end = int(spans.first.min()), int(spans.last.max()) + 1  # a refresh looks at the latest of many
    numbers, here = np.array(values[begin:end], float), Spans(spans.first - begin, spans.last - begin)
    if flow:
        return means_known(numbers, np.array(weights[begin:end], float), here).tolist()
    return last_known(numbers, here).tolist()


def mean_known(values, weights):
    """Weighted mean of the values that are not NaN; NaN if there are none."""
    known = ~np.isnan(values)
    return float(values[known] @ weights[known] / weights[known].sum()) if known.any() else float("nan")


def means_known(values, weights, spans):
    """Weighted mean, float64[spans], of the values of each span that are not NaN; NaN where there are none."""
    known = ~np.isnan(values)
    total = sums(np.where(known, values, 0.0) * weights, spans)
    weight = sums(known * weights, spans)
    means = np.divide(total, weight, out=np.full(spans.size, np.nan), where=weight > 0.0)
    return np.where(spans.first == spans.last, values[spans.last], means)


def sums(values, spans):
    """Sum, float64[spans], of the values of each span."""
    bounds = np.column_stack([spans.first, spans.last + 1]).ravel()
    return np.add.reduceat(np.append(values, 0.0), bounds)[::2]


def last_known(values, spans):
    """Last value, float64[spans], of each span that is not NaN; NaN where there is none."""
    position = np.where(np.isnan(values), -1, np.arange(len(values)))
    last = np.maximum.accumulate(position)[spans.last]
    return np.where(last >= spans.first, values[last], np.nan)


def aggregate_rows(collector, positions):
    """Aggregate the rows of government and firms to record arrays [spans, 1 or n], copies; at least one span.

    positions : `Spans`, or plain positions in the collector.
    """
    spans = Spans.of(positions)
    found = collector.rows_at(spans.last.tolist())
    if not any(collector.flows) or (spans.first == spans.last).all():
        return found
    begin, end = int(spans.first[0]), int(spans.last[-1]) + 1
    whole, weights = collector.rows_at(range(begin, end)), np.array(collector.weights[begin:end], float)
    for rows, every, names in zip(found, whole, collector.flows, strict=True):
        for name in names:
            sums = np.add.reduceat(every[name] * weights[:, None], spans.first - begin, axis=0)
            rows[name] = sums / periods_in(collector, spans)[:, None]
    return found


def periods_in(collector, positions):
    """Number of periods that each span stands for, float64[spans]."""
    spans = Spans.of(positions)
    total = np.concatenate([[0.0], np.cumsum(collector.weights)])
    return total[spans.last + 1] - total[spans.first]
