"""Competitive equilibrium over years with perfect foresight, and the least cost of emissions.

Permits may be kept for later years, up to a limit, and perhaps be used before they are issued, for a fee. The bank
after a year never falls as its price rises, because firms then abate more and more is supplied. So the prices follow
backwards from the last year: each year's price is the next one's, discounted, unless a limit of the bank stops it;
then it is the price at which the bank is at this limit. Within a year the price rises at the rate of interest.
This is the taut string of Hotelling's rule with compliance at year ends; prices are exact to rounding.
"""

from typing import NamedTuple

import numpy as np

from learning.crossing import HIGH, POSITIONS, TRIAL, begin_crossing, is_open, note_value
from learning.jit import jit, rule


class Horizon(NamedTuple):
    """What is known of T quarters in Y years with ``quarters`` each; m blocks of abatement, s steps of supply.

    A block emits ``baseline`` t at prices up to ``low``, nothing from ``high`` on, between them linearly less: a firm
    whose marginal cost rises from 0 to its choke price is one block, one with a piecewise linear curve several.
    """

    baseline: np.ndarray
    """float64[T, m], t."""
    low: np.ndarray
    """float64[T, m], €/t."""
    high: np.ndarray
    """float64[T, m], €/t."""
    price: np.ndarray
    """float64[T, s], €/t: permits are offered above it; those at 0 at every price."""
    quantity: np.ndarray
    """float64[T, s], t; infinite: any number."""
    growth: np.ndarray
    """float64[quarters]: price of a year's quarters over that of its first."""
    interest: float
    """A year."""
    bank: float
    """t at the start."""
    most_kept: np.ndarray
    """float64[Y], t: limit of the bank after each year."""
    most_advanced: np.ndarray
    """float64[Y], t: limit of permits used before they are issued, after each year."""
    fee: float
    """€/t, for each year in which they are."""


@rule
def emitted_by(block, price):
    """Emissions, t, of a block (baseline t, low €/t, high €/t) at a price, €/t."""
    baseline, low, high = block
    if price <= low:
        return baseline if price < low or low < high else 0.0
    return baseline * (high - price) / (high - low) if price < high else 0.0


@rule
def surplus_of_year(horizon, year, price):
    """Permits supplied less emissions, t, in ``year`` if its first quarter's price is ``price``, €/t."""
    surplus, quarters = 0.0, horizon.growth.shape[0]
    for q in range(quarters):
        t, now = year * quarters + q, price * horizon.growth[q]
        for k in range(horizon.price.shape[1]):
            if horizon.price[t, k] < now or horizon.price[t, k] <= 0.0:
                surplus += horizon.quantity[t, k]
        for i in range(horizon.baseline.shape[1]):
            block = (horizon.baseline[t, i], horizon.low[t, i], horizon.high[t, i])
            surplus -= emitted_by(block, now)
    return surplus


@rule
def pays_fee(horizon, year):
    """Return whether permits can be advanced after ``year``, and only for a fee."""
    return horizon.most_advanced[year] > 0.0 and horizon.fee > 0.0


@rule
def first_fee(horizon):
    """Fee, €/t, for using permits of the next year, as of a year's first quarter: it is due in the last one."""
    return horizon.fee / horizon.growth[horizon.growth.shape[0] - 1]


@jit
def bank_after(horizon, empty, year, price):
    """Bank, t, after ``year`` if its first quarter's price is ``price``, €/t, and earlier years follow; below 0: debt.

    Of the year before, permits are kept at the price discounted, and advanced at the discounted price plus the fee;
    empty : float64[Y], €/t, price of each earlier year from which on permits are kept, where there is a fee.
    """
    surplus = surplus_of_year(horizon, year, price)
    if year == 0:
        return horizon.bank + surplus
    last, before = year - 1, price / (1.0 + horizon.interest)
    if pays_fee(horizon, last) and before < empty[last]:
        before += first_fee(horizon)
        if before >= empty[last]:
            return surplus
    kept = bank_after(horizon, empty, last, before)
    return min(max(kept, -horizon.most_advanced[last]), horizon.most_kept[last]) + surplus


@rule
def rounding_of(horizon):
    """Rounding error, t, of a bank at most."""
    size, (quarters, blocks) = abs(horizon.bank), horizon.baseline.shape
    for t in range(quarters):
        for k in range(horizon.price.shape[1]):
            if abs(horizon.quantity[t, k]) < np.inf:
                size += abs(horizon.quantity[t, k])
        for i in range(blocks):
            size += horizon.baseline[t, i]
    return 2.0**-52 * quarters * size


