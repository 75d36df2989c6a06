"""The double auction by hand, and what holds for any book."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.mechanisms.exchange.double_auction import (
    ASK,
    BID,
    FREE,
    LATE,
    Trade,
    empty_book,
    empty_room,
    execution_price,
    grow_older,
    match,
    post,
    precedence,
    whose,
)


def book_of(*orders, n=6, slots=5):
    """A book with orders (trader, side, price, age), of one lot if they have no volume after these."""
    book = empty_book(n, slots)
    for trader, side, price, age, *volume in orders:
        post(book, trader, side, price, *(volume or [1]), age)
    return book


def matched(book):
    """Trades of the book."""
    room = empty_room(book.side.size)
    return [Trade(*row) for row in room.trades[: match(book, room)].tolist()]


@pytest.mark.parametrize(
    ("bid_age", "ask_age", "price"),
    [(3, 1, 12), (1, 3, 7), (2, 2, 7)],
    ids=["older bid", "older ask", "alike"],
)
def test_the_older_order_sets_the_price_and_the_ask_among_equals(bid_age, ask_age, price):
    """Wang2024, simulator: price of the bid only if it is strictly older."""
    assert execution_price(12, bid_age, 7, ask_age) == price
    (trade,) = matched(book_of((0, BID, 12, bid_age), (1, ASK, 7, ask_age)))
    assert trade == Trade(0, 1, 12, 7, bid_age, ask_age, price, 1)


def test_orders_are_served_by_price_then_age_then_index():
    bids = [(0, BID, 9, 0), (1, BID, 10, 0), (2, BID, 10, 4), (3, BID, 10, 0)]
    asks = [(4, ASK, 5, 1), (5, ASK, 5, 2), (4, ASK, 4, 0)]
    assert [(t.buyer, t.seller, t.ask) for t in matched(book_of(*bids, *asks))] == [
        (2, 4, 4),
        (1, 5, 5),
        (3, 4, 5),
    ]


def test_nobody_trades_with_itself():
    book = book_of((0, BID, 10, 0), (0, ASK, 3, 5), (1, ASK, 8, 0))
    assert [(t.seller, t.price) for t in matched(book)] == [(1, 8)]
    assert book.side[0].tolist().count(ASK) == 1


def test_a_bid_below_every_ask_stays():
    book = book_of((0, BID, 4, 0), (1, ASK, 5, 0))
    assert matched(book) == []
    assert (book.side != FREE).sum() == 2


def test_a_bid_that_cannot_trade_does_not_stop_the_next():
    """Trader 0 has the only cheap ask and the best bid: its bid stays, the other one trades."""
    found = matched(book_of((0, BID, 10, 0), (1, BID, 9, 0), (0, ASK, 3, 0)))
    assert [(t.buyer, t.seller, t.price) for t in found] == [(1, 0, 3)]


def test_a_large_order_trades_with_several_and_what_is_left_stays():
    book = book_of((0, BID, 10, 0, 7), (1, ASK, 8, 2, 3), (2, ASK, 6, 1, 2), (3, ASK, 11, 5, 9))
    assert [(t.seller, t.price, t.volume) for t in matched(book)] == [(2, 6, 2), (1, 8, 3)]
    assert (book.volume[0, 0], book.side[0, 0], book.side[1, 0]) == (2, BID, FREE)
    post(book, 4, ASK, 1, 5, 0)
    book.age[0, 0] = 1
    assert [(t.buyer, t.price, t.volume) for t in matched(book)] == [(0, 10, 2)]
    assert (book.volume[4, 0], book.side[4, 0]) == (3, ASK)


orders = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from([BID, ASK]),
        st.integers(0, 20),
        st.integers(0, 10),
        st.integers(1, 4),
    ),
    max_size=25,
)


@given(orders=orders)
def test_matching_leaves_nothing_to_match_and_loses_no_order(orders):
    seen, chosen = {}, []
    for trader, side, price, age, volume in orders:
        if seen.setdefault(trader, 0) < 5:
            seen[trader] += 1
            chosen.append((trader, side, price, age, volume))
    book = book_of(*chosen)
    trades = matched(book)
    open_lots = book.volume[book.side != FREE]
    assert open_lots.sum() == sum(order[-1] for order in chosen) - 2 * sum(t.volume for t in trades)
    assert (open_lots > 0).all()
    assert matched(book) == []
    for trade in trades:
        assert trade.ask <= trade.price <= trade.bid
        assert trade.buyer != trade.seller
    left = [(t, *x) for t in range(6) for x in zip(book.side[t], book.price[t]) if x[0] != FREE]
    best = [(i, p) for i, side, p in left if side == BID]
    assert not any(p >= q and i != j for i, p in best for j, side, q in left if side == ASK)


def test_an_order_takes_a_free_slot():
    book = book_of((0, BID, 3, 2), (0, ASK, 7, 1), n=1, slots=2)
    assert (book.side.tolist(), book.price.tolist()) == ([[BID, ASK]], [[3, 7]])
    book.side[0, 0] = FREE
    post(book, 0, ASK, 9, 1, 0)
    assert (book.side.tolist(), book.price.tolist(), book.age.tolist()) == ([[ASK, ASK]], [[9, 7]], [[0, 1]])


def test_orders_that_have_waited_too_long_are_listed():
    book = book_of((0, BID, 3, 4), (0, ASK, 7, 5), (2, ASK, 7, 5), (2, ASK, 7, 0))
    room = empty_room(book.side.size)
    count = grow_older(book, 5, room.lines)
    assert room.lines[list(LATE), :count].T.tolist() == [[0, 1], [2, 0]]
    assert [book.age[0, :3].tolist(), book.age[2, :3].tolist()] == [[5, 6, 0], [6, 1, 0]]


def test_an_order_is_found_again_by_its_precedence():
    book = book_of((5, BID, 3, 4), (0, ASK, 7, 5), (0, ASK, 7, 9))
    for place in ((5, 0), (0, 0), (0, 1)):
        assert whose(precedence(book, *place)) == place


def test_late_orders_leave_the_last_trades_readable():
    book = book_of((0, BID, 12, 3), (1, ASK, 7, 1), (2, BID, 3, 4))
    room = empty_room(book.side.size)
    assert match(book, room) == 1
    assert grow_older(book, 4, room.lines) == 1
    assert Trade(*room.trades[0].tolist()) == Trade(0, 1, 12, 7, 3, 1, 12, 1)
    assert room.lines[list(LATE), 0].tolist() == [2, 0]
