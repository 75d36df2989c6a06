"""Auctions of permits with private values: what sealed bids and the clock have in common."""

import numpy as np

from learning.base import LEARNERS
from learning.knobs import ParameterError, Settings, knob, settings
from model import shared_knobs
from model.classroom.base import SubmissionError, picture
from model.classroom.fields import fact
from model.classroom.learners import learned_bids, play_learning_bidders
from model.classroom.ledger import Ledger
from model.classroom.private_values import (
    ALIKE,
    VALUES,
    clear_truthfully,
    draw_values,
    largest_value,
    value_of,
)
from model.classroom.rounds import FULL, INFORMATION, RoundGame, euros, measure, permits
from model.mechanisms.auctions.base import AUCTIONS

TICK = 0.01
"""€/permit: prices are multiples of it."""
TRUTHFUL, LEARNED = BOTS = "truthful", "learned"


@settings
class AuctionGameSettings(Settings):
    """Treatments of every auction with private values."""

    phi: float = shared_knobs.phi(default=0.5)
    permits: int = knob(
        5, low=1, high=20, unit="permits", help="permits that each seat can use", group="population"
    )
    value_rule: str = knob(
        ALIKE,
        choices=VALUES,
        help="values of a seat's permits: alike, or falling, where one is drawn for each",
        group="population",
    )
    value_min: float = knob(
        10.0, low=0.0, high=1000.0, unit="€/permit", help="lowest value drawn", group="population"
    )
    value_max: float = knob(
        50.0, low=1.0, high=1000.0, unit="€/permit", help="highest value drawn", group="population"
    )
    reserve_price: float = shared_knobs.reserve_price(high=1000.0, step=0.5, unit="€/permit")
    information: str = knob(
        FULL,
        choices=INFORMATION,
        help="what is shown to all when a stage is over: only the price, or also what was bid, without names",
        group="policy",
    )
    bots: str = knob(
        TRUTHFUL,
        choices=BOTS,
        help="how seats that nobody has taken bid: their values, or what the learner bids after a long run",
        group="bidding",
    )
    learner: str = knob(
        "q_learning", choices=LEARNERS, help="learner to compare with, and of learned bots", group="bidding"
    )

    def __post_init__(self):
        super().__post_init__()
        if np.ceil(self.value_min) > np.floor(self.value_max):
            raise ParameterError(
                f"value_min = {self.value_min} €/permit: no whole euro from it to value_max = {self.value_max} €/permit"
            )
        if self.bots == LEARNED and self.value_rule != ALIKE:
            raise ParameterError(
                f"bots = {LEARNED}: learners know one value per seat; set value_rule = {ALIKE}"
            )


