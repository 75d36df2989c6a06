"""Discriminatory price: every winner pays its own bid per permit."""

from learning.jit import kernel
from learning.knobs import knob, settings
from model.mechanisms.auctions.base import (
    AUCTIONS,
    CLEAR,
    Auction,
    AuctionSettings,
    rations_by_key,
)
from model.mechanisms.auctions.merit_order import serve_again


@settings
class DiscriminatorySettings(AuctionSettings):
    """Knobs of the discriminatory format."""

    price_weights: str = knob(
        "bids",
        choices=("bids", "awards"),
        help="volumes that weight the winning bids in the clearing price",
        source="Esmaeili2021, Eq. 2.8",
    )


AT = DiscriminatorySettings.positions()
PRICE_WEIGHTS = DiscriminatorySettings.numbers_of("price_weights")


@kernel(CLEAR)
def clear(price, volume, supply, reserve, tie_key, settings, scratch, award, payment):
    """Sell to the highest bids, each at its own price [Esmaeili2021, Eqs. 2.5, 2.7].

    The clearing price is the volume-weighted mean of the winning bids [Eq. 2.8], the reserve if nothing is sold; of a
    bid for more, of which a volume too small to set a price is served, only that volume counts.
    """
    accepted, _ = serve_again(price, volume, supply, reserve, tie_key, settings, scratch, award)
    by_award = settings[AT.price_weights] == PRICE_WEIGHTS.awards
    value, weight = 0.0, 0.0
    for i in range(award.shape[0]):
        payment[i] = 0.0
        for k in range(price.shape[1]):
            served = scratch.served[i * price.shape[1] + k]
            payment[i] += served * price[i, k]
            in_full = served > 0.0 and price[i, k] >= accepted and not by_award
            counted = volume[i, k] if in_full else served
            value += counted * price[i, k]
            weight += counted
    return (value / weight if weight > 0.0 else accepted), accepted


@AUCTIONS.register("discriminatory")
class Discriminatory(Auction):
    """Each pays what it bid."""

    Settings = DiscriminatorySettings
    clear = clear
    reads_tie_keys = staticmethod(rations_by_key)
