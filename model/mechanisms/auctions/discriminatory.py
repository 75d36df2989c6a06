"""Discriminatory price: every winner pays its own bid per permit."""

from learning.jit import kernel
from learning.knobs import knob, settings
from model.mechanisms.auctions.base import (
    AUCTIONS,
    CLEAR,
    Auction,
    AuctionSettings,
    add_up,
    fill,
    merit_order,
)

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
def clear(price, volume, supply, reserve, tie_key, settings, scratch, award, payment):
    """Sell to the highest bids, each at its own price [Esmaeili2021, Eqs. 2.5, 2.7].

    The clearing price is the volume-weighted mean of the winning bids [Eq. 2.8], the reserve if nothing is sold.
    """
    prices, volumes, order, served = (
        price.reshape(price.size),
        volume.reshape(price.size),
        scratch.order,
        scratch.served,
    )
    merit_order(prices, order)
    accepted, _ = fill(prices, volumes, order, supply, reserve, tie_key, settings, served)
    add_up(served, price.shape[1], award)
    steps = price.shape[1]
    value, weight = 0.0, 0.0
    for i in range(award.shape[0]):
        payment[i] = 0.0
        for s in range(i * steps, (i + 1) * steps):
            payment[i] += served[s] * prices[s]
            counted = served[s] if settings[2] == AWARDS else (volumes[s] if served[s] > 0.0 else 0.0)
            value += counted * prices[s]
            weight += counted
    return (value / weight if weight > 0.0 else accepted), accepted


@AUCTIONS.register("discriminatory")
class Discriminatory(Auction):
    """Each pays what it bid."""

    Settings = DiscriminatorySettings
    clear = clear
