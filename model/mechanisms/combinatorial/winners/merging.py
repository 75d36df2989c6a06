"""Cells reached with a bidder of few bids, found in order: no table and no sort.

Every bid moves all cells by the same units, so the cells that it leads to are in order as well: they are merged.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import rule
from model.mechanisms.combinatorial.winners.table import UNREACHED, locate, move_on, place, set_strides

FEW = 8
"""Most bids of a bidder whose cells are merged: each is looked at for every cell."""


class Heads(NamedTuple):
    """Work arrays for merging: for each bid the next cell that it leads to."""

    at: np.ndarray
    """int64[FEW]: position of the cell that it leads from."""
    cell: np.ndarray
    """int64[FEW]."""
    total: np.ndarray
    """int64[FEW, m]: units of the cell that it leads from."""
    strides: np.ndarray
    """int64[2, m]: of the box led to, and of that led from."""


@rule
def find_next(units, column, loss, boxes, i, strides, stages, gap, at, total):
    """The first cell of box i that a bid leads to from position ``at`` on, and that position; `UNREACHED`: none.

    total : int64[m], units of the cell at ``at``, moved on; strides : int64[2, m], of box i and of box i + 1.
    """
    end = stages.span[i + 1, 1]
    while at < end:
        cell = locate(boxes, i, strides[0], total, units, column, 1)
        if cell >= 0 and stages.losses[at] + loss <= gap:
            return cell, at
        at += 1
        if at < end:
            move_on(boxes, i + 1, strides[1], stages.cells[at - 1], stages.cells[at], total)
    return UNREACHED, at


@rule
def merge_bidder(units, kept, boxes, i, stages, gap, end, heads):
    """Write the cells reached from those of box i + 1 by bidder i's kept bids behind position ``end``; the new end.

    The lists of ``stages`` have room for one cell per pair of a cell and a bid; heads : `Heads`, overwritten.
    """
    first, bids = kept.start[i], kept.start[i + 1] - kept.start[i]
    at, cell, total, strides = heads
    set_strides(boxes, i, strides[0])
    set_strides(boxes, i + 1, strides[1])
    for b in range(bids):
        at[b] = stages.span[i + 1, 0]
        place(boxes, i + 1, strides[1], stages.cells[at[b]], total[b])
        column, loss = kept.column[first + b], kept.loss[first + b]
        cell[b], at[b] = find_next(units, column, loss, boxes, i, strides, stages, gap, at[b], total[b])
    while True:
        least, lost = UNREACHED, UNREACHED
        for b in range(bids):
            least = min(least, cell[b])
        if least == UNREACHED:
            return end
        for b in range(bids):
            if cell[b] != least:
                continue
            column, loss = kept.column[first + b], kept.loss[first + b]
            lost = min(lost, stages.losses[at[b]] + loss)
            at[b] += 1
            if at[b] < stages.span[i + 1, 1]:
                before = stages.cells[at[b] - 1]
                move_on(boxes, i + 1, strides[1], before, stages.cells[at[b]], total[b])
            cell[b], at[b] = find_next(units, column, loss, boxes, i, strides, stages, gap, at[b], total[b])
        stages.cells[end], stages.losses[end] = least, lost
        end += 1
