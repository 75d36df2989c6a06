"""Sealed-bid auctions of permits: the contract, the merit order, and the validated entry `clear`."""

from dataclasses import dataclass

import numpy as np
from numba import types

from learning.jit import jit
from learning.knobs import Settings, knob, settings
from learning.registry import Registry

AUCTIONS = Registry("auction format")

_SCHEDULES = types.Array(types.float64, 2, "C")
_NUMBERS = types.Array(types.float64, 1, "C")

CLEAR = types.UniTuple(types.float64, 2)(
    _SCHEDULES, _SCHEDULES, types.float64, types.float64, _NUMBERS, _NUMBERS, _NUMBERS
)
"""``clear(price, volume, supply, reserve, settings, award, payment)`` -> (clearing price, equilibrium price), €/t.

price, volume : float64[n, k], demand schedules of k steps, €/t and t; supply, reserve : t and €/t;
settings : float64[knobs]; award, payment : float64[n], written, t and €.
"""

LOWEST_BID, RESERVE = 0.0, 1.0
EXHAUSTED = 1e-9
"""Share of the supply below which what is left counts as nothing: rounding must not look like unsold permits."""


@settings
class AuctionSettings(Settings):
    """Knobs that every format has. The kernels read them as numbers, these first."""

    undersubscribed: str = knob(
        "lowest_bid",
        choices=("lowest_bid", "reserve"),
        help="equilibrium price when demand falls short of supply",
        source="Esmaeili2021 leaves it open",
    )


class Auction:
    """A format: its settings and its compiled rule. Subclasses give ``clear``, a kernel of signature `CLEAR`."""

    Settings = AuctionSettings
    clear = None


@dataclass(frozen=True)
class Outcome:
    """Result of an auction: award float64[n] t, payment float64[n] €, and two prices in €/t."""

    award: np.ndarray
    payment: np.ndarray
    clearing_price: float
    equilibrium_price: float


@jit
def merit_order(price):
    """Positions of float64[m] ``price`` from the highest to the lowest; equals keep their order."""
    m = price.shape[0]
    if m > 32:
        return np.argsort(-price, kind="mergesort")
    order = np.empty(m, np.int64)
    for new in range(m):
        at = new
        while at > 0 and price[order[at - 1]] < price[new]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = new
    return order


@jit
def fill(price, volume, supply, reserve, undersubscribed, award):
    """Serve steps in merit order until ``supply`` is gone [Esmaeili2021, Eqs. 2.3-2.5; Esmaeili2022, Eqs. 3-5].

    price, volume, award : float64[m] over all steps; award is written. The marginal price is the first at which the
    cumulated volume reaches the supply. Steps tied there share what is left in proportion to volume; below it, and
    below the reserve, nobody is served. Returns the equilibrium price, €/t: the marginal bid; if demand falls short
    of supply, the lowest bid served or the reserve; the reserve if there is no bid.
    """
    order = merit_order(price)
    left, equilibrium_price, m = supply, reserve, order.shape[0]
    award[:] = 0.0
    first = 0
    while first < m and left > EXHAUSTED * supply:
        level = price[order[first]]
        if level < reserve:
            break
        behind, tied = first, 0.0
        while behind < m and price[order[behind]] == level:
            tied += volume[order[behind]]
            behind += 1
        if tied > 0.0:
            share = min(left / tied, 1.0)
            for k in range(first, behind):
                award[order[k]] = share * volume[order[k]]
            left = max(left - tied, 0.0)
            equilibrium_price = level
        first = behind
    if undersubscribed == RESERVE and left > EXHAUSTED * supply:
        equilibrium_price = reserve
    return equilibrium_price


def clear(auction, price, volume, *, supply, reserve=0.0, settings=None):
    """Clear one auction of the named format over demand schedules.

    price, volume : float[n] or float[n, k], €/t and t, k steps per bidder; supply : t; reserve : lowest price, €/t.
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
    award, payment = np.zeros(len(price)), np.zeros(len(price))
    prices = part.clear(
        price, volume, float(supply), float(reserve), np.array(settings.vector()), award, payment
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
