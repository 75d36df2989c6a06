"""Shortest paths of an enterprise over the cells it sees, to a project or a free cell."""

import numpy as np

from agents.enterprises.actions import MOVES
from learning.jit import jit, rule

PROJECT, GREEN, PROPERTY, INSIDE = 0, 2, 3, 5
"""Layers of the window."""
OWN = 1
"""Code of the enterprise itself among owners; 0 means nobody."""
DIRECTIONS = np.array(MOVES)


@jit
def is_free(cell):
    """Whether a cell of the window has no building and no waiting project."""
    return cell[INSIDE] != 0.0 and cell[PROJECT] == 0.0 and cell[GREEN] == 0.0 and cell[PROPERTY] == 0.0


@jit
def can_enter(cell, owners):
    """Whether it may enter a cell: inside the map, no enterprise there, nothing built there by others."""
    return cell[INSIDE] != 0.0 and owners[0] <= OWN and owners[1] <= OWN and owners[2] == 0


@rule
def note(ends, place, r, c, begin):
    """Write a cell, row and column, and the direction in which its path begins, int64[places, 3]."""
    ends[place, 0], ends[place, 1], ends[place, 2] = r, c, begin


@jit
def way_to(window, owners, project, u):
    """First direction, 0 to 3, of the shortest path to a waiting project, or else to a free cell; -1 if there is none.

    window, owners : its part of `Seen`. Paths use cells that it can enter at present, and pass no other project;
    ``u`` in [0, 1) selects the direction tried first. Breadth-first search.
    """
    side, turn = window.shape[0], int(4 * u)
    ends = np.empty((side * side, 3), np.int64)
    known = np.zeros((side, side), np.bool_)
    known[side // 2, side // 2] = True
    note(ends, 0, side // 2, side // 2, -1)
    count, at = 1, 0
    while at < count:
        for turned in range(turn, turn + 4):
            k = turned % 4
            r, c = ends[at, 0] + DIRECTIONS[k, 0], ends[at, 1] + DIRECTIONS[k, 1]
            if not (0 <= r < side and 0 <= c < side) or known[r, c]:
                continue
            known[r, c], begin = True, k if ends[at, 2] < 0 else ends[at, 2]
            waits = window[r, c, PROJECT] != 0.0
            if not can_enter(window[r, c], owners[r, c]):
                continue
            if waits if project else is_free(window[r, c]):
                return begin
            if not waits:
                note(ends, count, r, c, begin)
                count += 1
        at += 1
    return -1
