"""Rows of numbers that periods leave behind, in one array that grows."""

import numpy as np

SMALL = 2**22
"""Bytes up to which an array grows fourfold; then it has room at once for all that may be kept.

Room that nothing has been written to is an address, not memory; above this size memory comes in large pages.
"""
PIECE = 2**17
"""Bytes moved at once when rows are dropped."""


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
        """Drop the rows, bool[rows], that do not stay."""
        step, kept = max(1, PIECE // self._row_bytes), 0
        for first in range(0, self.count, step):
            rows = self.numbers[first : first + step][stays[first : first + step]]
            self._numbers[kept : kept + len(rows)] = rows
            kept += len(rows)
        self.count = kept

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
