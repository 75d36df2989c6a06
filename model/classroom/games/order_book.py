"""The order book: firms that can abate at different costs trade permits at once, whenever two orders meet."""

import numpy as np

from agents.abatement import marginal_value
from learning.postponed import interpreting
from model.classroom.fields import choice, fact, number
from model.classroom.ledger import Ledger
from model.classroom.order_market import OrderMarket, confirm, price_course
from model.classroom.order_replies import compile_replies, search_replies
from model.classroom.order_settings import EQUAL, ZERO_INTELLIGENCE, OrderBookSettings
from model.classroom.private_values import clear_truthfully, largest_value, price_range, value_of
from model.classroom.rounds import FULL, RoundGame, euros, measure, permits
from model.mechanisms.exchange.double_auction import ASK, BID
from model.systems.emissions_trading.order_book import TICK

BUY, SELL, WITHDRAW = ACTIONS = "buy", "sell", "withdraw"
SIDES = {BUY: BID, SELL: ASK}


@RoundGame.register("order_book")
class OrderBook(RoundGame):
    """One stage per round, in which every order trades at once with what stands on the other side.

    The a-th tonne that a seat abates costs ``costs`` x a; its permits, first to last, save that or the penalty:
    ``values``, float64[seats, emissions], €/t. At the end a seat abates what its permits do not cover as long as that
    costs less than the penalty, which it pays for the rest. ``given``, ``final`` : permits at the beginning and the
    end, float64[seats], t; final is None while the market is open. ``rise`` : factor by which shocks have changed all
    costs; ``marks`` : their names, each with the number of trades before it.
    """

    title = "Order book"
    question = "Who should abate, and does trade find them?"
    Settings = OrderBookSettings
    shock_changes = "Costs of abating, of everybody, at once"
    private = ("costs", "values")

    def __init__(self, settings, seats, seed):
        super().__init__(settings, seats, seed)
        self.ledger = Ledger(self.seats)
        self.costs, self.values = np.zeros(self.seats), np.zeros((self.seats, 0))
        self.given, self.final = np.zeros(self.seats), None
        self.market, self.rise, self.marks = OrderMarket(self.ledger), 1.0, []

    @property
    def trades_at_once(self):
        """An order trades as soon as it meets another."""
        return True

    def begin(self):
        """Draw costs, give the free permits, and open an empty book."""
        s = self.settings
        self.costs = np.round(self.draw("costs").uniform(s.cost_min, s.cost_max, self.seats), 1)
        self.rise, self.marks = 1.0, []
        self.value_permits()
        self.given = self.allocate()
        self.cash_before = self.ledger.seats.cash.copy()
        self.ledger.give(self.given)
        self.market, self.final, self.replies = OrderMarket(self.ledger), None, {}
        self.competitive_price()  # compiles the rule, if need be, while nobody waits for the results
        compile_replies()

    def value_permits(self):
        """Set what permits save at the present costs."""
        s = self.settings
        with interpreting():
            saved = [
                [marginal_value(cost, float(s.emissions), k) for k in range(1, s.emissions + 1)]
                for cost in self.costs
            ]
        self.values = np.minimum(np.array(saved), s.penalty)

    def strike(self, share):
        """Change the costs of all seats; trades that are made stay."""
        self.costs, self.rise = np.round((1.0 + share) * self.costs, 2), (1.0 + share) * self.rise
        self.value_permits()
        self.marks.append((f"shock: costs {100.0 * share:+g} %", len(self.market.trades)))
        change = f"{100.0 * abs(share):g} % {'more' if share > 0.0 else 'less'}"
        return f"Shock: abating costs everybody {change} from now on."

    def allocate(self):
        """Free permits of each seat, whole tonnes."""
        s = self.settings
        each = round(s.phi * s.emissions)
        if s.allocation == EQUAL:
            return np.full(self.seats, float(each))
        given, having = np.zeros(self.seats), (self.seats + 1) // 2
        whole, odd = divmod(each * self.seats, having)
        given[::2] = whole + (np.arange(having) < odd)
        return given

    # -- orders ----------------------------------------------------------------------------------------------------

    def highest_price(self):
        """Highest price of an order, €/t: beyond what a permit can save anybody."""
        s = self.settings
        return round(min(s.penalty, self.rise * s.cost_max * s.emissions), 2)

    def fields(self, seat):
        """An order: to buy or to sell, a price, a number of permits; or to withdraw what stands."""
        top, last = self.highest_price(), self.market.last_price()
        return [
            choice("action", "Order", ACTIONS, value=BUY, help="A new bid or ask replaces the one you have."),
            number("price", "Price", "€/permit", TICK, top, step=TICK, value=last or round(top / 2.0, 2)),
            number("volume", "Permits", "permits", 1, self.settings.emissions, step=1, value=1),
        ]

    def take(self, seat, values):
        """Post the order, and make the trades that follow; or withdraw the seat's orders."""
        if values["action"] == WITHDRAW:
            self.market.withdraw(seat)
            told = "Your orders are withdrawn."
        else:
            order = SIDES[values["action"]], values["price"], int(values["volume"])
            told = confirm(*order, self.market.order(seat, *order))
        self.taken[seat] = values
        return told

    # -- bots ------------------------------------------------------------------------------------------------------

    def play_bot(self, seat):
        """Bid for the next permit or offer the last one, never at a loss; None if such an order stands."""
        if not self.form(seat):
            return None
        draw, held, market = self.draw("bot", self.market.moves, seat), self.market.held(seat), self.market
        side, worth = self.propose(seat, held, draw)
        exact, most = worth / TICK, round(self.highest_price() / TICK)
        rounded = np.ceil(exact - 1e-6) if side == ASK else np.floor(exact + 1e-6)
        ticks = int(min(max(rounded, 1), most))
        if market.stands(seat, side, ticks) or market.meets_own(seat, side, ticks):
            return None
        return {"action": SELL if side == ASK else BUY, "price": round(ticks * TICK, 2), "volume": 1}

    def propose(self, seat, held, draw):
        """Side, drawn, and price, €/t, of a bot's order for one permit, given the permits that it holds."""
        values, top = [*self.values[seat], 0.0], self.highest_price()
        sells = held > 0 and (held >= len(values) - 1 or draw.random() < 0.5)
        worth = float(values[min(held, len(values)) - 1] if sells else values[held])
        if self.settings.bots == ZERO_INTELLIGENCE:
            worth = draw.uniform(min(worth, top), top) if sells else draw.uniform(0.0, worth)
        return (ASK if sells else BID), worth

    def play_learners(self):
        """Play the finished rounds on the same facts with robots of zero intelligence in all seats."""
        passes = 10 * max([each["settings"]["emissions"] for each in self.finished], default=0)
        played = self.play_again({"bots": ZERO_INTELLIGENCE}, passes)
        return [
            {"round": number, "who": "Robots that bid at random without a loss", "measures": measures}
            for number, measures in enumerate(played, start=1)
        ]

    # -- the end of a round ----------------------------------------------------------------------------------------

    def end_stage(self):
        """Close the book; every seat abates, hands in permits and pays for what they do not cover."""
        s = self.settings
        self.final = self.ledger.seats.permits.copy()
        for seat in range(self.seats):
            tonnes = np.arange(1, max(s.emissions - self.market.held(seat), 0) + 1) * self.costs[seat]
            abated = tonnes[tonnes <= s.penalty]
            self.ledger.comply(seat, abated.sum(), float(s.emissions - len(abated)), s.penalty)
        self.ledger.end_round()
        self.market.close()
        return True

    def profit(self, seat):
        """Gain from trade, €: what the permits held now save, more than those given, and what trade has paid."""
        if self.round == 0:
            return 0.0
        cash = float(self.ledger.seats.cash[seat] - self.cash_before[seat])
        values = self.values[seat]
        without_trade = float(values.sum()) - value_of(values, self.given[seat])
        if self.final is None:
            return cash + value_of(values, self.market.held(seat)) - value_of(values, self.given[seat])
        return cash + without_trade

    # -- what is shown ---------------------------------------------------------------------------------------------

    def facts(self, seat):
        """Permits, and what each saves."""
        self.check_seat(seat)
        if self.round == 0:
            return []
        s = self.settings
        rising = [f"{cost:g}" for cost in self.costs[seat] * np.arange(1, s.emissions + 1)]
        return [
            fact("Your emissions without abatement", s.emissions, "t"),
            fact(
                "Cost of abating the first tonne, the second, …",
                ", ".join(rising),
                "€",
                "At the end you abate, the cheapest first, what your permits do not cover.",
            ),
            fact("Permits given to you", float(self.given[seat]), "permits"),
            *([fact("Permits you have", self.market.held(seat), "permits")] if self.is_open else []),
            fact("Profit so far", round(self.total_of(seat), 2), "€", "What trade has brought you."),
        ]

    def show(self):
        """Last price, and the book where the treatment shows it."""
        s, market = self.settings, self.market
        told = [
            fact("Penalty", s.penalty, "€/t", "For each tonne that permits do not cover."),
            fact("Permits of all", float(self.given.sum()), "permits"),
        ]
        prices = {"Last price": market.last_price()}
        if s.information == FULL:
            prices["Best bid"], prices["Best ask"] = market.quotes()
        told += [fact(label, price, "€/permit") for label, price in prices.items() if price is not None]
        if self.is_open:
            sentence = "Buy permits, or sell them. What they do not cover you abate at the end."
        else:
            trades = len(market.trades)
            sentence = f"The market is closed after {trades} {'trade' if trades == 1 else 'trades'}."
        over = "trading" if self.is_open else "over"
        shown = price_course(market.trades, marks=self.marks) if s.information == FULL else None
        return {"stage": f"Round {self.round}: {over}", "sentence": sentence, "facts": told, "picture": shown}

    def outcome(self, seat):
        """What trade has brought."""
        self.check_seat(seat)
        bought, sold, _ = self.market.volumes_of(seat)
        if bought + sold == 0:
            course = price_course(self.market.trades, marks=self.marks)
            return self.report(seat, "You have not traded.", course, self.best_reply(seat))
        brought = euros(self.profit(seat))
        told = f"You bought {permits(bought)} and sold {sold}; trade has brought you {brought}."
        return self.report(
            seat, told, price_course(self.market.trades, seat, marks=self.marks), self.best_reply(seat)
        )

    def best_reply(self, seat):
        """Profit, €, of the best plan found against the orders of the others, no less than its own; kept.

        None while the market is open.
        """
        if self.final is None:
            return None
        if seat not in self.replies:
            found = search_replies(self.market.tape, self.values[seat], self.given, seat)
            self.replies[seat] = max(self.profit(seat), found)
        return self.replies[seat]

    def competitive_price(self):
        """Middle of the prices, €/t, at which as many permits are wanted as there are."""
        return sum(price_range(self.values, float(self.given.sum()))) / 2.0

    def summary(self):
        """Measures of the round beside the competitive market of the same costs."""
        supply = float(self.given.sum())
        before = sum(value_of(self.values[i], self.given[i]) for i in range(self.seats))
        after = sum(value_of(self.values[i], self.final[i]) for i in range(self.seats))
        best, all_of_it = largest_value(self.values, supply), float(self.values.sum())
        trades = self.market.trades
        volume = sum(trade[3] for trade in trades)
        price = sum(trade[2] * trade[3] for trade in trades) / volume if volume else None
        gains, theory = best - before, self.competitive_price()
        ideal = clear_truthfully(self.values, supply, 0.0).award
        measures = {
            "price": measure(price, "€/permit", theory),
            "efficiency": measure((after - before) / gains if gains > 1e-9 else 1.0, "share", 1.0),
            "cost": measure(all_of_it - after, "€", all_of_it - best),
            "profit": measure(after - before, "€", gains),
            "volume": measure(volume, "permits", np.maximum(ideal - self.given, 0.0).sum()),
        }
        return {"measures": measures, "picture": price_course(trades, theory=theory, marks=self.marks)}

    def rows_of_stage(self):
        """Costs, permits and trade of each seat."""
        rows = []
        for seat in range(self.seats):
            bought, sold, paid = self.market.volumes_of(seat)
            rows.append(
                {
                    "seat": seat,
                    "cost": float(self.costs[seat]),
                    "permits_given": float(self.given[seat]),
                    "permits_held": float(self.final[seat]),
                    "bought": bought,
                    "sold": sold,
                    "paid": paid,
                    "shortfall": float(self.ledger.seats.shortfall[seat]),
                    "profit": self.profit(seat),
                    "best_reply": self.best_reply(seat),
                }
            )
        return rows
