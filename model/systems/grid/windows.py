"""Windows: what enterprises see of the maps around them [Wang2024, simulator].

The maps of many worlds are in no cache. So a window is written from what it shows already as far as possible.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import rule
from learning.rows import natural, shift
from model.systems.grid.masks import ALL_NEW, NEAR, NO_NEWS
from model.systems.grid.state import EVERYTHING, FIRST_CODE, LAYERS, SELF

MARKS, CODES = LAYERS + 1, 3
"""Numbers of a cell in ``layers`` and in ``owners``."""


class Strips(NamedTuple):
    """Views of maps whose rows, and of windows whose cells, are one line, so that whole blocks can be copied."""

    layers: np.ndarray
    """int8[worlds, rows, columns x 6]."""
    owners: np.ndarray
    """int8[worlds, rows, columns x 3]."""
    window: np.ndarray
    """int8[worlds, n, side x side x 6]."""
    window_owners: np.ndarray
    """int8[worlds, n, side x side x 3]."""


class Window(NamedTuple):
    """The window of one enterprise and the maps of its world, both as `Strips`."""

    layers: np.ndarray
    owners: np.ndarray
    map_layers: np.ndarray
    map_owners: np.ndarray
    top: int
    """Row of its first cell on the maps."""
    left: int
    side: int
    own: int
    """Code of the enterprise in ``owners``, which becomes `SELF`."""


def strips_of(state, seen):
    """Return the `Strips` of the worlds' maps, and of the windows of `Seen`."""
    rows = (part.reshape(*part.shape[:-2], -1) for part in (state.layers, state.owners))
    windows = (part.reshape(*part.shape[:2], -1) for part in (seen.window, seen.owners))
    return Strips(*rows, *windows)


@rule
def write_window(world, setup, i, strips, w, at):
    """Write the window of enterprise i: the cells that changed, and those that came into view if it moved by one cell.

    All of it is written if anything may have changed, or if the enterprise is further from where it was; at : int64[2],
    the first cell of the window as last written. Returns the change in its own and adjacent cells: `NO_NEWS`, `NEAR`,
    or `ALL_NEW` if anything may have changed.
    """
    window, count = window_of(world, setup, i, strips, w), world.changes[0, 0]
    down, right = window.top - at[0], window.left - at[1]
    at[0], at[1], moved = window.top, window.left, abs(down) + abs(right)
    if count == EVERYTHING or moved > 1:
        for r in range(window.side):
            copy_row(window, r)
    elif moved == 1:
        move_window(window, down, right)
    if count == EVERYTHING:
        return ALL_NEW
    news = copy_changes(world, setup, window)
    return NEAR if moved > 0 else news


@rule
def window_of(world, setup, i, strips, w):
    """Return the `Window` of enterprise i where it stands."""
    return Window(
        layers=strips.window[w, i],
        owners=strips.window_owners[w, i],
        map_layers=strips.layers[w],
        map_owners=strips.owners[w],
        top=int(world.firms[i].cell_row),
        left=int(world.firms[i].cell_col),
        side=2 * setup.margin + 1,
        own=i + FIRST_CODE,
    )


@rule
def copy_changes(world, setup, window):
    """Copy the cells that changed; return `NEAR` if one of them is the enterprise's own or adjacent."""
    news, changes = NO_NEWS, world.changes
    for k in range(changes[0, 0]):
        r, c = changes[k + 1, 0] - window.top, changes[k + 1, 1] - window.left
        if abs(r - setup.margin) <= 1 and abs(c - setup.margin) <= 1:
            news = NEAR
        if 0 <= r < window.side and 0 <= c < window.side:
            copy_cell(window, r, c)
    return news


@rule
def move_window(window, down, right):
    """Move a window by one cell, and copy the row or the column of cells that comes into view."""
    cells = down * window.side + right
    shift(window.layers, cells * MARKS)
    shift(window.owners, cells * CODES)
    if down != 0:
        copy_row(window, edge(window.side, down))
    else:
        for r in range(window.side):
            copy_cell(window, r, edge(window.side, right))


@rule
def edge(side, step):
    """Row or column of a window that a step down or right brings into view; up or left if below zero."""
    return side - 1 if step > 0 else 0


@rule
def copy_row(window, r):
    """Copy row r of a window from the maps; the enterprise's code becomes `SELF`."""
    row, length = window.map_layers[window.top + r], window.side * MARKS
    here, there = window.layers[r * length : (r + 1) * length], row[window.left * MARKS :]
    for k in range(length):
        here[k] = there[k]
    row, length = window.map_owners[window.top + r], window.side * CODES
    here, there = window.owners[r * length : (r + 1) * length], row[window.left * CODES :]
    for k in range(length):
        here[k] = SELF if there[k] == window.own else there[k]


@rule
def copy_cell(window, r, c):
    """Copy the cell in row r and column c of a window from the maps; the enterprise's code becomes `SELF`."""
    cell, row, column = r * window.side + c, natural(window.top + r), window.left + c
    for k in range(MARKS):
        mark = window.map_layers[row, natural(column * MARKS + k)]
        window.layers[natural(cell * MARKS + k)] = mark
    for k in range(CODES):
        code = window.map_owners[row, natural(column * CODES + k)]
        window.owners[natural(cell * CODES + k)] = SELF if code == window.own else code
