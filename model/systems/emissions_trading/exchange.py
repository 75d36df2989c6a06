"""The exchange of a quarter: a call market at one price, an order book, or trade at a regulated price.

In the call firms trade until each has what it wants.
"""

import numpy as np

from learning.crossing import HIGH, TRIAL, begin_crossing, is_open, note_value
from learning.jit import rule
from model import accounts
from model.mechanisms.auctions.base import EXHAUSTED
from model.mechanisms.exchange.regulated import regulated_price
from model.systems.emissions_trading.facts import quarter_of
from model.systems.emissions_trading.limits import use_expiring
from model.systems.emissions_trading.order_book import trade_by_orders
from model.systems.emissions_trading.plans import (
    demand_of,
    highest_price,
    look_ahead,
    missing_costs,
    most_worth,
    net_demand,
    plan_at,
    rounding_of,
    worth_to,
)
from model.systems.emissions_trading.venues import CALL, ORDER_BOOK, REGULATED


@rule
def price_among(provide, first, last, firms, government, room, setup, outlook, emitting=True):
    """Lowest price, €/t, at which the firms from ``first`` to ``last`` - 1 want no more permits than they have."""
    now, search, guess = quarter_of(government, setup), room.search, government[0].estimate
    begin_crossing(search, 0.0, highest_price(room), guess, rounding_of(firms, setup, now))
    while is_open(search):
        trial = search[TRIAL]
        note_value(
            search, net_demand(provide, trial, first, last, firms, room, setup, outlook, now, emitting)
        )
    return min(search[HIGH], most_worth(government, setup))


@rule
def hold_exchange(provide, firms, government, room, setup, outlook, chance, t):
    """Let firms trade by the rules of the exchange, if there is one; t : the quarter's row of ``chance``.

    After a call permits are worth its price to all, else to each firm what it would pay for another one.
    """
    public = government[0]
    public.trading_price = public.best_bid = public.best_ask = np.nan
    public.secondary_supply = public.secondary_demand = public.traded_volume = 0.0
    for firm in firms:
        firm.bought = firm.trade_payment = 0.0
    if setup.exchange == CALL:
        public.carbon_price = price_among(provide, 0, firms.shape[0], firms, government, room, setup, outlook)
        for i in range(firms.shape[0]):
            firms[i].worth = worth_to(i, public.carbon_price, room)
        trade(provide, firms, government, room, setup, outlook)
        withdraw_orders(room)
    else:
        if setup.exchange == ORDER_BOOK:
            arrivals = chance.arrival[t], chance.limit[t]
            trade_by_orders(provide, firms, government, room, setup, outlook, arrivals)
        elif setup.exchange == REGULATED:
            trade_as_regulated(provide, firms, government, room, setup, outlook)
        withdraw_orders(room)
        value_permits(provide, firms, government, room, setup, outlook)
    use_expiring(firms, outlook)


@rule
def withdraw_orders(room):
    """End all orders: from now on firms value and trade permits as they plan."""
    for i in range(room.orders.shape[0]):
        room.orders[i, 0] = np.nan


@rule
def value_permits(provide, firms, government, room, setup, outlook):
    """Value permits firm by firm; the carbon price is that of the last trade, or else the mean of these values."""
    public, mean = government[0], 0.0
    for i in range(setup.emitters):
        price = price_among(provide, i, i + 1, firms, government, room, setup, outlook)
        firms[i].worth = worth_to(i, price, room)
        mean += room.weight[i] * firms[i].worth
    public.carbon_price = mean if np.isnan(public.trading_price) else public.trading_price


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
    plan_at(provide, price, 0, firms.shape[0], firms, room, setup, outlook)
    for i in range(firms.shape[0]):
        most_sold = max(firms[i].permits + firms[i].advance, 0.0)
        wanted = demand_of(i, price, room.wanted[0, i], firms, room, setup, outlook, now, emitting)
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
def trade_as_regulated(provide, firms, government, room, setup, outlook):
    """Exchange permits at a price tied to the auction's, or to the estimate where nothing was sold.

    Firms say what they want at the price that it is tied to; the shorter side is served fully, the other pro rata.
    Traders take no part.
    """
    public, sold = government[0], 0.0
    for firm in firms:
        sold += firm.award
    known = public.clearing_price if sold > 0.0 else public.estimate
    write_orders(provide, known, firms, government, room, setup, outlook, True)
    room.traded[setup.emitters :] = 0.0
    demand, supply, traded = serve_shorter_side(room.traded, 0.0)
    public.secondary_demand, public.secondary_supply, public.traded_volume = demand, supply, traded
    price = regulated_price(known, supply, demand, setup.regulated_margin)
    public.trading_price = price if traded > 0.0 else np.nan
    deliver(firms, room.traded, price)


@rule
def is_true_up(government, setup):
    """Return whether firms trade once more after the emissions of the quarter."""
    return setup.true_up and government[0].quarter == setup.quarters


@rule
def hold_true_up(provide, firms, government, room, setup):
    """After the last emissions of a year, let firms trade once more before compliance; no permits are added.

    Nobody pays more than a missing permit costs. Emissions are settled: the price is that of permits beyond them.
    """
    public = government[0]
    public.true_up_price, public.true_up_volume = np.nan, 0.0
    if not is_true_up(government, setup):
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
    withdraw_orders(room)
