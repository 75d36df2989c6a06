"""Agents of one kind as columns of numbers, and each Mesa agent as one row of them.

There is one state with two views: compiled rules work on ``population.rows`` (a record array, ``rows[i].award`` or
``rows.award[i]``); an agent reads and writes its own row by attribute. Both share the same memory.
"""

import itertools
from functools import cache
from weakref import WeakKeyDictionary

import mesa
import numpy as np


class Column:
    """A number that each agent of a kind has. ``unit`` and ``help`` appear in tables, tooltips and downloads.

    flow : whether the number is of one period only, so that several periods are aggregated by their mean.
    """

    def __init__(self, unit, help, flow=False):
        self.unit = unit
        self.help = help
        self.flow = flow

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, member, owner=None):
        if member is None:
            return self
        return float(member.population.numbers[member.row, self._position(member)])

    def __set__(self, member, value):
        member.population.numbers[member.row, self._position(member)] = value

    def _position(self, member):
        return member.population.positions[self.name]


class _Counters(WeakKeyDictionary):
    """A counter of agents for each model."""

    def __getitem__(self, model):
        return self.setdefault(model, itertools.count(1))


class Member(mesa.Agent):
    """A Mesa agent that is a row of a population. Subclasses declare their numbers as `Column`."""

    _ids = _Counters()  # Mesa 3.3's own keeps every model in memory; later versions have none

    def __init__(self, model, population, row):
        super().__init__(model)
        self.population = population
        self.row = row

    @classmethod
    @cache
    def column_declarations(cls):
        """Columns by name, inherited ones first."""
        found = {}
        for base in reversed(cls.__mro__):
            found |= {name: value for name, value in vars(base).items() if isinstance(value, Column)}
        return found


class Population:
    """``n`` agents of one kind: ``members``, the Mesa agents, and their numbers in two views of the same memory.

    rows : record array of length n, for compiled rules and analysis; numbers : float64[n, columns].
    """

    def __init__(self, kind, model, n):
        self.kind = kind
        names = list(kind.column_declarations())
        self.positions = {name: k for k, name in enumerate(names)}
        self.numbers = np.zeros((n, len(names)))
        self.rows = as_rows(self.numbers, names)
        self.members = [kind(model, self, row) for row in range(n)]

    def __len__(self):
        return len(self.members)

    def __iter__(self):
        return iter(self.members)

    def __getitem__(self, row):
        return self.members[row]

    def record(self, periods):
        """Make an empty array for the numbers of ``periods`` periods: float64[periods, n, columns]."""
        return np.empty((periods, *self.numbers.shape))

    def __getstate__(self):
        return {name: value for name, value in vars(self).items() if name != "rows"}

    def __setstate__(self, state):
        vars(self).update(state)
        self.rows = as_rows(self.numbers, self.positions)


def as_rows(numbers, names):
    """View float64[..., n, columns] as a record array [..., n] with these column names, on the same memory."""
    return numbers.view(_row_type(tuple(names)))[..., 0].view(np.recarray)


class Columns:
    """Columns of float64[..., n, columns] by name, arrays [..., n] on the same memory, for functions that only read.

    Each is looked up once, so that dozens of functions of few rows take half as long as with record arrays. All
    else is that of the record array of these rows.
    """

    def __init__(self, numbers, positions):
        self._numbers, self._positions = numbers, positions

    def __getattr__(self, name):
        position = self._positions.get(name)
        if position is None:
            return getattr(as_rows(self._numbers, self._positions), name)
        column = self.__dict__[name] = self._numbers[..., position]
        return column

    def __getitem__(self, key):
        return getattr(self, key) if isinstance(key, str) else as_rows(self._numbers, self._positions)[key]

    def __len__(self):
        return len(self._numbers)


@cache
def _row_type(names):
    return np.dtype([(name, np.float64) for name in names])


def as_numbers(rows):
    """View a contiguous record array [..., n] as float64[..., n, columns]: the inverse of `as_rows`."""
    return np.asarray(rows)[..., None].view(np.float64)


def renamed(rows, **columns):
    """View columns of the record array ``rows`` under other names, new=old, for rules that use these names."""
    places = {new: rows.dtype.fields[old][1] for new, old in columns.items()}
    names = sorted(places, key=places.get)
    form = {"names": names, "formats": [np.float64] * len(names), "offsets": sorted(places.values())}
    return rows.view(np.dtype(form | {"itemsize": rows.dtype.itemsize})).view(np.recarray)
