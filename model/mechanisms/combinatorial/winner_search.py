"""Going through the bidders, last to first, and back again: the best choice within a gap of the dual bound."""

import numpy as np

from learning.jit import jit
from model.mechanisms.combinatorial.winner_table import (
    UNREACHED,
    bound_cells,
    collect,
    count_cells,
    find_span,
    fits,
    grow,
    keep_bids,
    locate,
    place,
    set_strides,
)

FOUND, NOTHING, TOO_LARGE = 0, 1, 2


@jit
def enter_bidder(units, column, loss, first, last, low, high, i, cells, losses, begin, end, gap, table):
    """Enter into the table of box i what a bidder's kept bids make of the reached cells of box i + 1."""
    m = units.shape[1]
    total, least, most = np.empty(m, np.int64), np.empty(m, np.int64), np.empty(m, np.int64)
    here, there = np.empty(m, np.int64), np.empty(m, np.int64)
    set_strides(low, high, i + 1, there)
    set_strides(low, high, i, here)
    find_span(units, column, first, last, least, most)
    shift = np.zeros(last - first, np.int64)
    for b in range(first, last):
        for j in range(m):
            shift[b - first] += units[column[b], j] * here[j]
    for c in range(begin, end):
        place(cells[c], low, there, i + 1, total)
        inside = fits(total, least, most, low, high, i)
        if inside == 0:
            continue
        base = 0
        for j in range(m):
            base += (total[j] - low[i, j]) * here[j]
        for b in range(first, last):
            reached = losses[c] + loss[b]
            if reached > gap:
                break
            if inside == 1 and locate(total, units, column[b], low, high, i, here) < 0:
                continue
            cell = base + shift[b - first]
            if reached < table[cell]:
                table[cell] = reached


@jit
def fill_tables(units, column, loss, start, low, high, gap, limit):
    """Reached cells and their losses, int64[cells], stage after stage, and where bidder i's begin and end.

    span : int64[n + 1, 2], ending with -1 if more than ``limit`` cells would be kept.
    """
    n = low.shape[0] - 1
    table = np.full(count_cells(low, high, limit), UNREACHED, np.int64)
    cells, losses = np.zeros(1024, np.int64), np.zeros(1024, np.int64)
    span, stride = np.zeros((n + 1, 2), np.int64), np.empty(low.shape[1], np.int64)
    span[n, 1] = 1
    for i in range(n - 1, -1, -1):
        begin, end = span[i + 1]
        enter_bidder(
            units, column, loss, start[i], start[i + 1], low, high, i, cells, losses, begin, end, gap, table
        )
        size = set_strides(low, high, i, stride)
        if end + size > limit:
            span[0] = -1
            break
        cells, losses = grow(cells, end + size), grow(losses, end + size)
        span[i, 0], span[i, 1] = end, collect(table, size, cells, losses, end)
    return cells, losses, span


@jit
def find_ends(low, high, supply, price, cells, losses, begin, end, gap):
    """Sums of units, int64[ends, m], of all best choices within ``gap``, and their losses so far, int64[ends]."""
    m = supply.shape[0]
    total, stride = np.empty((end - begin, m), np.int64), np.empty(m, np.int64)
    missed = losses[begin:end].copy()
    set_strides(low, high, 0, stride)
    least = gap + 1
    for c in range(end - begin):
        place(cells[begin + c], low, stride, 0, total[c])
        for j in range(m):
            missed[c] += price[j] * (supply[j] - total[c, j])
        least = min(least, missed[c])
    best = missed == least
    return total[best], losses[begin:end][best]


@jit
def look_up(cells, losses, begin, end, cell):
    """Loss of a cell of a stage, `UNREACHED` if it is not in the list."""
    at = begin + np.searchsorted(cells[begin:end], cell)
    return losses[at] if at < end and cells[at] == cell else UNREACHED


@jit
def step_back(units, k, lost, total, missed, low, high, i, stride, cells, losses, begin, end):
    """Of the choices that reach the totals, those in which the bidder before stage i has column k.

    The totals and losses of the bidders from i on, int64[some, m] and int64[some].
    """
    rest = total - units[k]
    left = missed - lost
    kept = np.zeros(total.shape[0], np.bool_)
    for t in range(total.shape[0]):
        cell = locate(rest[t], units, 0, low, high, i, stride)
        kept[t] = cell >= 0 and look_up(cells, losses, begin, end, cell) == left[t]
    return rest[kept], left[kept]


@jit
def trace(units, column, loss, start, low, high, cells, losses, span, total, missed):
    """The first, in the order of columns of bidder 0, 1, …, of the choices that reach the totals; int64[n]."""
    n = low.shape[0] - 1
    chosen, stride = np.empty(n, np.int64), np.empty(low.shape[1], np.int64)
    for i in range(n):
        set_strides(low, high, i + 1, stride)
        begin, end = span[i + 1]
        for b in start[i] + np.argsort(column[start[i] : start[i + 1]]):
            rest, left = step_back(
                units, column[b], loss[b], total, missed, low, high, i + 1, stride, cells, losses, begin, end
            )
            if left.shape[0] > 0:
                chosen[i], total, missed = column[b], rest, left
                break
    return chosen


@jit
def search(score, units, supply, price, worth, gap, limit):
    """The best choice within ``gap`` of the dual bound at ``price``: a status, and columns, int64[n], if found."""
    n = score.shape[0]
    nothing = np.zeros(0, np.int64)
    column, loss, start = keep_bids(score, worth, gap)
    for i in range(n):
        if start[i + 1] == start[i]:
            return NOTHING, nothing
    low, high = bound_cells(units, column, loss, start, supply, price, gap)
    largest = count_cells(low, high, limit)
    if largest == 0 or largest > limit:
        return (NOTHING if largest == 0 else TOO_LARGE), nothing
    cells, losses, span = fill_tables(units, column, loss, start, low, high, gap, limit)
    if span[0, 0] < 0:
        return TOO_LARGE, nothing
    begin, end = span[0]
    total, missed = find_ends(low, high, supply, price, cells, losses, begin, end, gap)
    if missed.shape[0] == 0:
        return NOTHING, nothing
    return FOUND, trace(units, column, loss, start, low, high, cells, losses, span, total, missed)
