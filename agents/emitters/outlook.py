"""Public knowledge of the quarters ahead, and how many permits the market will lack in them."""

from typing import NamedTuple

import numpy as np
from numba import types

from agents.emitters.curves import (
    Curves,
    emissions_at,
    is_straight,
    market_row,
    steepness,
)
from agents.emitters.emitter import offsets_at
from agents.emitters.lines import Lines, highest_of, hold_all
from learning.jit import rule


class Offsets(NamedTuple):
    """Credits from outside the cap that count as permits, of which more are supplied at a higher price."""

    most: np.ndarray
    """float64[quarters], t: most that all firms may use, by quarter ahead."""
    low: float
    """€/t: price of the first one; infinite: there are none."""
    high: float
    """€/t: price of the last one."""


class Limits(NamedTuple):
    """How many permits can be kept and how long, and what is needed now. Arrays as those of `Outlook`."""

    apply: bool
    """Whether there is any limit; if not, nothing else here has an effect."""
    kept: np.ndarray
    """float64[quarters], t: at year ends, the most that all firms can have left, as far as rules limit it; permits of
    the next year that may be used before are added."""
    stale: np.ndarray
    """float64[quarters], t: at year ends, permits held now that have expired then."""
    kept_now: float
    """t: as ``kept``, at the end of the present quarter."""
    stale_now: float
    """t: as ``stale``, at the end of the present quarter."""
    due: float
    """t: permits owed, or missing for emissions up to now."""
    baseline: float
    """t: emissions of the present quarter without abatement, if they are still to come."""
    base: float
    """t: as ``Outlook.base``, of the present quarter."""
    level: float
    """As ``Outlook.level``, of the present quarter."""
    old_price: float
    """€/t: what emitting costs this year at most, because enough permits expire at its end; infinite: not limited."""


class Foreseen(NamedTuple):
    """Knowledge of firms with foresight of the quarters ahead, beginning with the next one; empty if there are none."""

    baseline: np.ndarray
    """float64[quarters, n], t: each firm's emissions without abatement."""
    base: np.ndarray
    """float64[quarters, n], t: emissions whose avoided share sets its marginal cost / ``level``."""
    level: np.ndarray
    """float64[quarters]: cost of abatement over that at a run's start."""
    lines: Lines
    """Emissions of all firms at a price, €/t, of the quarter, as long as all emit: one for each quarter."""
    price: np.ndarray
    """float64[quarters, steps], €/t: permits are for sale above it; those at 0 at every price."""
    quantity: np.ndarray
    """float64[quarters, steps], t."""


class Outlook(NamedTuple):
    """Knowledge of firms in one quarter. Arrays over the quarters ahead begin with the next one.

    All of it is public, except what only firms with foresight look at, and each firm's own decision.
    """

    baseline: np.ndarray
    """float64[quarters], t: emissions of all firms expected without abatement."""
    base: np.ndarray
    """float64[quarters], t: emissions whose avoided share sets the marginal cost of abatement / ``level``."""
    level: np.ndarray
    """float64[quarters]: cost of abatement over that at a run's start."""
    growth: np.ndarray
    """float64[quarters]: a price that rises at the required return, over the present one."""
    supply: np.ndarray
    """float64[quarters], t: permits announced, free ones included."""
    ends: np.ndarray
    """float64[quarters]: 1 in the last quarter of a year, when permits are surrendered."""
    weight: np.ndarray
    """float64[n]: each firm's share of planned emissions."""
    curves: Curves
    """Marginal cost of abatement of each firm, and of all."""
    lines: Lines
    """Shortage at the end of each year ahead, t, at the share of emissions that a straight marginal cost curve avoids
    in this quarter. They hold nowhere if there are offsets or limits."""
    years: int
    """Number of these lines."""
    ahead: int
    """Number of quarters that firms look ahead; entries behind them are of no effect."""
    per_year: int
    """Quarters of a year."""
    ends_now: bool
    """Whether the present quarter is the last of its year."""
    settled: bool
    """Whether the year's emissions are known to the last tonne, and only compliance is to come."""
    limits: Limits
    offsets: Offsets
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
LIMITS = types.NamedTuple((types.boolean,) + (_NUMBERS,) * 2 + (types.float64,) * 7, Limits)
OFFSETS = types.NamedTuple((_NUMBERS, types.float64, types.float64), Offsets)
LINES = types.NamedUniTuple(_NUMBERS, 3, Lines)
FORESEEN = types.NamedTuple((_TABLE,) * 2 + (_NUMBERS, LINES) + (_TABLE,) * 2, Foreseen)
CURVES = types.NamedTuple((types.Array(types.int64, 1, "C"), _TABLE), Curves)
OUTLOOK = types.NamedTuple(
    (_NUMBERS,) * 7
    + (CURVES, LINES)
    + (types.int64,) * 3
    + (types.boolean,) * 2
    + (LIMITS, OFFSETS)
    + (types.float64,) * 3
    + (FORESEEN, _NUMBERS, _NUMBERS, _TABLE, types.float64)
    + (_NUMBERS,) * 3
    + (types.int64,),
    Outlook,
)


