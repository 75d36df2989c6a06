"""What is publicly known about the quarters ahead, and how many permits the market will lack in them."""

from typing import NamedTuple

import numpy as np
from numba import types

from learning.jit import rule


class Foreseen(NamedTuple):
    """What firms with foresight know of the quarters ahead, beginning with the next one; empty if there are none."""

    baseline: np.ndarray
    """float64[quarters, n], t: each firm's emissions without abatement."""
    base: np.ndarray
    """float64[quarters, n], t: emissions whose avoided share sets its marginal cost."""
    total: np.ndarray
    """float64[quarters], t: the sum of ``baseline``."""
    fall: np.ndarray
    """float64[quarters], t per €/t: fall of all firms' emissions with the price, as long as all emit."""
    all_emit_to: np.ndarray
    """float64[quarters], €/t: up to this price all firms emit."""
    price: np.ndarray
    """float64[quarters, steps], €/t: permits are for sale above it; those at 0 at every price."""
    quantity: np.ndarray
    """float64[quarters, steps], t."""


class Outlook(NamedTuple):
    """What firms know in one quarter. Arrays over the quarters ahead begin with the next one.

    All of it is public, except what only firms with foresight look at, and each firm's own decision.
    """

    baseline: np.ndarray
    """float64[quarters], t: emissions of all firms expected without abatement."""
    base: np.ndarray
    """float64[quarters], t: emissions whose avoided share sets the marginal cost of abatement."""
    growth: np.ndarray
    """float64[quarters]: a price that rises at the required return, over the present one."""
    supply: np.ndarray
    """float64[quarters], t: permits announced, free ones included."""
    ends: np.ndarray
    """float64[quarters]: 1 in the last quarter of a year, when permits are surrendered."""
    weight: np.ndarray
    """float64[n]: each firm's share of planned emissions."""
    choke_price: np.ndarray
    """float64[n], €/t."""
    ahead: int
    """Number of quarters that firms look ahead; entries behind them are of no effect."""
    per_year: int
    """Quarters of a year."""
    ends_now: bool
    """Whether the present quarter is the last of its year."""
    mean_choke_price: float
    """€/t: that of all firms together."""
    reserve_price: float
    """€/t, of the present quarter."""
    need: float
    """t: a year's planned emissions."""
    expected_price: float
    """€/t: adaptive expectation of the next quarter's price."""
    foreseen: Foreseen
    markup: np.ndarray
    """float64[n]: its bids over what permits are worth to it, less 1."""
    bank_share: np.ndarray
    """float64[n]: share of the shortage ahead that it provides for, if it decides."""
    table: np.ndarray
    """float64[n, points], t: permits wanted at prices equally spaced from 0 to the highest, by a plain function."""
    top: float
    """€/t: the highest of these prices."""
    past_prices: np.ndarray
    """float64[quarters], €/t: carbon prices of past quarters, the last one first; NaN before the run."""
    money: np.ndarray
    """float64[n], €: what each trader can spend; 0 for firms that emit, whom nobody limits."""
    held: np.ndarray
    """float64[n], t: permits of each trader."""
    lasts: int
    """Number of later quarters in which permits are still of use."""


_NUMBERS, _TABLE = types.Array(types.float64, 1, "C"), types.Array(types.float64, 2, "C")
FORESEEN = types.NamedTuple((_TABLE,) * 2 + (_NUMBERS,) * 3 + (_TABLE,) * 2, Foreseen)
OUTLOOK = types.NamedTuple(
    (_NUMBERS,) * 7
    + (types.int64, types.int64, types.boolean)
    + (types.float64,) * 4
    + (FORESEEN, _NUMBERS, _NUMBERS, _TABLE, types.float64)
    + (_NUMBERS,) * 3
    + (types.int64,),
    Outlook,
)


@rule
def worst_shortage(price, outlook, choke_price):
    """Largest shortage, t, at the end of any year ahead if a permit costs ``price``, €/t, now and rises as required.

    Emissions less permits announced, cumulated from the next quarter on, at a marginal cost of ``choke_price`` for the
    last tonne. In the last quarter of a year its own end counts with 0, so it is never below.
    """
    shortage, worst = 0.0, 0.0 if outlook.ends_now else -np.inf
    for k in range(outlook.ahead):
        avoided = outlook.base[k] * price * outlook.growth[k] / choke_price
        shortage += max(0.0, outlook.baseline[k] - avoided) - outlook.supply[k]
        if outlook.ends[k] > 0.0 and shortage > worst:
            worst = shortage
    return worst


@rule
def shortage_this_year(price, outlook):
    """Shortage, t, at the end of the present year if a permit costs ``price``, €/t, now and rises as required."""
    shortage = 0.0
    for k in range(0 if outlook.ends_now else outlook.ahead):
        avoided = outlook.base[k] * price * outlook.growth[k] / outlook.mean_choke_price
        shortage += max(0.0, outlook.baseline[k] - avoided) - outlook.supply[k]
        if outlook.ends[k] > 0.0:
            break
    return shortage