class AuctionGame(RoundGame):
    """An auction in each round; subclasses define how seats bid and how the auction closes.

    ``values`` : float64[seats, permits], €/t; ``sold`` : `Outcome` of the round's auction, None before its end;
    ``announced_supply`` : permits for sale before any shock, t; ``played`` : number, learner and facts of each finished
    round.
    """

    Settings = AuctionGameSettings
    shock_changes = "Permits for sale in this auction"
    private = ("values",)

    def __init__(self, settings, seats, seed):
        super().__init__(settings, seats, seed)
        self.ledger = Ledger(self.seats)
        self.values = np.zeros((self.seats, 0))
        self.sold = None
        self.played = []

    def begin(self):
        """Draw values and the order of ties; nothing is issued yet."""
        s = self.settings
        drawn = s.permits, s.value_min, s.value_max, s.value_rule
        self.values = draw_values(self.draw("values"), self.seats, *drawn)
        self.tie_key = self.draw("ties").random(self.seats)
        self.supply = self.announced_supply = max(1, round(s.phi * self.values.size))
        self.sold, self.replies, self.learned = None, {}, None
        self.cash_before = self.ledger.seats.cash.copy()
        self.clear_truthfully()  # compiles the rule, if need be, while nobody waits for a price
        self.learn()

    def learn(self):
        """Let the learners of learned bots play the facts of the round."""
        if self.settings.bots == LEARNED:
            self.learned = learned_bids(self.facts_for_learners(), self.settings.learner, self.seed)

    def strike(self, share):
        """Change the permits for sale, which stay whole; SubmissionError where they would be as many as before."""
        before, most = self.supply, self.values.size
        supply = min(max(1, round((1.0 + share) * before)), most)
        if supply == before:
            raise SubmissionError(f"{permits(before)} would stay for sale; {most} can be used.", "percent")
        self.supply = supply
        self.learn()
        return f"Shock: {permits(supply)} for sale in this auction, no longer {before}."

    # -- the auction -----------------------------------------------------------------------------------------------

    def auction_settings(self, auction):
        """Settings of the format: equal bids share in whole permits, the odd ones by lot."""
        return AUCTIONS[auction].Settings(tie_rule="pro_rata_whole")

    def clear_truthfully(self):
        """Clear the competitive market of the round's values."""
        return clear_truthfully(self.values, self.supply, self.settings.reserve_price)

    def settle(self, outcome):
        """Deliver what the auction sold; every seat uses its permits, and those left over expire."""
        self.sold = outcome
        self.ledger.sell(self.supply, outcome.award, outcome.payment)
        for seat in range(self.seats):
            self.ledger.produce(seat, value_of(self.values[seat], outcome.award[seat]), outcome.award[seat])
        self.ledger.end_round()

    def mean_price(self):
        """What winners have paid for a permit on average, €/t; where all pay one price, that."""
        award = self.sold.award.sum()
        return float(self.sold.payment.sum() / award if award else self.sold.clearing_price)

    def price_name(self):
        """Name of `mean_price`: whether all have paid it."""
        return (
            "price" if np.allclose(self.sold.payment, self.mean_price() * self.sold.award) else "mean price"
        )

    def profit(self, seat):
        """Profit, €, of the round: value of the permits won, less the payment."""
        if self.round == 0:
            return 0.0
        return float(self.ledger.seats.cash[seat] - self.cash_before[seat])

    def profit_from(self, outcome, seat):
        """Profit, €, of a seat from an `Outcome`."""
        return value_of(self.values[seat], outcome.award[seat]) - float(outcome.payment[seat])

    def best_reply(self, seat):
        """Profit, €, of the best reply of a seat to what the others did, no less than its own; kept."""
        if seat not in self.replies:
            self.replies[seat] = max(self.profit(seat), self.search_replies(seat))
        return self.replies[seat]

    # -- bots and learners -----------------------------------------------------------------------------------------

    def bot_price(self, seat):
        """Highest price, €/t, at which the bot of a seat wants all its permits; None: as far as each is worth it."""
        return None if self.learned is None else round(float(self.learned[seat]), 2)

    def facts_for_learners(self):
        """Facts of the round as `model.classroom.learners` plays them."""
        s = self.settings
        return {
            "values": self.values[:, 0].copy(),
            "permits": s.permits,
            "supply": self.supply,
            "reserve_price": s.reserve_price,
            "auction": self.auction_format(),
        }

    def auction_format(self):
        """Name of the sealed-bid format that is, or is nearest to, the game's."""
        return "uniform"

    def play_learners(self):
        """Let the rounds' learners play each finished round on its facts, where a seat's permits are alike."""
        return [
            {"round": number, "who": f"Learners ({learner.replace('_', ' ')})"}
            | {"measures": play_learning_bidders(facts, learner, self.seed)}
            for number, learner, facts in self.played
            if facts is not None
        ]

    # -- what is shown ---------------------------------------------------------------------------------------------

    def facts(self, seat):
        """Values of the seat's permits."""
        self.check_seat(seat)
        if self.round == 0:
            return []
        mine = [f"{value:g}" for value in self.values[seat]]
        alike = self.settings.value_rule == ALIKE
        return [
            fact("Permits you can use", len(mine), "permits", "Further permits are worth nothing to you."),
            fact(
                "Worth of each permit to you" if alike else "Worth of your permits, first to last",
                mine[0] if alike else ", ".join(mine),
                "€",
                "What a permit earns you. Your profit is this less what you pay.",
            ),
            fact("Profit so far", round(self.total_of(seat), 2), "€"),
        ]

    def supply_facts(self):
        """Facts about the auction that everybody knows."""
        s = self.settings
        return [
            fact("Permits for sale", self.supply, "permits"),
            fact("Bidders", self.seats, ""),
            fact("Reserve price", s.reserve_price, "€/permit", "No permit is sold for less."),
            fact("Values lie between", f"{s.value_min:g} and {s.value_max:g}", "€/permit"),
        ]

    def merit_order(self, bids, seat=None, *, theory=False):
        """Picture of bids, highest first, against the supply; ``bids`` : list of (price €/t, volume t, seat).

        seat : whose bids are drawn apart; theory : whether the class's values stand beside the bids.
        """
        reached, demand, mine = 0.0, [], []
        for price, volume, who in sorted(bids, key=lambda bid: -bid[0]):
            corners = [[reached, price], [reached + volume, price]]
            demand += corners
            mine += corners if who == seat else []
            reached += volume
        top = max([self.settings.value_max, *(price for price, _, _ in bids)])
        series = [{"name": "bids", "points": demand, "role": "demand"}] if demand else []
        if mine:
            series.append({"name": "your bid", "points": mine, "role": "mine"})
        ends = [[self.supply, 0.0], [self.supply, top]]
        series.append({"name": "permits for sale", "points": ends, "role": "supply"})
        if self.shocks:
            ends = [[self.announced_supply, 0.0], [self.announced_supply, top]]
            series.append({"name": "permits for sale before the shock", "points": ends, "role": "news"})
        if self.sold is not None:
            price, end = self.mean_price(), max(reached, float(self.supply))
            series.append(
                {"name": self.price_name(), "points": [[0.0, price], [end, price]], "role": "price"}
            )
        if theory:
            series.append({"name": "values", "points": self.value_steps(), "role": "theory"})
        return picture("steps", "Bids and permits for sale", "permits", "€/permit", series)

    def value_steps(self):
        """Corners of the class's values, highest first."""
        falling = -np.sort(-self.values, axis=None)
        return [[float(k + side), float(value)] for k, value in enumerate(falling) for side in (0, 1)]

    def tell(self, seat):
        """One sentence about what a seat got when the auction was over."""
        award, payment = float(self.sold.award[seat]), float(self.sold.payment[seat])
        told = f"The {self.price_name()} is {euros(self.mean_price())}. "
        if award == 0.0:
            return told + "You won no permit."
        worth = euros(value_of(self.values[seat], award))
        return told + f"You won {permits(award)} for {euros(payment)} in all; they are worth {worth} to you."

    def common_measures(self):
        """Measures of the finished round beside the competitive market on the same values."""
        s, sold = self.settings, self.sold
        self.played.append(
            (self.round, s.learner, self.facts_for_learners() if s.value_rule == ALIKE else None)
        )
        ideal = self.clear_truthfully()
        best = largest_value(self.values, self.supply)
        made = sum(value_of(self.values[i], sold.award[i]) for i in range(self.seats))
        ideal_made = sum(value_of(self.values[i], ideal.award[i]) for i in range(self.seats))
        paid, ideal_paid = sold.payment.sum(), ideal.payment.sum()
        return {
            "price": measure(self.mean_price(), "€/permit", ideal.clearing_price),
            "efficiency": measure(made / best if best else 1.0, "share", ideal_made / best if best else 1.0),
            "revenue": measure(paid, "€", ideal_paid),
            "profit": measure(made - paid, "€", ideal_made - ideal_paid),
            "sold": measure(sold.award.sum(), "permits", ideal.award.sum()),
        }
