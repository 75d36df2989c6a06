"""Going through the bidders, last to first, and back again: the best choice within a gap of the dual bound."""

import numpy as np

from learning.jit import jit, rule
from model.mechanisms.combinatorial.winner_table import (
    LARGEST_BOX,
    UNREACHED,
    bound_cells,
    collect,
    count_cells,
    count_reached,
    count_slots,
    find_slot,
    find_span,
    fits,
    grow,
    ignore_plenty,
    keep_bids,
    locate,
    place,
    set_strides,
)

FOUND, NOTHING, TOO_LARGE = 0, 1, 2


@jit
def enter_bidder(units, column, loss, first, last, low, high, i, source, span, gap, table, names, slots):
    """Enter into the table of box i what a bidder's kept bids make of the reached cells of box i + 1.

    source : cells and losses, and span : where those of each box begin and end; slots : 0, or those of a hash table.
    """
    m, (cells, losses) = units.shape[1], source
    total, least, most = np.empty(m, np.int64), np.empty(m, np.int64), np.empty(m, np.int64)
    here, there, shift = np.empty(m, np.int64), np.empty(m, np.int64), np.zeros(last - first, np.int64)
    set_strides(low, high, i + 1, there)
    set_strides(low, high, i, here)
    find_span(units, column, first, last, least, most)
    for b in range(first, last):
        for j in range(m):
            shift[b - first] += units[column[b], j] * here[j]
    for c in range(span[i + 1, 0], span[i + 1, 1]):
        place(cells[c], low, there, i + 1, total)
        inside, base = fits(total, least, most, low, high, i), 0
        for j in range(m):
            base += (total[j] - low[i, j]) * here[j]
        for b in range(first, last if inside else first):
            reached = losses[c] + loss[b]
            if reached > gap:
                break
            if inside == 1 and locate(total, units, column[b], 1, low, high, i, here) < 0:
                continue
            cell = base + shift[b - first]
            slot = find_slot(names, table, slots, cell) if slots else cell
            if reached < table[slot]:
                table[slot] = reached
                if slots:
                    names[slot] = cell


@jit
def fill_tables(units, column, loss, start, low, high, gap, limit):
    """Reached cells and their losses, int64[cells], box after box, and where those of bidders from i on begin and end.

    span : int64[n + 1, 2], starting with -1 if more than ``limit`` cells would be kept.
    """
    n = low.shape[0] - 1
    table, names = np.full(64, UNREACHED, np.int64), np.zeros(64, np.int64)
    cells, losses = np.zeros(64, np.int64), np.zeros(64, np.int64)
    span, stride = np.zeros((n + 1, 2), np.int64), np.empty(low.shape[1], np.int64)
    span[n, 1] = 1
    for i in range(n - 1, -1, -1):
        begin, end = span[i + 1, 0], span[i + 1, 1]
        size = set_strides(low, high, i, stride)
        slots = count_slots(size, (end - begin) * (start[i + 1] - start[i]), limit)
        if slots < 0:
            span[0] = -1
            break
        table, names = grow(table, slots or size, UNREACHED), grow(names, slots, 0)
        source = (cells, losses)
        enter_bidder(
            units, column, loss, start[i], start[i + 1], low, high, i, source, span, gap, table, names, slots
        )
        needed = end + count_reached(table, slots or size)
        if needed > limit:
            span[0] = -1
            break
        cells, losses = grow(cells, needed, 0), grow(losses, needed, 0)
        span[i, 0], span[i, 1] = end, collect(table, names, slots, size, cells, losses, end)
    return cells, losses, span


@jit
def find_ends(low, high, supply, price, cells, losses, begin, end, gap):
    """Sums of units, int64[:, m], of all best choices within ``gap``, their losses so far, int64[:], and their number.

    What is unsold counts as lost at its shadow price.
    """
    m, least, count = supply.shape[0], gap + 1, 0
    total, missed, stride = (
        np.empty((end - begin, m), np.int64),
        np.empty(end - begin, np.int64),
        np.empty(m, np.int64),
    )
    set_strides(low, high, 0, stride)
    for c in range(begin, end):
        place(cells[c], low, stride, 0, total[count])
        lost = losses[c]
        for j in range(m):
            lost += price[j] * (supply[j] - total[count, j])
        if lost < least:
            total[0], least, count = total[count], lost, 0
        if lost == least and lost <= gap:
            missed[count] = losses[c]
            count += 1
    return total, missed, count


@rule
def look_up(cells, losses, begin, end, cell):
    """Loss of a cell of a stage, whose cells are in order; `UNREACHED` if it is not among them."""
    last = end
    while begin < last:
        middle = (begin + last) // 2
        if cells[middle] < cell:
            begin = middle + 1
        else:
            last = middle
    return losses[begin] if begin < end and cells[begin] == cell else UNREACHED


@rule
def leads_back(units, k, lost, total, missed, low, high, i, stride, cells, losses, span):
    """Whether taking column k at a loss leads from stage i to these units and loss."""
    cell = locate(total, units, k, -1, low, high, i, stride)
    return cell >= 0 and look_up(cells, losses, span[i, 0], span[i, 1], cell) == missed - lost


@rule
def step_back(units, k, lost, total, missed, count, low, high, i, stride, cells, losses, span):
    """Take column k off all totals it leads to, in place, and forget the others; how many are left."""
    kept = 0
    for t in range(count):
        if leads_back(units, k, lost, total[t], missed[t], low, high, i, stride, cells, losses, span):
            for j in range(total.shape[1]):
                total[kept, j] = total[t, j] - units[k, j]
            missed[kept] = missed[t] - lost
            kept += 1
    return kept


@jit
def trace(units, column, loss, start, low, high, cells, losses, span, total, missed, count):
    """The first, in the order of columns of bidder 0, 1, …, of the choices that reach the totals; int64[n]."""
    n = low.shape[0] - 1
    chosen, stride = np.empty(n, np.int64), np.empty(low.shape[1], np.int64)
    for i in range(n):
        set_strides(low, high, i + 1, stride)
        first, lost = units.shape[0], 0
        for b in range(start[i], start[i + 1]):
            for t in range(count):
                if column[b] < first and leads_back(
                    units,
                    column[b],
                    loss[b],
                    total[t],
                    missed[t],
                    low,
                    high,
                    i + 1,
                    stride,
                    cells,
                    losses,
                    span,
                ):
                    first, lost = column[b], loss[b]
        chosen[i] = first
        count = step_back(
            units, first, lost, total, missed, count, low, high, i + 1, stride, cells, losses, span
        )
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
    counted = ignore_plenty(units, column, start, supply, price)
    low, high = bound_cells(counted, column, loss, start, supply, price, gap)
    largest = count_cells(low, high)
    if largest == 0.0 or largest > LARGEST_BOX:
        return (NOTHING if largest == 0.0 else TOO_LARGE), nothing
    cells, losses, span = fill_tables(counted, column, loss, start, low, high, gap, limit)
    if span[0, 0] < 0:
        return TOO_LARGE, nothing
    total, missed, count = find_ends(low, high, supply, price, cells, losses, span[0, 0], span[0, 1], gap)
    if count == 0:
        return NOTHING, nothing
    return FOUND, trace(counted, column, loss, start, low, high, cells, losses, span, total, missed, count)
