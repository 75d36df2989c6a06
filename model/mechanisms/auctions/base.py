"""Sealed-bid auctions of permits: the contract, the merit order, and the validated entry `clear`."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import types

from learning.jit import rule
from learning.knobs import Settings, knob, settings
from learning.registry import Registry
from learning.rows import order_falling

AUCTIONS = Registry("auction format")


class Scratch(NamedTuple):
    """Work arrays for clearing an auction; their previous contents have no effect."""

    order: np.ndarray
    """int64[n k], written: merit order of the steps."""
    served: np.ndarray
    """float64[n k], written: award of each step, t."""
    spare: np.ndarray
    """int64[n k], for the sort."""
    price: np.ndarray
    """float64[n k], written: price of each step, €/t."""
    volume: np.ndarray
    """float64[n k], written: volume of each step, t."""


def scratch_for(bidders, steps=1):
    """Make reusable work arrays for auctions with that many bidders and steps per bidder."""
    m = bidders * steps
    order, spare = np.zeros((2, m), np.int64)
    served, price, volume = np.zeros((3, m))
    return Scratch(order=order, served=served, spare=spare, price=price, volume=volume)


_SCHEDULES = types.Array(types.float64, 2, "C")
_NUMBERS = types.Array(types.float64, 1, "C")
_POSITIONS = types.Array(types.int64, 1, "C")
_SCRATCH = types.NamedTuple((_POSITIONS, _NUMBERS, _POSITIONS, _NUMBERS, _NUMBERS), Scratch)

CLEAR = types.UniTuple(types.float64, 2)(
    _SCHEDULES, _SCHEDULES, types.float64, types.float64, _NUMBERS, _NUMBERS, _SCRATCH, _NUMBERS, _NUMBERS
)
"""``clear(price, volume, supply, reserve, tie_key, settings, scratch, award, payment)`` -> clearing and equilibrium
price, €/t.

price, volume : float64[n, k], demand schedules of k steps, €/t and t; supply, reserve : t and €/t;
tie_key : float64[n], random numbers that order equal bids where the tie rule uses them, smallest first;
settings : float64[knobs]; scratch : `Scratch`, so that nothing is allocated; award, payment : float64[n], written,
t and €.
"""

EXHAUSTED = 1e-9
"""Share of the supply below which a remainder counts as rounding, not as unsold permits."""

LEAST_SHARE = 1e-6
"""Share of the supply that bids must add up to before they set a price.

Bids at falling prices add up until they reach it; the price at which they do is the one they set. Smaller amounts are
served, at their own bid where it is below the price: a bid for a millionth of a permit moves nobody else's payment.
"""


@settings
class AuctionSettings(Settings):
    """Knobs of every format; a format appends its own."""

    tie_rule: str = knob(
        "pro_rata",
        choices=("pro_rata", "pro_rata_whole", "random"),
        help="equal bids at the margin share what is left in proportion to volume; in whole permits, the odd ones "
        "by random order; or are served one after the other in random order",
        source="Esmaeili2022, Eq. 5; the others are ours",
    )
    undersubscribed: str = knob(
        "reserve",
        choices=("lowest_bid", "reserve"),
        help="equilibrium price when demand falls short of supply: the reserve price, as regulators set it, or the "
        "lowest bid served",
        source="Esmaeili2021 leaves it open",
    )


AT = AuctionSettings.positions()
TIE_RULE, UNDERSUBSCRIBED = map(AuctionSettings.numbers_of, ("tie_rule", "undersubscribed"))


class Auction:
    """A format: its settings and its compiled rule. Subclasses define ``clear``, a kernel of signature `CLEAR`."""

    Settings = AuctionSettings
    clear = None
    reads_tie_keys = staticmethod(lambda settings: True)
    """``reads_tie_keys(settings)``: whether the rule reads ``tie_key``; if not, none are drawn."""
    pays_above_bids = False
    """Whether a winner may pay more for its award than it bid."""


def rations_by_key(settings):
    """Return whether the tie rule goes by the bidders' keys."""
    return settings.tie_rule != "pro_rata"


@dataclass(frozen=True)
class Outcome:
    """Result of an auction: award float64[n] t, payment float64[n] €, and two prices in €/t."""

    award: np.ndarray
    payment: np.ndarray
    clearing_price: float
    equilibrium_price: float


