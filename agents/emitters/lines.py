"""Straight lines that fall with a price: what many emit together, as long as all of them emit.

Emissions on straight marginal cost curves fall in proportion to the price until they are 0, so those of many firms, or
of many quarters, add up to one line. One value of it takes the place of a sum over all of them.
"""

from typing import NamedTuple

import numpy as np

from agents.emitters.curves import is_straight, steepness
from learning.jit import rule


class Line(NamedTuple):
    """The amount ``total`` - ``fall`` × price, t, at prices from 0 to ``holds_to``."""

    total: float
    """t, at no price."""
    fall: float
    """t per unit of the price."""
    holds_to: float
    """Price up to which all emit; below 0: what is added up is no straight line."""


class Lines(NamedTuple):
    """Several of them: the numbers of a `Line` as float64[m] each."""

    total: np.ndarray
    fall: np.ndarray
    holds_to: np.ndarray


NOTHING = Line(0.0, 0.0, np.inf)
"""Where adding up begins."""


def empty_lines(m):
    """Make room for ``m`` lines."""
    return Lines(np.zeros(m), np.zeros(m), np.zeros(m))


@rule
def with_emissions(line, emitted, fall):
    """The `Line` and, added to it, emissions, t, that fall by ``fall`` per unit of the price until they are 0."""
    holds_to = min(line.holds_to, emitted / fall) if fall > 0.0 else line.holds_to
    return Line(line.total + emitted, line.fall + fall, holds_to)


@rule
def line_of_firms(emitted, base, curves):
    """The `Line` of the emissions of all firms, t, if each one's marginal cost is a straight line from 0 on.

    emitted : float64[n], t, without abatement; base : float64[n], t, whose avoided share sets the marginal cost.
    """
    line, straight = NOTHING, True
    for i in range(emitted.shape[0]):
        line = with_emissions(line, emitted[i], base[i] / steepness(curves, i))
        straight = straight and (base[i] <= 0.0 or is_straight(curves, i))  # traders emit nothing
    return Line(line.total, line.fall, line.holds_to if straight else -1.0)


@rule
def put_line(lines, k, line):
    """Write a `Line` as number ``k`` of `Lines`."""
    lines.total[k], lines.fall[k], lines.holds_to[k] = line.total, line.fall, line.holds_to


@rule
def value_on(lines, k, price):
    """Amount, t, on line ``k`` at a price at which it holds."""
    return lines.total[k] - lines.fall[k] * price


@rule
def hold_all(lines, m, price):
    """Whether the first ``m`` lines hold at ``price``, of which each holds no farther than the one before it."""
    return m > 0 and price <= lines.holds_to[m - 1]


@rule
def highest_of(lines, m, price):
    """Largest amount, t, on the first ``m`` lines at a price at which all hold."""
    highest = value_on(lines, 0, price)
    for k in range(1, m):
        value = value_on(lines, k, price)
        if value > highest:
            highest = value
    return highest
