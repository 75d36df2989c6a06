"""Voluntary secondary market: a call market at one price, at which nobody buys above or sells below its value.

Every permit that a firm requires has one value to it, its *worth*; permits beyond these are worth nothing to it. Firms
state their worths truthfully. The permits go to the highest worths, whoever held them before.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import rule
from model.mechanisms.auctions.base import EXHAUSTED


class CallMarket(NamedTuple):
    """Result of the call market: its price, and how much of what they want firms get."""

    price: float
    """€/t: at worths above it firms buy, below it they sell; nobody pays it where nothing is traded."""
    supply: float
    """t: permits offered, those that marginal firms part with included."""
    demand: float
    """t: permits sought, those that marginal firms get included."""
    bought: float
    """Share of the permits sought by firms with worths above the price that they get."""
    sold: float
    """Share of the permits offered, by firms with worths below the price or more than required, that is sold."""
    marginal_bought: float
    """Share of the missing permits of firms whose worth is the price that they get; they gain nothing by it."""
    marginal_sold: float
    """Share of the required permits of these firms that they sell."""


@rule
def market_price(worth, required, order, permits):
    """Lowest price, €/t, at which firms want to hold no more than ``permits``, t: 0 where there are enough for all.

    worth, required : float64[n], €/t and t; order : int64[n], firms by falling worth.
    """
    wanted = 0.0
    for i in order:
        wanted += required[i]
        if wanted > permits * (1.0 + EXHAUSTED):
            return worth[i]
    return 0.0


@rule
def call_market(worth, required, order, held):
    """Clear the market: `CallMarket`. worth, required, held : float64[n], €/t, t and t; order : by falling worth."""
    permits = 0.0
    for i in range(held.shape[0]):
        permits += held[i]
    price = market_price(worth, required, order, permits)
    supply, demand, marginal_held, marginal_missing = 0.0, 0.0, 0.0, 0.0
    for i in range(held.shape[0]):
        kept, missing = min(held[i], required[i]), max(required[i] - held[i], 0.0)
        supply += held[i] - kept
        if worth[i] > price:
            demand += missing
        elif worth[i] < price:
            supply += kept
        else:
            marginal_held += kept
            marginal_missing += missing
    more_sold = min(max(demand - supply, 0.0), marginal_held)
    more_bought = min(max(supply - demand, 0.0), marginal_missing)
    traded = min(supply + more_sold, demand + more_bought)
    if traded <= EXHAUSTED * permits:  # rounding, not a trade
        traded, supply, demand, more_sold, more_bought = 0.0, 0.0, 0.0, 0.0, 0.0
    return CallMarket(
        price=price,
        supply=supply + more_sold,
        demand=demand + more_bought,
        bought=(traded - more_bought) / demand if demand > 0.0 else 0.0,
        sold=(traded - more_sold) / supply if supply > 0.0 else 0.0,
        marginal_bought=more_bought / marginal_missing if marginal_missing > 0.0 else 0.0,
        marginal_sold=more_sold / marginal_held if marginal_held > 0.0 else 0.0,
    )


@rule
def bought_at(market, worth, required, held):
    """Permits, t, that a firm buys in the `CallMarket`; below zero: sells. worth : €/t; required, held : t."""
    kept, missing = min(held, required), max(required - held, 0.0)
    surplus_sold = market.sold * (held - kept)
    if worth > market.price:
        return market.bought * missing - surplus_sold
    if worth < market.price:
        return -market.sold * kept - surplus_sold
    return market.marginal_bought * missing - market.marginal_sold * kept - surplus_sold


@rule
def quoted_price(market):
    """Price, €/t, that the market quotes; NaN where nothing is traded."""
    return market.price if market.supply > 0.0 else np.nan
