"""The dynamic program: what bidders can reach with their units, kept to what can still be optimal.

At shadow prices every bid has a loss, its bidder's highest net score less its own. A choice scores the dual bound
less its losses and less what the unsold units are worth. So if some choice misses the bound by no more than ``gap``,
the best ones consist of bids, and pass through sums of units, that miss it by no more; others are left out.
"""

import numpy as np

from learning.jit import jit, rule
from model.mechanisms.combinatorial.winner_bound import LARGEST, NO_BID, highest

UNREACHED = 2**62
"""Loss of a cell that no choice reaches."""
RATES = 9
"""Exchanges of loss against units that bound what some bidders can take, each half of the last; the first is free."""
SPARSE = 4
"""A box with more cells than so many times the entries is kept as a hash table."""
LARGEST_BOX = 2.0**60
HASHED, SCATTER = 2**31 - 1, 0x1E3779B1


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


@jit
def keep_bids(score, worth, gap):
    """Bids that lose no more than ``gap``: column and loss, int64[bids], in order of loss, and start, int64[n + 1]."""
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
        start[i + 1] = count
        sort_pairs(loss, column, start[i], count)
    return column, loss, start


@jit
def ignore_plenty(units, column, start, supply, price):
    """Units, int64[columns, m], with 0 for pollutants that cost nothing and suffice for all kept bids at once."""
    counted = units.copy()
    for j in range(supply.shape[0]):
        if price[j] > 0:
            continue
        used = 0
        for i in range(start.shape[0] - 1):
            most = 0
            for b in range(start[i], start[i + 1]):
                most = max(most, units[column[b], j])
            used += most
        if used <= supply[j]:
            counted[:, j] = 0
    return counted


@rule
def most_of_one(units, column, loss, first, last, j, sign, rate):
    """Largest of a bidder's kept bids in ``sign`` × units of pollutant j at ``rate`` per unit, less loss if rated."""
    most = -UNREACHED
    for b in range(first, last):
        taken = sign * units[column[b], j]
        most = max(most, taken if rate == 0 else rate * taken - loss[b])
    return most


