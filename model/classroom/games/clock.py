"""The clock: the price rises until no more permits are wanted than are for sale."""

import numpy as np

from learning.knobs import knob, settings
from model.classroom.auction_game import AuctionGame, AuctionGameSettings
from model.classroom.base import picture
from model.classroom.fields import fact, number
from model.classroom.rounds import FULL, euros, permits
from model.mechanisms.auctions.base import clear
from model.mechanisms.combinatorial.english_clock import CLOSINGS, LAST_DEMAND, RATIONED


@settings
class ClockSettings(AuctionGameSettings):
    """Treatments of the clock."""

    increment: float = knob(
        2.0,
        low=0.5,
        high=100.0,
        step=0.5,
        unit="€/permit",
        help="rise of the price in a stage",
        group="policy",
    )
    closing: str = knob(
        LAST_DEMAND,
        choices=CLOSINGS,
        source="Goyal",
        help="permits that the last rise leaves over: unsold, or rationed to those who demanded them at the price "
        "before, at which all permits are then sold",
        group="policy",
    )


@AuctionGame.register("clock")
class Clock(AuctionGame):
    """A stage per price: each seat says how many permits it wants, never more than before.

    The clock stops when no more are wanted than are for sale, or at the highest value that a permit can have; there,
    permits are rationed. ``demands`` : float64[stages over, seats], t; ``offered`` : permits for sale in them, t;
    ``prices`` : list, €/t, the present one last.
    """

    title = "The clock"
    question = "Does it pay to want less, so that the price stops rising?"
    Settings = ClockSettings
    prices, demands, offered = (), (), ()

    def begin(self):
        """Draw the facts, and begin at the reserve price."""
        super().begin()
        self.prices, self.demands, self.offered = [self.settings.reserve_price], [], []

    def held(self, seat):
        """Permits that a seat may still want."""
        return self.demands[-1][seat] if self.demands else float(self.settings.permits)

    def fields(self, seat):
        """Its demand at the present price, unless it has left the auction."""
        most = self.held(seat)
        if most == 0.0:
            return []
        help = "You may want as many as before or fewer, never more."
        if not self.demands:
            help = "Later you may want as many or fewer, never more. Who says nothing now is out."
        value = most if self.demands else None
        return [number("demand", "Permits you want", "permits", 0, most, step=1, value=value, help=help)]

    def take(self, seat, values):
        """Keep the demand."""
        self.taken[seat] = values
        return f"At {euros(self.prices[-1])} you want {permits(values['demand'])}."

    def play_bot(self, seat):
        """Want the permits that are worth the price, or all until the price where the learner stops."""
        if not self.form(seat):
            return None
        price, learned = self.prices[-1], self.bot_price(seat)
        wanted = int((self.values[seat] >= price).sum())
        if learned is not None:
            wanted = self.settings.permits if learned >= price else 0
        return {"demand": min(wanted, int(self.held(seat)))}

    # -- the auction -----------------------------------------------------------------------------------------------

    def demand_of(self, seat):
        """Demand of the stage; who says nothing wants as many as before, and in the first stage none."""
        if self.taken[seat] is not None:
            return float(self.taken[seat]["demand"])
        return self.held(seat) if self.demands else 0.0

    def end_stage(self):
        """Close the auction, or raise the price."""
        self.demands.append([self.demand_of(seat) for seat in range(self.seats)])
        self.offered.append(self.supply)
        s, price = self.settings, self.prices[-1]
        if sum(self.demands[-1]) > self.supply and price < s.value_max:
            self.prices.append(round(min(price + s.increment, s.value_max), 2))
            return False
        self.settle(self.clear(np.array(self.demands)))
        return True

    def clear(self, demands):
        """Sell at one price to demands, float64[stages, seats], t, the clock having stopped after the last of them.

        To want a permit up to a price is to bid it, so the uniform auction of these bids is the clock: where what the
        last rise left over stays unsold, nobody pays less than the last price; where it is rationed, the lowest bid
        served is that of the stage before, also where more permits came for sale in the last stage.
        """
        last = len(demands) - 1
        lowest = last if self.settings.closing == LAST_DEMAND else max(last - 1, 0)
        dropped = demands - np.vstack([demands[1:], np.zeros(self.seats)])
        price = np.broadcast_to(self.prices[: len(demands)], dropped.T.shape)
        return clear(
            "uniform",
            price,
            dropped.T,
            supply=self.offered[last],
            reserve=self.prices[lowest],
            settings=self.auction_settings("uniform"),
            tie_key=self.tie_key,
        )

    def search_replies(self, seat):
        """Profit, €, of the best plan to want fewer permits once, against the demands of the others.

        Others might have answered otherwise, and wanted less at prices that were never called. So only plans count
        with which the clock stops at a price that was called. Where leftovers stay unsold it is best to want the
        permits of the end from the start; where they are rationed, those given up in the last rise may come back.
        """
        others = np.delete(np.array(self.demands), seat, axis=1).sum(axis=1)
        ends = [self.end_with(others + wanted) for wanted in range(self.settings.permits + 1)]
        plans = [(wanted, wanted, ends[wanted]) for wanted in range(1, len(ends))]
        if self.settings.closing == RATIONED:
            plans += [
                (first, then, end)
                for first in range(1, len(ends))
                for then in range(first)
                for end in range(max(1, ends[then]), ends[first] + 1)
            ]
        return max([0.0, *(self.profit_of_plan(seat, *plan) for plan in plans if plan[2] < len(others))])

    def end_with(self, wanted):
        """Stage, from 0, in which the clock stops with these demands of all, float64[stages], t; their number: none."""
        stops = wanted <= np.array(self.offered)
        stops[-1] |= self.prices[-1] >= self.settings.value_max
        return int(np.argmax(stops)) if stops.any() else len(wanted)

    def profit_of_plan(self, seat, first, then, end):
        """Profit, €, of wanting ``first`` permits until stage ``end``, in which the clock stops, and ``then`` in it."""
        demands = np.array(self.demands[: end + 1])
        demands[:, seat] = first
        demands[end, seat] = then
        return self.profit_from(self.clear(demands), seat)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def show(self):
        """Price and demand."""
        told, sold = self.supply_facts(), self.sold
        told.append(
            fact("Price", self.prices[-1] if sold is None else round(sold.clearing_price, 2), "€/permit")
        )
        if self.demands and self.settings.information == FULL:
            told.append(fact("Wanted at the price before", sum(self.demands[-1]), "permits"))
        if sold is None:
            sentence = f"The price is {euros(self.prices[-1])}. How many permits do you want?"
            stage = f"Round {self.round}: price {self.stage}"
        else:
            all_sold = permits(float(sold.award.sum()))
            sentence = f"The clock has stopped: {all_sold} sold at {euros(sold.clearing_price)}."
            stage = f"Round {self.round}: over"
        return {"stage": stage, "sentence": sentence, "facts": told, "picture": self.course()}

    def course(self, seat=None):
        """Picture of what was wanted at each price; without its numbers where the treatment hides them."""
        if not self.demands:
            return None
        wanted = [[price, sum(row)] for price, row in zip(self.prices, self.demands, strict=False)]
        series = []
        if self.settings.information == FULL:
            series.append({"name": "wanted", "points": wanted, "role": "demand"})
        if seat is not None:
            own = [[point[0], row[seat]] for point, row in zip(wanted, self.demands, strict=True)]
            series.append({"name": "you", "points": own, "role": "mine"})
        offered = [[price, supply] for price, supply in zip(self.prices, self.offered, strict=False)]
        series.append({"name": "permits for sale", "points": offered, "role": "supply"})
        return picture("lines", "Permits wanted as the price rises", "€/permit", "permits", series)

    def outcome(self, seat):
        """Where the clock stands, or what the seat won."""
        self.check_seat(seat)
        if self.sold is not None:
            return self.report(seat, self.tell(seat), self.course(seat), self.best_reply(seat))
        told = "The clock has not begun."
        if self.demands:
            told = f"More permits are wanted than are for sale: the price rises to {euros(self.prices[-1])}."
        return self.report(seat, told, self.course(seat))

    def bids(self):
        """What each seat gave up at each price: list of (price €/t, volume t, seat)."""
        rows = [*self.demands, [0.0] * self.seats]
        return [
            (price, before - after, seat)
            for price, held, kept in zip(self.prices, rows, rows[1:], strict=False)
            for seat, (before, after) in enumerate(zip(held, kept, strict=True))
            if before > after
        ]

    def summary(self):
        """Measures of the round, and the class's demand as bids beside its values."""
        return {"measures": self.common_measures(), "picture": self.merit_order(self.bids(), theory=True)}

    def rows_of_stage(self):
        """Price and demand of the stage; awards and profits once the clock has stopped."""
        stage, over = len(self.demands) - 1, self.sold is not None
        return [
            {
                "seat": seat,
                "values": " ".join(f"{value:g}" for value in self.values[seat]),
                "price": self.prices[stage],
                "demand": self.demands[stage][seat],
                "award": float(self.sold.award[seat]) if over else None,
                "payment": float(self.sold.payment[seat]) if over else None,
                "clearing_price": float(self.sold.clearing_price) if over else None,
                "profit": self.profit(seat) if over else None,
                "best_reply": self.best_reply(seat) if over else None,
            }
            for seat in range(self.seats)
        ]
