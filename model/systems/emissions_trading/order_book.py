"""The exchange of a quarter as an order book: firms arrive one after the other, and trade by price, then time.

A firm that arrives withdraws the order it has left, takes a limit price near the one that everybody expects, and posts
an order for what it would then buy or sell. So no trade is a bad one for it: it would buy as much even at its limit.
"""

import numpy as np

from learning.jit import rule
from model import accounts
from model.mechanisms.exchange.double_auction import ASK, BID, FAR, FREE, TRADE, best_prices, match, post
from model.systems.emissions_trading.facts import quarter_of
from model.systems.emissions_trading.plans import most_worth, net_demand

TICK = 0.01
"""€/t: limit prices are multiples of it."""
MOST_LOTS = 2**30
"""Largest volume of an order."""


@rule
def trade_by_orders(provide, firms, government, room, setup, outlook, arrivals):
    """Let firms arrive and trade; arrivals : the firms, int64[m], and the places of their limits, float64[m].

    A place from 0 to 1 is one between the lowest and the highest limit price, ``order_width`` around the estimate.
    """
    public, book = government[0], room.book
    arrival, limit = arrivals
    for k in range(arrival.shape[0]):
        i = arrival[k]
        book.side[i, 0] = FREE
        price = public.estimate * (1.0 + setup.order_width * (2.0 * limit[k] - 1.0))
        ticks = int(min(min(price, most_worth(government, setup)) / TICK, FAR - 1.0))
        post_order(provide, i, ticks, arrival.shape[0] - 1 - k, firms, government, room, setup, outlook)
        settle(match(book, room.matching), firms, government, room, setup)
    close_book(government, room)


@rule
def post_order(provide, i, ticks, age, firms, government, room, setup, outlook):
    """Post an order of firm ``i`` for what it wants at a price of ``ticks``, if it is worth a lot.

    age : later arrivals, so that of two orders the older one came first. Nobody sells more than it holds.
    """
    now = quarter_of(government, setup)
    wanted = net_demand(provide, ticks * TICK, i, i + 1, firms, room, setup, outlook, now)
    side = BID if wanted > 0.0 else ASK
    volume = wanted if side == BID else min(-wanted, max(firms[i].permits, 0.0))
    lots = int(min(volume / setup.order_lot, MOST_LOTS))
    if lots > 0:
        post(room.book, i, side, ticks, lots, age)


@rule
def settle(count, firms, government, room, setup):
    """Settle the first ``count`` trades of the match, and keep the price of the last."""
    public = government[0]
    for k in range(count):
        trade = room.matching.trades[k]
        buyer, seller = firms[trade[TRADE.buyer]], firms[trade[TRADE.seller]]
        volume, price = setup.order_lot * trade[TRADE.volume], TICK * trade[TRADE.price]
        deliver(buyer, volume, price * volume)
        deliver(seller, -volume, -price * volume)
        public.trading_price = price
        public.traded_volume += volume


@rule
def deliver(firm, volume, payment):
    """Settle one side of a trade, and add it to what the firm bought in the quarter."""
    firm.bought += volume
    firm.trade_payment += payment
    accounts.exchange(firm, volume, payment)


@rule
def close_book(government, room):
    """Publish the best prices and the volumes left, t, and withdraw all orders."""
    public, book = government[0], room.book
    bid, ask = best_prices(book)
    public.best_bid = TICK * bid if bid >= 0 else np.nan
    public.best_ask = TICK * ask if ask < FAR else np.nan
    for i in range(book.side.shape[0]):
        book.side[i, 0] = FREE
