"""The exchange of a quarter: a call market at one price, in which firms trade until each has what it wants."""

import numpy as np

from learning.jit import rule
from model import accounts
from model.mechanisms.auctions.base import EXHAUSTED
from model.systems.emissions_trading.plans import (
    highest_price,
    most_worth,
    net_demand,
    quarter_of,
    worth_to,
)


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
def hold_exchange(provide, firms, government, room, setup, outlook):
    """Let firms trade, if there is an exchange; permits are then worth its price to all, else to each its own."""
    public, n = government[0], firms.shape[0]
    public.trading_price = np.nan
    public.secondary_supply = public.secondary_demand = public.traded_volume = 0.0
    for firm in firms:
        firm.bought = firm.trade_payment = 0.0
    if setup.trades:
        public.carbon_price = price_among(provide, 0, n, firms, government, room, setup, outlook)
        for i in range(n):
            firms[i].worth = worth_to(i, public.carbon_price, room)
        trade(provide, firms, government, room, setup, outlook)
        return
    public.carbon_price = 0.0
    for i in range(n):
        price = price_among(provide, i, i + 1, firms, government, room, setup, outlook)
        firms[i].worth = worth_to(i, price, room)
        public.carbon_price += room.weight[i] * firms[i].worth


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
