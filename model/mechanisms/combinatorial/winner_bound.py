"""What a choice of package bids can score at most: the dual bound, minimised over shadow prices.

A score is what a bid counts for, a whole number; column 0 of the tables is "no bid", column k + 1 is package k.
With shadow prices, whole numbers as well, every sum is exact: no margin for rounding is needed anywhere.
"""

import math

import numpy as np

from learning.jit import jit, rule

NO_BID = -(2**62)
"""Score of a package a bidder has not bid for."""
LARGEST = 2**60
"""No sum of scores, and no value of the supply at shadow prices times bidders, is above this."""
STEPS_PER_POLLUTANT = 60
"""Steps of the search for shadow prices, at most."""
SCALES = 12
"""Multiples of the first guess of shadow prices that are tried, each four times the last."""


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
    """The most a bidder's bid can score net of what its units are worth."""
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


@rule
def dual_bound(score, units, supply, price, worth, slack):
    """Most that any choice within the supply can score: supply at shadow prices and every bidder's highest net score.

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
def price_limit(n, supply, j):
    """Highest shadow price of pollutant ``j`` with which no sum is above `LARGEST`."""
    return LARGEST // (n * supply.shape[0] * max(1, supply[j]))


@jit
def guess_scale(score, units, supply):
    """Rough sizes of shadow prices, float64[m]: the best bid's score over its units, averaged over bidders."""
    m = supply.shape[0]
    total, wanted = 0.0, np.zeros(m)
    for i in range(score.shape[0]):
        best = 0
        for k in range(score.shape[1]):
            if score[i, k] > score[i, best]:
                best = k
        total += max(0, score[i, best])
        for j in range(m):
            wanted[j] += units[best, j]
    return (total + 1.0) / np.maximum(wanted, 1.0)


@jit
def round_prices(centre, n, supply, price):
    """Write whole shadow prices within their limits; which pollutant's price was outside them, -1 for none."""
    outside = -1
    for j in range(supply.shape[0]):
        limit = price_limit(n, supply, j)
        if centre[j] < 0.0 or centre[j] > limit:
            outside = j
        price[j] = np.int64(min(max(centre[j], 0.0), float(limit)))
    return outside


@jit
def shrink(centre, shape, gradient, depth):
    """Replace the ellipsoid by the smallest one around its part beyond a cut; the cut's reach, 0.0 at the end.

    centre : float64[m], shape : float64[m, m], both written; depth : how much the centre is known to lie above
    the minimum. The minimum is not below the centre's value less the reach.
    """
    m = centre.shape[0]
    step = shape @ gradient
    reach = math.sqrt(max(0.0, gradient @ step))
    if reach == 0.0 or depth >= reach:
        return 0.0
    step /= reach
    deep = depth / reach
    if m == 1:
        centre[0] -= 0.5 * (1.0 + deep) * step[0]
        shape[0, 0] *= (0.5 * (1.0 - deep)) ** 2
        return reach
    centre -= (1.0 + m * deep) / (m + 1.0) * step
    turn = 2.0 * (1.0 + m * deep) / ((m + 1.0) * (1.0 + deep))
    grow = m * m * (1.0 - deep * deep) / (m * m - 1.0)
    for a in range(m):
        for b in range(m):
            shape[a, b] = grow * (shape[a, b] - turn * step[a] * step[b])
    return reach


@jit
def find_scale(score, units, supply, price, worth, slack):
    """The multiple of `guess_scale` with the lowest bound; writes its prices, and returns it with the bound."""
    n = score.shape[0]
    guess = guess_scale(score, units, supply)
    scale, lowest = guess / 16.0, np.int64(4 * LARGEST)
    for power in range(SCALES):
        trial = guess * 4.0 ** (power - 3)
        round_prices(trial, n, supply, price)
        bound = dual_bound(score, units, supply, price, worth, slack)
        if bound < lowest:
            scale, lowest = trial, bound
        elif power > 3:
            break
    round_prices(scale, n, supply, price)
    return scale, lowest


@jit
def find_prices(score, units, supply, tolerance, hopeless):
    """Shadow prices int64[m] with a low dual bound, and the bound; found by shrinking ellipsoids.

    Stops when the bound is known to be within ``tolerance`` of the lowest, or below ``hopeless``.
    """
    (n, columns), m = score.shape, supply.shape[0]
    worth, slack = np.empty(columns, np.int64), np.empty(m, np.int64)
    best, price, gradient = np.zeros(m, np.int64), np.zeros(m, np.int64), np.zeros(m)
    scale, lowest = find_scale(score, units, supply, best, worth, slack)
    centre, shape = scale.copy(), np.zeros((m, m))
    for j in range(m):
        shape[j, j] = m * (4.0 * scale[j]) ** 2
    for _ in range(STEPS_PER_POLLUTANT * m):
        if lowest < hopeless:
            break
        outside = round_prices(centre, n, supply, price)
        if outside >= 0:
            gradient[:] = 0.0
            gradient[outside] = 1.0 if price[outside] > 0 else -1.0
            depth = abs(centre[outside] - price[outside])
        else:
            bound = dual_bound(score, units, supply, price, worth, slack)
            gradient[:] = slack
            depth = float(max(0, bound - lowest))
            if bound < lowest:
                lowest = bound
                best[:] = price
        reach = shrink(centre, shape, gradient, depth)
        if reach == 0.0 or (outside < 0 and reach - depth <= tolerance):
            break
    return best, lowest
