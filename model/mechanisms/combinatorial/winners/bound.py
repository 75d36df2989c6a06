"""Upper bound on the score of a choice of package bids: the dual bound, minimised over shadow prices.

The score of a bid is a whole number (`scores.py`); column 0 of the tables is "no bid", column k + 1 is package k.
With shadow prices, whole numbers as well, every sum is exact: no margin for rounding is needed anywhere.
"""

import math

import numpy as np

from learning.jit import jit, rule
from learning.rows import overwrite

NO_BID = -(2**62)
"""Score of a package for which a bidder has no bid."""
LARGEST = 2**58
"""Upper limit of sums of scores, and of the worth of the supply or of n packages at shadow prices."""
STEPS_PER_POLLUTANT = 60
"""Steps of the search for shadow prices, at most."""
WIDER = 8
"""Searches for shadow prices, at most, each reaching further where the last ended at its border."""


@rule
def value_packages(units, price, worth):
    """Write the worth of every package at shadow prices, int64[columns]."""
    for k in range(units.shape[0]):
        total = 0
        for j in range(units.shape[1]):
            total += units[k, j] * price[j]
        worth[k] = total


@rule
def highest(score, worth, bidder):
    """Highest score of a bidder's bids net of the worth of their units."""
    most = NO_BID - LARGEST
    for k in range(worth.shape[0]):
        most = max(most, score[bidder, k] - worth[k])
    return most


@rule
def first_at(score, worth, bidder, net):
    """The first column whose score net of worth is ``net``."""
    k = 0
    while score[bidder, k] - worth[k] != net:
        k += 1
    return k


@jit
def dual_bound(score, units, supply, price, worth, slack):
    """Upper bound on the score of choices within the supply: its worth plus every bidder's highest net score.

    score : int64[n, columns]; units : int64[columns, m]; price : int64[m], not negative; worth : int64[columns],
    written; slack : int64[m], written: units left over if every bidder has its best bid, a subgradient.
    """
    value_packages(units, price, worth)
    bound = 0
    for j in range(supply.shape[0]):
        bound += price[j] * supply[j]
        slack[j] = supply[j]
    for i in range(score.shape[0]):
        net = highest(score, worth, i)
        k = first_at(score, worth, i, net)
        for j in range(supply.shape[0]):
            slack[j] -= units[k, j]
        bound += net
    return bound


@rule
def limit_prices(n, units, supply, limit):
    """Write the highest shadow prices, int64[m], with which no worth of supply or of n packages is above `LARGEST`."""
    for j in range(supply.shape[0]):
        most = max(1, supply[j])
        for k in range(units.shape[0]):
            most = max(most, n * units[k, j])
        limit[j] = LARGEST // (supply.shape[0] * most)


@rule
def round_prices(centre, limit, price):
    """Write whole shadow prices within their limits; return the pollutant whose price was outside, -1 for none."""
    outside = -1
    for j in range(limit.shape[0]):
        if centre[j] < 0.0 or centre[j] > limit[j]:
            outside = j
        price[j] = np.int64(min(max(centre[j], 0.0), float(limit[j])))
    return outside


@rule
def shrink(centre, shape, gradient, depth, step):
    """Replace the ellipsoid by the smallest one around its part beyond a cut; return the reach, 0.0 at the end.

    centre : float64[m], shape : float64[m, m], both written; depth : least height of the centre's value above
    the minimum; step : float64[m], room. The minimum is not below the centre's value less the reach.
    """
    m, square = centre.shape[0], 0.0
    for a in range(m):
        step[a] = 0.0
        for b in range(m):
            step[a] += shape[a, b] * gradient[b]
        square += gradient[a] * step[a]
    reach = math.sqrt(max(0.0, square))
    if reach == 0.0 or depth >= reach:
        return 0.0
    deep = depth / reach
    ahead = (1.0 + m * deep) / (m + 1.0)
    turn, grow = 2.0 * ahead / (1.0 + deep), 1.0
    if m == 1:
        turn, grow = 1.0 - (0.5 * (1.0 - deep)) ** 2, 1.0
    else:
        grow = m * m * (1.0 - deep * deep) / (m * m - 1.0)
    for a in range(m):
        centre[a] -= ahead * step[a] / reach
        for b in range(m):
            shape[a, b] = grow * (shape[a, b] - turn * (step[a] / reach) * (step[b] / reach))
    return reach


@jit
def descend(score, units, supply, limit, reach_out, tolerance, hopeless, best, worth, slack):
    """Search for prices from 0 to ``reach_out``, float64[m], and a little beyond; write the best, return its bound.

    limit : int64[m], highest prices.
    """
    m = supply.shape[0]
    price, gradient, step = np.zeros(m, np.int64), np.zeros(m), np.empty(m)
    lowest = dual_bound(score, units, supply, best, worth, slack)
    centre, shape = 0.5 * reach_out, np.zeros((m, m))
    for j in range(m):
        shape[j, j] = 0.25 * m * reach_out[j] ** 2
    for _ in range(STEPS_PER_POLLUTANT * m):
        if lowest < hopeless:
            break
        outside = round_prices(centre, limit, price)
        if outside >= 0:
            gradient[:] = 0.0
            gradient[outside] = 1.0 if price[outside] > 0 else -1.0
            depth = abs(centre[outside] - price[outside])
        else:
            bound = dual_bound(score, units, supply, price, worth, slack)
            overwrite(gradient, slack)
            depth = float(max(0, bound - lowest))
            if bound < lowest:
                lowest = bound
                overwrite(best, price)
        reach = shrink(centre, shape, gradient, depth, step)
        if reach == 0.0 or (outside < 0 and reach - depth <= tolerance):
            break
    return lowest


@jit
def find_prices(score, units, supply, tolerance, hopeless):
    """Shadow prices int64[m] with a low dual bound, and the bound; found by shrinking ellipsoids.

    Stops once the bound is within ``tolerance`` of the lowest for such prices for certain, or is below ``hopeless``.
    With bidders optional no price is above the first reach: the supply alone would be worth more than all bids.
    """
    m = supply.shape[0]
    worth, slack, best = np.empty(units.shape[0], np.int64), np.empty(m, np.int64), np.zeros(m, np.int64)
    lowest = dual_bound(score, units, supply, best, worth, slack)
    reach_out, limit = np.empty(m), np.empty(m, np.int64)
    limit_prices(score.shape[0], units, supply, limit)
    for j in range(m):
        reach_out[j] = 2.0 + (lowest - hopeless) / max(1, supply[j])
    for _ in range(WIDER):
        lowest = descend(score, units, supply, limit, reach_out, tolerance, hopeless, best, worth, slack)
        wider = False
        for j in range(m):
            if best[j] > 0.8 * reach_out[j] and reach_out[j] < limit[j]:
                reach_out[j] *= 16.0
                wider = True
        if not wider or lowest < hopeless:
            break
    return best, lowest


@jit
def drop_prices(score, units, supply, price, worth, bound, allowed):
    """Set shadow prices to 0, one by one, where the bound stays at most ``allowed``; return the new bound.

    Units of a pollutant with price 0 need no counting if they suffice for all bids.
    """
    slack = np.empty_like(supply)
    for j in range(supply.shape[0]):
        before = price[j]
        price[j] = 0
        without = dual_bound(score, units, supply, price, worth, slack)
        if without <= allowed:
            bound = without
        else:
            price[j] = before
    return bound
