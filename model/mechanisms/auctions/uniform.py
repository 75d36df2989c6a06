"""Uniform price: every winner pays the clearing price per permit."""

import numpy as np

from learning.jit import kernel
from model.mechanisms.auctions.base import AUCTIONS, CLEAR, Auction, fill


@kernel(CLEAR)
def clear(price, volume, supply, reserve, settings, award, payment):
    """Sell to the highest bids, all at the equilibrium price [Esmaeili2021, Eqs. 2.3-2.6]."""
    n, steps = price.shape
    served = np.empty(n * steps)
    clearing_price = fill(
        price.reshape(n * steps), volume.reshape(n * steps), supply, reserve, settings[0], served
    )
    for i in range(n):
        award[i] = 0.0
        for k in range(steps):
            award[i] += served[i * steps + k]
        payment[i] = clearing_price * award[i]
    return clearing_price, clearing_price


@AUCTIONS.register("uniform")
class Uniform(Auction):
    """All pay the bid of the marginal bidder."""

    clear = clear
