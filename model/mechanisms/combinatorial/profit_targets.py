"""Profit targets under complete information: Nash equilibrium bids where winners pay their bids.

A bidder with a target bids its value less the target, for every package [BernheimWhinston1986]. Targets on the
bidders' frontier of the core, where no group of bidders with the seller can do better among themselves and nobody's
surplus can rise without lowering another's, make these bids a Nash equilibrium of the auction in which winners pay
what they bid [BernheimWhinston1986; DayMilgrom2008]. Where VCG surpluses are in the core they are the only such
targets. Amounts are int64, millionths of a euro, beyond the reserve price; ``winners`` is a function of bids
int64[n, K] that returns `Winners`.
"""

import numpy as np

from agents.farms.curves import NO_BID

EDGE = 1
"""Amount by which a winner lowers its target, a millionth of a euro, so that the seller is not indifferent."""


def contributions(beyond, winners):
    """Find the best choice among the bids ``beyond``, and each bidder's contribution to its revenue, int64[n]."""
    won, added = winners(beyond), np.zeros(len(beyond), np.int64)
    for i in np.flatnonzero(won.choice > 0):
        others = beyond.copy()
        others[i] = NO_BID
        added[i] = won.revenue - winners(others).revenue
    return won, added


def lowered(beyond, target):
    """Return the bids that leave every bidder its ``target``, int64[n], in every package; none where below 0."""
    bid = beyond - target[:, None]
    return np.where((beyond != NO_BID) & (bid >= 0), bid, NO_BID)


def profit_targets(beyond, winners):
    """Targets, int64[n], of bidders to whom packages are worth ``beyond``, int64[n, K]; 0 for those who win nothing.

    All begin with their VCG surplus. As long as a group can outbid the winners, these lower their targets by one and
    the same share. Whoever is not in the last group that could stays there; the others try their VCG surplus again.
    """
    won, most = contributions(beyond, winners)
    target, free = most.copy(), most > 0
    while free.any():
        target, group = lower_together(beyond, winners, won.revenue, most, np.where(free, most, target), free)
        if group is None:
            break
        free &= group
    return np.maximum(target - EDGE, 0)


def lower_together(beyond, winners, worth, most, target, free):
    """Lower the targets of those who are ``free``, bool[n], to one share of ``most`` until no group outbids.

    worth : of all winning packages. Returns the targets, and the members of the last group that could, bool[n], None
    if none could.
    """
    group = None
    while True:
        best = winners(lowered(beyond, target))
        if best.revenue <= worth - target.sum():
            return target, group
        group = best.choice >= 0
        of_group = beyond[group, best.choice[group]].sum()
        room = int(worth - of_group - target[~free & ~group].sum())
        whole = int(most[free & ~group].sum())
        target = target.copy()
        target[free] = [int(each) * room // whole for each in most[free]]
