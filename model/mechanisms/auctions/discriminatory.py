"""Discriminatory price: every winner pays its own bid per permit."""

import numpy as np

from learning.jit import kernel
from learning.knobs import knob, settings
from model.mechanisms.auctions.base import AUCTIONS, CLEAR, Auction, AuctionSettings, fill

BIDS, AWARDS = 0.0, 1.0


@settings
class DiscriminatorySettings(AuctionSettings):
    """Knobs of the discriminatory format."""

    price_weights: str = knob(
        "bids",
        choices=("bids", "awards"),
        help="volumes that weight the winning bids in the clearing price",
        source="Esmaeili2021, Eq. 2.8",
    )


@kernel(CLEAR)
def clear(price, volume, supply, reserve, settings, award, payment):
    """Sell to the highest bids, each at its own price [Esmaeili2021, Eqs. 2.5, 2.7]; the clearing price is their
    volume-weighted mean (Eq. 2.8), the equilibrium price if nothing is sold."""
    n, steps = price.shape
    served = np.empty(n * steps)
    equilibrium_price = fill(
        price.reshape(n * steps), volume.reshape(n * steps), supply, reserve, settings[0], served
    )
    value, weight = 0.0, 0.0
    for i in range(n):
        award[i] = payment[i] = 0.0
        for k in range(steps):
            won = served[i * steps + k]
            award[i] += won
            payment[i] += won * price[i, k]
            counted = won if settings[1] == AWARDS else (volume[i, k] if won > 0.0 else 0.0)
            value += counted * price[i, k]
            weight += counted
    return (value / weight if weight > 0.0 else equilibrium_price), equilibrium_price


@AUCTIONS.register("discriminatory")
class Discriminatory(Auction):
    """Each pays what it bid."""

    Settings = DiscriminatorySettings
    clear = clear
