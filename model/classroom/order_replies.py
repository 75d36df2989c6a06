"""What a seat could have earned in a market of orders, had the others ordered as they did.

Their orders are played again on the same exchange, in their order and with other orders of the seat between them. An
order of another seat that has no permits behind it any more is left out. A market has too many plans to try them all:
those that stand from the beginning, a bid or an ask, are tried at every price at which the others could have met it,
and those that take the others' orders, the best ones first, as soon as each is made. So the best one found is a lower
bound of what could have been had.
"""

import numpy as np

from learning.jit import rule
from model.classroom.private_values import value_of
from model.mechanisms.exchange.double_auction import (
    AGES,
    ASK,
    BID,
    FREE,
    TRADE,
    empty_book,
    empty_room,
    grow_older,
    match,
    post,
)
from model.systems.emissions_trading.order_book import TICK

SEAT, SIDE, PRICE, VOLUME = range(4)
"""Columns of a tape, int64[moves, 4]: who moved; a side of the book, or `FREE` to withdraw all; ticks; permits."""
MOST_PRICES = 12
"""Prices at which a plan stands; evenly spread over those of the others if they are more."""


@rule
def play_tape(tape, permits, cash, book, room):
    """Play the moves of a tape and settle the trades; permits, cash : int64[n], t and ticks, of the seats, changed."""
    for k in range(tape.shape[0]):
        seat, side, price, volume = tape[k, 0], tape[k, 1], tape[k, 2], tape[k, 3]
        crosses = False
        for slot in range(book.side.shape[1]):
            ahead = side * (price - book.price[seat, slot]) >= 0
            crosses |= (side != FREE) & (book.side[seat, slot] == -side) & ahead
        if crosses or (side == ASK and volume > permits[seat]):
            continue
        grow_older(book, AGES, room.lines)
        for slot in range(book.side.shape[1]):
            if side == FREE or book.side[seat, slot] == side:
                book.side[seat, slot] = FREE
        if side == FREE:
            continue
        post(book, seat, side, price, volume, 0)
        for trade in range(match(book, room)):
            done = room.trades[trade]
            buyer, seller = done[TRADE.buyer], done[TRADE.seller]
            permits[buyer] += done[TRADE.volume]
            permits[seller] -= done[TRADE.volume]
            cash[buyer] -= done[TRADE.volume] * done[TRADE.price]
            cash[seller] += done[TRADE.volume] * done[TRADE.price]


def search_replies(tape, values, given, seat):
    """Profit, €, of the best plan of a seat that was found among the moves of the others.

    tape : moves of all; values : worth of the seat's permits, first to last, float64[k], €/t; given : permits of all at
    first, float64[n], t.
    """
    moves = np.array(tape, np.int64).reshape(-1, 4)
    before, best = value_of(values, given[seat]), -np.inf
    for plan in plans(moves, values / TICK, given, seat):
        held, ticks = result_of(plan, given, seat)
        best = max(best, value_of(values, held) + ticks * TICK - before)
    return best


def compile_replies():
    """Compile the rule, if need be, while nobody waits."""
    result_of(np.zeros((0, 4), np.int64), np.zeros(2), 0)


def result_of(tape, given, seat):
    """Permits, t, and money, ticks, of a seat after a tape; given : permits of all at first, float64[n], t."""
    permits, cash = given.astype(np.int64), np.zeros(len(given), np.int64)
    play_tape(tape, permits, cash, empty_book(len(given), 2), empty_room(2 * len(given)))
    return int(permits[seat]), int(cash[seat])


def plans(tape, values, given, seat):
    """Tapes in which the seat plays other plans among the moves of the others.

    tape : of all, as it was; values : worth of the seat's permits, first to last, float64[k], ticks.
    """
    others = tape[tape[:, SEAT] != seat]
    held = int(given[seat])
    gains, losses = values[held:], values[:held][::-1]  # of buying one after the other, and of selling
    yield others
    for side, worth in ((BID, gains), (ASK, losses)):
        met = others[others[:, SIDE] == -side]
        for price in spread(met[:, PRICE]):
            volume = int((side * (worth - price) > 0).sum())
            if volume:
                yield np.vstack([[(seat, side, price, volume)], others])
        yield take(others, side, worth, seat)


def spread(prices):
    """At most `MOST_PRICES` of these prices, each once."""
    known = np.unique(prices)
    return known[np.unique(np.linspace(0, len(known) - 1, MOST_PRICES).astype(int))] if len(known) else known


def take(others, side, worth, seat):
    """Tape in which the seat takes the others' best orders that pay, each as soon as it is made."""
    met = np.flatnonzero(others[:, SIDE] == -side)
    best = met[np.argsort(side * others[met, PRICE], kind="stable")]
    wanted, taken = 0, []
    for row in best:
        price = others[row, PRICE]
        volume = min(others[row, VOLUME], int((side * (worth - price) > 0).sum()) - wanted)
        if volume > 0:
            wanted += volume
            taken.append((row, volume))
    moves, last = [], 0
    for row, volume in sorted(taken):
        moves += [others[last : row + 1], [(seat, side, others[row, PRICE], volume)]]
        last = row + 1
    return np.vstack([*moves, others[last:]]).astype(np.int64)
