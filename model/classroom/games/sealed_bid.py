"""Sealed bids: everybody bids once, in secret; the highest bids win."""

import numpy as np

from learning.knobs import knob, settings
from model import shared_knobs
from model.classroom.auction_game import TICK, AuctionGame, AuctionGameSettings
from model.classroom.base import SubmissionError
from model.classroom.fields import fact, number
from model.classroom.private_values import ALIKE, equilibrium_bids, value_of
from model.classroom.rounds import FULL, euros, measure, permits
from model.mechanisms.auctions.base import clear


@settings
class SealedBidSettings(AuctionGameSettings):
    """Treatments of the sealed-bid auction."""

    auction: str = shared_knobs.auction()
    steps: int = knob(1, low=1, high=5, help="prices that one bid may name", group="policy")


@AuctionGame.register("sealed_bid")
class SealedBid(AuctionGame):
    """One stage per round: a price and a volume, or several of them, from every seat."""

    title = "Sealed bids"
    question = "Should winners pay one price, or their own bid?"
    Settings = SealedBidSettings

    def begin(self):
        """Draw the facts; no seat bids for anything yet."""
        super().begin()
        self.price, self.volume = np.zeros((2, self.seats, self.settings.steps))
        self.clear(self.price, self.volume)  # compiles the format's rule, if need be

    def fields(self, seat):
        """A price and a volume for each step."""
        s, made = self.settings, []
        top = max(s.value_max, s.reserve_price)
        for k in range(s.steps):
            tail, label = (f"_{k + 1}", f" {k + 1}") if k else ("", "")
            first = None if k == 0 else s.reserve_price
            help = "From the reserve price on." if s.reserve_price else ""
            made.append(
                number(
                    f"price{tail}",
                    f"Price{label}",
                    "€/permit",
                    s.reserve_price,
                    top,
                    step=TICK,
                    value=first,
                    help=help,
                )
            )
            most = "All steps together: no more than you can use." if s.steps > 1 else ""
            made.append(
                number(
                    f"volume{tail}",
                    f"Permits{label}",
                    "permits",
                    0,
                    s.permits,
                    step=1,
                    value=0 if k else None,
                    help=most,
                )
            )
        return made

    def take(self, seat, values):
        """Keep the bid; SubmissionError if its steps ask for more permits than the seat can use."""
        filled = list(values.values())
        price, volume = filled[0::2], filled[1::2]
        if sum(volume) > self.settings.permits:
            raise SubmissionError(
                f"Your steps ask for {permits(sum(volume))}; you can use {self.settings.permits}."
            )
        self.price[seat], self.volume[seat], self.taken[seat] = price, volume, values
        asked = [f"{permits(v)} at {euros(p)}" for p, v in zip(price, volume, strict=True) if v]
        return f"You bid for {', '.join(asked)}." if asked else "You bid for no permits."

    def play_bot(self, seat):
        """Bid the value of the permits, as closely as the steps allow, or what the learner has found."""
        if not self.form(seat):
            return None
        s, learned = self.settings, self.bot_price(seat)
        if learned is not None:
            wants = s.permits if learned >= s.reserve_price else 0
            return {"price": max(learned, s.reserve_price), "volume": wants}
        return self.truthful_steps(self.values[seat])

    def truthful_steps(self, values):
        """Bid all permits worth the reserve price, as many at each step, each step at the value of its last permit."""
        s = self.settings
        worth = values[values >= s.reserve_price]
        if not len(worth):
            return {"price": s.reserve_price, "volume": 0}
        bid = {}
        for k, part in enumerate(np.array_split(worth, min(s.steps, len(worth)))):
            tail = f"_{k + 1}" if k else ""
            bid |= {f"price{tail}": float(part[-1]), f"volume{tail}": len(part)}
        return bid

    # -- the auction -----------------------------------------------------------------------------------------------

    def clear(self, price, volume):
        """Clear these bids, float64[seats, steps], in the round's format."""
        s = self.settings
        return clear(
            s.auction,
            price,
            volume,
            supply=self.supply,
            reserve=s.reserve_price,
            settings=self.auction_settings(s.auction),
            tie_key=self.tie_key,
        )

    def end_stage(self):
        """Clear the auction, which ends the round."""
        self.settle(self.clear(self.price, self.volume))
        return True

    def search_replies(self, seat):
        """Profit, €, of the best bid at one price against the bids of the others, found by clearing every one.

        Between two bids of others the award does not change and the payment does not fall as the own price rises.
        So it is enough to try each of their prices, a tick above each, and the reserve price, for every volume.
        """
        price, volume, best = self.price.copy(), self.volume.copy(), 0.0
        volume[seat] = 0.0
        for tried in self.prices_to_try(seat, price, volume):
            for wanted in range(1, self.settings.permits + 1):
                price[seat, 0], volume[seat, 0] = tried, wanted
                best = max(best, self.profit_from(self.clear(price, volume), seat))
        return best

    def prices_to_try(self, seat, price, volume):
        """Prices, €/t, at which a bid of a seat wins something, and is not far above what a permit is worth to it."""
        reserve, known = self.settings.reserve_price, price[volume > 0.0]
        tried = np.unique(np.concatenate([[reserve], known, np.round(known + TICK, 2)]))
        tried = tried[(tried >= reserve) & (tried <= self.values[seat, 0] + TICK)]
        return [float(each) for each in tried if volume[price > each].sum() < self.supply]

    def auction_format(self):
        """The round's format."""
        return self.settings.auction

    # -- what is shown ---------------------------------------------------------------------------------------------

    def bids(self):
        """All steps bid for: list of (price €/t, volume t, seat)."""
        rows, steps = np.nonzero(self.volume)
        return [
            (float(self.price[i, k]), float(self.volume[i, k]), int(i))
            for i, k in zip(rows, steps, strict=True)
        ]

    def bids_seen_by(self, seat):
        """Bids that a seat, or everybody, may see when the auction is over: without the treatment its own ones only."""
        return [bid for bid in self.bids() if self.settings.information == FULL or bid[2] == seat]

    def show(self):
        """Rules before the auction, its price afterwards; the bids where the treatment shows them."""
        if self.is_open:
            told = f"The {self.supply} permits go to the highest bids. {RULES.get(self.settings.auction, '')}"
            return {
                "stage": f"Round {self.round}: bidding",
                "sentence": told.strip(),
                "facts": self.supply_facts(),
                "picture": None,
            }
        won, name, price = int((self.sold.award > 0.0).sum()), self.price_name(), self.mean_price()
        return {
            "stage": f"Round {self.round}: over",
            "sentence": f"The {name} is {euros(price)}; {won} of {self.seats} bidders won permits.",
            "facts": [*self.supply_facts(), fact(name.capitalize(), round(price, 2), "€/permit")],
            "picture": self.merit_order(self.bids_seen_by(None)),
        }

    def outcome(self, seat):
        """What the seat won, and what the best bid would have brought."""
        self.check_seat(seat)
        if self.sold is None:
            return self.report(seat, "Nothing has been sold yet.")
        shown = self.merit_order(self.bids_seen_by(seat), seat)
        return self.report(seat, self.tell(seat), shown, self.best_reply(seat))

    def summary(self):
        """Measures of the round, with the share of their value that bidders bid."""
        measures = self.common_measures()
        volume = self.volume.sum(axis=1)
        worth = sum(value_of(self.values[seat], volume[seat]) for seat in range(self.seats))
        share = (self.price * self.volume).sum() / worth if worth else None
        measures["bid_share"] = measure(share, "share", self.share_in_equilibrium())
        return {"measures": measures, "picture": self.merit_order(self.bids(), theory=True)}

    def share_in_equilibrium(self):
        """Bids / values in equilibrium; None where it is not known in closed form."""
        s = self.settings
        if s.auction == "vcg" and (s.value_rule == ALIKE or s.steps >= s.permits):
            return 1.0  # so many steps tell all values
        known = s.auction == "discriminatory" and s.permits == 1 and s.reserve_price <= s.value_min
        if not known or s.value_min == s.value_max:
            return None
        values = self.values[:, 0]
        limits = s.value_min, s.value_max, self.seats, self.supply, s.reserve_price
        return float(equilibrium_bids(values, *limits).sum() / values.sum())

    def rows_of_stage(self):
        """Bids, awards and profits."""
        return [
            {
                "seat": seat,
                "values": " ".join(f"{value:g}" for value in self.values[seat]),
                "bid_price": " ".join(f"{price:g}" for price in self.price[seat]),
                "bid_volume": " ".join(f"{volume:g}" for volume in self.volume[seat]),
                "award": float(self.sold.award[seat]),
                "payment": float(self.sold.payment[seat]),
                "clearing_price": float(self.sold.clearing_price),
                "profit": self.profit(seat),
                "best_reply": self.best_reply(seat),
            }
            for seat in range(self.seats)
        ]


RULES = {
    "uniform": "All winners pay the same price: that of the lowest bid that wins.",
    "discriminatory": "Every winner pays its own bid.",
    "vcg": "Every winner pays what its permits would have been worth to those who bid for them in vain.",
}
"""Payment rules in words, for a pupil, of the formats of this project."""
