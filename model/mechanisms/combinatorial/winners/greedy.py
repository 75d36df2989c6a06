"""A good choice of package bids found at once: a lower bound on the highest revenue."""

import numpy as np

from learning.jit import jit, rule
from model.mechanisms.combinatorial.winners.bound import NO_BID, dual_bound, find_prices, value_packages
from model.mechanisms.combinatorial.winners.scores import check_bids, score_bids

CLOSE = 1000
"""Shadow prices may miss the lowest dual bound by the range of scores, per bidder, over this."""


@rule
def best_within(score, units, worth, bidder, left):
    """The column of a bidder's highest net score within int64[m] ``left``: of equal ones the last, -1 for none."""
    best, most = -1, 0
    for k in range(worth.shape[0]):
        fits = score[bidder, k] != NO_BID
        for j in range(left.shape[0]):
            fits = fits and units[k, j] <= left[j]
        if fits and (best < 0 or score[bidder, k] - worth[k] >= most):
            best, most = k, score[bidder, k] - worth[k]
    return best


@jit
def sell_in_turn(packages, amount, supply):
    """Revenue, millionths of a euro, if bidders in turn get what is best for the seller at shadow prices and fits.

    Returns these prices, int64[m], too.
    """
    score, units = score_bids(packages, amount, supply, True, False)
    worth, slack = np.empty(units.shape[0], np.int64), np.empty_like(supply)
    price = np.zeros(supply.shape[0], np.int64)
    bound = dual_bound(score, units, supply, price, worth, slack)
    price, _ = find_prices(score, units, supply, bound / (CLOSE * amount.shape[0]), 0)
    value_packages(units, price, worth)
    left, revenue = supply.copy(), 0
    for i in range(amount.shape[0]):
        k = best_within(score, units, worth, i, left)
        if k > 0:
            revenue += amount[i, k - 1]
            for j in range(left.shape[0]):
                left[j] -= units[k, j]
    return revenue, price


def attainable_revenue(packages, amount, supply):
    """Revenue, millionths of a euro, of some choice with bidders optional, near the highest: much faster to find.

    Returns shadow prices, int64[m], too. Arguments as for `determination.determine_winners`.
    """
    return sell_in_turn(*check_bids(packages, amount, supply))
