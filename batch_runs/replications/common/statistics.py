"""Statistics by which claims are judged: means over populations with 95 % intervals, slopes, crossings."""

from functools import cache
from math import atan, cos, inf, isinf, pi, sin, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

LEVEL = 0.95
RESAMPLES = 2000
NORMAL = NormalDist().inv_cdf((1 + LEVEL) / 2)
"""Distance, in standard errors, within which a normal number lies with probability LEVEL."""


STUDENT, SCORE, BOOTSTRAP, EXACT = "t", "score", "bootstrap", "exact"
"""Methods of intervals."""


class Estimate(NamedTuple):
    """A value with its 95 % interval over ``n`` populations."""

    value: float
    low: float
    high: float
    n: int
    method: str = STUDENT
    sample: tuple = ()
    """The same number of every single population, NaN where undefined; empty where a single one has no such number."""


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


@cache
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
    single = tuple(sample.tolist())
    sample = sample[~np.isnan(sample)]
    n = len(sample)
    if n == 0:
        raise ValueError("a mean needs at least one population")
    middle = float(sample.mean())
    if n == 1:
        return Estimate(middle, -inf, inf, 1, sample=single)
    half = t_quantile(n - 1) * float(sample.std(ddof=1)) / sqrt(n)
    return Estimate(middle, middle - half, middle + half, n, sample=single)


def crossed(sample):
    """Mean over populations that all met the same cases, float64[populations, cases], with its t interval.

    Populations and cases both are samples. The variance of the mean is that of a crossed design, (MSp + MSc - MSr) / pc
    with the mean squares of populations, of cases and of what is left [Searle1992, 4.4]; that of cases counts only as
    far as it exceeds what is left. The degrees of freedom are those of the populations, the fewest. Without a second
    population the interval is unbounded.

    >>> [round(x, 2) for x in crossed([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0], [3.0, 4.0, 5.0]])[:3]]
    [3.0, -0.51, 6.51]
    """
    sample = np.asarray(sample, float)
    populations, cases = sample.shape
    by_population, by_case, middle = sample.mean(1), sample.mean(0), float(sample.mean())
    single = tuple(by_population.tolist())
    if populations == 1:
        return Estimate(middle, -inf, inf, 1, sample=single)
    variance = by_population.var(ddof=1) / populations
    if cases > 1:
        left = sample - by_population[:, None] - by_case + middle
        square = (left**2).sum() / (populations - 1) / (cases - 1)
        variance += max(by_case.var(ddof=1) / cases - square / populations / cases, 0.0)
    half = t_quantile(populations - 1) * sqrt(variance)
    return Estimate(middle, middle - half, middle + half, populations, sample=single)


def exact(value, n):
    """Estimate without uncertainty: a number computed exactly over ``n`` cases."""
    return Estimate(float(value), float(value), float(value), n, method=EXACT)


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
    return Estimate(part, min(middle - half, part), max(middle + half, part), n, method=SCORE)


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
    n, single = len(sample), tuple(float(statistic(row)) for row in sample)
    if n == 1:
        return Estimate(single[0], -inf, inf, 1, method=BOOTSTRAP, sample=single)
    means = (sample[rng.integers(n, size=n)].mean(0) for _ in range(RESAMPLES))
    values = np.sort([statistic(row) for row in means])
    tail = int(RESAMPLES * (1 - LEVEL) / 2)
    low, high = float(values[tail]), float(values[-1 - tail])
    return Estimate(statistic(sample.mean(0)), low, high, n, method=BOOTSTRAP, sample=single)


def p_value(estimate, end):
    """Smallest probability of error at which the estimate's interval does not reach ``end``.

    An interval of 95 % ends before ``end`` exactly if this is below 0.05. A bootstrap interval is taken as normal on
    the side of ``end``.

    >>> e = mean([1.0, 2.0, 3.0])
    >>> round(p_value(e, e.low), 6), round(p_value(e, 0.0), 4)
    (0.05, 0.0742)
    """
    value, low, high, n, method, _ = estimate
    if value == end:
        return 1.0
    if isinf(end) or method == EXACT:
        return 0.0
    if method == SCORE:
        spread = sqrt(max(end * (1 - end), 0.0) / n)
        return normal_tails(abs(value - end) / spread) if spread else 0.0
    half = value - low if end < value else high - value
    distance = abs(value - end) / half if half else inf
    if method == BOOTSTRAP:
        return normal_tails(distance * NORMAL)
    return max(0.0, 1.0 - t_share(distance * t_quantile(n - 1), n - 1)) if n > 1 else 1.0


def normal_tails(z):
    """Probability that a standard normal number lies outside ±z."""
    return 2.0 * NormalDist().cdf(-z)


def holm(ps):
    """Probabilities of error adjusted for their number [Holm1979]: list, in the order of ``ps``.

    The smallest of m counts m times, the next m - 1 times, and so on, none less than the one before. Those that stay
    below 0.05 all hold at once with 95 % confidence.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    adjusted, largest = [0.0] * len(ps), 0.0
    for rank, k in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        largest = max(largest, min(1.0, (len(ps) - rank) * ps[k]))
        adjusted[k] = largest
    return adjusted
