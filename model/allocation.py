"""Free allocation of permits over periods and enterprises [Wang2024, simulator].

A schedule gives the percentage of an episode's permits per period. An indicator ranks the enterprises; the
rank decides the weight. The source has tables for ten periods and five enterprises; for other numbers they are
read at equally spaced points, which for ten and five are the tables themselves.
"""

import numpy as np

from learning.jit import rule
from learning.knobs import ParameterError

SCHEDULES = {
    "flat": (10, 10, 10, 10, 10, 10, 10, 10, 10, 10),
    "decreasing": (16, 16, 14, 12, 10, 10, 8, 6, 4, 4),
    "convex": (6, 8, 10, 12, 14, 14, 12, 10, 8, 6),
}
"""Percentage of an episode's permits per period. The source calls the last one convex; it is a hump."""

INDICATORS = ("size", "grandfathering", "benchmarking")
SIZE, GRANDFATHERING, BENCHMARKING = range(3)
MANUAL = "manual"
RANK_WEIGHTS = {"equal": (1, 1, 1, 1, 1), "size": (5, 5, 4, 3, 3), "others": (7, 6, 5, 4, 3)}
ROUNDINGS = ("down", "largest_remainder", "none")
DOWN, LARGEST_REMAINDER, NONE = range(3)


def percentages(schedule, periods, manual=""):
    """Percentage of an episode's permits for each of ``periods`` periods, float64[periods].

    Period k of other numbers than ten gets the table's entry k x 10 // periods, scaled to 100 percent in all.

    >>> percentages("decreasing", 10)
    array([16., 16., 14., 12., 10., 10.,  8.,  6.,  4.,  4.])
    """
    if schedule == MANUAL:
        return _stretched(numbers("manual_percentages", manual), periods)
    table = np.array(SCHEDULES[schedule], float)
    if periods == len(table):
        return table
    chosen = table[np.arange(periods) * len(table) // periods]
    return chosen * (100.0 / chosen.sum())


def rank_weights(schedule, indicator, n, manual=""):
    """Weights of ``n`` enterprises, float64[n], the first rank first; of manual rules by enterprise, not by rank.

    For other numbers than five, the table is read at n equally spaced points, linearly between its entries.

    >>> rank_weights("flat", "grandfathering", 5)
    array([7., 6., 5., 4., 3.])
    """
    if indicator == MANUAL:
        return _stretched(numbers("manual_weights", manual), n)
    kind = "others" if indicator != "size" else "equal" if schedule == "flat" else "size"
    table = np.array(RANK_WEIGHTS[kind], float)
    at = np.arange(n) * (len(table) - 1) / max(n - 1, 1)
    return np.interp(at, np.arange(len(table)), table)


def numbers(name, text):
    """Read one or more numbers of at least 0 separated by spaces; ParameterError naming the parameter otherwise."""
    try:
        found = np.array([float(word) for word in text.split()])
    except ValueError:
        found = np.zeros(0)
    if not len(found) or not np.isfinite(found).all() or (found < 0).any():
        raise ParameterError(f"{name} = {text!r}: must be numbers of at least 0 with spaces between them")
    return found


def _stretched(given, length):
    """Fit the given numbers to the length: repeat the last one, or cut."""
    return np.concatenate([given, np.full(max(length - len(given), 0), given[-1])])[:length]


@rule
def rank(keys, order):
    """Write the positions of float64[n] ``keys`` from the highest to the lowest into int64[n]; equals keep theirs."""
    for new in range(keys.shape[0]):
        at = new
        while at > 0 and keys[order[at - 1]] < keys[new]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = new


@rule
def split(pool, weights, rounding, share, remainder, order):
    """Write each one's share, t, of nine tenths of ``pool``, t, in proportion to weights; alike if all are zero.

    rounding : `DOWN`, what is cut off is lost; `LARGEST_REMAINDER`, whole permits that add up to the whole part of
    the nine tenths; `NONE`, fractions. remainder, order : float64[n], int64[n], room to work in.
    """
    n, total = weights.shape[0], 0.0
    for k in range(n):
        total += weights[k]
    for k in range(n):
        share[k] = pool * 9.0 / 10.0 * weights[k] / total if total > 0.0 else pool * 9.0 / 10.0 / n
    if rounding == DOWN:
        for k in range(n):
            share[k] = float(int(share[k]))
    elif rounding == LARGEST_REMAINDER:
        round_by_remainder(pool * 9.0 / 10.0, share, remainder, order)


@rule
def round_by_remainder(whole, share, remainder, order):
    """Cut the shares to whole permits, and give those left of ``whole`` to the largest remainders, first ones first."""
    n, left = share.shape[0], int(whole + 1e-9)
    for k in range(n):
        cut = float(int(share[k] + 1e-9))
        remainder[k], share[k] = share[k] - cut, cut
        left -= int(cut)
    rank(remainder, order)
    for k in range(min(left, n)):
        share[order[k]] += 1.0
