"""The supply of an auction as steps (price, quantity), and how much of it bids buy.

Steps are ordered by price: the planned permits from the reserve price on, those that an emissions containment reserve
holds back below its trigger, those that a cost containment reserve adds above its trigger, and any number at a
ceiling.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import rule

PLANNED, HELD_BACK, ADDED, UNLIMITED = range(4)
"""Kinds of steps."""


class Steps(NamedTuple):
    """Supply of one auction; arrays over the steps, whose prices never fall."""

    price: np.ndarray
    """float64[steps], €/t."""
    volume: np.ndarray
    """float64[steps], t."""
    kind: np.ndarray
    """int64[steps]."""


def empty_steps():
    """Room for the steps of an auction."""
    return Steps(np.zeros(4), np.zeros(4), np.zeros(4, np.int64))


@rule
def put_step(steps, at, price, volume, kind):
    """Insert a step among the first ``at``, by price; return their new number."""
    k = at
    while k > 0 and steps.price[k - 1] > price:
        steps.price[k], steps.volume[k] = steps.price[k - 1], steps.volume[k - 1]
        steps.kind[k] = steps.kind[k - 1]
        k -= 1
    steps.price[k], steps.volume[k], steps.kind[k] = price, volume, kind
    return at + 1


@rule
def supply_below(steps, price):
    """Permits, t, on steps priced below ``price``, €/t."""
    total = 0.0
    for k in range(steps.price.shape[0]):
        total += steps.volume[k] if steps.price[k] < price else 0.0
    return total


@rule
def demand_from(price, volume, least):
    """Volume, t, of the bids, float64[n, k], at ``least`` €/t or above."""
    total = 0.0
    for i in range(price.shape[0]):
        for k in range(price.shape[1]):
            total += volume[i, k] if price[i, k] >= least else 0.0
    return total


@rule
def last_step_used(steps, price, volume):
    """Find the step at which supply meets the bids, float64[n, k]: its position, and permits up to its end, t.

    A bid at a step's price or above is served by it. The most that any step lets the market trade is sold.
    """
    used, most, supply, total = 0, -1.0, 0.0, 0.0
    for k in range(steps.price.shape[0]):
        total += steps.volume[k]
        wanted = demand_from(price, volume, steps.price[k])
        if min(wanted, total) > most:
            used, most, supply = k, min(wanted, total), min(total, 2.0 * wanted + steps.volume[0])
    return used, supply
