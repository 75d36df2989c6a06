"""Metrics of a run, as a row holds them: small in memory, and quick to send to another process."""

from array import array
from collections.abc import Mapping
from functools import cache
from math import nan


class Numbers(Mapping):
    """Numbers by name in a fifth of a dict's memory: the names are those of all rows together.

    names : tuple of texts; values : ``array("d")``, one for each, or its bytes.
    """

    __slots__ = "_positions", "_values", "names"

    def __init__(self, names, values):
        self.names, self._positions = names, _positions_of(names)
        self._values = array("d", values)

    @classmethod
    def of_dict(cls, numbers):
        """Numbers of a dict."""
        return cls(tuple(numbers), numbers.values())

    def __reduce__(self):
        return Numbers, (self.names, self._values.tobytes())

    def __getitem__(self, name):
        return self._values[self._positions[name]]

    def of(self, names):
        """The numbers of these names, in their order; NaN where there is none."""
        if names == self.names:  # the usual case
            return self._values
        return [self.get(name, nan) for name in names]

    def __iter__(self):
        return iter(self.names)

    def __len__(self):
        return len(self.names)

    def __repr__(self):
        return repr(dict(self))


@cache
def _positions_of(names):
    """Positions of names, the same dict for all rows."""
    return {name: k for k, name in enumerate(names)}
