"""Agents of one kind as columns of numbers, and each Mesa agent as one row of them.

There is one state with two views: compiled rules work on ``population.rows`` (a record array, ``rows[i].award`` or
``rows.award[i]``); an agent reads and writes its own row by attribute. Both share the same memory.
"""

import itertools
import threading
import weakref
from functools import cache

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


class _Counters:
    """A counter of agents for each model, which the model keeps."""

    def __getitem__(self, model):
        model.agents_made = getattr(model, "agents_made", 0) + 1
        return iter((model.agents_made,))


class Member(mesa.Agent):
    """A Mesa agent that is a row of a population. Subclasses declare their numbers as `Column`."""

    _ids = _Counters()  # Mesa 3.3's own keeps every model in memory; later versions have none
    _pos = None

    def __init__(self, model, population, row):
        super().__init__(model)
        self.unique_id -= 1  # Mesa counts from 1; so the government is 0, and firm 1 is 1 in all tables
        self.population = population
        self.row = row

    @property
    def pos(self):
        """Cell (x, y) on the model's grid, which is made when somebody looks; None outside."""
        if self._pos is None:
            getattr(self.model, "grid", None)
        return self._pos

    @pos.setter
    def pos(self, cell):
        """Note the cell, as Mesa's grid does when it places or moves the agent."""
        self._pos = cell

    @classmethod
    @cache
    def column_declarations(cls):
        """Columns by name, inherited ones first."""
        found = {}
        for base in reversed(cls.__mro__):
            found |= {name: value for name, value in vars(base).items() if isinstance(value, Column)}
        return found

    @classmethod
    @cache
    def column_positions(cls):
        """Position of every column by name, the same for all populations of the kind."""
        return {name: k for k, name in enumerate(cls.column_declarations())}


MAKING = threading.RLock()
"""Held while Mesa agents are made, so that two threads which look at once make them once."""


class Population:
    """``n`` agents of one kind: ``members``, the Mesa agents, and their numbers in three views of the same memory.

    rows : record array of length n, for compiled rules and analysis; columns : `Columns`, for Python, which reads and
    writes these several times faster; numbers : float64[n, columns]. more : pairs (kind, n) of agents in further
    rows, with columns of the first kind only. It does not keep its model, which keeps it.
    """

    def __init__(self, kind, model, n, *more):
        self.kind, self._find_model = kind, weakref.ref(model)
        self._kinds = [kind] * n
        for other, count in more:
            self._kinds += [other] * count
        self.positions = kind.column_positions()
        self.numbers = np.zeros((len(self._kinds), len(self.positions)))
        self._view_numbers()
        self._members = None
        waiting = getattr(model, "populations", None)
        if waiting is not None:
            waiting.append(self)
        if waiting is None or any(each.__init__ is not Member.__init__ for each, _ in ((kind, n), *more)):
            self.make_members()

    @property
    def model(self):
        """The model; LookupError if nobody has kept it."""
        if (model := self._find_model()) is None:
            raise LookupError(
                f"the model of these agents ({self.kind.__name__}) is gone: keep it, as in model = …; model.firms"
            )
        return model

    @property
    def members(self):
        """The Mesa agents. They are made when somebody looks at one: compiled rules need their numbers only."""
        if self._members is None:
            self.make_members()
        return self._members

    def make_members(self):
        """Make the Mesa agents, after those of the model's earlier populations, so that their ids are in order."""
        with MAKING:
            known = getattr(self.model, "populations", ())
            for population in (*itertools.takewhile(lambda each: each is not self, known), self):
                if population._members is None:
                    kinds = enumerate(population._kinds)
                    population._members = [kind(self.model, population, row) for row, kind in kinds]

    def __len__(self):
        return len(self.numbers)

    def __iter__(self):
        return iter(self.members)

    def __getitem__(self, row):
        return self.members[row]

    def get(self, names):
        """Value of an attribute, such as a column, for each agent, a list; several names: a list of values for each.

        As ``get`` of Mesa's AgentSet, which for ``model.agents`` fails if an agent of another kind has no such column.
        """
        one = isinstance(names, str)
        return [getattr(m, names) if one else [getattr(m, name) for name in names] for m in self.members]

    def record(self, periods):
        """Make an empty array for the numbers of ``periods`` periods: float64[periods, n, columns]."""
        return np.empty((periods, *self.numbers.shape))

    def __getstate__(self):
        left_out = ("rows", "columns", "_find_model")
        kept = {name: value for name, value in vars(self).items() if name not in left_out}
        return kept, self.model

    def __setstate__(self, state):
        kept, model = state
        vars(self).update(kept, _find_model=weakref.ref(model))
        self._view_numbers()

    def _view_numbers(self):
        self.rows = as_rows(self.numbers, self.positions)
        self.columns = Columns(self.numbers, self.positions)


def as_rows(numbers, names):
    """View float64[..., n, columns] as a record array [..., n] with these column names, on the same memory."""
    if numbers.flags.c_contiguous:  # a third of the time
        return np.ndarray.__new__(np.recarray, numbers.shape[:-1], _row_type(tuple(names)), numbers)
    return numbers.view(_row_type(tuple(names)))[..., 0].view(type=np.recarray)


class Columns:
    """Columns of float64[..., n, columns] by name, arrays [..., n] on the same memory, to read and to write.

    Each is looked up once, which is several times faster than with record arrays. Whatever is no column is that of
    the record array of these rows.
    """

    def __init__(self, numbers, positions):
        vars(self).update(_numbers=numbers, _positions=positions)

    def __getattr__(self, name):
        position = self._positions.get(name)
        if position is None:
            return getattr(as_rows(self._numbers, self._positions), name)
        column = vars(self)[name] = self._numbers[..., position]
        return column

    def __setattr__(self, name, values):
        if name not in self._positions:
            raise AttributeError(f"{name!r} is not a column")
        self._numbers[..., self._positions[name]] = values

    def __getitem__(self, key):
        return getattr(self, key) if isinstance(key, str) else as_rows(self._numbers, self._positions)[key]

    def __setitem__(self, name, values):
        setattr(self, name, values)

    def __len__(self):
        return len(self._numbers)


@cache
def _row_type(names):
    return np.dtype((np.record, [(name, np.float64) for name in names]))


def as_numbers(rows):
    """View a contiguous record array [..., n] as float64[..., n, columns]: the inverse of `as_rows`."""
    return np.asarray(rows)[..., None].view(np.float64)


def renamed(rows, **columns):
    """View columns of the record array ``rows`` under other names, new=old, for rules that use these names."""
    places = {new: rows.dtype.fields[old][1] for new, old in columns.items()}
    names = sorted(places, key=places.get)
    form = {"names": names, "formats": [np.float64] * len(names), "offsets": sorted(places.values())}
    return rows.view(np.dtype(form | {"itemsize": rows.dtype.itemsize})).view(np.recarray)
