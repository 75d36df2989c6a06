"""A seat among the learning bidders: a price and a volume, against firms that learn from their profit."""

import copy

import numpy as np

from learning.base import LEARNERS
from model.classroom.base import picture
from model.mechanisms.auctions.base import AGAIN, EVERY_BID
from model.seats.base import SEATS, Seat
from model.seats.forms import fact, number_field, read_fields, reserve_price, rounded_up
from model.seats.words import euros, price_text, stand_in_of, tonnes
from model.systems.bidding.rules import submit_bids

NEAR = 1e-6
"""Distance, €/t, at which a bid counts as just above or just below another one."""
STEPS = 25
"""Even steps of price and of volume among the bids tried."""


@SEATS.register("learning_bidders")
class LearningBiddersSeat(Seat):
    """A firm's bid in each auction; trade on the secondary market and production follow the model's rules."""

    usual_head_start = 1_000
    shares_of = "permits needed"
    profit_help = (
        "Margin of what you produce, less what you pay in the auction, on the exchange and as a fine."
    )

    @classmethod
    def shares(cls, model):
        """Permits that a firm needs / that all need."""
        needed = model.firms.rows.required_permits
        return (needed / needed.sum()).tolist()

    @property
    def stand_in(self):
        """The firm's learner; a price taker, or another word, where it learns nothing."""
        learner = type(self.model.learner.of(self.row).learner)
        return stand_in_of(next(name for name in LEARNERS if LEARNERS[name] is learner), "learner")

    def facts(self):
        """Technology, needs and permits of the firm."""
        own, holds = self.seen.firms[self.row], []
        if self.seen.params.validity > 1:
            holds = [fact("You hold", own.held, "t", "permits of earlier rounds that are still valid")]
        return [
            fact("Permits you need", own.required_permits, "t", "to produce your full output"),
            *holds,
            fact("A permit is worth to you", own.private_value, "€/t", "profit that one permit brings"),
            fact("Full output", own.full_output, "units"),
            fact("Your product sells at", own.selling_price, "€/unit"),
            fact("It costs you", own.unit_cost, "€/unit"),
            fact("It emits", own.emission_intensity, "t/unit"),
        ]

    def public(self):
        """Supply and the last prices."""
        market, p = self.seen.government, self.seen.params
        facts = [
            fact("Permits for sale", market.cap, "t"),
            fact("Bidders", len(self.seen.firms), "firms"),
            *reserve_price(p.reserve_price),
        ]
        if self.seen.steps:
            facts.append(fact("Last auction price", market.clearing_price, "€/t"))
            facts.append(fact("Last price on the exchange", market.trading_price, "€/t"))
        if p.compliance != "curtail":
            facts.append(fact("Fine", p.penalty, "€/t", "per tonne that you emit without a permit"))
        sentence = f"Auction {self.seen.steps + 1}, {p.auction} pricing."
        return {"stage": "bid", "sentence": sentence, "facts": facts, "picture": None}

    def form(self):
        """A price and a volume, at most those that the firm's learner may bid."""
        own = self.seen.firms[self.row]
        last = self.rounds[-1].decision if self.rounds else {"price": None, "volume": None}
        price, volume = rounded_up(own.highest_price), rounded_up(own.highest_volume, 1)
        about = "the most you pay for a permit", "how many you bid for; 0: none"
        return [
            number_field("price", "Your bid", "€/t", 0.0, price, last["price"], about[0]),
            number_field("volume", "Permits", "t", 0.0, volume, last["volume"], about[1]),
        ]

    def read(self, values):
        """Bid of the form."""
        return read_fields(self.form(), values)

    def methods(self, firm, decision):
        """The bid; the firm's learner chooses one beside, which nobody follows, so that its memory is the twin's."""

        def bid(market):
            of_learner = type(firm).bid(firm, market)
            own = decision["price"], decision["volume"]
            firm.action = firm.action if own == of_learner else position_of(own, firm, market)
            return own

        return {"bid": bid}

    def made_by_learner(self, model):
        """The bid that is on the firm's row."""
        own = model.firms[self.row]
        return {"price": own.bid_price, "volume": own.bid_volume}

    def earned(self, model, before):
        """The profit of the period."""
        return model.firms[self.row].profit

    def parts(self, model, before):
        """Margin of the output, payments and the fine."""
        own = model.firms[self.row]
        paid = {
            "payments in the auction": -own.auction_payment,
            "payments on the exchange": -own.trade_payment,
            "fines": -own.penalty_payment,
        }
        return {"margin of your output": float(own.profit - sum(paid.values()))} | {
            name: float(each) for name, each in paid.items()
        }

    def search(self):
        """Profits of the bids tried, with the others' bids, the order of ties and the exchange as they were."""
        model, row = self.model, self.row
        book, firms = copy.deepcopy(model.book), model.firms.rows.copy()
        submit_bids(book, firms)
        chance, clear = model.chance_after_auction(), model.auction.clear

        def profit(price, volume):
            book.price[row, 0], book.volume[row, 0] = price, volume
            book.scratch.again[AGAIN.changed] = EVERY_BID
            return float(model.profit_if(clear, book, firms[row], row, model.setup, *chance))

        best = max((profit(*bid), bid) for bid in self._bids_to_try())
        price, volume = best[1]
        step = firms.highest_volume[row] / STEPS
        close = np.clip(
            np.linspace(volume - step, volume + step, 2 * STEPS + 1), 0.0, firms.highest_volume[row]
        )
        best = max(best, *((profit(price, float(each)), (price, float(each))) for each in close))
        return [(best[0], dict(zip(("price", "volume"), best[1], strict=True)))]

    def _bids_to_try(self):
        """Prices at which the outcome can change, with volumes at which it can, and even steps between."""
        firms = self.model.firms.rows
        own, others = firms[self.row], np.delete(firms, self.row)
        prices = np.concatenate([others.bid_price - NEAR, others.bid_price + NEAR])
        prices = within(prices, self.model.params.reserve_price, own.highest_price)
        left = self.model.book.supply[0] - np.cumsum(np.sort(others.bid_volume))
        volumes = within(
            [own.required_permits, own.required_permits - own.held, *left], 0.0, own.highest_volume
        )
        return [(float(price), float(volume)) for price in prices for volume in volumes]

    def describe(self):
        """Award, price, trade and profit."""
        own, market = self.model.firms[self.row], self.model.government
        won = (
            f"You won {tonnes(own.award)} for {euros(own.auction_payment)}"
            if own.award
            else "You won nothing"
        )
        price = f"the auction price was {price_text(market.clearing_price)}"
        traded = "sold" if own.bought < 0 else "bought"
        trade = f", {traded} {tonnes(abs(own.bought))} on the exchange" if own.bought else ""
        return f"{won} ({price}){trade} and earned {euros(own.profit)}."

    def describe_decision(self, decision, past=True):
        """The bid."""
        return f"bid {price_text(decision['price'])} for {tonnes(decision['volume'])}"

    def draw(self):
        """What permits are worth to the firm, its bid, the best one, and the price."""
        own = self.model.firms[self.row]
        last = self.rounds[-1]
        best = last.best_reply["decision"]
        wide = max(own.required_permits, own.bid_volume, best["volume"])
        price = self.model.government.clearing_price
        series = [
            block("worth to you", own.private_value, own.required_permits, "demand"),
            block("your bid", own.bid_price, own.bid_volume, "mine"),
            {"name": "auction price", "points": [[0.0, price], [wide, price]], "role": "price"},
        ]
        if best != last.decision:
            series.append(block("best bid", best["price"], best["volume"], "theory"))
        return picture("steps", "Your bid and the price", "permits, t", "€/t", series)


def block(name, price, volume, role):
    """A series of one step: ``volume`` t at ``price`` €/t."""
    return {"name": name, "points": [[0.0, price], [volume, price], [volume, 0.0]], "role": role}


def within(numbers, low, high):
    """These numbers between ``low`` and ``high``, both included, and even steps, each once and rising."""
    cut = np.clip(np.asarray(numbers, float), min(low, high), high)
    return np.unique(np.concatenate([cut, np.linspace(min(low, high), high, STEPS)]))


def position_of(bid, firm, market):
    """Position of a bid on the learner's grid, the first of equal ones; -1 if it is not there."""
    actions = range(market.learner.game.actions)
    return next((k for k in actions if market.bid_of(firm.row, k) == bid), -1)
