"""Cells reached with a bidder, entered into the table of its stage: an array by runs of cells, a hash table one by one.

Cells next to each other are moved by a bid to cells next to each other: an array takes them without a look at each.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import jit, rule
from model.mechanisms.combinatorial.winners.table import (
    UNREACHED,
    find_slot,
    find_span,
    fits,
    locate,
    move_on,
    place,
    set_strides,
)


class Work(NamedTuple):
    """Work arrays for entering a bidder."""

    total: np.ndarray
    """int64[m]: units of a cell."""
    least: np.ndarray
    """int64[m]: of the bidder's bids."""
    most: np.ndarray
    """int64[m]."""
    here: np.ndarray
    """int64[m]: strides of the box entered."""
    there: np.ndarray
    """int64[m]: strides of the box before."""
    shift: np.ndarray
    """int64[columns]: cells by which each bid moves."""


@jit
def work_for(units):
    """Make work arrays for bids for packages with these units, int64[columns, m]."""
    columns, m = units.shape
    return Work(
        total=np.empty(m, np.int64),
        least=np.empty(m, np.int64),
        most=np.empty(m, np.int64),
        here=np.empty(m, np.int64),
        there=np.empty(m, np.int64),
        shift=np.empty(columns, np.int64),
    )


@rule
def count_run(boxes, i, stages, c, total):
    """Number of cells of box i next to each other, in one row of the last pollutant, from position c on.

    total : int64[m], units of the first.
    """
    last = total.shape[0] - 1
    most = min(stages.span[i, 1] - c, boxes.high[i, last] - total[last] + 1)
    if stages.cells[c + most - 1] - stages.cells[c] == most - 1:
        return most
    length = 1
    while stages.cells[c + length] - stages.cells[c] == length:
        length += 1
    return length


@rule
def move_run(boxes, i, stride, total, units, column, length):
    """The part of a run that a bid moves into box i: cells skipped, cells left, and where the first of these goes.

    total : int64[m], units of the run's first cell.
    """
    last, cell = total.shape[0] - 1, 0
    for j in range(last):
        to = total[j] + units[column, j]
        if to < boxes.low[i, j] or to > boxes.high[i, j]:
            return 0, 0, 0
        cell += (to - boxes.low[i, j]) * stride[j]
    to = total[last] + units[column, last]
    skipped = max(0, boxes.low[i, last] - to)
    left = min(length, boxes.high[i, last] - to + 1) - skipped
    return skipped, left, cell + to + skipped - boxes.low[i, last]


@rule
def enter_runs(units, kept, boxes, i, stages, gap, table, work):
    """Enter the cells reached from those of box i + 1 by bidder i's kept bids into the table of box i.

    table : int64[cells], losses.
    """
    total, _, _, here, there, _ = work
    set_strides(boxes, i + 1, there)
    set_strides(boxes, i, here)
    c, end = stages.span[i + 1, 0], stages.span[i + 1, 1]
    before = stages.cells[c]
    place(boxes, i + 1, there, before, total)
    while c < end:
        move_on(boxes, i + 1, there, before, stages.cells[c], total)
        before, length = stages.cells[c], count_run(boxes, i + 1, stages, c, total)
        for b in range(kept.start[i], kept.start[i + 1]):
            skipped, left, cell = move_run(boxes, i, here, total, units, kept.column[b], length)
            for t in range(left):
                reached = stages.losses[c + skipped + t] + kept.loss[b]
                table[cell + t] = min(table[cell + t], reached if reached <= gap else UNREACHED)
        c += length


@rule
def enter_one_by_one(units, kept, boxes, i, stages, gap, table, names, slots, work):
    """Enter the cells reached from those of box i + 1 by bidder i's kept bids into a hash table for box i.

    table : int64[slots], losses; names : int64[slots], whose cells they are.
    """
    m, first, last = units.shape[1], kept.start[i], kept.start[i + 1]
    total, least, most, here, there, shift = work
    set_strides(boxes, i + 1, there)
    set_strides(boxes, i, here)
    find_span(units, kept, i, least, most)
    for b in range(first, last):
        shift[b - first] = 0
        for j in range(m):
            shift[b - first] += units[kept.column[b], j] * here[j]
    before = stages.cells[stages.span[i + 1, 0]]
    place(boxes, i + 1, there, before, total)
    for c in range(stages.span[i + 1, 0], stages.span[i + 1, 1]):
        move_on(boxes, i + 1, there, before, stages.cells[c], total)
        before = stages.cells[c]
        inside, base = fits(boxes, i, total, least, most), 0
        for j in range(m):
            base += (total[j] - boxes.low[i, j]) * here[j]
        for b in range(first, last if inside else first):
            reached = stages.losses[c] + kept.loss[b]
            if reached > gap:
                break
            if inside == 1 and locate(boxes, i, here, total, units, kept.column[b], 1) < 0:
                continue
            cell = base + shift[b - first]
            slot = find_slot(names, table, slots, cell)
            if reached < table[slot]:
                table[slot], names[slot] = reached, cell