@jit
def limit_sums(units, column, loss, start, supply, gap, j, sign, limit):
    """Write the most of ``sign`` × units of pollutant j that bidders before i, and from i on, can take within ``gap``.

    limit : int64[2, n + 1]. Any rate r > 0 bounds their units x: r x <= gap + sum over bidders of max(r x - loss).
    """
    n, most = start.shape[0] - 1, np.empty(start.shape[0] - 1, np.int64)
    highest_rate = LARGEST // (max(1, n) * (1 + supply[j]))
    limit[:] = UNREACHED
    for power in range(RATES):
        rate = 0 if power == 0 else gap >> power
        if power > 0 and (rate == 0 or rate > highest_rate):
            continue
        for i in range(n):
            most[i] = most_of_one(units, column, loss, start[i], start[i + 1], j, sign, rate)
        before, beyond = 0, 0
        for i in range(n + 1):
            limit[0, i] = min(limit[0, i], before if rate == 0 else (gap + before) // rate)
            limit[1, n - i] = min(limit[1, n - i], beyond if rate == 0 else (gap + beyond) // rate)
            if i < n:
                before += most[i]
                beyond += most[n - 1 - i]


@jit
def bound_cells(units, column, loss, start, supply, price, gap):
    """Lowest and highest sum of units, int64[n + 1, m], of bidders from i on, that a choice within ``gap`` has."""
    n, m = start.shape[0] - 1, supply.shape[0]
    low, high = np.zeros((n + 1, m), np.int64), np.zeros((n + 1, m), np.int64)
    least, most = np.empty((2, n + 1), np.int64), np.empty((2, n + 1), np.int64)
    for j in range(m):
        limit_sums(units, column, loss, start, supply, gap, j, -1, least)
        limit_sums(units, column, loss, start, supply, gap, j, 1, most)
        unsold = supply[j] if price[j] == 0 else min(supply[j], gap // price[j])
        for i in range(n + 1):
            low[i, j] = max(0, -least[1, i], supply[j] - unsold - most[0, i])
            high[i, j] = min(most[1, i], supply[j] + min(0, least[0, i]))
    return low, high


@rule
def count_cells(low, high):
    """Cells of the largest box, a float; 0.0 if some box is empty."""
    largest = 1.0
    for i in range(low.shape[0]):
        size = 1.0
        for j in range(low.shape[1]):
            if high[i, j] < low[i, j]:
                return 0.0
            size *= high[i, j] - low[i, j] + 1.0
        largest = max(largest, size)
    return largest


@rule
def set_strides(low, high, i, stride):
    """Write the strides of box i, int64[m], last pollutant fastest, and return its size."""
    size = 1
    for j in range(low.shape[1] - 1, -1, -1):
        stride[j] = size
        size *= high[i, j] - low[i, j] + 1
    return size


@rule
def place(cell, low, stride, i, total):
    """Write the units, int64[m], that a cell of box i stands for."""
    for j in range(low.shape[1]):
        total[j] = low[i, j] + cell // stride[j]
        cell %= stride[j]


@rule
def find_span(units, column, first, last, least, most):
    """Write the least and the most units, int64[m], of some kept bids."""
    for j in range(units.shape[1]):
        least[j], most[j] = units[column[first], j], units[column[first], j]
        for b in range(first + 1, last):
            least[j] = min(least[j], units[column[b], j])
            most[j] = max(most[j], units[column[b], j])


@rule
def fits(total, least, most, low, high, i):
    """2 if any units between least and most added to ``total`` end in box i, 1 if some may, 0 if none."""
    found = 2
    for j in range(total.shape[0]):
        if total[j] + most[j] < low[i, j] or total[j] + least[j] > high[i, j]:
            return 0
        if total[j] + least[j] < low[i, j] or total[j] + most[j] > high[i, j]:
            found = 1
    return found


@rule
def locate(total, units, k, sign, low, high, i, stride):
    """Cell of box i of ``total`` and ``sign`` × the units of column k; -1 if outside."""
    cell = 0
    for j in range(total.shape[0]):
        to = total[j] + sign * units[k, j]
        if to < low[i, j] or to > high[i, j]:
            return -1
        cell += (to - low[i, j]) * stride[j]
    return cell


@rule
def count_slots(size, pairs, limit):
    """Slots of a hash table for at most so many entries, a power of 2; 0 if an array of ``size`` cells is better.

    -1 if either is larger than ``limit`` allows.
    """
    if size <= min(limit, SPARSE * pairs):
        return 0
    if pairs > limit:
        return -1
    slots = 16
    while slots < 2 * pairs:
        slots *= 2
    return slots


@rule
def find_slot(names, table, slots, cell):
    """The slot of a cell in a hash table, or the free one where it belongs."""
    slot = ((((cell ^ (cell >> 31)) & HASHED) * SCATTER) >> 26) & (slots - 1)
    while table[slot] != UNREACHED and names[slot] != cell:
        slot = (slot + 1) & (slots - 1)
    return slot


@rule
def count_reached(table, size):
    """Number of reached cells among the first ``size``."""
    count = 0
    for cell in range(size):
        count += table[cell] != UNREACHED
    return count


@rule
def collect(table, names, slots, size, cells, losses, at):
    """Move the reached cells to the list, in order, and clear the table; the list's end."""
    first = at
    for slot in range(slots if slots else size):
        if table[slot] != UNREACHED:
            cells[at], losses[at] = names[slot] if slots else slot, table[slot]
            table[slot] = UNREACHED
            at += 1
    if slots:
        sort_pairs(cells, losses, first, at)
    return at


@jit
def grow(array, length, filling):
    """The array, or a copy at least twice as long, the rest filled, if it is shorter than ``length``."""
    if array.shape[0] >= length:
        return array
    longer = np.full(max(length, 2 * array.shape[0]), filling, np.int64)
    longer[: array.shape[0]] = array
    return longer
