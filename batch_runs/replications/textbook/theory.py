"""Yardsticks of the textbooks, computed from values and costs alone, without any market."""

import numpy as np

from model.mechanisms.auctions.base import EXHAUSTED


def competitive_price(value, need, cap):
    """Competitive price, €/t: the value of the permit that exhausts ``cap``, t, highest values first.

    value, need : float64[n], €/t and t. If all firms together need less than the cap, a permit is worth nothing.

    >>> competitive_price(np.array([3.0, 2.0, 1.0]), np.array([10.0, 10.0, 10.0]), 15.0)
    2.0
    """
    order = np.argsort(-value)
    met = np.cumsum(need[order])
    if met[-1] < cap * (1.0 - EXHAUSTED):
        return 0.0
    return float(value[order][np.searchsorted(met, cap * (1.0 - EXHAUSTED))])


def largest_surplus(value, need, cap):
    """Largest value, €, that ``cap`` permits, t, can have to firms with ``value``, €/t, for what they ``need``, t.

    >>> largest_surplus(np.array([1.0, 3.0, 2.0]), np.array([10.0, 10.0, 10.0]), 15.0)
    40.0
    """
    order = np.argsort(-value)
    before = np.cumsum(need[order]) - need[order]
    return float((value[order] * np.clip(cap - before, 0.0, need[order])).sum())


def least_cost(price, tonnes, avoided):
    """Least cost, €, of avoiding ``avoided``, t, by steps that avoid ``tonnes`` each at ``price``, €/t; float64[m].

    NaN if all steps together avoid less.

    >>> least_cost(np.array([5.0, 1.0]), np.array([10.0, 10.0]), 15.0)
    35.0
    """
    if avoided > tonnes.sum() * (1.0 + EXHAUSTED):
        return float("nan")
    return -largest_surplus(-price, tonnes, avoided)


def earned_without_trade(value, need, held, fine=np.inf):
    """Most that a firm can earn with the permits it holds, €; all float64[...], €/t, t, t and €/t.

    It fills its ``need`` as far as permits reach, and beyond that as far as a tonne's ``value`` exceeds the ``fine``.

    >>> [float(earned_without_trade(3.0, 10.0, held, fine)) for held, fine in ((4.0, np.inf), (4.0, 2.0), (12.0, 2.0))]
    [12.0, 18.0, 30.0]
    """
    covered = np.minimum(held, need)
    return value * covered + np.maximum(value - fine, 0.0) * (need - covered)


def steps_of(curves):
    """Marginal abatement cost, €/t, and tonnes avoided of every step of all `EmissionCurve`: two float64[m]."""
    tonnes = np.concatenate([-np.diff(curve.emissions) for curve in curves])
    cost = np.concatenate([np.diff(curve.cost) for curve in curves])
    return cost / tonnes, tonnes
