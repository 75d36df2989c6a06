"""A seat in a market over years: a bid, an order, abatement and projects in every quarter, compliance at year ends."""

from agents.emitters.curves import START, STEEP, emissions_at, knots_of
from model.classroom.base import picture
from model.seats.base import SEATS, Seat
from model.seats.emissions_facts import OwnFacts, base_in, calendar, level_of, public_facts
from model.seats.emissions_forms import (
    AS_PLANNED,
    bid_fields,
    later_fields,
    read_decision,
    words_of,
    words_of_own,
)
from model.seats.emissions_parts import parts_of
from model.seats.emissions_replies import other_decisions
from model.seats.emissions_sizes import sized
from model.seats.schedules import as_fields, is_empty, staircase, steps_of
from model.seats.words import euros, price_text, stand_in_of, tonnes
from model.systems.emissions_trading.facts import quarter_of

ANY_PRICE = 1e9
"""€/t: limit of an order that takes any price."""


@SEATS.register("emissions_trading")
class EmissionsTradingSeat(Seat):
    """A firm's decisions in each quarter: a bid, and once the auction is held trade, abatement and projects.

    What is left open is played as its behaviour or learner would: its plan. ``bid`` : what was decided for the auction
    of a quarter under way, as fields; None before it.
    """

    profit_help = (
        "What you earn through the market in the quarter, and the rise in value of the permits that you keep beyond "
        "what you owe, above the return that the money would have brought elsewhere. Without the policy "
        "emitting costs nothing, so most quarters are below zero: the aim is to lose little."
    )
    sized = staticmethod(sized)
    shares_of = "emissions"

    @staticmethod
    def places(model):
        """Number of firms that emit."""
        return model.emitters

    @property
    def taxed(self):
        """Whether emissions are taxed, so that nothing is sold or traded."""
        return self.model.setup.taxed

    @classmethod
    def shares(cls, model):
        """Emissions of a firm without abatement / those of all."""
        return model.room.weight[: model.emitters].tolist()

    @property
    def stand_in(self):
        """Whoever plans for the firm: a price taker, by its behaviour, or a learner."""
        group = next(each for each in self.model.groups if each.first <= self.row < each.last)
        return stand_in_of(group.name, "plan" if group.behaviour else "learner")

    @property
    def asks(self):
        """Words on the button below the form: it holds the auction, or ends the quarter."""
        return "Play the quarter" if self.taxed or self.bid is not None else "Hold the auction"

    @property
    def own_facts(self):
        """`OwnFacts` at the next decision."""
        return OwnFacts(self.seen, self.row, held_auction=self.bid is not None)

    def facts(self):
        """Emissions, costs and permits of the firm."""
        return self.own_facts.private()

    def public(self):
        """Calendar, supply, prices and the bank; after the auction its result."""
        sentence = calendar(self.seen)
        if self.bid is not None:
            sentence += f" {self.own_facts.after_auction()}"
        stage = "abate" if self.taxed else "bid" if self.bid is None else "trade"
        return {"stage": stage, "sentence": sentence, "facts": public_facts(self.seen), "picture": None}

    def form(self):
        """The bid; after the auction, or under a tax, all else."""
        if self.taxed or self.bid is not None:
            return later_fields(self.seen, self.own_facts)
        return bid_fields(self.seen, self.planned_bid())

    def planned_bid(self):
        """The bid that the firm itself makes in the quarter's auction, as fields."""
        if self._planned is None:
            firm = self.seen.firms[self.row]
            self._planned = as_fields(*type(firm).bid(firm, self.seen))
        return self._planned

    def decide(self, values):
        """Bid, which holds the auction; or decide what comes after it, which plays the quarter."""
        if self.taxed or self.bid is not None:
            return self.submit((self.bid or {}) | values)
        form = bid_fields(self.seen, self.planned_bid())
        read = read_decision(self.seen, form, self._filled(values))
        bid = {name: value for name, value in read.items() if name not in AS_PLANNED}
        self._look({"bid": self.methods(None, AS_PLANNED | bid)["bid"]})
        self.bid = bid
        return f"You {words_of(AS_PLANNED | bid, False, True)}."

    def read(self, values):
        """Decision of both forms; a bid of which nothing is filled in is the planned one."""
        later = later_fields(self.seen, self.own_facts)
        form = later if self.taxed else bid_fields(self.seen, None) + later
        return read_decision(self.seen, form, self._filled(values))

    def say_what_is_own(self, decision):
        """What the person decided, and what its firm planned."""
        bid = {name: value for name, value in decision.items() if name not in AS_PLANNED}
        return words_of_own(decision, not self.taxed and bid == self.planned_bid(), self.taxed)

    def advise(self):
        """Everything as planned, but the bid of an auction that has been held."""
        return AS_PLANNED | ({} if self.taxed else self.bid or self.planned_bid())

    def _filled(self, values):
        """The values, with the planned bid if they have none."""
        if self.taxed or not is_empty(values, self.model.params.bid_steps):
            return values
        bid = self.bid or self.planned_bid()
        return {name: value for name, value in values.items() if name not in bid} | bid

    def _open(self):
        self.bid = self._planned = None
        super()._open()

    def methods(self, firm, decision):
        """Bid, order and the two prices; what is left open is as the firm's behaviour has it."""
        worth = {}

        def bid(market):
            return steps_of(decision, market.params.bid_steps)

        def order(market, true_up):
            return order_of(decision, firm, true_up)

        def abate(market):
            planned = firm.worth if decision["trade"] == "plan" else market.government.carbon_price
            worth["of a permit"] = planned
            return planned if decision["abate_price"] is None else decision["abate_price"]

        def invest(market):
            return worth["of a permit"] if decision["project_price"] is None else decision["project_price"]

        return {"bid": bid, "order": order, "abate": abate, "invest": invest}

    def made_by_learner(self, model):
        """The bid in the market's book; all else as planned."""
        bid = {} if self.taxed else as_fields(model.room.price[self.row], model.room.volume[self.row])
        return bid | AS_PLANNED

    def earned(self, model, before):
        """Profit of the quarter, and the rise in value of the firm's permits above the required return."""
        own, is_first = model.firms[self.row], quarter_of(model.public.rows, model.setup) == 0
        worth_before = 0.0 if is_first else before.firms[self.row].wealth
        return own.profit + own.wealth - model.setup.quarter_return * worth_before

    def parts(self, model, before):
        """Payments and costs by name, and the rise in value of the permits kept."""
        return parts_of(model.firms[self.row], self.earned(model, before))

    def warm(self):
        """Play a round: replies are found by no other functions than those of a quarter."""
        self.submit(self.advise())

    def search(self):
        """Results of other decisions in the same quarter played again, where all others decide by their own rules."""
        return other_decisions(self, self.rounds[-1].decision)

    def describe(self):
        """Auction, exchange, abatement, compliance and the result."""
        own, market = self.model.firms[self.row], self.model.government
        parts = [] if self.taxed else [auctioned(own, market), traded(own)]
        parts.append(f"emitted {tonnes(own.emissions)} and abated for {euros(own.abatement_cost)}")
        if own.investment:
            parts.append(f"began projects for {euros(own.investment)}")
        if own.tax_payment:
            parts.append(f"paid {euros(own.tax_payment)} of tax")
        if market.quarter == self.model.setup.quarters and not self.taxed:
            parts.append(f"handed in {tonnes(self._due() - own.shortfall)} for the year")
        if own.shortfall:
            parts.append(
                f"were fined {euros(own.penalty_payment)} for {tonnes(own.shortfall)} without a permit"
            )
        when = f"Year {market.year:.0f}, quarter {market.quarter:.0f}: you "
        result = f"; the quarter brought you {euros(self.rounds[-1].profit)}."
        return when + ", ".join(part for part in parts if part) + result + self._still_due()

    def describe_decision(self, decision, past=True):
        """Bid, order, abatement and projects."""
        return words_of(decision, self.taxed, past)

    def draw(self):
        """What permits for the quarter's emissions are worth to the firm, its bid, and the prices."""
        own, market, last = self.model.firms[self.row], self.model.government, self.rounds[-1]
        base, level = base_in(self.model, self.row), level_of(self.model)
        wide = max(own.baseline, own.bid_volume)
        series = [
            {
                "name": "worth to you this quarter",
                "points": self._worth(own.baseline, base, level),
                "role": "demand",
            },
            flat("tax" if self.taxed else "carbon price", market.carbon_price, wide, "price"),
        ]
        if not self.taxed:
            steps = self.model.params.bid_steps
            bids = [(steps_of(last.decision, steps), "your bid", "mine")]
            if last.best_reply["decision"] != last.decision:
                bids.append((steps_of(last.best_reply["decision"], steps), "best bid", "theory"))
            series += [{"name": name, "points": staircase(*bid), "role": role} for bid, name, role in bids]
        emitted = emissions_at(own.worth, own.baseline, base, self.model.room.curves, self.row, level)
        series.append(
            {"name": "you emitted", "points": [[emitted, 0.0], [emitted, own.worth]], "role": "shade"}
        )
        return picture("lines", "Your quarter", "permits, t", "€/t", series)

    def _still_due(self):
        """The permits that the firm still lacks in a year under way, or has to spare, as a sentence; "" else."""
        own, market, setup = self.model.firms[self.row], self.model.government, self.model.setup
        if self.taxed or market.quarter == setup.quarters:
            return f" You owe {tonnes(own.owed)} of permits still." if own.owed else ""
        due, left = own.uncovered + own.owed, setup.quarters - int(market.quarter)
        when = f"due in {left} quarter{'s' * (left > 1)}"
        short = f": {tonnes(due - own.permits)} are missing" if due > own.permits else ""
        return f" You hold {tonnes(own.permits)} and owe {tonnes(due)}{short}, {when}."

    def _due(self):
        """Permits, t, that the firm owed at the end of the last quarter, a year's last one."""
        before = self.before.firms[self.row]
        return before.uncovered + before.owed + self.model.firms[self.row].emissions

    def _worth(self, baseline, base, level):
        """What permits are worth to the firm: points (t, €/t) from the dearest tonne to the cheapest."""
        curves, (_, cost) = self.model.room.curves, knots_of(self.model.room.curves, self.row)
        last = curves.pieces[curves.first[self.row + 1] - 1]
        end = (baseline / base - level * last[START]) * last[STEEP] if base > 0.0 else 0.0
        prices = [*(level * cost[:-1]), max(end, level * cost[-2])]
        about = baseline, base, curves, self.row, level
        return [[float(emissions_at(price, *about)), float(price)] for price in reversed(prices)]


def order_of(decision, firm, true_up):
    """Order of a decision, (volume t, limit €/t); None: as planned. In a true-up it buys what it lacks."""
    trade = decision["trade"]
    if trade == "plan":
        return None
    if true_up:
        return max(firm.uncovered + firm.owed - firm.permits, 0.0), ANY_PRICE
    if trade == "none":
        return 0.0, 0.0
    return (1.0 if trade == "buy" else -1.0) * decision["trade_volume"], decision["trade_limit"]


def auctioned(own, market):
    """The auction in words."""
    price = price_text(market.clearing_price)
    if own.award == 0.0:
        return f"won nothing in the auction (price {price})"
    return f"won {tonnes(own.award)} in the auction for {euros(own.auction_payment)} (price {price})"


def traded(own):
    """The exchange in words; "" where nothing was traded."""
    if own.bought == 0.0:
        return ""
    verb = "bought" if own.bought > 0.0 else "sold"
    return f"{verb} {tonnes(abs(own.bought))} on the exchange for {euros(abs(own.trade_payment))}"


def flat(name, price, wide, role):
    """A series at one price."""
    return {"name": name, "points": [[0.0, price], [wide, price]], "role": role}
