"""A market of orders among seats: the project's double auction, with the accounts behind it."""

from learning.postponed import interpreting
from model.classroom.base import SubmissionError, mark, picture
from model.classroom.rounds import euros, permits
from model.mechanisms.exchange.double_auction import (
    AGES,
    ASK,
    BID,
    FAR,
    FREE,
    TRADE,
    best_prices,
    empty_book,
    empty_room,
    grow_older,
    match,
    post,
)
from model.systems.emissions_trading.order_book import TICK


class OrderMarket:
    """Orders of seats, each with at most one bid and one ask, which trade at once when they meet.

    ledger : `Ledger`; ``trades`` : list of (buyer, seller, price €/t, volume t), in their order; ``tape`` : orders and
    withdrawals so far, (seat, side or `FREE`, ticks, volume t).
    """

    def __init__(self, ledger):
        self.ledger, seats = ledger, len(ledger.seats)
        self.book, self.room = empty_book(seats, 2), empty_room(2 * seats)
        self.trades, self.tape = [], []

    @property
    def moves(self):
        """Number of orders and withdrawals so far."""
        return len(self.tape)

    def held(self, seat):
        """Permits that a seat has, t."""
        return round(float(self.ledger.seats.permits[seat]))

    def withdraw(self, seat):
        """Take back the orders of a seat."""
        self.book.side[seat] = FREE
        self.tape.append((seat, FREE, 0, 0))

    def order(self, seat, side, price, volume):
        """Post an order in the place of the seat's last one of that side, and return the trades that follow.

        side : BID or ASK; price : €/t, a multiple of `TICK`; volume : t, whole. SubmissionError, and no change, if it
        is not allowed.
        """
        ticks = round(price / TICK)
        self.check(seat, side, ticks, volume)
        with interpreting():
            grow_older(self.book, AGES, self.room.lines)
            self.book.side[seat][self.book.side[seat] == side] = FREE
            post(self.book, seat, side, ticks, volume, 0)
            done = match(self.book, self.room)
        self.tape.append((seat, side, ticks, volume))
        return [self.settle(self.room.trades[k]) for k in range(done)]

    def check(self, seat, side, ticks, volume):
        """SubmissionError for an order without permits behind it, or one that would meet the seat's own."""
        if side == ASK and volume > self.held(seat):
            raise SubmissionError(f"You have {permits(self.held(seat))}, and cannot sell {volume}.")
        if self.meets_own(seat, side, ticks):
            own = "ask" if side == BID else "bid"
            raise SubmissionError(f"It would meet your own {own}: withdraw that first.")
        if self.moves >= AGES - 2:
            raise SubmissionError("The book has had all the orders that it can hold.")

    def meets_own(self, seat, side, ticks):
        """Whether an order would meet one of the same seat."""
        others = self.book.price[seat][self.book.side[seat] == -side]
        return any(side * (ticks - int(other)) >= 0 for other in others)

    def stands(self, seat, side, ticks):
        """Whether a seat has an order of this side at this price."""
        return bool(((self.book.side[seat] == side) & (self.book.price[seat] == ticks)).any())

    def settle(self, trade):
        """Deliver permits and money of one trade, a row of the room; return it."""
        buyer, seller, volume = (int(trade[at]) for at in (TRADE.buyer, TRADE.seller, TRADE.volume))
        made = buyer, seller, round(float(trade[TRADE.price]) * TICK, 2), volume
        self.ledger.trade(buyer, seller, volume, made[2])
        self.trades.append(made)
        return made

    def close(self):
        """Withdraw all orders."""
        self.book.side[:] = FREE

    def quotes(self):
        """Best bid and ask, €/t; None where there is none."""
        with interpreting():
            bid, ask = best_prices(self.book)
        return round(bid * TICK, 2) if bid >= 0 else None, round(ask * TICK, 2) if ask < FAR else None

    def last_price(self):
        """Price of the last trade, €/t; None before the first."""
        return self.trades[-1][2] if self.trades else None

    def volumes_of(self, seat):
        """Permits that a seat has bought and sold, t, and what it has paid for them, €, less what it got."""
        bought = sum(trade[3] for trade in self.trades if trade[0] == seat)
        sold = sum(trade[3] for trade in self.trades if trade[1] == seat)
        paid = sum(trade[2] * trade[3] * ((trade[0] == seat) - (trade[1] == seat)) for trade in self.trades)
        return bought, sold, paid


def confirm(side, price, volume, made):
    """One sentence about what became of an order."""
    done = sum(trade[3] for trade in made)
    verb, kind = ("bought", "bid") if side == BID else ("sold", "ask")
    told = []
    if made:
        mean = sum(trade[2] * trade[3] for trade in made) / done
        told.append(f"You {verb} {permits(done)} at {euros(mean)}.")
    if done < volume:
        told.append(f"Your {kind} for {permits(volume - done)} at {euros(price)} stands.")
    return " ".join(told)


def price_course(trades, seat=None, theory=None, marks=()):
    """Picture of trading prices, one after the other, with a seat's own ones and the competitive price, €/t.

    marks : news, pairs of name and number of trades before it.
    """
    course = [[k, trade[2]] for k, trade in enumerate(trades, start=1)]
    series = [{"name": "trades", "points": course, "role": "price"}]
    if seat is not None:
        own = [point for point, trade in zip(course, trades, strict=True) if seat in trade[:2]]
        series.append({"name": "your trades", "points": own, "role": "mine"})
    if theory is not None:
        ends = [[1, theory], [max(len(course), 2), theory]]
        series.append({"name": "competitive price", "points": ends, "role": "theory"})
    series += [mark(name, x, series) for name, x in marks]
    return picture("lines", "Prices, trade by trade", "trades", "€/permit", series)
