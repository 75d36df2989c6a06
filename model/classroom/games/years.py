"""Years: a market over several years, in which people bid, trade, abate and keep permits for later."""

import numpy as np

from model.classroom.base import SubmissionError, mark, picture
from model.classroom.fields import fact
from model.classroom.rounds import RoundGame, euros, measure
from model.classroom.years_forms import STEP, decision_fields
from model.classroom.years_market import BUY, SELL, StagedMarket
from model.classroom.years_replies import ReplySearch
from model.classroom.years_settings import YearsSettings

AFTER_TRADE = (
    "bought",
    "trade_payment",
    "emissions",
    "abatement_cost",
    "investment",
    "permits",
    "shortfall",
    "penalty_payment",
    "profit",
)
"""Columns of firms that are known at the end of a quarter."""


@RoundGame.register("years")
class Years(RoundGame):
    """A round is a run of `emissions_trading`; in each quarter seats bid, then order on the exchange and abate.

    Each seat is a firm of ``market``, a `StagedMarket`; what a seat leaves open its firm's behaviour decides.
    """

    title = "Years"
    question = "How many permits should be kept for later?"
    Settings = YearsSettings
    shock_changes = "Emissions without abatement, from the next year or quarter on"
    private = ("choke_prices",)
    market = None

    @property
    def seen(self):
        """The market as it is when seats decide."""
        return self.market.seen

    @property
    def choke_prices(self):
        """Cost of abating the last tonne, float64[seats], €/t."""
        return self.seen.firms.columns.choke_price

    def begin(self):
        """Make the market of the round, and look at its first quarter."""
        self.market = StagedMarket(self.settings.params(self.seats), self.draw("market"))
        self.searches, self.replies = {}, {}

    def end_stage(self):
        """Hold the auction, or trade, abate and comply, which ends the quarter."""
        self.at_auction = self.market.bids is None
        if self.at_auction:
            self.market.close_auction(self.taken)
            return False
        return self.market.close_quarter(self.taken)

    def strike(self, share):
        """Change all later emissions without abatement; SubmissionError in the last quarter of the round."""
        first, quarters = self.market.model.steps + 1, self.settings.quarters
        if first == self.settings.years * quarters:
            raise SubmissionError(f"This is the last {self.period} of the round: nothing would change.")
        self.market.shock(share)
        year, quarter = divmod(first, quarters)
        when = f"year {year + 1}" + (f", quarter {quarter + 1}" if quarters > 1 else "")
        moved = "rise" if share > 0.0 else "fall"
        return f"Shock: emissions without abatement {moved} by {100.0 * abs(share):g} % from {when} on."

    @property
    def period(self):
        """Name of the time from one auction to the next."""
        return "quarter" if self.settings.quarters > 1 else "year"

    # -- decisions -------------------------------------------------------------------------------------------------

    def fields(self, seat):
        """A bid; or an order, and the price up to which to abate."""
        return decision_fields(self.market, seat)

    def take(self, seat, values):
        """Keep the decision; SubmissionError for a sale of permits that the seat does not have."""
        held = float(self.seen.firms.rows.permits[seat])
        if values.get("trade") == SELL and values["trade_volume"] > held + STEP and not values["advice"]:
            raise SubmissionError(f"You have {held:.1f} t, and cannot sell {values['trade_volume']:g} t.")
        self.taken[seat] = values
        if values["advice"]:
            return "Your adviser decides."
        if self.market.bids is None:
            return f"You bid {values['price']:.2f} €/t for {values['volume']:g} t."
        told = f"abate up to {values['abate_price']:.2f} €/t."
        if values.get("trade") in (BUY, SELL):
            told = f"{values['trade']} {values['trade_volume']:g} t at {values['trade_limit']:.2f} €/t, and {told}"
        return f"You {told}"

    def play_bot(self, seat):
        """Leave it to the behaviour."""
        return {"advice": True} if self.form(seat) else None

    # -- what is shown ---------------------------------------------------------------------------------------------

    def profit(self, seat):
        """What the policy has brought a seat in the round so far, €: below zero, what it has cost."""
        return float(-self.market.costs[seat]) if self.market is not None else 0.0

    def facts(self, seat):
        """Emissions, costs and permits of a seat's firm."""
        self.check_seat(seat)
        if self.market is None:
            return []
        own = self.seen.firms.rows[seat]
        return [
            fact(
                "Your emissions without abatement",
                round(float(own.baseline), 1),
                "t",
                f"in this {self.period}",
            ),
            fact(
                "Cost of abating the last tonne",
                round(float(own.choke_price), 1),
                "€/t",
                "The first is free.",
            ),
            *(self.permits_of(own) if self.is_open else []),
            fact(
                "Profit so far", round(self.total_of(seat), 2), "€", "Below zero: what the policy costs you."
            ),
        ]

    def permits_of(self, firm):
        """Facts on the permits of a firm."""
        return [
            fact("Permits you have", round(float(firm.permits), 1), "t"),
            fact("Permits you owe already", round(float(firm.uncovered + firm.owed), 1), "t"),
        ]

    def show(self):
        """Calendar, supply, prices and fine."""
        public, setup = self.seen.government, self.seen.setup
        year = int(public.year)
        caps = ", ".join(f"{cap:.0f}" for cap in setup.cap[year - 1 :])
        told = [
            fact("Permits issued this year and in the next ones", caps, "t"),
            fact("Permits in this auction", round(float(public.offered), 1), "t"),
            fact("Reserve price", round(float(public.reserve_price), 2), "€/t"),
            fact(
                "Fine",
                setup.penalty,
                "€/t",
                "per tonne without a permit when a year ends; permits stay owed.",
            ),
        ]
        if self.prices():
            told.append(fact("Last price", round(self.prices()[-1], 2), "€/t"))
        if not self.is_open:
            return self.shown("over", "The last year is over: permits that are left are worth nothing.", told)
        when = f"year {year}" + (f", quarter {int(public.quarter)}" if setup.quarters > 1 else "")
        if self.market.bids is None:
            return self.shown(f"{when}: auction", "How much do you bid for how many permits?", told)
        told.append(fact("Price of the auction", round(float(public.clearing_price), 2), "€/t"))
        return self.shown(f"{when}: exchange", "Trade, abate, and keep what you will need later.", told)

    def shown(self, stage, sentence, told):
        """What everybody sees."""
        course = self.course() if self.prices() else None
        return {
            "stage": f"Round {self.round}, {stage}",
            "sentence": sentence,
            "facts": told,
            "picture": course,
        }

    def prices(self):
        """Carbon price, €/t, of each quarter so far."""
        return self.market.series("carbon_price").tolist()

    def course(self, theory=False):
        """Picture of the price, beside the price if everybody had known all emissions."""
        numbered = [[k, price] for k, price in enumerate(self.prices(), start=1)]
        series = [{"name": "price", "points": numbered, "role": "price"}]
        if theory:
            known = enumerate(self.market.foreseen_prices().tolist(), start=1)
            points = [[k, price] for k, price in known if np.isfinite(price)]
            series.append({"name": "competitive price", "points": points, "role": "theory"})
        for _, since, share in self.market.shocks:
            series.append(mark(f"shock: emissions {100.0 * share:+g} %", since + 1, series))
        return picture("lines", "Price of permits", self.period, "€/t", series)

    def outcome(self, seat):
        """What the seat won; or what it traded, abated and paid in the last quarter."""
        self.check_seat(seat)
        if self.market is None or not (self.market.bids or self.market.model.steps):
            return self.report(seat, "Nothing has happened yet.")
        if self.market.bids is None:
            told = in_words(self.market.model.firms.rows[seat])
            return self.report(seat, told, self.course(), self.replies.get(seat))
        own = self.seen.firms.rows[seat]
        told = f"You won {own.award:.1f} t in the auction for {euros(own.auction_payment)}."
        return self.report(seat, told, self.course() if self.prices() else None)

    def best_reply(self, seat):
        """Profit, €, of the best plan found for the round that is over, no less than the seat's own; kept."""
        while seat not in self.replies:
            self.think([seat])
        return self.replies[seat]

    def think(self, seats):
        """Try one more plan of one of these seats; `outcome` has the best one once all of a seat have been tried."""
        if self.is_open or self.market is None:
            return False
        for seat in seats:
            if seat in self.replies:
                continue
            search = self.searches.setdefault(seat, ReplySearch(self.market, seat))
            if not search.go_on():
                self.replies[seat] = search.earned
            return True
        return False

    def summary(self):
        """Measures of the run, beside the market that knew all emissions and the least cost of the same emissions."""
        series, cost = self.market.series, self.market.series("abatement_cost").sum()
        efficiency = series("cost_efficiency")[-1]
        measures = {
            "price": measure(series("carbon_price").mean(), "€/t", self.market.foreseen_prices().mean()),
            "efficiency": measure(efficiency, "share", 1.0),
            "cost": measure(cost, "€", efficiency * cost),
            "emissions": measure(series("emissions").sum(), "t"),
            "revenue": measure(series("revenue").sum(), "€"),
            "shortfall": measure(series("shortfall").sum(), "t", 0.0),
            "profit": measure(-self.market.costs.sum(), "€"),
        }
        return {"measures": measures, "picture": self.course(theory=True)}

    def rows_of_stage(self):
        """What each firm did in the stage that has ended."""
        rows = (self.seen if self.at_auction else self.market.model).firms.rows
        names = ("baseline", "bid_volume", "highest_bid", "award", "auction_payment")
        names += () if self.at_auction else AFTER_TRADE
        return [
            {"seat": seat} | {name: float(rows[name][seat]) for name in names} for seat in range(self.seats)
        ]

    # -- the contract ----------------------------------------------------------------------------------------------

    def play_learners(self):
        """Let the firms' behaviours play the finished rounds on the same facts."""
        played = self.play_again({}, 1)
        return [
            {"round": number, "who": "The firms' own plans", "measures": measures}
            for number, measures in enumerate(played, start=1)
        ]

    def missing(self):
        """Permits, t, and money, €, that the identities of `model.accounts` fail to account for."""
        return self.market.missing() if self.market else (0.0, 0.0)


def in_words(firm):
    """One sentence about a firm's quarter."""
    parts = [f"won {firm.award:.1f} t for {euros(firm.auction_payment)}"]
    if abs(firm.bought) >= STEP / 2:
        verb = "bought" if firm.bought > 0 else "sold"
        parts.append(f"{verb} {abs(firm.bought):.1f} t for {euros(abs(firm.trade_payment))}")
    parts.append(f"emitted {firm.emissions:.1f} t and abated for {euros(firm.abatement_cost)}")
    if firm.shortfall:
        parts.append(f"were fined {euros(firm.penalty_payment)} for {firm.shortfall:.1f} t without a permit")
    return f"You {', '.join(parts)}; you keep {max(firm.permits, 0.0):.1f} t."