@rule
def expected_emissions(price, outlook, k, row):
    """Emissions, t, expected in quarter ``k`` ahead if a permit costs ``price``, €/t, now and rises as required.

    Without those for which offsets are used. row : the curve by which all firms are taken to abate.
    """
    about = outlook.baseline[k], outlook.base[k], outlook.curves, row, outlook.level[k], outlook.growth[k]
    emitted = emissions_at(price, *about)
    offsets = outlook.offsets
    return emitted - min(
        offsets_at(price * outlook.growth[k], offsets.most[k], offsets.low, offsets.high), emitted
    )


@rule
def worst_shortage(price, outlook, row):
    """Largest shortage, t, at the end of any year ahead if a permit costs ``price``, €/t, now and rises as required.

    Emissions less permits announced, cumulated from the next quarter on, if all abate as a row of ``outlook.curves``
    says: that of a firm, or `market_row`. In the last quarter of a year its own end counts with 0, so it is never
    below, until it is settled.
    """
    if outlook.limits.apply:
        return worst_within_limits(price, outlook, row)
    if is_straight(outlook.curves, row):
        avoided = max(price, 0.0) / steepness(outlook.curves, row)
        if hold_all(outlook.lines, outlook.years, avoided):
            return highest_of(outlook.lines, outlook.years, avoided)
    shortage, worst = 0.0, 0.0 if outlook.ends_now and not outlook.settled else -np.inf
    for k in range(outlook.ahead):
        shortage += expected_emissions(price, outlook, k, row) - outlook.supply[k]
        if outlook.ends[k] > 0.0 and shortage > worst:
            worst = shortage
    return worst


@rule
def worst_within_limits(price, outlook, row):
    """`worst_shortage`, t, where rules limit what can be kept for later years.

    A permit bought now is of use for the shortage of a later year only as far as all years between can keep it. Of
    permits held already, those that expire before they are needed will be lacking.
    """
    limits, emitted, shortage, wasted, useful = outlook.limits, 0.0, 0.0, 0.0, np.inf
    worst, this_year = (
        0.0 if outlook.ends_now and not outlook.settled else -np.inf,
        min(price, limits.old_price),
    )
    present = emissions_at(this_year, limits.baseline, limits.base, outlook.curves, row, limits.level)
    if outlook.ends_now:
        useful, this_year = limits.kept_now, price
        wasted = max(0.0, limits.stale_now - limits.due - present)
    for k in range(outlook.ahead):
        expected = expected_emissions(this_year, outlook, k, row)
        emitted += expected
        shortage += expected - outlook.supply[k]
        if outlook.ends[k] > 0.0:
            worst = max(worst, wasted + min(shortage, useful))
            useful = min(useful, shortage + limits.kept[k])
            wasted = max(wasted, limits.stale[k] - limits.due - present - emitted)
            this_year = price
    return worst


@rule
def shortage_this_year(price, outlook):
    """Shortage, t, at the end of the present year if a permit costs ``price``, €/t, now and rises as required."""
    shortage, price, row = 0.0, min(price, outlook.limits.old_price), market_row(outlook.curves)
    for k in range(0 if outlook.ends_now else outlook.ahead):
        shortage += expected_emissions(price, outlook, k, row) - outlook.supply[k]
        if outlook.ends[k] > 0.0:
            break
    return shortage


@rule
def within_limit(wanted, price, outlook):
    """Limit permits ``wanted``, t, for later, by all firms, to what can be kept at the end of the present year."""
    if not outlook.limits.apply:
        return wanted
    kept = outlook.limits.kept_now
    for k in range(0 if outlook.ends_now else outlook.ahead):
        kept = outlook.limits.kept[k]
        if outlook.ends[k] > 0.0:
            break
    return min(wanted, shortage_this_year(price, outlook) + kept)