@jit
def price_for_bank(horizon, empty, year, wanted, low, high):
    """Lowest price, €/t, between ``low`` and ``high`` at which the bank after ``year`` is at least ``wanted``, t."""
    search = np.zeros(POSITIONS)
    begin_crossing(search, low, high, np.nan, rounding_of(horizon))
    while is_open(search):
        note_value(search, wanted - bank_after(horizon, empty, year, search[TRIAL]))
    return search[HIGH]


@jit
def price_before(horizon, empty, year, later, highest):
    """Price, €/t, of ``year``, in its first quarter, if that of the next year is ``later``."""
    kept_at = later / (1.0 + horizon.interest)
    bank = bank_after(horizon, empty, year, kept_at)
    if bank > horizon.most_kept[year]:
        return price_for_bank(horizon, empty, year, horizon.most_kept[year], 0.0, kept_at)
    if bank >= 0.0:
        return kept_at
    advanced_at, most = kept_at + first_fee(horizon), horizon.most_advanced[year]
    if most <= 0.0 or bank_after(horizon, empty, year, advanced_at) >= 0.0:
        return price_for_bank(horizon, empty, year, 0.0, kept_at, highest)
    return price_for_bank(horizon, empty, year, -most, advanced_at, highest)


@jit
def find_prices(horizon):
    """Prices of the equilibrium, float64[T], €/t."""
    years, quarters = horizon.most_kept.shape[0], horizon.growth.shape[0]
    price, empty, later = np.zeros(years * quarters), np.zeros(years), 0.0
    highest = horizon.high.max() * (1.0 + horizon.interest) ** years * (1.0 + 1e-9)
    for year in range(years):
        if pays_fee(horizon, year):
            empty[year] = price_for_bank(horizon, empty, year, 0.0, 0.0, highest)
    for back in range(years):
        year = years - 1 - back
        if back == 0:
            later = price_for_bank(horizon, empty, year, 0.0, 0.0, highest)
        else:
            later = price_before(horizon, empty, year, later, highest)
        for q in range(quarters):
            price[year * quarters + q] = later * horizon.growth[q]
    return price


class Equilibrium(NamedTuple):
    """Prices float64[T], €/t, emissions float64[T, m], t, and cost of abatement, €, discounted to the first quarter."""

    price: np.ndarray
    emissions: np.ndarray
    cost: float


