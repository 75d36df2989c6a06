"""Statistics by which claims are judged: means over populations with 95 % intervals, slopes, crossings."""

from math import atan, cos, inf, pi, sin, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

LEVEL = 0.95
RESAMPLES = 2000
NORMAL = NormalDist().inv_cdf((1 + LEVEL) / 2)
"""Distance, in standard errors, within which a normal number lies with probability LEVEL."""


class Estimate(NamedTuple):
    """A value with its 95 % interval over ``n`` populations."""

    value: float
    low: float
    high: float
    n: int


def t_share(t, freedom):
    """Probability that Student's t with ``freedom`` (whole) degrees of freedom lies within ±t.

    The finite series of [AbramowitzStegun1964, 26.7.3-26.7.4].
    """
    angle = atan(t / sqrt(freedom))
    term, total = (cos(angle), 0.0) if freedom % 2 else (1.0, 0.0)
    for k in range(1 + freedom % 2, freedom, 2):
        total += term
        term *= cos(angle) ** 2 * k / (k + 1)
    return 2.0 / pi * (angle + sin(angle) * total) if freedom % 2 else sin(angle) * total


def t_quantile(freedom, level=LEVEL):
    """Distance t, in standard errors, within which Student's t lies with probability ``level``.

    >>> round(t_quantile(29), 3)
    2.045
    """
    low, high = 0.0, 1e4
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_share(middle, freedom) < level else (low, middle)
    return high


def mean(sample):
    """Mean of one number per population with its t interval; undefined numbers (NaN) are left out.

    The interval of a single population is unbounded. ValueError if no population is left.
    """
    sample = np.asarray(sample, float)
    sample = sample[~np.isnan(sample)]
    n = len(sample)
    if n == 0:
        raise ValueError("a mean needs at least one population")
    middle = float(sample.mean())
    if n == 1:
        return Estimate(middle, -inf, inf, 1)
    half = t_quantile(n - 1) * float(sample.std(ddof=1)) / sqrt(n)
    return Estimate(middle, middle - half, middle + half, n)


def exact(value, n):
    """Estimate without uncertainty: a number computed exactly over ``n`` cases."""
    return Estimate(float(value), float(value), float(value), n)


def share(events):
    """Share of cases in which something happens, with its score interval [Wilson1927].

    events : bool or float 0 or 1, one per case; cases in which it is undefined (NaN) are left out. ValueError if no
    case is left.

    >>> [round(x, 4) for x in share([True] * 9 + [False])[:3]]
    [0.9, 0.5958, 0.9821]
    """
    events = np.asarray(events, float)
    events = events[~np.isnan(events)]
    n = len(events)
    if n == 0:
        raise ValueError("a share needs at least one case")
    part, z2 = float(events.mean()), NORMAL * NORMAL / n
    middle = (part + z2 / 2) / (1 + z2)
    half = sqrt(z2 * part * (1 - part) + z2 * z2 / 4) / (1 + z2)
    return Estimate(part, min(middle - half, part), max(middle + half, part), n)


def paired(first, second):
    """Mean difference ``first - second`` over populations that both saw the same random numbers."""
    return mean(np.asarray(first, float) - np.asarray(second, float))


def slopes(values, x):
    """Least-squares slope of each row of float64[populations, points] over ``x``, float64[points]."""
    x = np.asarray(x, float)
    centred = x - x.mean()
    return np.asarray(values, float) @ centred / (centred @ centred)


def relative_change(values, x):
    """Change along each row's fitted line from the first to the last ``x``, as a share of the row's mean."""
    values = np.asarray(values, float)
    return slopes(values, x) * (x[-1] - x[0]) / values.mean(1)


def crossing(x, curve):
    """Return the interpolated ``x`` at which a curve first falls from above zero to zero or below; rises do not count.

    -inf if the curve is never above zero, inf if it never falls to zero after having been above.

    >>> crossing([0.8, 0.9, 1.0], [2.0, 1.0, -1.0])
    0.95
    """
    above = np.asarray(curve, float) > 0.0
    if not above.any():
        return -inf
    for k in range(len(x) - 1):
        if above[k] and not above[k + 1]:
            return float(x[k] + (x[k + 1] - x[k]) * curve[k] / (curve[k] - curve[k + 1]))
    return inf


def resampled(statistic, sample, seed=0):
    """Estimate of ``statistic(mean curve)`` with a bootstrap interval over rows (populations) of ``sample``.

    For statistics other than means, such as the place where a mean curve crosses zero. ``seed`` fixes the resampling.
    """
    sample = np.asarray(sample, float)
    rng = np.random.default_rng(seed)
    n = len(sample)
    if n == 1:
        return Estimate(statistic(sample[0]), -inf, inf, 1)
    means = (sample[rng.integers(n, size=n)].mean(0) for _ in range(RESAMPLES))
    values = np.sort([statistic(row) for row in means])
    tail = int(RESAMPLES * (1 - LEVEL) / 2)
    return Estimate(statistic(sample.mean(0)), float(values[tail]), float(values[-1 - tail]), n)
