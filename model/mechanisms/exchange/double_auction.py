"""Continuous double auction of unit orders: price, then age, then the lower index [Wang2024, simulator].

A book holds the open orders of n traders in slots. It knows prices and ages; who pays and delivers is the
system's business, which keeps what stands behind an order in escrow.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import rule

BID, ASK, FREE = 1, -1, 0
FAR = 2**30
"""Above every price."""

AGES, TRADERS = 2**14, 2**10
"""Above every age, and every number of traders."""


class Book(NamedTuple):
    """Open orders of traders, in slots; worlds may be a leading axis."""

    side: np.ndarray
    """int32[n, slots]: `BID`, `ASK`, or `FREE`."""
    price: np.ndarray
    """int32[n, slots]."""
    age: np.ndarray
    """int32[n, slots]: steps since the order was posted."""


class Trade(NamedTuple):
    """One permit that changes hands."""

    buyer: int
    seller: int
    bid: int
    ask: int
    bid_age: int
    ask_age: int
    price: int


def empty_book(*shape):
    """A book without orders; shape : (…, n, slots)."""
    return Book(*(np.zeros(shape, np.int32) for _ in range(3)))


@rule
def post(book, trader, side, price):
    """Put a unit order into the first free slot of a trader, who must have one."""
    for slot in range(book.side.shape[1]):
        if book.side[trader, slot] == FREE:
            book.side[trader, slot], book.price[trader, slot] = side, price
            book.age[trader, slot] = 0
            return


@rule
def best_prices(book):
    """Highest price of a bid, -1 without any, and lowest of an ask, `FAR` without any."""
    bid, ask = -1, FAR
    for trader in range(book.side.shape[0]):
        for slot in range(book.side.shape[1]):
            if book.side[trader, slot] == BID:
                bid = max(bid, book.price[trader, slot])
            elif book.side[trader, slot] == ASK:
                ask = min(ask, book.price[trader, slot])
    return bid, ask


@rule
def precedence(book, trader, slot):
    """A number that is larger the earlier the order is served: by price, then age, then index of the trader."""
    price = book.price[trader, slot]
    worth = np.int64(price if book.side[trader, slot] == BID else FAR - price)
    return (worth * AGES + book.age[trader, slot]) * TRADERS + (TRADERS - 1 - trader)


@rule
def line_up(book, side, limit, line):
    """Write the orders of one side with prices up to the limit, in the order of service; how many there are.

    line : int64[:, 3], written: trader, slot and `precedence`.
    """
    count = 0
    for trader in range(book.side.shape[0]):
        for slot in range(book.side.shape[1]):
            if book.side[trader, slot] == side and side * book.price[trader, slot] >= side * limit:
                first, at = precedence(book, trader, slot), count
                while at > 0 and line[at - 1, 2] < first:
                    line[at, 0], line[at, 1], line[at, 2] = line[at - 1, 0], line[at - 1, 1], line[at - 1, 2]
                    at -= 1
                line[at, 0], line[at, 1], line[at, 2] = trader, slot, first
                count += 1
    return count


@rule
def next_ask(book, buyer, asks, count):
    """Position in the line of the first ask that is left and not the buyer's own; -1 if there is none."""
    for k in range(count):
        if asks[k, 0] != buyer and book.side[asks[k, 0], asks[k, 1]] == ASK:
            return k
    return -1


@rule
def execution_price(bid, bid_age, ask, ask_age):
    """The price of the older order; the ask's where both are of one age."""
    return bid if bid_age > ask_age else ask


@rule
def match(book, bids, asks, trades):
    """Match all orders that can be; write the trades, int64[:, 7] as `Trade`, free their slots; how many there are.

    Bids are served one after the other; each takes the first ask of somebody else if its price allows.
    bids, asks : int64[n slots, 3], room to work in.
    """
    best_bid, best_ask = best_prices(book)
    if best_bid < best_ask:
        return 0
    n_bids, n_asks, done = line_up(book, BID, best_ask, bids), line_up(book, ASK, best_bid, asks), 0
    for k in range(n_bids):
        buyer, slot = bids[k, 0], bids[k, 1]
        found = next_ask(book, buyer, asks, n_asks)
        if found < 0:
            continue
        seller, other = asks[found, 0], asks[found, 1]
        bid, ask = book.price[buyer, slot], book.price[seller, other]
        if ask > bid:
            continue
        bid_age, ask_age = book.age[buyer, slot], book.age[seller, other]
        trades[done, 0], trades[done, 1], trades[done, 2], trades[done, 3] = buyer, seller, bid, ask
        trades[done, 4], trades[done, 5] = bid_age, ask_age
        trades[done, 6] = execution_price(bid, bid_age, ask, ask_age)
        book.side[buyer, slot], book.side[seller, other] = FREE, FREE
        done += 1
    return done
