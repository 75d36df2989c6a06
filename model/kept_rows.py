"""Rows of numbers that periods leave behind, in one array that grows, and the numbers of the periods."""

import threading

import numpy as np

SMALL = 2**18
"""Bytes up to which an array grows fourfold; then it has room at once for all that may be kept.

Room that nothing has been written to is an address, not memory; it comes in large pages, small arrays in small ones,
each of which costs as much as many rows.
"""
PIECE = 2**17
"""Bytes moved at once at least when rows are dropped."""
SPARE = 2**27
"""Bytes of memory of runs that are over, at most, that are kept for the next ones."""

_spare = {}


class _Lent:
    """Memory lent to arrays, which refer to it: when the last of them and its views is gone, it may be lent again."""

    def __init__(self, memory):
        self._memory = memory
        self.__array_interface__ = memory.__array_interface__

    def __del__(self, spare=_spare, most=SPARE):  # names of the module may be gone when the interpreter ends
        spare[id(self._memory)] = self._memory
        while sum(each.nbytes for each in list(spare.values())) > most:
            spare.pop(next(iter(list(spare)), None), None)  # the oldest


def _lend(count):
    """Make room for float64[count]: the smallest that a run has left behind and that is large enough, or new memory."""
    for memory in sorted(_spare.values(), key=len):
        if len(memory) >= count and _spare.pop(id(memory), None) is not None:
            return np.asarray(_Lent(memory))[:count]
    return np.asarray(_Lent(np.empty(count)))


def drop_spare():
    """Give back the memory of runs that are over."""
    _spare.clear()


class KeptRows:
    """Rows float64[n, columns] of government or firms, one for each period collected, the oldest first.

    shape : (n, columns); most : rows that there may be for long. New memory costs several times what writing to it
    does, so rows are written where they stay (`room`), rows that are dropped leave their room to later ones, and so do
    runs that are over.
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
        size, shape = 4 * needed, self._numbers.shape[1:]
        if size * self._row_bytes > SMALL:
            size = max(self.most + self.most // 8, 2 * needed)
            grown = _lend(size * self._row_bytes // 8).reshape(size, *shape)
        else:
            grown = np.empty((size, *shape))
        grown[: self.count] = self.numbers
        self._numbers = grown

    def __getstate__(self):
        """Leave out the room without rows."""
        return vars(self) | {"_numbers": self.numbers}


class Numbering:
    """Integers, one for each row, that come as a range or sequence at a time; a list is made of them when it is read.

    Of long runs most are dropped before anybody reads them. Two threads may read at once, while a third one appends.
    """

    _reading = threading.Lock()

    def __init__(self, numbers=()):
        self._listed, self._later = list(numbers), []
        self.count = len(self._listed)

    def extend(self, numbers):
        """Append a range or a sequence of integers."""
        self._later.append(numbers)
        self.count += len(numbers)

    def read(self):
        """Return all as a list."""
        with self._reading:
            arrived = self._later[:]
            for numbers in arrived:
                self._listed.extend(numbers.tolist() if isinstance(numbers, np.ndarray) else numbers)
            del self._later[: len(arrived)]
        return self._listed

    def as_array(self):
        """Return all as int64[rows]."""
        with self._reading:
            return np.concatenate([_as_array(numbers) for numbers in (self._listed, *self._later)])

    def keep(self, stays):
        """Drop the integers, bool[rows], that do not stay."""
        left = self.as_array()[stays]
        self._listed, self._later, self.count = [], [left], len(left)


def _as_array(numbers):
    if isinstance(numbers, range):  # a hundred times as fast as from its numbers
        return np.arange(numbers.start, numbers.stop, numbers.step, np.int64)
    return np.asarray(numbers, np.int64)
