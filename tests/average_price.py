"""An auction format as somebody else may add it: all winners pay the mean of the accepted bids."""

from learning.jit import kernel
from model.mechanisms.auctions.base import CLEAR, Auction
from model.mechanisms.auctions.merit_order import serve


@kernel(CLEAR)
def clear(price, volume, supply, reserve, tie_key, settings, scratch, award, payment):
    """Sell to the highest bids, all at the mean of the accepted bids, weighted by awards."""
    accepted, _ = serve(price, volume, supply, reserve, tie_key, settings, scratch, award)
    value, sold, steps = 0.0, 0.0, price.shape[1]
    for i in range(award.shape[0]):
        for k in range(steps):
            value += scratch.served[i * steps + k] * price[i, k]
        sold += award[i]
    mean = value / sold if sold > 0.0 else accepted
    for i in range(award.shape[0]):
        payment[i] = mean * award[i]
    return mean, accepted


class AveragePrice(Auction):
    """All pay the mean of the accepted bids: who bid less than it pays more than it bid."""

    clear = clear
    pays_above_bids = True
