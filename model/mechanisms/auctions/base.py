"""Sealed-bid auctions of permits: the contract, and the validated entry `clear`."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import types

from learning.knobs import Settings, knob, settings
from learning.registry import Registry

AUCTIONS = Registry("auction format")

EVERY_BID, EVERY_BID_KEPT = -1, -2
"""Instead of a bidder: all bids may differ from the last clearing's; the same, and later clearings start from it."""


class Again(NamedTuple):
    """Positions in ``Scratch.again`` of the numbers by which a clearing starts from the last one."""

    changed: int = 0
    """The bidder whose bid alone has changed since; `EVERY_BID` or `EVERY_BID_KEPT`."""
    level: int = 1
    """Where in the merit order the last price level looked at begins."""
    behind: int = 2
    """Position behind the last step served."""
    same: int = 3
    """1 where the change has left all awards as they were."""
    moved: int = 4
    """First position of the merit order at which it has changed anything."""
    looked_at: int = 5
    """Last position that a format looked at to find the payments; it keeps this itself."""


AGAIN = Again()


class Scratch(NamedTuple):
    """Work arrays for clearing an auction; unless ``again`` names a bidder, their previous contents have no effect."""

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
    again: np.ndarray
    """int64[6], columns `Again`."""
    stood: np.ndarray
    """float64[n k + 1, 3], written: at each position where a price level begins, the supply left, t, the price
    accepted so far, €/t, and the volume served that has set no price yet, t."""
    kept: np.ndarray
    """float64[2 n + 1]: where a format keeps it, the mean price of the last clearing, €/t; then its work array."""


def scratch_for(bidders, steps=1):
    """Make reusable work arrays for auctions with that many bidders and steps per bidder."""
    m = bidders * steps
    order, spare = np.zeros((2, m), np.int64)
    served, price, volume = np.zeros((3, m))
    again, stood = np.array([EVERY_BID, *[0] * (len(AGAIN) - 1)]), np.zeros((m + 1, 3))
    return Scratch(
        order=order,
        served=served,
        spare=spare,
        price=price,
        volume=volume,
        again=again,
        stood=stood,
        kept=np.zeros(2 * bidders + 1),
    )


_SCHEDULES = types.Array(types.float64, 2, "C")
_NUMBERS = types.Array(types.float64, 1, "C")
_POSITIONS = types.Array(types.int64, 1, "C")
_SCRATCH = types.NamedTuple(
    (_POSITIONS, _NUMBERS, _POSITIONS, _NUMBERS, _NUMBERS, _POSITIONS, _SCHEDULES, _NUMBERS), Scratch
)

CLEAR = types.UniTuple(types.float64, 2)(
    _SCHEDULES, _SCHEDULES, types.float64, types.float64, _NUMBERS, _NUMBERS, _SCRATCH, _NUMBERS, _NUMBERS
)
"""``clear(price, volume, supply, reserve, tie_key, settings, scratch, award, payment)`` -> clearing and equilibrium
price, €/t.

price, volume : float64[n, k], demand schedules of k steps, €/t and t; supply, reserve : t and €/t;
tie_key : float64[n], random numbers that order equal bids where the tie rule uses them, smallest first;
settings : float64[knobs]; scratch : `Scratch`, so that nothing is allocated; award, payment : float64[n], written,
t and €; where ``scratch.again`` names a bidder whose bid alone has changed, both are as the last clearing wrote them,
and nobody reads the payments of the others.
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
        choices=("pro_rata", "pro_rata_whole", "random", "largest_remainder"),
        help="equal bids at the margin share what is left in proportion to volume; in whole permits, the odd ones "
        "by random order; one after the other in random order; or in whole permits, the odd ones to those whose share "
        "lost most by rounding, equal ones by random order",
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
