"""Continuous double auction: price, then age, then the lower index [Wang2024, simulator, for orders of one permit].

A book holds the open orders of n traders in slots. Prices are whole ticks and volumes whole lots, as on an exchange;
a system says how much these are. The book holds prices, volumes and ages only: the system makes payments and
deliveries, and sees to the permits and the money behind an order.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import rule
from learning.rows import put_in_order

BID, ASK, FREE = 1, -1, 0
FAR = 2**30
"""Above every price."""

AGES, TRADERS, SLOTS = 2**14, 2**12, 2**6
"""Above every age, every number of traders, and every number of a trader's slots."""


class Book(NamedTuple):
    """Open orders of traders, in slots; worlds may be a leading axis."""

    side: np.ndarray
    """int32[n, slots]: `BID`, `ASK`, or `FREE`."""
    price: np.ndarray
    """int32[n, slots], ticks."""
    age: np.ndarray
    """int32[n, slots]: steps since the order was posted."""
    volume: np.ndarray
    """int32[n, slots], lots not yet traded."""


class Trade(NamedTuple):
    """One trade: its traders, their limit prices and ages, and what it is about."""

    buyer: int
    seller: int
    bid: int
    ask: int
    bid_age: int
    ask_age: int
    price: int
    volume: int


class Late(NamedTuple):
    """Place of an expired order: it has waited too long."""

    trader: int
    slot: int


class Matching(NamedTuple):
    """Work arrays of the auction; trades of many worlds may have a leading axis, lines are shared by all."""

    trades: np.ndarray
    """int64[orders, columns]: the last trades; see `TRADE`."""
    lines: np.ndarray
    """int64[2, orders]: bids and asks that can be matched, or, at another time, expired orders; see `LATE`."""


TRADE = Trade(*range(len(Trade._fields)))
"""Columns of trades."""

LATE = Late(*range(len(Late._fields)))
"""Lines of expired orders."""

BID_LINE, ASK_LINE = 0, 1
"""Lines of the orders that can be matched."""


def empty_room(*shape):
    """Make the auction's work arrays; shape : (…, orders), the slots of all traders."""
    return Matching(np.zeros((*shape, len(TRADE)), np.int64), np.zeros((2, shape[-1]), np.int64))


def empty_book(*shape):
    """Make a book without orders; shape : (…, n, slots)."""
    return Book(*(np.zeros(shape, np.int32) for _ in Book._fields))


@rule
def post(book, trader, side, price, volume, age):
    """Put an order of ``volume`` lots into the first free slot of a trader, who must have one."""
    for slot in range(book.side.shape[1]):
        if book.side[trader, slot] == FREE:
            book.side[trader, slot], book.price[trader, slot] = side, price
            book.volume[trader, slot], book.age[trader, slot] = volume, age
            return


@rule
def best_prices(book):
    """Highest price of a bid, -1 without any, and lowest of an ask, `FAR` without any.

    All slots are one line: then the processor compares several at once.
    """
    bid, ask, sides, prices = -1, FAR, book.side.flat, book.price.flat
    for k in range(book.side.size):
        side, price = sides[k], prices[k]
        bid = max(bid, price if side == BID else -1)
        ask = min(ask, price if side == ASK else FAR)
    return bid, ask


@rule
def precedence(book, trader, slot):
    """Number that is larger the earlier the order is served: by price, then age, then index of the trader.

    It also encodes trader and slot: see `whose`.
    """
    price = np.int64(book.price[trader, slot])
    worth = price if book.side[trader, slot] == BID else FAR - price
    turn = (worth * AGES + book.age[trader, slot]) * TRADERS + (TRADERS - 1 - trader)
    return turn * SLOTS + (SLOTS - 1 - slot)


@rule
def whose(turn):
    """Trader and slot of the order of this `precedence`."""
    return TRADERS - 1 - turn // SLOTS % TRADERS, SLOTS - 1 - turn % SLOTS


@rule
def line_up(book, best_bid, best_ask, bids, asks):
    """Write the `precedence` of orders that can match the other side's best; return how many bids and asks.

    bids, asks : int64[n slots], written in the order of service. Every order is written, and kept only if it can match:
    a branch per order would be slower, as it cannot be predicted.
    """
    n_bids, n_asks = 0, 0
    for trader in range(book.side.shape[0]):
        for slot in range(book.side.shape[1]):
            side, price = book.side[trader, slot], book.price[trader, slot]
            turn = precedence(book, trader, slot)
            bids[n_bids], asks[n_asks] = turn, turn
            n_bids += (side == BID) & (price >= best_ask)
            n_asks += (side == ASK) & (price <= best_bid)
    put_in_order(bids, n_bids)
    put_in_order(asks, n_asks)
    return n_bids, n_asks


@rule
def next_ask(book, buyer, asks, count):
    """Find trader and slot of the first ask still open and not the buyer's own; -1, -1 if there is none."""
    for k in range(count):
        seller, slot = whose(asks[k])
        if seller != buyer and book.side[seller, slot] == ASK:
            return seller, slot
    return -1, -1


@rule
def execution_price(bid, bid_age, ask, ask_age):
    """Price of the older order; the ask's if both have the same age."""
    return bid if bid_age > ask_age else ask


@rule
def match(book, room):
    """Match all orders that can be; write the trades into ``room``; return their number.

    Bids are served one after the other; each takes the first asks of others as long as their prices allow. Orders that
    are filled free their slots.
    """
    bids, asks = room.lines[BID_LINE], room.lines[ASK_LINE]
    best_bid, best_ask = best_prices(book)
    if best_bid < best_ask:
        return 0
    (n_bids, n_asks), done = line_up(book, best_bid, best_ask, bids, asks), 0
    for k in range(n_bids):
        buyer, slot = whose(bids[k])
        while book.side[buyer, slot] == BID:
            seller, other = next_ask(book, buyer, asks, n_asks)
            if seller < 0 or book.price[seller, other] > book.price[buyer, slot]:
                break
            fill(book, buyer, slot, seller, other, room.trades[done])
            done += 1
    return done


@rule
def fill(book, buyer, slot, seller, other, trade):
    """Let two orders trade the smaller of their volumes; write the trade into ``trade``, int64[columns]."""
    bid, ask = book.price[buyer, slot], book.price[seller, other]
    bid_age, ask_age = book.age[buyer, slot], book.age[seller, other]
    volume = min(book.volume[buyer, slot], book.volume[seller, other])
    trade[TRADE.buyer], trade[TRADE.seller] = buyer, seller
    trade[TRADE.bid], trade[TRADE.ask] = bid, ask
    trade[TRADE.bid_age], trade[TRADE.ask_age] = bid_age, ask_age
    trade[TRADE.price], trade[TRADE.volume] = execution_price(bid, bid_age, ask, ask_age), volume
    reduce(book, buyer, slot, volume)
    reduce(book, seller, other, volume)


@rule
def reduce(book, trader, slot, volume):
    """Take ``volume`` lots from an order, and free its slot if none are left."""
    book.volume[trader, slot] -= volume
    if book.volume[trader, slot] == 0:
        book.side[trader, slot] = FREE


@rule
def grow_older(book, duration, lines):
    """Age open orders by a step; write those older than ``duration`` steps into the lines `LATE`.

    Returns their number. lines : int64[2, orders], see `Matching`.
    """
    count = 0
    for trader in range(book.side.shape[0]):
        for slot in range(book.side.shape[1]):
            waits = book.side[trader, slot] != FREE
            book.age[trader, slot] += waits
            lines[LATE.trader, count], lines[LATE.slot, count] = trader, slot
            count += waits & (book.age[trader, slot] > duration)
    return count
