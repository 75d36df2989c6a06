"""A small game for tests of the room: sealed bids with one price each, of which the highest win; and a market hall."""

import numpy as np

from learning.knobs import Settings, knob, settings
from model.classroom import fields
from model.classroom.base import Game, SubmissionError, picture


@settings
class FewSettings(Settings):
    supply: int = knob(2, low=1, high=10, unit="t", help="Permits sold.")
    pays: str = knob("own", choices=("own", "lowest"), help="Price that a winner pays.")


class OnePrice(Game):
    """Two stages a round: bid a price, then say whether it was a good one. Private values are whole numbers."""

    title, question, Settings = "One price", "Who gets the permits?", FewSettings

    def __init__(self, settings, seats, seed):
        self.now, self.seats, self.seed = FewSettings(**settings), seats, seed
        self.round, self.done, self.profits = 0, [], np.zeros(seats)

    def draw(self, seat, what):
        return float(np.random.default_rng([self.seed, self.round, seat, what]).integers(10, 90))

    def open_round(self, settings):
        self.now = FewSettings(**self.now.values() | settings)
        self.round, self.step, self.bids, self.moods = self.round + 1, "bid", {}, {}
        self.values = [self.draw(seat, 1) for seat in range(self.seats)]

    def facts(self, seat):
        return [
            {
                "label": "Your value",
                "value": self.values[seat],
                "unit": "€/t",
                "help": "What it is worth to you.",
            }
        ]

    def public(self):
        facts = [{"label": "Supply", "value": self.now.supply, "unit": "t", "help": ""}]
        return {"stage": self.step, "sentence": f"Round {self.round}.", "facts": facts, "picture": None}

    def form(self, seat):
        if self.step == "mood":
            return [fields.button(word, word) for word in ("good", "bad")]
        about = {"step": 0.01, "value": self.bids.get(seat), "help": "Price of one permit."}
        return [fields.number("price", "Bid", "€/t", 0.0, 100.0, **about)]

    def submit(self, seat, values):
        read = fields.read(self.form(seat), values)
        if self.step == "mood":
            if sum(read.values()) != 1:
                raise SubmissionError("Press one button.")
            self.moods[seat] = read["good"]
            return "Noted."
        if read["price"] > self.values[seat]:
            raise SubmissionError("Do not bid more than your value.")
        self.bids[seat] = read["price"]
        return f"You bid {read['price']:g} €/t."

    def has_submitted(self, seat):
        return seat in (self.bids if self.step == "bid" else self.moods)

    def play_bot(self, seat):
        if self.step == "mood":
            return {"good": True}
        return {"price": self.values[seat] * self.draw(seat, 2) / 100.0}

    def close_stage(self):
        if self.step == "bid":
            order = sorted(self.bids, key=lambda seat: (-self.bids[seat], seat))
            self.winners = order[: self.now.supply]
            self.step = "mood"
            lowest = min((self.bids[s] for s in self.winners), default=0.0)
            self.paid = {s: self.bids[s] if self.now.pays == "own" else lowest for s in self.winners}
            for seat, price in self.paid.items():
                self.profits[seat] += self.values[seat] - price
            return False
        revenue = sum(self.paid.values())
        self.done.append((self.round, self.now.values(), revenue, self.bids, self.values, self.paid))
        return True

    def outcome(self, seat):
        won = seat in self.paid
        profit = self.values[seat] - self.paid[seat] if won else 0.0
        sentence = f"You won at {self.paid[seat]:g} €/t." if won else "You won nothing."
        return {"sentence": sentence, "profit": profit, "total": float(self.profits[seat]), "best_reply": None,
                "picture": self.bids_in_order()}  # fmt: skip

    def bids_in_order(self):
        ladder = sorted(self.bids.values(), reverse=True)
        points = [[float(k), price] for k, price in enumerate([*ladder, 0.0])]
        sold = [[self.now.supply, 0.0], [self.now.supply, 100.0]]
        series = [
            {"name": "Bids", "points": points, "role": "demand"},
            {"name": "Supply", "points": sold, "role": "supply"},
        ]
        return picture("steps", "Bids in merit order", "Permits, t", "Price, €/t", series)

    def results(self):
        return [
            {"round": number, "settings": now, "picture": self.bids_in_order(),
             "measures": {"revenue": {"value": revenue, "unit": "€", "theory": sum(sorted(values)[-now["supply"] :])}}}
            for number, now, revenue, _, values, _ in self.done
        ]  # fmt: skip

    def rows(self):
        return [
            {
                "round": number,
                "seat": seat,
                "value": values[seat],
                "bid": bids.get(seat),
                "paid": paid.get(seat, 0.0),
            }
            for number, _, _, bids, values, paid in self.done
            for seat in range(self.seats)
        ]


class Hall(OnePrice):
    """Trades at once: each bid above 50 is served."""

    trades_at_once = True

    def submit(self, seat, values):
        sentence = super().submit(seat, values)
        return sentence if self.step == "mood" or self.bids[seat] <= 50 else "Sold."

    def has_submitted(self, seat):
        return True
