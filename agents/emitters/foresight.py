"""Firms that foresee everything: all emissions of the run, and the price steps at which permits will be sold.

They provide for the worst shortage that will come, not for the one expected. Where all firms do, prices are those of
the competitive equilibrium with perfect foresight.
"""

import numpy as np

from agents.emitters.behaviours import BEHAVIOURS, PROVIDE, Behaviour, is_new
from agents.emitters.curves import emissions_at
from agents.emitters.lines import value_on
from learning.jit import kernel, rule

ABOVE = 1.0 + 1e-9
"""A price is above a step if it is above this multiple of it; else rounding would decide at a floor that rises at the
rate of interest."""

FREE, PLANNED, WITHHELD, YEARLY, CEILING, FINE = range(6)
"""Steps of future supply: permits given away; planned auctions; what is withheld from them below a trigger; the cost
containment reserve, in the last quarter of each year; any number at the ceiling; and the fine, where it is final."""
STEPS = 6


@rule
def foreseen_emissions(price, outlook, k):
    """Emissions, t, of all firms in the quarter ``k`` ahead at the price ``price``, €/t, of that quarter."""
    known = outlook.foreseen
    if price <= known.lines.holds_to[k]:
        return value_on(known.lines, k, price)
    total = 0.0
    for i in range(known.baseline.shape[1]):
        baseline, base = known.baseline[k, i], known.base[k, i]
        total += emissions_at(price, baseline, base, outlook.curves, i, known.level[k])
    return total


@rule
def foreseen_supply(price, outlook, k, sold_to):
    """Permits, t, for sale in the quarter ``k`` ahead below its price ``price``, €/t.

    Those of the yearly reserve only if they are not for sale already below ``sold_to``, €/t.
    """
    known, supply = outlook.foreseen, 0.0
    for s in range(known.price.shape[1]):
        step = known.price[k, s]
        if step <= 0.0 or (price > step * ABOVE and (s != YEARLY or sold_to <= step * ABOVE)):
            supply += known.quantity[k, s]
    return supply


@rule
def foreseen_shortage(price, outlook):
    """Largest shortage, t, at the end of any year ahead if a permit costs ``price``, €/t, now and rises as required.

    What is left of the present year's cost containment reserve is for sale already now, below ``price``.
    """
    shortage, worst = 0.0, 0.0 if outlook.ends_now else -np.inf
    sold_to = 0.0 if outlook.ends_now else price
    for k in range(outlook.ahead):
        now = price * outlook.growth[k]
        shortage += foreseen_emissions(now, outlook, k) - foreseen_supply(now, outlook, k, sold_to)
        if outlook.ends[k] > 0.0:
            worst, sold_to = max(worst, shortage), 0.0
    return worst


@kernel(PROVIDE)
def provide_with_foresight(prices, outlook, settings, first, last, wanted):
    """Bank the worst shortage that will come."""
    shortage = 0.0
    for k in range(prices.shape[0]):
        for i in range(first, last):
            if is_new(prices, k, i, first):
                shortage = foreseen_shortage(prices[k, i], outlook)
            wanted[k, i] = outlook.weight[i] * shortage


@BEHAVIOURS.register("foresight")
class Foresight(Behaviour):
    """Price takers who foresee all emissions, and when which permits will be for sale: the yardstick of the others."""

    provide = provide_with_foresight
    foresees = True
