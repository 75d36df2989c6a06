"""Demand schedules: the steps that a bidder submits, made from an action in [0, 1]^2k [TwoTier]."""

import numpy as np

from learning.jit import rule
from learning.rows import put_in_order

REPAIRS = ("ratio", "sort", "clip")
"""Ways to make prices fall from step to step: each a share of the one before; sorted; capped at the one before."""
RATIO, SORT, CLIP = 0, 1, 2


@rule
def write_schedule(action, top, need, repair, price, volume):
    """Write the schedule of an action: step prices, €/t, and volumes, t, float64[k] each.

    action : float64[2k] in [0, 1], price and quantity share of each step in turn; top : highest price, €/t;
    need : permits needed, the largest total volume. Volumes are whole permits.
    """
    steps = price.shape[0]
    left, before = need, top
    for k in range(steps):
        share = min(max(action[2 * k], 0.0), 1.0)
        price[k] = share * before if repair == RATIO else share * top
        if repair == CLIP:
            price[k] = min(price[k], before)
        volume[k] = min(round_half_up(min(max(action[2 * k + 1], 0.0), 1.0) * need), left)
        left -= volume[k]
        before = price[k]
    if repair == SORT:
        put_in_order(price, steps)


@rule
def round_half_up(x):
    """Nearest whole number, halves rounded up, for x >= 0; the same in compiled and interpreted runs."""
    return float(int(x + 0.5))


@rule
def bid_for(price, volume, k):
    """Price, €/t, that a schedule bids for the ``k``-th permit, k = 1, 2, …; zero beyond its volume."""
    reached = 0.0
    for step in range(price.shape[0]):
        reached += volume[step]
        if k <= reached:
            return price[step]
    return 0.0


@rule
def write_truthful(cost, need, price, volume):
    """Write the schedule closest to the true marginal values: equal steps, each at its mean value."""
    steps, done = price.shape[0], 0.0
    for k in range(steps):
        reached = round_half_up(need * (k + 1) / steps)
        volume[k] = reached - done
        price[k] = cost * (need - 0.5 * (done + reached) + 0.5)
        done = reached


def collect_schedules(firms, market, price, volume):
    """Write the schedule that each firm bids in ``market`` to its row; ValueError naming the firm if it is not valid.

    price, volume : float64[n, k], €/t and t.
    """
    for firm in firms:
        bid_price, bid_volume = (np.asarray(x, float) for x in firm.bid(market))
        if bid_price.shape != price[0].shape or bid_volume.shape != volume[0].shape:
            raise ValueError(f"firm {firm.row}: a schedule has {len(price[0])} prices and as many volumes")
        if not ((bid_price >= 0) & (bid_volume >= 0) & np.isfinite(bid_price + bid_volume)).all():
            raise ValueError(f"firm {firm.row} bids {bid_price} €/t for {bid_volume} t: both must be >= 0")
        price[firm.row], volume[firm.row] = bid_price, bid_volume
