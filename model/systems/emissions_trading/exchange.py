"""The exchange of a quarter: a call market at one price, in which firms trade until each has what it wants."""

import numpy as np

from learning.jit import rule
from model import accounts
from model.mechanisms.auctions.base import EXHAUSTED
from model.systems.emissions_trading.facts import quarter_of
from model.systems.emissions_trading.limits import use_expiring
from model.systems.emissions_trading.plans import (
    highest_price,
    look_ahead,
    missing_costs,
    most_worth,
    net_demand,
)


@rule
def price_among(provide, first, last, firms, government, room, setup, outlook, emitting=True):
    """Lowest price, €/t, at which the firms from ``first`` to ``last`` - 1 want no more permits than they have."""
    now, low, high = quarter_of(government, setup), 0.0, highest_price(room)
    if net_demand(provide, 0.0, first, last, firms, room, setup, outlook, now, emitting) <= 0.0:
        return 0.0
    middle = 0.5 * (low + high)
    while low < middle < high:
        if net_demand(provide, middle, first, last, firms, room, setup, outlook, now, emitting) > 0.0:
            low = middle
        else:
            high = middle
        middle = 0.5 * (low + high)
    return min(high, most_worth(government, setup))


@rule
def hold_exchange(provide, firms, government, room, setup, outlook):
    """Let firms trade, if there is an exchange; permits are then worth its price to all, else to each its own."""
    public, n = government[0], firms.shape[0]
    public.trading_price = np.nan
    public.secondary_supply = public.secondary_demand = public.traded_volume = 0.0
    for firm in firms:
        firm.bought = firm.trade_payment = 0.0
    if setup.trades:
        public.carbon_price = price_among(provide, 0, n, firms, government, room, setup, outlook)
        for firm in firms:
            firm.worth = public.carbon_price
        trade(provide, firms, government, room, setup, outlook)
    else:
        value_alone(provide, firms, government, room, setup, outlook)
    use_expiring(firms, outlook)


@rule
def value_alone(provide, firms, government, room, setup, outlook):
    """Find what a permit is worth to each firm by itself, without an exchange; the carbon price is the mean."""
    public = government[0]
    public.carbon_price = 0.0
    for i in range(firms.shape[0]):
        firms[i].worth = price_among(provide, i, i + 1, firms, government, room, setup, outlook)
        public.carbon_price += room.weight[i] * firms[i].worth


@rule
def trade(provide, firms, government, room, setup, outlook):
    """Exchange permits at the carbon price; the longer side is served pro rata."""
    public, price = government[0], government[0].carbon_price
    write_orders(provide, price, firms, government, room, setup, outlook, True)
    demand, supply, traded = serve_shorter_side(room.traded, EXHAUSTED * setup.cap[int(public.year) - 1])
    public.secondary_demand, public.secondary_supply, public.traded_volume = demand, supply, traded
    if traded > 0.0:
        public.trading_price = price
    deliver(firms, room.traded, price)


@rule
def write_orders(provide, price, firms, government, room, setup, outlook, emitting):
    """Write the permits, t, that every firm wants to buy at ``price``, €/t; below zero: to sell, of those it has."""
    now = quarter_of(government, setup)
    for i in range(firms.shape[0]):
        most_sold = max(firms[i].permits + firms[i].advance, 0.0)
        wanted = net_demand(provide, price, i, i + 1, firms, room, setup, outlook, now, emitting)
        room.traded[i] = max(wanted, -most_sold)


@rule
def serve_shorter_side(wanted, least):
    """Scale float64[n] ``wanted``, t, so that purchases and sales add up to zero; up to ``least`` t nothing is traded.

    Returns permits demanded, supplied and traded, t.
    """
    demand = supply = 0.0
    for each in wanted:
        demand += max(each, 0.0)
        supply -= min(each, 0.0)
    traded = min(supply, demand)
    if traded <= least:  # rounding, not a trade
        traded = 0.0
    for i in range(wanted.shape[0]):
        side = demand if wanted[i] > 0.0 else supply
        wanted[i] *= traded / side if side > 0.0 else 0.0
    return demand, supply, traded


@rule
def deliver(firms, traded, price):
    """Settle purchases, float64[n], t, at ``price``, €/t."""
    for i in range(firms.shape[0]):
        payment = price * traded[i]
        firms[i].bought += traded[i]
        firms[i].trade_payment += payment
        accounts.exchange(firms[i], traded[i], payment)


@rule
def hold_true_up(provide, firms, government, room, setup):
    """After the last emissions of a year, let firms trade once more before compliance; no permits are added.

    Nobody pays more than a missing permit costs. Emissions are settled: the price is that of permits beyond them.
    """
    public = government[0]
    public.true_up_price, public.true_up_volume = np.nan, 0.0
    if not setup.true_up or public.quarter < setup.quarters:
        return
    outlook = look_ahead(firms, government, room, setup, True)
    price = price_among(provide, 0, firms.shape[0], firms, government, room, setup, outlook, False)
    price = min(price, missing_costs(government, setup))  # already at most an open ceiling, by `price_among`
    write_orders(provide, price, firms, government, room, setup, outlook, False)
    _, _, traded = serve_shorter_side(room.traded, EXHAUSTED * setup.cap[int(public.year) - 1])
    public.true_up_price, public.true_up_volume = price, traded
    deliver(firms, room.traded, price)
    for i in range(firms.shape[0]):
        firms[i].profit -= price * room.traded[i]
