"""Search for the best choice within a gap of the dual bound: bidders from last to first, then traced back."""

from typing import NamedTuple

import numpy as np

from learning.jit import jit, rule
from model.mechanisms.combinatorial.winners.entering import enter_one_by_one, enter_runs, work_for
from model.mechanisms.combinatorial.winners.merging import FEW, Heads, merge_bidder
from model.mechanisms.combinatorial.winners.pruning import (
    bound_cells,
    ignore_free,
    ignore_plenty,
    keep_bids,
)
from model.mechanisms.combinatorial.winners.table import (
    LARGEST_BOX,
    UNREACHED,
    collect,
    count_cells,
    count_reached,
    count_slots,
    grow,
    lengthen,
    locate,
    place,
    set_strides,
    sum_cells,
)

FOUND, NOTHING, TOO_LARGE = 0, 1, 2
ROOM = 2**22
"""Cells for which there is room from the start; memory that is not written is not used."""
TRIED = 100
"""Most pairs of a cell and a bid tried per cell that may be kept: some seconds; more count as too large."""


class Stages(NamedTuple):
    """Cells that bidders from n, n - 1, …, 0 on can reach, stage by stage, those of each stage in order."""

    cells: np.ndarray
    """int64[reached]: places in the box of the stage."""
    losses: np.ndarray
    """int64[reached]: least loss of those bidders."""
    span: np.ndarray
    """int64[n + 1, 2]: first and end position of the cells of bidders from i on."""


@jit
def heads_for(units):
    """Make work arrays for merging the cells of few bids."""
    m = units.shape[1]
    return Heads(
        at=np.empty(FEW, np.int64),
        cell=np.empty(FEW, np.int64),
        total=np.empty((FEW, m), np.int64),
        strides=np.empty((2, m), np.int64),
    )


@jit
def fill_tables(units, kept, boxes, gap, limit):
    """`Stages` of all bidders; their span starts with -1 if more than ``limit`` cells would be kept.

    The same if more than `TRIED` times the limit of pairs of a cell and a bid would be tried.
    """
    n = kept.start.shape[0] - 1
    table, names = grow(np.zeros(0, np.int64), 64, UNREACHED), np.zeros(64, np.int64)
    room = int(min(sum_cells(boxes), float(min(limit, ROOM))))
    cells, losses = np.empty(room, np.int64), np.empty(room, np.int64)
    span, stride = np.zeros((n + 1, 2), np.int64), np.empty(units.shape[1], np.int64)
    cells[0], losses[0], span[n, 1], tried = 0, 0, 1, 0
    work, heads = work_for(units), heads_for(units)
    for i in range(n - 1, -1, -1):
        begin, end = span[i + 1, 0], span[i + 1, 1]
        size, pairs = set_strides(boxes, i, stride), (end - begin) * (kept.start[i + 1] - kept.start[i])
        slots, tried = count_slots(size, pairs, limit), tried + pairs
        if slots < 0 or tried > TRIED * limit:
            span[0, 0] = -1
            break
        if slots and kept.start[i + 1] - kept.start[i] <= FEW and end + pairs <= limit:
            cells, losses = lengthen(cells, end, end + pairs), lengthen(losses, end, end + pairs)
            stages = Stages(cells, losses, span)
            span[i, 0], span[i, 1] = end, merge_bidder(units, kept, boxes, i, stages, gap, end, heads)
            continue
        table, names = grow(table, slots or size, UNREACHED), grow(names, slots, 0)
        stages = Stages(cells, losses, span)
        if slots:
            enter_one_by_one(units, kept, boxes, i, stages, gap, table, names, slots, work)
        else:
            enter_runs(units, kept, boxes, i, stages, gap, table, work)
        needed = end + count_reached(table, slots or size)
        if needed > limit:
            span[0, 0] = -1
            break
        cells, losses = lengthen(cells, end, needed), lengthen(losses, end, needed)
        span[i, 0], span[i, 1] = end, collect(table, names, slots, size, cells, losses, end)
    return Stages(cells, losses, span)


