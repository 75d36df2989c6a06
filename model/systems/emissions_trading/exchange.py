"""The exchange of a quarter: a call market at one price, an order book, or trade at a regulated price.

In the call firms trade until each has what it wants.
"""

import numpy as np

from learning.jit import rule
from model import accounts
from model.mechanisms.auctions.base import EXHAUSTED
from model.mechanisms.exchange.regulated import bought_by, regulated_price
from model.systems.emissions_trading.order_book import trade_by_orders
from model.systems.emissions_trading.plans import (
    highest_price,
    most_worth,
    net_demand,
    quarter_of,
    worth_to,
)
from model.systems.emissions_trading.setup import CALL, ORDER_BOOK, REGULATED


@rule
def price_among(provide, first, last, firms, government, room, setup, outlook):
    """Lowest price, €/t, at which the firms from ``first`` to ``last`` - 1 want no more permits than they have."""
    now, low, high = quarter_of(government, setup), 0.0, highest_price(room)
    if net_demand(provide, 0.0, first, last, firms, room, setup, outlook, now) <= 0.0:
        return 0.0
    middle = 0.5 * (low + high)
    while low < middle < high:
        if net_demand(provide, middle, first, last, firms, room, setup, outlook, now) > 0.0:
            low = middle
        else:
            high = middle
        middle = 0.5 * (low + high)
    return min(high, most_worth(setup))


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
        return
    if setup.exchange == ORDER_BOOK:
        arrivals = chance.arrival[t], chance.limit[t]
        trade_by_orders(provide, firms, government, room, setup, outlook, arrivals)
    elif setup.exchange == REGULATED:
        trade_as_regulated(provide, firms, government, room, setup, outlook)
    value_permits(provide, firms, government, room, setup, outlook)


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
    public, now = government[0], quarter_of(government, setup)
    price = public.carbon_price
    for i in range(firms.shape[0]):
        firms[i].bought = net_demand(provide, price, i, i + 1, firms, room, setup, outlook, now)
        public.secondary_demand += max(firms[i].bought, 0.0)
        public.secondary_supply -= min(firms[i].bought, 0.0)
    traded = min(public.secondary_supply, public.secondary_demand)
    if traded <= EXHAUSTED * setup.cap[int(public.year) - 1]:  # rounding, not a trade
        traded = 0.0
    else:
        public.trading_price = price
    public.traded_volume = traded
    for firm in firms:
        side = public.secondary_demand if firm.bought > 0.0 else public.secondary_supply
        firm.bought *= traded / side if side > 0.0 else 0.0
        firm.trade_payment = price * firm.bought
    accounts.settle_trades(firms)


@rule
def trade_as_regulated(provide, firms, government, room, setup, outlook):
    """Exchange permits at a price tied to the auction's, or to the estimate where nothing was sold.

    Firms say what they want at the price that it is tied to; the shorter side is served fully, the other pro rata.
    Traders take no part.
    """
    public, now, sold = government[0], quarter_of(government, setup), 0.0
    for firm in firms:
        sold += firm.award
    known = public.clearing_price if sold > 0.0 else public.estimate
    for i in range(setup.emitters):
        wanted = net_demand(provide, known, i, i + 1, firms, room, setup, outlook, now)
        firms[i].bought = max(wanted, -max(firms[i].permits, 0.0))
        public.secondary_demand += max(firms[i].bought, 0.0)
        public.secondary_supply -= min(firms[i].bought, 0.0)
    demand, supply = public.secondary_demand, public.secondary_supply
    price = regulated_price(known, supply, demand, setup.regulated_margin)
    for firm in firms:
        firm.bought = bought_by(firm.bought, supply, demand)
        firm.trade_payment = price * firm.bought
    public.traded_volume = min(supply, demand)
    public.trading_price = price if public.traded_volume > 0.0 else np.nan
    accounts.settle_trades(firms)
