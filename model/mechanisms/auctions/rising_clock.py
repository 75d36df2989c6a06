"""Ascending clock for one kind of permit: the price rises by increments until demand fits the supply.

Formats stand in menus in the order of their files' names: this one after the sealed bids that are usual.
"""

import math

from learning.jit import kernel, rule
from learning.knobs import knob, settings
from learning.rows import order_falling
from model.mechanisms.auctions.base import AUCTIONS, CLEAR, Auction, AuctionSettings, rations_by_key
from model.mechanisms.auctions.merit_order import add_up, fill, line_up

SAME_TICK = 1e-9
"""Share of an increment by which a bid may miss a price of the clock and still stay in at it: rounding."""


@settings
class AscendingClockSettings(AuctionSettings):
    """Knobs of the ascending clock."""

    increment: float = knob(
        0.1,
        low=0.001,
        high=1_000.0,
        unit="€/t",
        help="step by which the clock's price rises, from the reserve price",
    )


AT = AscendingClockSettings.positions()


@rule
def last_price_in(bid, reserve, increment):
    """Last price of the clock, €/t, at which a bidder who pays up to ``bid`` stays in; ``bid`` if it never was."""
    if bid < reserve:
        return bid
    return min(bid, reserve + math.floor((bid - reserve) / increment + SAME_TICK) * increment)


@kernel(CLEAR)
def clear(price, volume, supply, reserve, tie_key, settings, scratch, award, payment):
    """Sell at the last price of the clock at which demand reaches the supply (ours, as in regulators' clock auctions).

    A schedule says how much its bidder demands at every price, as one who bids by proxy. Those who stay in at the
    next price are served in full; those who leave there are rationed by the tie rule, and nobody pays more than it
    bid. It is the uniform format for bids rounded down to prices of the clock.
    """
    steps = price.shape[1]
    for i in range(price.shape[0]):
        for k in range(steps):
            scratch.price[i * steps + k] = last_price_in(price[i, k], reserve, settings[AT.increment])
    line_up(volume, scratch.volume)
    order_falling(scratch.price, scratch.order, scratch.spare)
    scratch.served[:] = 0.0
    clearing_price, _ = fill(scratch, 0, supply, reserve, tie_key, settings)
    add_up(scratch.served, steps, award)
    for i in range(award.shape[0]):
        payment[i] = 0.0
        for k in range(i * steps, (i + 1) * steps):
            payment[i] += scratch.served[k] * min(clearing_price, scratch.price[k])
    return clearing_price, clearing_price


@AUCTIONS.register("ascending_clock")
class AscendingClock(Auction):
    """All pay the last price of a rising clock at which demand still reached the supply."""

    Settings = AscendingClockSettings
    clear = clear
    reads_tie_keys = staticmethod(rations_by_key)