@jit
def find_ends(boxes, stages, supply, price, gap):
    """Sums of units, int64[:, m], of all best choices within ``gap``, their losses so far, int64[:], and their number.

    Unsold units count as a loss at their shadow price.
    """
    begin, end = stages.span[0, 0], stages.span[0, 1]
    m, least, count = supply.shape[0], gap + 1, 0
    total, missed = np.empty((end - begin, m), np.int64), np.empty(end - begin, np.int64)
    stride = np.empty(m, np.int64)
    set_strides(boxes, 0, stride)
    for c in range(begin, end):
        place(boxes, 0, stride, stages.cells[c], total[count])
        lost = stages.losses[c]
        for j in range(m):
            lost += price[j] * (supply[j] - total[count, j])
        if lost < least:
            place(boxes, 0, stride, stages.cells[c], total[0])
            least, count = lost, 0
        if lost == least and lost <= gap:
            missed[count] = stages.losses[c]
            count += 1
    return total, missed, count


@rule
def look_up(stages, i, cell):
    """Loss of a cell of stage i; `UNREACHED` if it is not among those reached."""
    begin, last = stages.span[i, 0], stages.span[i, 1]
    while begin < last:
        middle = (begin + last) // 2
        if stages.cells[middle] < cell:
            begin = middle + 1
        else:
            last = middle
    found = begin < stages.span[i, 1] and stages.cells[begin] == cell
    return stages.losses[begin] if found else UNREACHED


@rule
def leads_back(boxes, stages, i, stride, units, k, lost, total, missed):
    """Return whether some choice of bidders from i on, with column k added, has these units and this loss."""
    cell = locate(boxes, i, stride, total, units, k, -1)
    return cell >= 0 and look_up(stages, i, cell) == missed - lost


@rule
def step_back(boxes, stages, i, stride, units, k, lost, total, missed, count):
    """Subtract column k from all totals it leads to, in place, drop the others, and return the number left."""
    left = 0
    for t in range(count):
        if leads_back(boxes, stages, i, stride, units, k, lost, total[t], missed[t]):
            for j in range(total.shape[1]):
                total[left, j] = total[t, j] - units[k, j]
            missed[left] = missed[t] - lost
            left += 1
    return left


@jit
def trace(units, kept, boxes, stages, total, missed, count):
    """Find the first choice, in the order of columns of bidder 0, 1, …, that reaches the totals; int64[n].

    total : int64[:, m] and missed : int64[:], sums of units and losses of all bidders, used up; count : how many.
    """
    n = kept.start.shape[0] - 1
    chosen, stride = np.empty(n, np.int64), np.empty(units.shape[1], np.int64)
    for i in range(n):
        set_strides(boxes, i + 1, stride)
        first, lost = units.shape[0], 0
        for b in range(kept.start[i], kept.start[i + 1]):
            k, loss = kept.column[b], kept.loss[b]
            for t in range(count):
                if k < first and leads_back(
                    boxes, stages, i + 1, stride, units, k, loss, total[t], missed[t]
                ):
                    first, lost = k, loss
        chosen[i] = first
        count = step_back(boxes, stages, i + 1, stride, units, first, lost, total, missed, count)
    return chosen


@rule
def fits_supply(units, chosen, supply):
    """Return whether the units of the chosen columns, int64[n], are within the supply."""
    for j in range(supply.shape[0]):
        used = 0
        for i in range(chosen.shape[0]):
            used += units[chosen[i], j]
        if used > supply[j]:
            return False
    return True


@jit
def search_kept(units, kept, supply, price, gap, limit):
    """As `search`, among kept bids with these units, int64[columns, m]."""
    nothing = np.zeros(0, np.int64)
    boxes = bound_cells(units, kept, supply, price, gap)
    largest = count_cells(boxes)
    if largest == 0.0 or largest > LARGEST_BOX:
        return (NOTHING if largest == 0.0 else TOO_LARGE), nothing
    stages = fill_tables(units, kept, boxes, gap, limit)
    if stages.span[0, 0] < 0:
        return TOO_LARGE, nothing
    total, missed, count = find_ends(boxes, stages, supply, price, gap)
    if count == 0:
        return NOTHING, nothing
    return FOUND, trace(units, kept, boxes, stages, total, missed, count)


@jit
def search(score, units, supply, price, worth, gap, limit):
    """Find the best choice within ``gap`` of the dual bound at ``price``: a status, and columns, int64[n], if found.

    worth : int64[columns], of all packages at these prices. Pollutants of price 0 are not counted at first: the first
    of the best choices then is so with their supply as well, if it is within it.
    """
    kept = keep_bids(score, units, worth, gap)
    status, chosen = search_kept(ignore_free(units, price), kept, supply, price, gap, limit)
    if status == FOUND and not fits_supply(units, chosen, supply):
        counted = ignore_plenty(units, kept, supply, price)
        status, chosen = search_kept(counted, kept, supply, price, gap, limit)
    return status, chosen
