"""What a person in the seat of a market over years knows before it decides: its firm's facts and plan, public facts."""

from agents.emitters.curves import STEEP, cost_of, emissions_at, piece_at
from model.seats.forms import fact, reserve_price
from model.seats.words import euros, price_text, tonnes
from model.systems.emissions_trading.facts import base_of, needed_at, quarter_of
from model.systems.emissions_trading.plans import net_demand, worth_to


class OwnFacts:
    """What the firm in row ``row`` of a ``market`` knows and plans, whose quarter has been played up to a decision.

    held_auction : whether that comes after the auction.
    """

    def __init__(self, market, row, held_auction):
        self.market, self.row, self.own, self.held_auction = market, row, market.firms[row], held_auction
        self.firms, self.public = market.firms.rows, market.public.rows
        self.now, self.level = quarter_of(self.public, market.setup), level_of(market)
        self.base = base_in(market, row)

    @property
    def price(self):
        """Price, €/t, that it reckons with: the tax, that of the quarter's auction once it is held, or the estimate."""
        public = self.market.government
        if self.market.setup.taxed:
            return public.carbon_price
        return (
            public.clearing_price if self.held_auction and self.firms.award.sum() > 0.0 else public.estimate
        )

    @property
    def due(self):
        """Permits, t, that it owes for emissions of the year so far, and debts."""
        return self.own.uncovered + self.own.owed

    @property
    def needed(self):
        """Permits, t, that it needs for this quarter if it abates all that costs less than they do."""
        worth = worth_to(self.row, self.price, self.market.room)
        return float(needed_at(worth, self.firms, self.row, self.market.room, self.market.setup, self.now))

    @property
    def missing(self):
        """Permits, t, that it lacks for the year so far, this quarter included; below zero: to spare."""
        return self.due + self.needed - self.own.permits

    def abated(self):
        """Emissions, t, that cost less to avoid than the price, and what avoiding them costs, €."""
        room = self.market.room
        worth = worth_to(self.row, self.price, room)
        left = emissions_at(worth, self.own.baseline, self.base, room.curves, self.row, self.level)
        avoided = self.own.baseline - left
        return float(avoided), float(cost_of(avoided, self.base, room.curves, self.row, self.level))

    def planned_trade(self):
        """Permits, t, that its plan buys on the exchange at the price it reckons with; below zero: sells."""
        market, room = self.market, self.market.room
        room.orders[self.row] = float("nan")  # the last quarter's; this market is a copy
        about = self.firms, room, market.setup, market.outlook, self.now
        wanted = net_demand(market.planning, self.price, self.row, self.row + 1, *about)
        return float(max(wanted, -max(self.own.permits + self.own.advance, 0.0)))

    def steep(self):
        """Emissions, t, that it avoids for each €/t more, at the last price."""
        curves, price = self.market.room.curves, self.market.government.carbon_price
        return self.base / curves.pieces[piece_at(price, curves, self.row, self.level), STEEP]

    def private(self):
        """Facts that only the firm knows."""
        own, (avoided, _) = self.own, self.abated()
        about = f"this quarter; it pays to avoid them at {price_text(self.price)}"
        facts = [
            fact("You will emit", own.baseline, "t", "this quarter, if you abate nothing"),
            fact("Of these cost less to abate than a permit", avoided, "t", about),
            fact("Abating 1 €/t further avoids", self.steep(), "t"),
            fact("Abating your last tonne costs", own.choke_price, "€/t"),
        ]
        if self.market.setup.taxed:
            return [each for each in facts if "permit" not in each["label"]]
        given = [fact("Free permits this quarter", own.free_permits, "t")]
        return [
            self.balance(),
            fact("You hold", own.permits, "t", "permits, this quarter's free ones included"),
            fact("You owe already", self.due, "t", "emissions of the year so far, and debts, due at its end"),
            *(given if self.market.setup.free.any() else []),
            *facts,
        ]

    def balance(self):
        """The fact how many permits it lacks, or has to spare."""
        missing, about = self.missing, "for the year so far and this quarter, if you abate what pays"
        if missing > 0.0:
            return fact("You lack", missing, "t", about)
        return fact("You have to spare", -missing, "t", f"beyond what you need {about}")

    def after_auction(self):
        """How the auction went and what is still missing, in words."""
        own, market, setup = self.own, self.market.government, self.market.setup
        won = (
            f"You won {tonnes(own.award)} in the auction for {euros(own.auction_payment)}"
            if own.award
            else "You won nothing in the auction"
        )
        price = f" (price {price_text(market.clearing_price)})."
        missing = self.missing
        if missing <= 0.0:
            rest = (
                f" You have {tonnes(-missing)} more than you need so far: keep them for later, or sell them."
            )
        else:
            rest = f" You still lack {tonnes(missing)}: buy them, abate more, or stay short."
            if market.quarter == setup.quarters:
                fine = f"{price_text(setup.penalty)}{', and you owe it still' if setup.make_good else ''}"
                rest += f" Each tonne missing when this quarter ends costs a fine of {fine}."
        return won + price + rest


def public_facts(market):
    """Facts that everybody knows before the auction: supply, prices, the cap, the fine and the bank."""
    public, setup = market.government, market.setup
    if setup.taxed:
        return [fact("Tax", public.carbon_price, "€/t", "on every tonne that you emit")]
    facts = [
        fact("Permits for sale", public.offered, "t"),
        *reserve_price(public.reserve_price),
        fact("Price expected", public.estimate, "€/t", "by everybody, of this quarter's auction"),
    ]
    if public.last_price == public.last_price:
        facts.append(fact("Price last quarter", public.last_price, "€/t", "on the exchange"))
    facts += [
        fact("Cap this year", public.yearly_cap, "t"),
        fact("Fine", setup.penalty, "€/t", "per tonne without a permit, when the year ends"),
    ]
    if public.year > 1:
        facts.append(
            fact("Everybody's permits", public.circulation, "t", "kept by all at the last year's end")
        )
    return facts


def calendar(market):
    """Year and quarter, and what ends or begins with it, in words."""
    public, setup = market.government, market.setup
    year, quarter = f"{public.year:.0f} of {setup.years}", f"{public.quarter:.0f} of {setup.quarters}"
    sentence = f"Year {year}, quarter {quarter}."
    if setup.taxed:
        return sentence
    if public.year == 1 and public.quarter == 1 and market.steps:
        sentence += " A new run begins: permits of the last one are void."
    if public.quarter == setup.quarters:
        sentence += " The year ends: permits for its emissions are due after this quarter."
    return sentence


def level_of(market):
    """Cost of abatement over that at the run's start."""
    return market.setup.cost_level[quarter_of(market.public.rows, market.setup)]


def base_in(market, row):
    """Emissions, t, whose avoided share sets the firm's marginal cost / the level of costs."""
    public = market.public.rows
    return base_of(market.firms.rows, row, market.room, market.setup, quarter_of(public, market.setup))