@rule
def fill(price, volume, order, supply, reserve, tie_key, settings, award):
    """Serve steps in merit order until ``supply`` is gone [Esmaeili2021, Eqs. 2.3-2.5; Esmaeili2022, Eqs. 3-5].

    price, volume, award : float64[m] over the steps of all bidders, bidder by bidder; award is written;
    order : int64[m], their merit order (`order_falling`). The marginal price is the first at which the cumulated
    volume reaches the supply; steps tied there share what is left by the tie rule; below it, and below the
    reserve, nobody is served.
    Returns two prices, €/t: the lowest bid accepted (that of the marginal bidder; if demand falls short of supply,
    the reserve, or the lowest bid served), and the highest bid rejected in whole or in part. Each is the reserve
    where there is no such bid. Volumes below `LEAST_SHARE` of the supply set neither.
    """
    left, accepted, m = supply, reserve, order.shape[0]
    award[:] = 0.0
    first, unpriced, least = 0, 0.0, LEAST_SHARE * supply
    while first < m and price[order[first]] >= reserve and left > EXHAUSTED * supply:
        level = price[order[first]]
        behind, tied = level_at(price, volume, order, first)
        unpriced += min(tied, left)
        if tied > 0.0 and unpriced >= least:
            accepted, unpriced = level, 0.0
        if tied - left > EXHAUSTED * supply:
            ration(volume, order, first, behind, left, tied, tie_key, settings[AT.tie_rule], award)
            return accepted, highest_rejected(price, volume, order, first, left, reserve, least)
        if tied > 0.0:
            for k in range(first, behind):
                award[order[k]] = min(left / tied, 1.0) * volume[order[k]]
        left = max(left - tied, 0.0)
        first = behind
    if settings[AT.undersubscribed] == UNDERSUBSCRIBED.reserve and left > EXHAUSTED * supply:
        accepted = reserve
    return accepted, highest_rejected(price, volume, order, first, 0.0, reserve, least)


@rule
def level_at(price, volume, order, first):
    """Find the steps that bid the price of ``order[first]``: the position behind them, and their volume, t."""
    behind, tied = first, 0.0
    while behind < order.shape[0] and price[order[behind]] == price[order[first]]:
        tied += volume[order[behind]]
        behind += 1
    return behind, tied


@rule
def highest_rejected(price, volume, order, first, served, reserve, least):
    """Find the highest price, €/t, at which the volume rejected reaches ``least``, t; the reserve where none does.

    ``order[first:]`` are the steps not served in full; ``served`` t of the volume at the first of their prices are.
    """
    rejected = -served
    while first < order.shape[0] and price[order[first]] >= reserve:
        behind, tied = level_at(price, volume, order, first)
        rejected += tied
        if tied > 0.0 and rejected >= least:
            return price[order[first]]
        first = behind
    return reserve


@rule
def ration(volume, order, first, behind, left, tied, tie_key, tie_rule, award):
    """Divide ``left`` permits, t, among ``order[first:behind]``, which bid one price for ``tied`` permits in all.

    pro_rata: in proportion to volume. pro_rata_whole: the whole part of that share, then one more permit each, in
    the order of the bidders' keys, until none is left. random: each in full in the order of the keys, until none is
    left.
    """
    if tie_rule == TIE_RULE.pro_rata:
        for k in range(first, behind):
            award[order[k]] = left / tied * volume[order[k]]
        return
    per_unit, at_most = left / tied, np.inf
    if tie_rule == TIE_RULE.pro_rata_whole:
        at_most = 1.0
        for k in range(first, behind):
            award[order[k]] = float(int(per_unit * volume[order[k]] + EXHAUSTED))
            left -= award[order[k]]
    per_bidder = volume.shape[0] // tie_key.shape[0]
    s = -1
    for _ in range(first, behind):
        s = next_by_key(order, first, behind, tie_key, per_bidder, s)
        more = min(min(volume[s] - award[s], left), at_most)
        award[s] += more
        left -= more


