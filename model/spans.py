"""Periods brought together: one number, or one row, for several periods that were collected one after the other.

How a number is brought together is declared where it is: a level (coins, a price) is that of the last period, a
flow (reward, volume; ``flow=True`` of a `Metric` or `Column`) the mean per period, and what is not known in every
period (``sparse=True``) the last that is known, or the mean of those known.
"""

from typing import NamedTuple

import numpy as np


class Spans(NamedTuple):
    """Positions in a collector, int64[spans]: each span has all from ``first`` to ``last``, and follows another."""

    first: np.ndarray
    last: np.ndarray

    @classmethod
    def ending(cls, last, start=0):
        """Spans that end at the positions ``last``, increasing; the first one begins at ``start``."""
        last = np.asarray(last, np.int64)
        return cls(np.concatenate([[start], last[:-1] + 1])[: len(last)].astype(np.int64), last)

    @classmethod
    def of(cls, positions):
        """Spans as they are; of plain positions, each by itself."""
        if isinstance(positions, cls):
            return positions
        alone = np.asarray(positions, np.int64)
        return cls(alone, alone)

    @property
    def size(self):
        """How many spans there are."""
        return self.last.size


def aggregate_numbers(values, weights, spans, flow=False, sparse=False):
    """One number for each span, a list.

    values : of every position; weights : periods that each position stands for.

    >>> aggregate_numbers([1.0, 2.0, 6.0, 4.0], [1, 1, 1, 1], Spans.ending([1, 3]), flow=True)
    [1.5, 5.0]
    """
    if not (flow or sparse):
        return [values[k] for k in spans.last.tolist()]
    join = mean_known if flow else last_known
    return [
        values[b] if a == b else join(np.array(values[a : b + 1], float), np.array(weights[a : b + 1], float))
        for a, b in zip(spans.first.tolist(), spans.last.tolist(), strict=True)
    ]


def mean_known(values, weights):
    """Weighted mean of the values that are numbers; NaN without any."""
    known = ~np.isnan(values)
    return float(values[known] @ weights[known] / weights[known].sum()) if known.any() else float("nan")


def last_known(values, weights):
    """Last of the values that is a number; NaN without any."""
    known = values[~np.isnan(values)]
    return float(known[-1]) if known.size else float("nan")


def aggregate_rows(collector, positions):
    """Rows of government and firms, record arrays [spans, 1 or n], copied; at least one span.

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
    """How many periods each span stands for, float64[spans]."""
    spans = Spans.of(positions)
    total = np.concatenate([[0.0], np.cumsum(collector.weights)])
    return total[spans.last + 1] - total[spans.first]
