"""Public facts of the bids of an auction: who bids, for how much, at which prices."""

import numpy as np

from learning.jit import rule


@rule
def publish_bids(firms, government, room):
    """Write each firm's volume and its range of prices, and the median of all."""
    total = 0.0
    for i in range(firms.shape[0]):
        note_bids(firms[i], room.price[i], room.volume[i])
        total += firms[i].bid_volume
    government[0].median_bid = median_bid(room.price, room.volume, total)


@rule
def note_bids(firm, price, volume):
    """Write a firm's volume, t, and the highest and lowest price, €/t, of its schedule, float64[steps] each."""
    firm.bid_volume = firm.highest_bid = firm.lowest_bid = 0.0
    for k in range(price.shape[0]):
        if volume[k] > 0.0:
            firm.lowest_bid = price[k] if firm.bid_volume == 0.0 else min(firm.lowest_bid, price[k])
            firm.highest_bid = max(firm.highest_bid, price[k])
            firm.bid_volume += volume[k]


@rule
def median_bid(price, volume, total):
    """Highest price, €/t, at or above which at least half of the ``total``, t, is bid for; 0 without bids.

    price, volume : float64[n, steps], €/t and t. It is one of the prices bid: every look at the bids leaves those on
    one side of the middle of what is left.
    """
    low, high = np.inf, 0.0
    if total <= 0.0:
        return high
    for each in price.flat:
        low, high = min(low, each), max(high, each)
    while low < high:
        middle = 0.5 * (low + high)
        if middle <= low:  # nothing lies between
            middle = high
        asked, below, above = 0.0, low, high
        for i in range(price.shape[0]):
            for k in range(price.shape[1]):
                if price[i, k] >= middle:
                    asked += volume[i, k]
                    above = min(above, price[i, k])
                else:
                    below = max(below, price[i, k])
        if asked >= 0.5 * total:
            low = above
        else:
            high = below
    return high
