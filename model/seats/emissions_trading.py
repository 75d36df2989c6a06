"""A seat in a market over years: a bid, an order, abatement and projects in every quarter, compliance at year ends."""

from agents.emitters.curves import START, STEEP, emissions_at, knots_of, piece_at
from model.classroom.base import picture
from model.seats.base import SEATS, Seat
from model.seats.emissions_forms import AS_PLANNED, decision_fields, read_decision, words_of
from model.seats.emissions_replies import other_decisions
from model.seats.forms import fact
from model.seats.schedules import as_fields, staircase, steps_of
from model.seats.words import euros, price_text, tonnes
from model.systems.emissions_trading.facts import base_of, quarter_of

ANY_PRICE = 1e9
"""€/t: limit of an order that takes any price."""


@SEATS.register("emissions_trading")
class EmissionsTradingSeat(Seat):
    """A firm's decisions in each quarter; those left open are made as its behaviour or learner would."""

    profit_help = (
        "What you earn through the market in the quarter, and the rise in value of the permits that you keep beyond "
        "what you owe, above the return that the money would have brought elsewhere."
    )

    @staticmethod
    def places(model):
        """Number of firms that emit."""
        return model.emitters

    @property
    def taxed(self):
        """Whether emissions are taxed, so that nothing is sold or traded."""
        return self.model.setup.taxed

    @property
    def stand_in(self):
        """The firm's learner, or the plan that its behaviour makes."""
        group = next(each for each in self.model.groups if each.first <= self.row < each.last)
        return "plan" if group.behaviour else "learner"

    def facts(self):
        """Emissions, costs and permits of the firm."""
        own = self.seen.firms[self.row]
        facts = [
            fact("You will emit", own.baseline, "t", "this quarter, if you abate nothing"),
            fact("Abating 1 €/t further avoids", self._base(self.seen) / self._steep(), "t"),
            fact("Abating your last tonne costs", own.choke_price, "€/t"),
        ]
        if self.taxed:
            return facts
        due = own.uncovered + own.owed
        return [
            *facts,
            fact("You hold", own.permits, "t", "permits, this quarter's free ones included"),
            fact(
                "You owe already",
                due,
                "t",
                "emissions of the year so far, and debts, to be covered at its end",
            ),
            *(
                [fact("Free permits this quarter", own.free_permits, "t")]
                if self.seen.setup.free.any()
                else []
            ),
        ]

    def public(self):
        """Calendar, supply, prices and the bank."""
        market, setup = self.seen.government, self.seen.setup
        year, quarter = f"{market.year:.0f} of {setup.years}", f"{market.quarter:.0f} of {setup.quarters}"
        sentence = f"Year {year}, quarter {quarter}."
        if self.taxed:
            tax = [fact("Tax", market.carbon_price, "€/t", "on every tonne that you emit")]
            return {"stage": "abate", "sentence": sentence, "facts": tax, "picture": None}
        facts = [
            fact("Permits for sale", market.offered, "t"),
            fact("Reserve price", market.reserve_price, "€/t", "lower bids win nothing"),
            fact("Price expected", market.estimate, "€/t", "by everybody, of this quarter's auction"),
        ]
        if market.last_price == market.last_price:
            facts.append(fact("Price last quarter", market.last_price, "€/t", "on the exchange"))
        facts += [
            fact("Cap this year", market.yearly_cap, "t"),
            fact("Fine", setup.penalty, "€/t", "per tonne without a permit, when the year ends"),
        ]
        if market.year > 1:
            known = "kept by all at the last year's end"
            facts.append(fact("Everybody's permits", market.circulation, "t", known))
        elif market.quarter == 1 and self.seen.steps:
            sentence += " A new run begins: permits of the last one are void."
        if market.quarter == setup.quarters:
            sentence += " The year ends: permits for its emissions are due after this quarter."
        return {"stage": "decide", "sentence": sentence, "facts": facts, "picture": None}

    def form(self):
        """Bid, order, abatement and projects, as far as the market has them."""
        before = self.rounds[-1].decision if self.rounds else {}
        return decision_fields(self.seen, self.row, before)

    def read(self, values):
        """Decision of the form."""
        return read_decision(self.seen, self.form(), values)

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
        own, is_first = model.firms[self.row], quarter_of(model.government.population.rows, model.setup) == 0
        worth_before = 0.0 if is_first else before.firms[self.row].wealth
        return own.profit + own.wealth - model.setup.quarter_return * worth_before

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
        return when + ", ".join(part for part in parts if part) + result

    def describe_decision(self, decision, past=True):
        """Bid, order, abatement and projects."""
        return words_of(decision, self.taxed, past)

    def draw(self):
        """What permits for the quarter's emissions are worth to the firm, its bid, and the prices."""
        own, market, last = self.model.firms[self.row], self.model.government, self.rounds[-1]
        base, level = self._base(self.model), self._level(self.model)
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

    def _steep(self):
        """Rise of the marginal cost at the last price, €/t per share of the emissions avoided."""
        curves, price = self.seen.room.curves, self.seen.government.carbon_price
        return curves.pieces[piece_at(price, curves, self.row, self._level(self.seen)), STEEP]

    def _level(self, model):
        """Cost of abatement over that at the run's start."""
        return model.setup.cost_level[quarter_of(model.government.population.rows, model.setup)]

    def _base(self, model):
        """Emissions, t, whose avoided share sets the firm's marginal cost / the level of costs."""
        firms, public = model.firms.rows, model.government.population.rows
        return base_of(firms, self.row, model.room, model.setup, quarter_of(public, model.setup))


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
