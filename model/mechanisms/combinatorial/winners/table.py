"""Sums of units as cells of boxes, and tables of reached cells: arrays, or hash tables where few are reached.

A cell is a whole number, the position of a sum of units in its box, last pollutant fastest.
"""

import numpy as np

from learning.jit import jit, rule
from learning.rows import overwrite
from model.mechanisms.combinatorial.winners.pruning import FAR, sort_pairs

UNREACHED = FAR
"""Loss of a cell that no choice reaches."""
SPARSE = 4
"""A box with more than this many cells per entry is stored as a hash table."""
ENTRY_SIZE = 8
"""A hash table is refused if this many cells per entry exceed the limit."""
LARGEST_BOX = 2.0**60
HASHED, SCATTER = 2**31 - 1, 0x1E3779B1


@rule
def count_cells(boxes):
    """Cells of the largest box, a float; 0.0 if some box is empty."""
    largest = 1.0
    for i in range(boxes.low.shape[0]):
        size = 1.0
        for j in range(boxes.low.shape[1]):
            if boxes.high[i, j] < boxes.low[i, j]:
                return 0.0
            size *= boxes.high[i, j] - boxes.low[i, j] + 1.0
        largest = max(largest, size)
    return largest


@rule
def sum_cells(boxes):
    """Cells of all boxes together, none of them empty, a float."""
    total = 0.0
    for i in range(boxes.low.shape[0]):
        size = 1.0
        for j in range(boxes.low.shape[1]):
            size *= boxes.high[i, j] - boxes.low[i, j] + 1.0
        total += size
    return total


@rule
def set_strides(boxes, i, stride):
    """Write the strides of box i, int64[m], last pollutant fastest, and return its size."""
    size = 1
    for j in range(boxes.low.shape[1] - 1, -1, -1):
        stride[j] = size
        size *= boxes.high[i, j] - boxes.low[i, j] + 1
    return size


@rule
def place(boxes, i, stride, cell, total):
    """Write the units, int64[m], that a cell of box i stands for."""
    for j in range(boxes.low.shape[1]):
        steps = cell // stride[j]
        total[j] = boxes.low[i, j] + steps
        cell -= steps * stride[j]


@rule
def move_on(boxes, i, stride, before, cell, total):
    """As `place`, from the units of an earlier cell ``before``: without divisions while only the last ones change."""
    last = boxes.low.shape[1] - 1
    total[last] += cell - before
    if total[last] > boxes.high[i, last]:
        place(boxes, i, stride, cell, total)


@rule
def find_span(units, kept, i, least, most):
    """Write the least and the most units, int64[m], of a bidder's kept bids."""
    for j in range(units.shape[1]):
        least[j], most[j] = FAR, -FAR
        for b in range(kept.start[i], kept.start[i + 1]):
            least[j] = min(least[j], units[kept.column[b], j])
            most[j] = max(most[j], units[kept.column[b], j])


@rule
def fits(boxes, i, total, least, most):
    """2 if any units between least and most added to ``total`` end in box i, 1 if some may, 0 if none."""
    found = 2
    for j in range(total.shape[0]):
        if total[j] + most[j] < boxes.low[i, j] or total[j] + least[j] > boxes.high[i, j]:
            return 0
        if total[j] + least[j] < boxes.low[i, j] or total[j] + most[j] > boxes.high[i, j]:
            found = 1
    return found


@rule
def locate(boxes, i, stride, total, units, k, sign):
    """Cell of box i of ``total`` and ``sign`` × the units of column k; -1 if outside."""
    cell = 0
    for j in range(total.shape[0]):
        to = total[j] + sign * units[k, j]
        if to < boxes.low[i, j] or to > boxes.high[i, j]:
            return -1
        cell += (to - boxes.low[i, j]) * stride[j]
    return cell


@rule
def count_slots(size, pairs, limit):
    """Slots of a hash table for at most that many pairs of a cell and a bid, a power of 2; 0: use an array.

    -1 if neither is within the ``limit`` of cells.
    """
    if size <= min(limit, SPARSE * pairs):
        return 0
    if ENTRY_SIZE * pairs > limit:
        return 0 if size <= limit else -1
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
    """Move the reached cells to the list, in order, clear the table, and return the list's end."""
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
    """Return the array, or a copy at least twice as long, the rest filled, if it is shorter than ``length``."""
    before = array.shape[0]
    if before >= length:
        return array
    longer = np.empty(max(length, 2 * before), np.int64)
    for at in range(longer.shape[0]):
        longer[at] = array[at] if at < before else filling
    return longer


@jit
def lengthen(array, used, length):
    """Return the array, or a copy of its first ``used`` entries in one at least twice as long, if it is too short."""
    if array.shape[0] >= length:
        return array
    longer = np.empty(max(length, 2 * array.shape[0]), np.int64)
    overwrite(longer, array[:used])
    return longer
