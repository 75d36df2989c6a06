"""Uniform price: every winner pays the clearing price per permit."""

from learning.jit import kernel
from learning.knobs import knob, settings
from model.mechanisms.auctions.base import (
    AUCTIONS,
    CLEAR,
    Auction,
    AuctionSettings,
    rations_by_key,
)
from model.mechanisms.auctions.merit_order import highest_rejected, payers, serve_again


@settings
class UniformSettings(AuctionSettings):
    """Knobs of the uniform format."""

    price_rule: str = knob(
        "lowest_accepted",
        choices=("lowest_accepted", "highest_rejected"),
        help="bid that sets the clearing price: the lowest accepted, or the highest rejected (in part, too)",
        source="Esmaeili2021, Eq. 2.6: lowest accepted; Ausubel2014, on demand reduction: highest rejected",
    )


AT = UniformSettings.positions()
PRICE_RULE = UniformSettings.numbers_of("price_rule")


@kernel(CLEAR)
def clear(price, volume, supply, reserve, tie_key, settings, scratch, award, payment):
    """Sell to the highest bids, all at one price [Esmaeili2021, Eqs. 2.3-2.6].

    Volumes too small to set the price pay their own bid where it is lower.
    """
    steps = price.shape[1]
    accepted, unserved = serve_again(price, volume, supply, reserve, tie_key, settings, scratch, award)
    clearing_price = accepted
    if settings[AT.price_rule] == PRICE_RULE.highest_rejected:
        clearing_price = highest_rejected(scratch, unserved, supply, reserve)
    first, behind = payers(scratch, award.shape[0])
    for i in range(first, behind):
        paid = clearing_price * award[i]
        for s in range(i * steps, i * steps + steps):
            paid -= scratch.served[s] * max(clearing_price - scratch.price[s], 0.0)
        payment[i] = paid
    return clearing_price, accepted


@AUCTIONS.register("uniform")
class Uniform(Auction):
    """All pay one price, by default the bid of the marginal bidder."""

    Settings = UniformSettings
    clear = clear
    reads_tie_keys = staticmethod(rations_by_key)
