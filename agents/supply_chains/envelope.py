"""Lower envelopes of plans, and lower bounds of the least cost, both as functions of the trading price.

A plan is a line, cost + price x emissions; the minimum over the known plans, U, is concave and piecewise linear. So
is the true least cost V; given lower bounds of V at some prices, straight lines between these bounds are below V: L.
"""

import numpy as np

NARROWEST = 1e-6
"""Plans that are best over a narrower price range, €/t, are left out, because rounding causes them."""


def lower_envelope(cost, emissions, price_max):
    """Find the lines cost + price x emissions that are least at some price in [0, price_max], and from which price on.

    cost, emissions : float64[n], € and t. Returns (which: int[K], price: float64[K]); price[0] = 0, increasing,
    emissions decreasing.
    """
    which, price = [], []
    for k in np.lexsort((emissions, cost)):
        if which and emissions[k] >= emissions[which[-1]]:
            continue  # dearer and no cleaner
        start = 0.0
        while which:
            last = which[-1]
            start = (cost[k] - cost[last]) / (emissions[last] - emissions[k])
            if start > price[-1] + NARROWEST:
                break
            which.pop(), price.pop()
            start = 0.0
        if start < price_max:
            which.append(k), price.append(start)
    return np.array(which), np.array(price)


def upper_hull(price, bound):
    """Corners (price, bound) of the least concave function above points sorted by price."""
    corners = []
    for x, y in zip(price, bound, strict=True):
        while len(corners) > 1 and _is_below(corners[-2], corners[-1], (x, y)):
            corners.pop()
        corners.append((x, y))
    return np.array(corners).T


def _is_below(one, middle, other):
    """Whether the middle corner is on or below the straight line between the others."""
    rise = (other[1] - one[1]) * (middle[0] - one[0])
    return (middle[1] - one[1]) * (other[0] - one[0]) <= rise


def slope_bounds(price, corners, above, below):
    """Least and greatest slope at ``price`` of a concave function between ``below`` and ``above``.

    below, above : functions of the price; corners : float64[n], prices at which they bend. The slope of V is emissions.
    """
    before, after = corners[corners < price], corners[corners > price]
    least = np.max((below(after) - above(price)) / (after - price), initial=0.0)
    greatest = np.min((above(price) - below(before)) / (price - before), initial=np.inf)
    return float(least), float(greatest)
