"""Public facts of the bids of an auction: who bids, for how much, at which prices."""

from learning.jit import rule
from model.mechanisms.supply_curve import bid_at


@rule
def publish_bids(firms, government, room):
    """Write each firm's volume and its range of prices, and the median of all."""
    highest, total = 0.0, 0.0
    for i in range(firms.shape[0]):
        note_bids(firms[i], room.price[i], room.volume[i])
        highest = max(highest, firms[i].highest_bid)
        total += firms[i].bid_volume
    government[0].median_bid = median_bid(room.price, room.volume, highest, total)


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
def median_bid(price, volume, highest, total):
    """Highest price, €/t, at or above which at least half of the ``total``, t, is bid for; 0 without bids.

    highest : €/t, of the bids; price, volume : float64[n, steps], €/t and t.
    """
    low, high = 0.0, highest
    if total <= 0.0 or bid_at(price, volume, highest) >= 0.5 * total:
        return highest
    middle = 0.5 * (low + high)
    while low < middle < high:
        if bid_at(price, volume, middle) >= 0.5 * total:
            low = middle
        else:
            high = middle
        middle = 0.5 * (low + high)
    return low
