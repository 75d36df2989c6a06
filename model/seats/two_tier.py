"""A seat in the auctions of whole permits: a demand schedule of a few steps for a private abatement cost."""

import numpy as np

from agents.abatement import marginal_value, value_of
from model.classroom.base import picture
from model.mechanisms.auctions.base import clear
from model.seats.base import SEATS, Seat
from model.seats.forms import fact, reserve_price, rounded_up
from model.seats.schedules import (
    as_fields,
    bid_in_words,
    read_schedule,
    schedule_fields,
    single_step,
    staircase,
    steps_of,
)
from model.seats.words import euros, price_text, stand_in_of, tonnes
from model.systems.two_tier.rules import highest_price
from model.systems.two_tier.what_if import NEAR, book_of

MOST_TRIED = 40
"""Most prices, and most volumes, among the bids tried; more are thinned out evenly."""


@SEATS.register("two_tier")
class TwoTierSeat(Seat):
    """A firm's schedule in each auction; its costs may change from one to the next."""

    profit_help = (
        "Value of the permits you win, the abatement cost that they save, less what you pay for them."
    )

    @property
    def steps(self):
        """Steps of a schedule."""
        return self.model.params.steps

    @property
    def stand_in(self):
        """Whatever bids for all firms: price takers, at random, or as was learned before."""
        return stand_in_of(self.model.params.policy, "learner")

    def facts(self):
        """Cost and need of the firm."""
        own = self.seen.firms[self.row]
        first, last = (marginal_value(own.cost, own.need, k) for k in (1.0, own.need))
        return [
            fact("Permits you need", own.need, "t", "more are worth nothing to you"),
            fact("Your first permit is worth", first, "€", "it saves the dearest tonne of abatement"),
            fact("Your last permit is worth", last, "€", "between them values fall by the same amount each"),
            fact(
                "Slope of your abatement cost", own.cost, "€/t²", "each further permit is worth so much less"
            ),
        ]

    def public(self):
        """Supply, number of bidders, range of costs, and the last price."""
        p = self.seen.params
        facts = [
            fact("Permits for sale", self.seen.worlds.supply[0], "t"),
            fact("Bidders", len(self.seen.firms), "firms", f"each needs {p.need} t"),
            fact("Others' slopes lie between", f"{p.cost_min:g} and {p.cost_max:g}", "€/t²"),
            *reserve_price(p.reserve_price),
        ]
        if self.seen.steps:
            facts.append(fact("Last price", self.seen.government.clearing_price, "€/t"))
        sentence = f"Auction {self.seen.steps + 1}, {p.auction} pricing."
        return {"stage": "bid", "sentence": sentence, "facts": facts, "picture": None}

    def form(self):
        """Steps with falling prices, whole permits, no more than needed."""
        own = self.seen.firms[self.row]
        before = self.rounds[-1].decision if self.rounds else {}
        highest = self._highest(self.seen)
        return schedule_fields(self.steps, highest, own.need, before, whole=True)

    def read(self, values):
        """Schedule of the form."""
        return read_schedule(self.form(), values, self.steps, self.seen.firms[self.row].need)

    def methods(self, firm, decision):
        """The schedule."""
        return {"bid": lambda market: steps_of(decision, self.steps)}

    def made_by_learner(self, model):
        """The schedule in the market's book."""
        price, volume, *_ = model.worlds.book(0)
        return as_fields(price[self.row], volume[self.row])

    def earned(self, model, before):
        """The profit of the auction."""
        return model.firms[self.row].profit

    def parts(self, model, before):
        """Value of the permits won, and the payment for them."""
        own = model.firms[self.row]
        return {
            "value of your permits": float(own.value),
            "payments in the auction": -float(own.auction_payment),
        }

    def search(self):
        """Profits of one price for each number of permits, against the others' bids and the order of ties.

        That is enough: a number of permits costs least at the lowest price that wins it, which is the same for all.
        """
        book, own = book_of(self.model), self.model.firms[self.row]
        p, found = self.model.params, []
        terms = {"supply": book.supply, "reserve": book.reserve, "tie_key": book.tie_key}
        for decision in self._bids_to_try(book, own):
            other = book.with_bid(self.row, *steps_of(decision, self.steps))
            result = clear(p.auction, other.price, other.volume, settings=p.parts[p.auction], **terms)
            award, payment = float(result.award[self.row]), float(result.payment[self.row])
            found.append((float(value_of(own.cost, own.need, award)) - payment, decision))
        return found

    def _highest(self, model):
        """Highest price, €/t, that a form takes: that of the learner, rounded up."""
        return rounded_up(highest_price(model.firms.rows[self.row], model.worlds.setup))

    def _bids_to_try(self, book, own):
        """One price for each number of permits: prices around others' bids at the margin, and the ends."""
        highest = self._highest(self.model)
        volume = np.delete(book.volume, self.row, axis=0).ravel()
        price = np.delete(book.price, self.row, axis=0).ravel()
        order = np.argsort(-price, kind="stable")
        reached = np.cumsum(volume[order])
        at_margin = price[order][
            (reached >= book.supply - own.need) & (reached - volume[order] <= book.supply)
        ]
        around = np.concatenate([at_margin - NEAR, at_margin + NEAR, [book.reserve, highest]])
        prices = thinned(np.unique(np.clip(around, 0.0, highest)))
        return [
            single_step(price, volume, self.steps)
            for volume in thinned(np.arange(own.need + 1.0))
            for price in prices
        ]

    def describe(self):
        """Award, price, payment and profit."""
        own, market = self.model.firms[self.row], self.model.government
        won = f"won {tonnes(own.award)} for {euros(own.auction_payment)}" if own.award else "won nothing"
        worth = f", worth {euros(own.value)} to you" if own.award else ""
        price = price_text(market.clearing_price)
        return f"You {won}{worth}; the price was {price}. You earned {euros(own.profit)}."

    def describe_decision(self, decision, past=True):
        """The steps with permits."""
        return bid_in_words(*steps_of(decision, self.steps))

    def draw(self):
        """Values of the firm's permits, its bid, the best one, and the price."""
        own, last = self.model.firms[self.row], self.rounds[-1]
        values = [marginal_value(own.cost, own.need, k + 1.0) for k in range(int(own.need))]
        price, best = self.model.government.clearing_price, last.best_reply["decision"]
        series = [
            {"name": "worth to you", "points": staircase(values, [1.0] * len(values)), "role": "demand"},
            {"name": "your bid", "points": staircase(*steps_of(last.decision, self.steps)), "role": "mine"},
            {"name": "price", "points": [[0.0, price], [own.need, price]], "role": "price"},
        ]
        if best != last.decision:
            bid = staircase(*steps_of(best, self.steps))
            series.append({"name": "best bid", "points": bid, "role": "theory"})
        return picture("steps", "Your bid and the price", "permits, t", "€/t", series)


def thinned(numbers):
    """At most `MOST_TRIED` of these numbers, evenly spread, both ends included."""
    if len(numbers) <= MOST_TRIED:
        return numbers
    return numbers[np.linspace(0, len(numbers) - 1, MOST_TRIED).astype(int)]