@rule
def next_by_key(order, first, behind, tie_key, per_bidder, last):
    """Find the step of ``order[first:behind]`` after ``last`` by bidder's key, then number; last = -1: the first."""
    best = -1
    for k in range(first, behind):
        s = order[k]
        follows = last < 0 or is_ahead(tie_key, per_bidder, last, s)
        if follows and (best < 0 or is_ahead(tie_key, per_bidder, s, best)):
            best = s
    return best


@rule
def is_ahead(tie_key, per_bidder, a, b):
    """Return whether step ``a`` comes before step ``b`` by the keys of their bidders, then by number."""
    mine, other = tie_key[a // per_bidder], tie_key[b // per_bidder]
    return mine < other or (mine == other and a < b)


@rule
def add_up(served, steps, award):
    """Write each bidder's award, t: the sum of float64[n steps] ``served`` over its steps."""
    for i in range(award.shape[0]):
        award[i] = 0.0
        for k in range(steps):
            award[i] += served[i * steps + k]


@rule
def line_up(numbers, line):
    """Copy float64[n, steps] into float64[n steps]; for few bids much faster than ``reshape``, a call of a library."""
    steps = numbers.shape[1]
    for i in range(numbers.shape[0]):
        for k in range(steps):
            line[i * steps + k] = numbers[i, k]


@rule
def serve(price, volume, supply, reserve, tie_key, settings, scratch, award):
    """Serve demand schedules, float64[n, steps], highest prices first; write each bidder's award, t.

    The steps' order and awards stay in ``scratch``. Returns the two prices of `fill`.
    """
    prices, volumes = scratch.price, scratch.volume
    line_up(price, prices)
    line_up(volume, volumes)
    order_falling(prices, scratch.order, scratch.spare)
    found = fill(prices, volumes, scratch.order, supply, reserve, tie_key, settings, scratch.served)
    add_up(scratch.served, price.shape[1], award)
    return found


def clear(auction, price, volume, *, supply, reserve=0.0, settings=None, tie_key=None):
    """Clear one auction of the named format over demand schedules.

    price, volume : float[n] or float[n, k], €/t and t, k steps per bidder; supply : t; reserve : lowest price, €/t.
    tie_key : float[n], smallest first where the tie rule goes by order; by default the order of the bidders.
    Returns `Outcome`. ValueError for shapes that differ, negative or non-finite numbers, wrong settings.

    >>> clear("uniform", [30, 20, 10], [5, 5, 5], supply=8).award
    array([5., 3., 0.])
    """
    part = AUCTIONS[auction]
    settings = part.Settings() if settings is None else settings
    if not isinstance(settings, part.Settings):
        raise ValueError(f"settings = {settings}: {auction} takes {part.Settings.__name__}")
    price, volume = _numbers("price", price, (1, 2)), _numbers("volume", volume, (1, 2))
    supply, reserve = _numbers("supply", supply, (0,)), _numbers("reserve", reserve, (0,))
    if price.shape != volume.shape:
        raise ValueError(f"price has shape {price.shape}, volume {volume.shape}: they must be equal")
    price, volume = (x if x.ndim == 2 else x[:, None] for x in (price, volume))
    tie_key = np.zeros(len(price)) if tie_key is None else _numbers("tie_key", tie_key, (1,))
    if len(tie_key) != len(price):
        raise ValueError(f"tie_key has {len(tie_key)} numbers: must have one per bidder, {len(price)}")
    award, payment = np.zeros(len(price)), np.zeros(len(price))
    numbers = np.array(settings.vector())
    scratch = scratch_for(*price.shape)
    prices = part.clear(
        price, volume, float(supply), float(reserve), tie_key, numbers, scratch, award, payment
    )
    return Outcome(award, payment, *prices)


def _numbers(name, values, dimensions):
    """``values`` as a new array; ValueError for other numbers of ``dimensions``, negative or non-finite entries."""
    try:
        array = np.array(values, float, order="C")
    except (TypeError, ValueError):
        raise ValueError(f"{name} = {values!r}: must be numbers, equally many for each bidder") from None
    if array.ndim not in dimensions:
        wanted = "one number" if dimensions == (0,) else "(bidders,) or (bidders, steps)"
        raise ValueError(f"{name} has shape {array.shape}: must be {wanted}")
    if not np.isfinite(array).all() or (array < 0).any():
        raise ValueError(f"{name} must be finite and at least 0, got {array.tolist()}")
    return array
