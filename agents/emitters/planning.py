"""Groups of firms that plan alike, in the form that compiled rules take."""

from itertools import accumulate
from typing import NamedTuple

import numpy as np

from agents.emitters.behaviours import BEHAVIOURS, Behaviour
from agents.emitters.learned import provide_as_decided
from agents.emitters.tabulated import provide_from_table
from agents.traders.trader import TRADERS
from learning.jit import Kernel, rule
from learning.knobs import ParameterError
from learning.shares import read_shares, split_players


class Planning(NamedTuple):
    """How the firms from ``first`` to ``last`` - 1 plan: a kernel of signature `PROVIDE` with its settings."""

    first: int
    last: int
    provide: Kernel
    settings: np.ndarray
    """float64[knobs]."""


class PlanningGroup(NamedTuple):
    """Firms in a row with one behaviour or learner of the registry."""

    name: str
    first: int
    last: int

    @property
    def behaviour(self):
        """The class of the behaviour; None for firms that learn."""
        return behaviour_of(self.name)

    def planning(self, parts):
        """`Planning` of the group; parts : settings by name."""
        settings = np.array(parts[self.name].vector(), float)
        if self.behaviour is None:
            return Planning(self.first, self.last, provide_as_decided, settings)
        provide = self.behaviour.provide if self.behaviour.is_compiled() else provide_from_table
        return Planning(self.first, self.last, provide, settings)


def behaviour_of(name):
    """The class of the behaviour ``name``; None if it is a learner's."""
    part = BEHAVIOURS[name]
    return part if issubclass(part, Behaviour) else None


def split_rows(knob, text, first, n):
    """Name, first and last row of each share of ``n`` players from row ``first`` on; ParameterError naming the knob."""
    shares = read_shares(text)
    try:
        counts = split_players(shares, n)
    except ValueError as error:
        raise ParameterError(f"{knob} = {text}: {error}") from None
    ends = [first + end for end in accumulate(counts)]
    return [(name, last - count, last) for (name, _), count, last in zip(shares, counts, ends, strict=True)]


def groups_of(behaviour, n):
    """The `PlanningGroup` of each share of ``n`` firms, in their order; ParameterError if one gets nobody."""
    return [PlanningGroup(*each) for each in split_rows("behaviour", behaviour, 0, n)]


def trader_plannings(trader, parts, first, n):
    """`Planning` of each share of ``n`` traders in the rows from ``first`` on, as a tuple; parts : settings by name."""
    return tuple(
        Planning(begin, end, TRADERS[name].provide, np.array(parts[name].vector(), float))
        for name, begin, end in (split_rows("trader", trader, first, n) if n else ())
    )


@rule
def plan(groups, prices, outlook, first, last, wanted):
    """Write how many permits each of the firms from ``first`` to ``last`` - 1 wants for later at each of its prices.

    groups : tuple of `Planning`; prices : float64[k, n], €/t; wanted : float64[at least k, n], t.
    """
    for group in groups:
        begin, end = max(first, group.first), min(last, group.last)
        if begin < end:
            group.provide(prices, outlook, group.settings, begin, end, wanted)
