"""Land that an enterprise sees, as maps of bits: cells that can be reached are found many at a time.

A map is a row of 64-bit words, each of which holds as many rows of the window as fit, with an empty column after each
row: nothing that is shifted sideways arrives in another row. An empty word stands before the first and after the last.
"""

from typing import NamedTuple

import numpy as np

from agents.enterprises.actions import MOVES
from agents.enterprises.ways import GREEN, INSIDE, OWN, PROJECT, PROPERTY
from learning.bits import NO_BITS, ONE_BIT, count_bits
from learning.jit import jit, rule

STANDING = 2
"""Layer of owners."""
FAR = 0.8
"""Weight of a cell per step of the way to it."""
ENTER, FREE, WAITING, OTHERS, FRONT = range(5)
"""Maps: cells that can be entered and have not been reached; free ones; waiting projects; other enterprises; and, from
here on, one for each first direction of the cells reached last."""
MAPS = FRONT + len(MOVES)


class Size(NamedTuple):
    """Cells of a window's side, distance of its rows in a word, rows in a word, and words that hold all rows."""

    side: int
    pitch: int
    rows: int
    words: int


@rule
def size_for(side):
    """Size of the maps for windows of ``side`` x ``side`` cells."""
    pitch = side + 1
    rows = 64 // pitch
    return Size(side, pitch, rows, (side + rows - 1) // rows)


@rule
def place_in(size, r, c):
    """Word and bit of a cell."""
    return 1 + r // size.rows, np.uint64(r % size.rows * size.pitch + c)


@jit
def empty_maps(size):
    """Make maps, uint64[`MAPS`, words + 2]."""
    return np.zeros((MAPS, size.words + 2), np.uint64)


@rule
def map_land(window, owners, size, maps):
    """Write the maps of a window; window, owners : its part of `Seen`.

    What is inside, waits, is built, is barred, and stands there is written bit by bit; the rest is logic of words.
    """
    maps[:] = NO_BITS
    word, at, down = 1, NO_BITS, np.uint64(size.pitch)
    for r in range(size.side):
        inside, waits, built, barred, others = NO_BITS, NO_BITS, NO_BITS, NO_BITS, NO_BITS
        for c in range(size.side - 1, -1, -1):
            cell, owner = window[r, c], owners[r, c]
            inside = inside << ONE_BIT | np.uint64(cell[INSIDE])
            waits = waits << ONE_BIT | np.uint64(cell[PROJECT])
            built = built << ONE_BIT | np.uint64(cell[GREEN] | cell[PROPERTY])
            barred = barred << ONE_BIT | np.uint64((owner[0] | owner[1]) > OWN)
            others = others << ONE_BIT | np.uint64(owner[STANDING] > OWN)
        maps[ENTER, word] |= (inside & ~(barred | others)) << at
        maps[FREE, word] |= (inside & ~(waits | built)) << at
        maps[WAITING, word] |= waits << at
        maps[OTHERS, word] |= others << at
        at += down
        if at + down > 64:
            word, at = word + 1, NO_BITS


@rule
def see_land(maps, freed, size, row, free, project, land):
    """Write the first direction and nearness of the next free cell and project, and the free land of each direction.

    Cells that can be reached count, all of those equally far from here at a time; a cell that several first directions
    reach is the first one's. The map of cells to enter is used up. freed : int64[4], overwritten; row : float32[:],
    zero at the positions ``free`` and ``project``, of five numbers each, and ``land``, of four.
    """
    alive, length = begin_to_walk(maps, size), 0
    while alive:
        alive, length = False, length + 1
        weight = FAR**length
        for k in range(len(MOVES)):
            reached, found, freed[k] = go_on(maps, size, k, length == 1)
            alive |= reached
            if found and row[project + 4] == 0.0:
                row[project + k], row[project + 4] = 1.0, weight
            if freed[k] and row[free + 4] == 0.0:
                row[free + k], row[free + 4] = 1.0, weight
        add_often(row[land : land + len(MOVES)], weight, freed)


@rule
def add_often(sums, weight, times):
    """Add ``weight`` so many times to each of the sums, float32[k]: one after the other, but to all of them at once."""
    most = times[0]
    for k in range(1, sums.shape[0]):
        most = max(most, times[k])
    for n in range(most):
        for k in range(sums.shape[0]):
            sums[k] = sums[k] + weight if n < times[k] else sums[k]


@rule
def begin_to_walk(maps, size):
    """Mark the middle as reached and its neighbours as the first cells of each direction; return True."""
    middle = size.side // 2
    for k in range(len(MOVES)):
        word, at = place_in(size, middle + MOVES[k][0], middle + MOVES[k][1])
        maps[FRONT + k, word] = ONE_BIT << at
    word, at = place_in(size, middle, middle)
    maps[ENTER, word] &= ~(ONE_BIT << at)
    return True


@rule
def go_on(maps, size, k, first):
    """Go a step further from the cells reached last by direction k; in the ``first`` step, only enter them.

    No way leads past a waiting project. Returns whether any cell was reached from which ways go on, whether a waiting
    project was, and the number of free cells.
    """
    down, last = np.uint64(size.pitch), np.uint64(size.pitch * (size.rows - 1))
    before, reached, met, freed = NO_BITS, NO_BITS, NO_BITS, 0
    for word in range(1, size.words + 1):
        here = maps[FRONT + k, word]
        near = here << ONE_BIT | here >> ONE_BIT | here << down | here >> down
        near |= before >> last | maps[FRONT + k, word + 1] << last
        new = (here if first else near) & maps[ENTER, word]
        maps[ENTER, word] &= ~new
        met |= new & maps[WAITING, word]
        new &= ~maps[WAITING, word]
        maps[FRONT + k, word] = new
        freed += int(count_bits(new & maps[FREE, word]))
        reached, before = reached | new, here
    return reached != NO_BITS, met != NO_BITS, freed


@rule
def count_near(maps, size):
    """Number of free cells among the middle and the eight around it."""
    count, middle = 0, size.side // 2
    for r in range(middle - 1, middle + 2):
        word, at = place_in(size, r, middle - 1)
        count += int(count_bits(maps[FREE, word] >> at & np.uint64(7)))
    return count


@rule
def see_others(maps, size, row, others):
    """Write how near other enterprises stand in each direction, left, right, up, down."""
    middle = size.side // 2
    for word in range(size.words):
        left = maps[OTHERS, 1 + word]
        while left != NO_BITS:
            at = int(count_bits(~left & (left - ONE_BIT)))  # of the lowest bit
            left &= left - ONE_BIT
            dr, dc = word * size.rows + at // size.pitch - middle, at % size.pitch - middle
            weight = FAR ** (abs(dr) + abs(dc))
            if dc != 0:
                row[others + (0 if dc < 0 else 1)] += weight
            if dr != 0:
                row[others + (2 if dr < 0 else 3)] += weight
