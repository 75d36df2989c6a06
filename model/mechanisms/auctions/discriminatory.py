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
from model.mechanisms.auctions.merit_order import awards_stay, payers, serve_again


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
    steps = price.shape[1]
    accepted, _ = serve_again(price, volume, supply, reserve, tie_key, settings, scratch, award)
    by_award = settings[AT.price_weights] == PRICE_WEIGHTS.awards
    first, behind = payers(scratch, award.shape[0])
    for i in range(first, behind):
        paid = 0.0
        for s in range(i * steps, i * steps + steps):
            paid += scratch.served[s] * scratch.price[s]
        payment[i] = paid
    if awards_stay(scratch):
        return scratch.kept[0], accepted
    value, weight = 0.0, 0.0
    for s in range(scratch.served.shape[0]):
        served, bid, volume_bid = scratch.served[s], scratch.price[s], scratch.volume[s]
        # `&` rather than `and`: the processor guesses branches, and these depend on chance
        in_full = (served > 0.0) & (bid >= accepted) & (not by_award)
        counted = volume_bid if in_full else served
        value += counted * bid
        weight += counted
    scratch.kept[0] = value / weight if weight > 0.0 else accepted
    return scratch.kept[0], accepted


@AUCTIONS.register("discriminatory")
class Discriminatory(Auction):
    """Each pays what it bid."""

    Settings = DiscriminatorySettings
    clear = clear
    reads_tie_keys = staticmethod(rations_by_key)
