"""The paper's search for the trading price: interval bisection that solves every chain again at each midpoint."""

from dataclasses import dataclass

import numpy as np

from agents.supply_chains.curve import GAP, PRICE_MAX, ROUNDING

TOLERANCE = 0.01
"""Width, €/t, of the interval at which the search ends; the paper does not give its own."""


@dataclass(frozen=True)
class Bisection:
    """Outcome of a search."""

    price: float
    """€/t: upper end of the last interval, where emissions are within the permits; price_max if they never are."""
    emissions: np.ndarray
    """float64[chains], t, at that price."""
    milps: int


def bisect_price(planners, permits, price_max=PRICE_MAX, gap=GAP, tolerance=TOLERANCE):
    """Lowest price, €/t, at which the chains together emit no more than ``permits``, t [Esmaeili2022, Sect. 4.4].

    planners : `Planner` of every chain. Solves every chain's mixed-integer program at 0, and at each midpoint
    of [low, high], beginning with [0, price_max], until high - low <= tolerance.
    """
    started = sum(planner.milps for planner in planners)

    def emissions(price):
        return np.array([planner.best(price, gap).plan.emissions for planner in planners])

    low, high, at_high = 0.0, price_max, None
    first = emissions(low)
    if first.sum() <= permits * (1 + ROUNDING):
        high, at_high = low, first
    while high - low > tolerance:
        middle = (low + high) / 2
        emitted = emissions(middle)
        if emitted.sum() <= permits * (1 + ROUNDING):
            high, at_high = middle, emitted
        else:
            low = middle
    if at_high is None:
        at_high = emissions(high)
    return Bisection(high, at_high, sum(planner.milps for planner in planners) - started)
