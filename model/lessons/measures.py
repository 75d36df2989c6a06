"""Measures of a run, the vocabulary of a lesson's checks: each a function of what one step has played.

A measure is added by writing it in this file, or in a plug-in; nothing else has to be changed::

    @measure(of="metric")
    def middle(run, metric, since=None, until=None):
        '''Median over periods.'''
        return float(np.median(run.values(metric, since, until)))

It may then stand in a lesson, such as ``middle(clearing_price, tight) > middle(clearing_price, loose)``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from learning.registry import Registry, unknown
from model.base import MarketModel
from model.collector import mean_of_numbers
from model.systems.bidding.model import BiddingModel

MEASURES = Registry("measure")


@dataclass(frozen=True)
class Measure:
    """A function of a run."""

    function: Callable
    of: str = ""
    """What its first argument names: "metric", "column" (of the firms), "parameter", or "" for none."""


@dataclass(frozen=True)
class Played:
    """Periods that a step has played: those of ``model`` after period ``before``."""

    model: MarketModel
    before: int = 0
    window: int = 0
    """Number of last periods that measures take if they do not name periods; 0: all of the step."""

    def positions(self, since=None, until=None):
        """Positions in the model's collector of the periods named, both ends included, or of the window."""
        periods = np.array(self.model.datacollector.periods)
        inside = np.flatnonzero(periods > self.before)
        if since is None and until is None:
            return inside[-self.window :] if self.window else inside
        first, last = since or 0, until or np.inf
        return inside[(periods[inside] >= first) & (periods[inside] <= last)]

    def values(self, metric, since=None, until=None):
        """Values of a metric in these periods, float64[periods]; periods without a number are left out."""
        collected = self.model.datacollector.model_vars[metric]
        found = np.array([collected[k] for k in self.positions(since, until)], float)
        return found[~np.isnan(found)]

    def firms(self, column, since=None, until=None):
        """Values of a column of the firms in these periods, float64[periods, n]."""
        at = self.positions(since, until)
        names = self.model.firms.rows.dtype.names
        if column not in names:
            raise unknown("column of the firms", column, names)
        if not len(at):
            return np.zeros((0, len(self.model.firms)))
        return np.asarray(self.model.datacollector.rows_at(at)[1][column], float)


def measure(of=""):
    """Decorator: register a function as the measure of its name."""

    def add(function):
        MEASURES.register(function.__name__)(Measure(function, of))
        return function

    return add


# -- of a metric, over periods ----------------------------------------------------------------------------------------


@measure(of="metric")
def mean(run, metric, since=None, until=None):
    """Mean over periods."""
    return mean_of_numbers(run.values(metric, since, until))


@measure(of="metric")
def total(run, metric, since=None, until=None):
    """Sum over periods."""
    return float(run.values(metric, since, until).sum())


@measure(of="metric")
def lowest(run, metric, since=None, until=None):
    """Smallest value of a period."""
    return float(run.values(metric, since, until).min(initial=np.inf))


@measure(of="metric")
def highest(run, metric, since=None, until=None):
    """Largest value of a period."""
    return float(run.values(metric, since, until).max(initial=-np.inf))


@measure(of="metric")
def last(run, metric):
    """Value in the last period that has one."""
    values = run.values(metric)
    return float(values[-1]) if values.size else float("nan")


# -- of a column of the firms -----------------------------------------------------------------------------------------


@measure(of="column")
def spread(run, column, since=None, until=None):
    """Distance of the highest firm from the lowest, mean over periods."""
    values = run.firms(column, since, until)
    return mean_of_numbers(values.max(1) - values.min(1))


@measure(of="column")
def firm_total(run, column, firm, since=None, until=None):
    """Sum of one firm over periods; firms count from 1."""
    return float(run.firms(column, since, until)[:, number_of(run, firm)].sum())


@measure(of="column")
def firms_total(run, column, since=None, until=None):
    """Sum of all firms over periods."""
    return float(run.firms(column, since, until).sum())


def number_of(run, firm):
    """Row of a firm that a lesson names by its number, from 1 on."""
    count = len(run.model.firms)
    if firm != int(firm) or not 1 <= firm <= count:
        raise ValueError(f"firm {firm}: must be a whole number from 1 to {count}")
    return int(firm) - 1


# -- of what a learner knows ------------------------------------------------------------------------------------------


def table_of(run, firm):
    """Numbers that a firm has learned, float64[states, actions]; ValueError where firms do not bid on a grid."""
    if not isinstance(run.model, BiddingModel):
        raise ValueError(f"firms of {run.model.name} do not learn bids of a grid")
    return run.model.learner.table(number_of(run, firm))


def cells_in_force(run, firm):
    """The row of that table in the market's present state, float64[actions]."""
    table = table_of(run, firm)
    return table[run.model.state if len(table) > 1 else 0]


@measure()
def cells_beyond(run, limit, firm=1):
    """Number of cells of a firm's table, in all states, that hold more than ``limit``, up or down."""
    return float((np.abs(table_of(run, firm)) > limit).sum())


@measure()
def cells(run, firm=1):
    """Number of cells of a firm's table, in all states."""
    return float(table_of(run, firm).size)


@measure()
def best_value(run, firm=1):
    """Largest number of a firm's table in the market's present state: that of the bid it holds for best."""
    return float(cells_in_force(run, firm).max())


@measure()
def best_price(run, firm=1):
    """Price, €/t, of the bid that a firm holds for best in the market's present state."""
    action = int(cells_in_force(run, firm).argmax())
    return float(run.model.bid_of(number_of(run, firm), action)[0])


# -- of the market, and of theory --------------------------------------------------------------------------------------


@measure(of="parameter")
def parameter(run, name):
    """Value of a parameter that is a number."""
    return float(run.model.params.everything()[name])


@measure()
def competitive_price(run):
    """Value, €/t, of the permit that uses up the cap when those who value permits most are served first."""
    rows = run.model.firms.rows
    if not {"private_value", "required_permits"} <= set(rows.dtype.names):
        raise ValueError(f"firms of {run.model.name} do not have one private value each")
    order = np.argsort(-rows.private_value)
    served = np.cumsum(rows.required_permits[order])
    at = int(np.searchsorted(served, float(run.model.government.cap)))
    return float(rows.private_value[order[at]]) if at < len(order) else 0.0
