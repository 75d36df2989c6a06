"""Rows to which a running model appends, kept few enough to draw."""

import itertools
import math
import threading
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

Row = dict[str, Any]
Table = Iterable[Mapping[str, Any]] | pd.DataFrame

DEFAULT_LIMIT = 5_000

# Numbers of row lists begun anew, never used twice, so that a position also identifies its feed.
GENERATIONS = itertools.count()


class News(NamedTuple):
    """Instruction for a reader at some position: replace all its rows by ``rows``, or append them."""

    replace: bool
    rows: list[Row]
    position: tuple[int, int]


class Feed:
    """Rows that grow during a run, for any number of charts; at most ``limit`` of them are kept.

    A model's thread calls `append` (and `clear` on reset); each chart remembers how far it has read, so
    twenty browsers can share one feed. When more than ``limit`` rows have come:

    * with ``thin_by`` naming the column of time, every second value of it is dropped with all its rows,
      and later rows are admitted at the same spacing. The chart always spans the whole run, evenly, and
      no series loses more points than another. Rows of one time must follow each other;
    * without it the oldest rows are forgotten, a half of ``limit`` at a time (a sliding window).

    >>> feed = Feed(thin_by="period", limit=4)
    >>> for period in range(6):
    ...     feed.append([{"period": period, "price": 10.0 * period}])
    >>> [row["period"] for row in feed.rows()]
    [0, 2, 4]
    """

    def __init__(self, rows: Table = (), *, thin_by: str | None = None, limit: int = DEFAULT_LIMIT):
        """Start with ``rows``; keep at most ``limit`` (at least 2), thinned by the column ``thin_by``."""
        if limit < 2:
            raise ValueError(f"limit = {limit}: below its minimum 2")
        self.thin_by, self.limit = thin_by, limit
        self._lock = threading.Lock()
        self._forget()
        self.append(rows)

    def append(self, rows: Table) -> None:
        """Add rows at the end: dicts or a DataFrame. Numpy values become plain ones, NaN becomes a gap."""
        new = plain_rows(rows)
        with self._lock:
            for row in new:
                self._admit(row)
            while len(self._rows) > self.limit:
                self._shorten()

    def clear(self) -> None:
        """Forget all rows, as on a reset of the model; charts become empty."""
        with self._lock:
            self._forget()

    def rows(self) -> list[Row]:
        """Return a copy of the rows kept."""
        with self._lock:
            return list(self._rows)

    def news(self, position: tuple[int, int] | None = None) -> News:
        """Return the rows after ``position`` (from the reader's last news; None for a new reader)."""
        with self._lock:
            here = (self._generation, len(self._rows))
            if position is None or position[0] != self._generation:
                return News(True, list(self._rows), here)
            return News(False, self._rows[position[1] :], here)

    @property
    def position(self) -> tuple[int, int]:
        """Position of a reader that has read everything; differs whenever the rows do."""
        with self._lock:
            return self._generation, len(self._rows)

    def _forget(self) -> None:
        self._generation = next(GENERATIONS)
        self._rows: list[Row] = []
        self._ticks: list[int] = []  # for each row kept, the index of its time among all times that came
        self._tick, self._time, self._stride = -1, None, 1

    def _admit(self, row: Row) -> None:
        time = row[self.thin_by] if self.thin_by else None
        if self._tick < 0 or time != self._time:
            self._tick, self._time = self._tick + 1, time
        if self._tick % self._stride == 0:
            self._rows.append(row)
            self._ticks.append(self._tick)

    def _shorten(self) -> None:
        self._generation = next(GENERATIONS)
        if self._ticks[0] == self._ticks[-1]:  # no times to thin: slide the window
            keep = range(len(self._rows) - self.limit // 2, len(self._rows))
        else:
            self._stride *= 2
            keep = [i for i, tick in enumerate(self._ticks) if tick % self._stride == 0]
        self._rows, self._ticks = [self._rows[i] for i in keep], [self._ticks[i] for i in keep]


def plain_rows(rows: Table) -> list[Row]:
    """Return rows as dicts that JSON can carry: numpy scalars made plain, NaN and infinities made None.

    >>> plain_rows(pd.DataFrame({"t": [1], "price": [float("nan")]}))
    [{'t': 1, 'price': None}]
    """
    if isinstance(rows, pd.DataFrame):
        rows = rows.to_dict("records")
    return [{str(key): plain_value(value) for key, value in row.items()} for row in rows]


PLAIN = frozenset((int, str, bool, type(None)))
"""Types whose values JSON can carry."""


def plain_value(value: Any) -> Any:
    """Return one value as JSON can carry it; a value without a JSON form becomes its text."""
    kind = type(value)
    if kind in PLAIN or (kind is float and math.isfinite(value)):  # most values
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain_value(item) for item in value]
    return None if value is pd.NaT or value is pd.NA else _as_text(value)


def _as_text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