def horizon_of(
    baseline,
    high,
    supply,
    *,
    low=0.0,
    steps=(),
    interest=0.0,
    quarters=1,
    bank=0.0,
    most_kept=np.inf,
    most_advanced=0.0,
    fee=0.0,
):
    """Make a `Horizon`.

    baseline : float[T, m], t; low, high : €/t, float or float[m] or float[T, m]; supply : float[T], t at any price;
    steps : pairs (price €/t, quantity t), each float or float[T], offered from the price on; most_kept,
    most_advanced : t, float or float[Y]; after the last year nothing is advanced. A bank of limit 0 is one without
    banking; a fine after which missing permits are still owed is a fee, one that settles the debt a step without limit.
    ValueError for shapes that differ and numbers out of range.
    """
    baseline, steps = _table("baseline", baseline), [(0.0, supply), *steps]
    T = len(baseline)
    if quarters < 1 or T % quarters:
        raise ValueError(f"baseline has {T} quarters: must be whole years of {quarters}")
    low, high = _spread("low", low, baseline.shape), _spread("high", high, baseline.shape)
    if (low > high).any():
        raise ValueError("low: above high")
    return Horizon(
        baseline=baseline,
        low=low,
        high=high,
        price=np.stack([_spread("price of a step", price, (T,)) for price, _ in steps], 1),
        quantity=np.stack([_spread("quantity of a step", each, (T,), -np.inf) for _, each in steps], 1),
        growth=growth_in_year(interest, quarters),
        interest=float(interest),
        bank=float(bank),
        most_kept=_spread("most_kept", most_kept, (T // quarters,)),
        most_advanced=_spread("most_advanced", most_advanced, (T // quarters,)),
        fee=float(fee),
    )


def growth_in_year(interest, quarters):
    """Price of each of a year's quarters over that of its first, float64[quarters]."""
    return (1.0 + interest) ** (np.arange(quarters) / quarters)


def solve(baseline, high, supply, **about):
    """Find the `Equilibrium` of price takers who foresee everything; arguments and errors as of `horizon_of`.

    >>> found = solve([[100.0], [100.0]], 300.0, [90.0, 60.0], interest=0.05)
    >>> found.price.round(7), round(found.cost, 6)
    (array([73.1707317, 76.8292683]), 1829.268293)
    """
    horizon = horizon_of(baseline, high, supply, **about)
    price = find_prices(horizon)
    emissions = emissions_at(price, horizon)
    discount = (1.0 + horizon.interest) ** (-np.arange(len(price)) / len(horizon.growth))
    return Equilibrium(price, emissions, float(discount @ abatement_cost(emissions, horizon).sum(1)))


def emissions_at(price, horizon):
    """Emissions, float64[T, m], t, of every block of a `Horizon` at prices float64[T], €/t."""
    width = np.where(horizon.high > horizon.low, horizon.high - horizon.low, 1.0)
    left = np.clip((horizon.high - price[:, None]) / width, 0.0, 1.0)
    return horizon.baseline * np.where(horizon.high > horizon.low, left, price[:, None] < horizon.low)


def abatement_cost(emissions, horizon):
    """Cost, float64[T, m], €, of emitting no more than ``emissions``, float64[T, m], t, of blocks of a `Horizon`."""
    avoided = horizon.baseline - emissions
    share = np.divide(avoided, horizon.baseline, out=np.zeros_like(avoided), where=horizon.baseline > 0.0)
    return avoided * (horizon.low + 0.5 * (horizon.high - horizon.low) * share)


def least_cost(baseline, high, issued, emitted, *, low=0.0, interest=0.0, quarters=1, bank=0.0):
    """Least cost, €, discounted to the first quarter, of a run's own emissions in total with its own final bank.

    baseline, low, high as in `horizon_of`; issued : float[T], t, permits that came to firms in each quarter, net;
    emitted : float[T], t, by all. Up to each year's end as much may be emitted as was issued, or as the run emitted if
    that was more; to the end as much as it emitted. Efficiency is this cost over the run's own: at most 1.
    """
    emitted = _spread("emitted", emitted, (len(_table("baseline", baseline)),))
    allowed = bank + np.cumsum(_spread("issued", issued, emitted.shape, -np.inf))
    allowed = np.maximum(allowed, np.cumsum(emitted))
    allowed[-1] = emitted.sum()
    supply = np.diff(allowed, prepend=0.0)
    return solve(baseline, high, supply, low=low, interest=interest, quarters=quarters).cost


def two_periods(slope, baseline, caps, interest):
    """Prices, €/t, of two periods: marginal cost ``slope`` €/t per t avoided of ``baseline`` t, ``caps`` (t, t).

    Permits are kept for the second period if that makes the first price rise, discounted: the bank is used if and only
    if (1 + r) max(B - K1, 0) < max(B - K2, 0). All may be arrays. Valid while prices are below slope × baseline.

    >>> [round(float(p), 7) for p in two_periods(3.0, 100.0, (90.0, 60.0), 0.05)]
    [73.1707317, 76.8292683]
    """
    first, second = (np.maximum(baseline - np.asarray(cap), 0.0) for cap in caps)
    kept = (1.0 + interest) * first < second
    both = slope * np.maximum(2.0 * baseline - caps[0] - caps[1], 0.0) / (2.0 + interest)
    return np.where(kept, both, slope * first), np.where(kept, (1.0 + interest) * both, slope * second)


def _table(name, values):
    """``values`` as float64[T, m]; ValueError otherwise, or if a number is negative or not finite."""
    table = np.array(values, float)
    if table.ndim != 2 or not np.isfinite(table).all() or (table < 0.0).any():
        raise ValueError(f"{name} must be finite numbers of at least 0 by quarter and block, got {values}")
    return table


def _spread(name, values, shape, least=0.0):
    """``values`` as a new float64 array of ``shape``; ValueError if they do not fit, are NaN or below ``least``."""
    try:
        array = np.array(np.broadcast_to(np.asarray(values, float), shape))
    except ValueError:
        raise ValueError(f"{name} has shape {np.shape(values)}: must fit {shape}") from None
    if np.isnan(array).any() or (array < least).any():
        raise ValueError(f"{name} = {values}: must be numbers of at least {least}")
    return array
