"""Rows of numbers that periods leave behind, in one array that grows."""

import numpy as np

SMALL = 2**18
"""Bytes up to which an array grows fourfold; then it has room at once for all that may be kept.

Room that nothing has been written to is an address, not memory; it comes in large pages, small arrays in small ones,
each of which costs as much as many rows.
"""
PIECE = 2**17
"""Bytes moved at once at least when rows are dropped."""


class KeptRows:
    """Rows float64[n, columns] of government or firms, one for each period collected, the oldest first.

    shape : (n, columns); most : rows that there may be for long. New memory costs several times what writing to it
    does, so rows are written where they stay (`room`), and rows that are dropped leave their room to later ones.
    """

    def __init__(self, shape, most):
        self.most, self.count = most, 0
        self._numbers = np.empty((0, *shape))
        self._row_bytes = 8 * shape[0] * shape[1]

    def __len__(self):
        return self.count

    @property
    def numbers(self):
        """All rows, float64[rows, n, columns]: a view, valid until rows are dropped."""
        return self._numbers[: self.count]

    @numbers.setter
    def numbers(self, numbers):
        """Take other rows in place of all."""
        self._numbers, self.count = numbers, len(numbers)

    def room(self, count):
        """Room for the next ``count`` rows, of any content; they are not rows yet."""
        needed = self.count + count
        if needed > len(self._numbers):
            self._grow(needed)
        return self._numbers[self.count : needed]

    def append(self, rows):
        """Append rows, float64[rows, n, columns]: nothing is copied if they were written to `room`."""
        room = self.room(len(rows))
        if not np.may_share_memory(room, rows):
            room[:] = rows
        self.count += len(rows)

    def keep(self, stays):
        """Drop the rows, bool[rows], that do not stay.

        Where there is room between old and new places, rows are copied once, without an array in between.
        """
        rows, few, kept = np.flatnonzero(stays), max(1, PIECE // self._row_bytes), 0
        while kept < len(rows):
            first = int(rows[kept])
            behind = min(len(rows), kept + max(few, first - kept))
            moved, place = rows[kept:behind], self._numbers[kept:behind]
            if first < behind:
                place[:] = self._numbers[moved]
            else:
                np.take(self._numbers[first:], moved - first, axis=0, out=place, mode="clip")
            kept = behind
        self.count = len(rows)

    def _grow(self, needed):
        size = 4 * needed
        if size * self._row_bytes > SMALL:
            size = max(self.most + self.most // 8, 2 * needed)
        grown = np.empty((size, *self._numbers.shape[1:]))
        grown[: self.count] = self.numbers
        self._numbers = grown

    def __getstate__(self):
        """Leave out the room without rows."""
        return vars(self) | {"_numbers": self.numbers}
