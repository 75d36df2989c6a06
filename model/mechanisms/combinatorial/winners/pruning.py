"""Pruning: only bids and sums of units within a gap of the dual bound can be optimal.

At shadow prices every bid has a loss, its bidder's highest net score less its own. A choice scores the dual bound
less its losses and less what the unsold units are worth. So if some choice misses the bound by no more than ``gap``,
the best ones consist of bids, and pass through sums of units, that miss it by no more; others are left out. So are
bids for more units than another one of the same bidder that scores more: units may stay unsold.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import jit, rule
from model.mechanisms.combinatorial.winners.bound import LARGEST, NO_BID, highest

RATES = 9
"""Exchange rates of loss against units that bound bidders' units, each half of the one before; the first is 0."""
COMPARED = 1000
"""Largest number of a bidder's bids with which a bid is compared for dominance."""
FAR = 2**62
"""Larger than every loss and every sum of units."""


class Kept(NamedTuple):
    """Bids left after pruning, bidder by bidder, in order of loss."""

    column: np.ndarray
    """int64[bids]: 0 for no bid, k + 1 for package k."""
    loss: np.ndarray
    """int64[bids]."""
    start: np.ndarray
    """int64[n + 1]: position of each bidder's first bid, and the total number."""


class Boxes(NamedTuple):
    """For each i the sums of units that bidders from i on may have."""

    low: np.ndarray
    """int64[n + 1, m]."""
    high: np.ndarray
    """int64[n + 1, m], included."""


@rule
def sort_pairs(key, other, first, last):
    """Put key and other from first to last in order of key, in place (Shell's sort)."""
    gap = 1
    while gap < (last - first) // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for b in range(first + gap, last):
            moved, along, at = key[b], other[b], b
            while at - gap >= first and key[at - gap] > moved:
                key[at], other[at] = key[at - gap], other[at - gap]
                at -= gap
            key[at], other[at] = moved, along
        gap //= 3


@rule
def is_dominated(score, units, i, column, first, last, k):
    """Return whether one of bidder i's bids, first to last, scores more than column k with no more units."""
    for b in range(first, min(last, first + COMPARED)):
        other = column[b]
        less = score[i, other] > score[i, k]
        for j in range(units.shape[1]):
            less = less and units[other, j] <= units[k, j]
        if less:
            return True
    return False


@rule
def drop_dominated(score, units, i, column, loss, first, last):
    """Remove bids dominated by another one of bidder i from the list, sorted by loss; return its new end.

    Shadow prices are not negative, so a dominating bid has a smaller loss and stands before the dominated one.
    """
    end = first
    for b in range(first, last):
        if not is_dominated(score, units, i, column, first, end, column[b]):
            column[end], loss[end] = column[b], loss[b]
            end += 1
    return end


@jit
def keep_bids(score, units, worth, gap):
    """`Kept` bids: those that lose no more than ``gap``, without dominated ones, which no best choice has in it."""
    n, columns = score.shape
    start, count = np.zeros(n + 1, np.int64), 0
    column, loss = np.empty(n * columns, np.int64), np.empty(n * columns, np.int64)
    for i in range(n):
        net = highest(score, worth, i)
        for k in range(columns):
            lost = net - score[i, k] + worth[k]
            if lost <= gap and score[i, k] != NO_BID:
                column[count], loss[count] = k, lost
                count += 1
        sort_pairs(loss, column, start[i], count)
        count = drop_dominated(score, units, i, column, loss, start[i], count)
        start[i + 1] = count
    return Kept(column, loss, start)


@jit
def ignore_free(units, price):
    """Return units, int64[columns, m], with 0 for pollutants of price 0."""
    counted = units.copy()
    for j in range(price.shape[0]):
        if price[j] == 0:
            counted[:, j] = 0
    return counted


@jit
def ignore_plenty(units, kept, supply, price):
    """Return units, int64[columns, m], with 0 for pollutants of price 0 that suffice for all kept bids at once."""
    counted = units.copy()
    for j in range(supply.shape[0]):
        if price[j] > 0:
            continue
        used = 0
        for i in range(kept.start.shape[0] - 1):
            most = 0
            for b in range(kept.start[i], kept.start[i + 1]):
                most = max(most, units[kept.column[b], j])
            used += most
        if used <= supply[j]:
            counted[:, j] = 0
    return counted


@rule
def most_of_one(units, kept, i, j, sign, rate):
    """Largest ``sign`` × units of pollutant j in a bidder's kept bids; at a rate above 0: rate × that, less loss."""
    most = -FAR
    for b in range(kept.start[i], kept.start[i + 1]):
        taken = sign * units[kept.column[b], j]
        most = max(most, taken if rate == 0 else rate * taken - kept.loss[b])
    return most


@jit
def limit_sums(units, kept, gap, j, sign, limit):
    """Write the largest ``sign`` × units of pollutant j of bidders before i, and from i on, within ``gap``.

    limit : int64[2, n + 1]. Any rate r > 0 bounds their units x: r x <= gap + sum over bidders of max(r x - loss).
    """
    n = kept.start.shape[0] - 1
    most, largest = np.empty(n, np.int64), 1
    for b in range(kept.start[n]):
        largest = max(largest, units[kept.column[b], j])
    highest_rate = LARGEST // (max(1, n) * largest)
    limit[:] = FAR
    for power in range(RATES):
        rate = 0 if power == 0 else gap >> power
        if power > 0 and (rate == 0 or rate > highest_rate):
            continue
        for i in range(n):
            most[i] = most_of_one(units, kept, i, j, sign, rate)
        before, beyond = 0, 0
        for i in range(n + 1):
            limit[0, i] = min(limit[0, i], before if rate == 0 else (gap + before) // rate)
            limit[1, n - i] = min(limit[1, n - i], beyond if rate == 0 else (gap + beyond) // rate)
            if i < n:
                before += most[i]
                beyond += most[n - 1 - i]


@jit
def bound_cells(units, kept, supply, price, gap):
    """`Boxes` that hold all choices within ``gap``."""
    n, m = kept.start.shape[0] - 1, supply.shape[0]
    low, high = np.zeros((n + 1, m), np.int64), np.zeros((n + 1, m), np.int64)
    least, most = np.empty((2, n + 1), np.int64), np.empty((2, n + 1), np.int64)
    for j in range(m):
        limit_sums(units, kept, gap, j, -1, least)
        limit_sums(units, kept, gap, j, 1, most)
        unsold = supply[j] if price[j] == 0 else min(supply[j], gap // price[j])
        for i in range(n + 1):
            low[i, j] = max(0, -least[1, i], supply[j] - unsold - most[0, i])
            high[i, j] = min(most[1, i], supply[j] + min(0, least[0, i]))
    return Boxes(low, high)
