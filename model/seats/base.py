"""A seat in a market: a person decides for one firm, round by round, among firms that learn.

A round is a period of the system. Whoever sits there sees what the firm sees: its own facts, the last public prices
and its own past. The firm's learner goes on beside the person: in a twin of the market, made when the seat is taken,
it decides for the firm itself. Both markets draw the same random numbers, and nobody else's depend on the person.
"""

import copy
from abc import ABC, abstractmethod
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from learning.registry import Registry
from model.seats.summary import summary_of

SEATS = Registry("system with a seat")
NOTHING = 1e-6
"""Gain, €, that is no gain."""


@dataclass
class Round:
    """A round played: the decision, as it was submitted, and what it brought; money in €."""

    period: int
    decision: dict
    profit: float
    learner: float
    """What the learner has earned in the firm's place, in the twin."""
    of_learner: dict
    """The decision that it made there."""
    parts: dict
    """What the profit is made of, € by name; it adds up to the profit."""
    learner_parts: dict
    """The same of the learner's profit."""
    own: str
    """In one sentence, what the person decided and what was left open; "" where nothing can be left open."""
    best_reply: dict | None = field(default=None)
    """``{profit, decision, sentence}``; None until somebody looks."""


class Seat(ABC):
    """A person's place as one firm of a market; `submit` plays a round.

    model : a `MarketModel`, which may have been played before: a head start of its learners. It is played on here, step
    by step. firm : number of the firm, from 1.

    What the methods return is made of plain values that JSON can hold, in the forms of `model.classroom.base.Game`.
    """

    profit_help = ""
    """The meaning of the profit of a round."""
    asks = "Submit"
    """Words on the button below the present form."""
    usual_head_start = 0
    """Periods that the learners play before a person sits down, by default."""

    @property
    @abstractmethod
    def stand_in(self):
        """Word for who decides for the firm without a person."""

    @classmethod
    def sized(cls, params):
        """Parameters of a market alike in which a person can read the amounts, and how many times as large they are."""
        return params, 1.0

    shares_of = ""
    """What a firm's size is a share of, in words; "" where all are alike."""

    @staticmethod
    def places(model):
        """Number of firms whose place a person can take."""
        return len(model.firms)

    @classmethod
    def shares(cls, model):
        """Share of each of these firms in what all need: list of float."""
        return [1.0 / cls.places(model)] * cls.places(model)

    def __init__(self, model, firm=1):
        self.model, self.firm, self.row = model, firm, firm - 1
        self.head_start = model.steps
        self.rounds = []
        self.twin = copy.deepcopy(model)
        self._open()

    # -- defined by each system ------------------------------------------------------------------------------------

    @abstractmethod
    def facts(self):
        """Facts that the firm knows before it decides: list of {label, value, unit, help}."""

    @abstractmethod
    def public(self):
        """Facts that everybody knows before the round: {stage, sentence, facts, picture}."""

    @abstractmethod
    def form(self):
        """Fields of a decision, see `model.seats.forms`."""

    @abstractmethod
    def read(self, values):
        """Decision, a dict of plain values, of the ``values`` by field; FieldError if they are not allowed."""

    @abstractmethod
    def methods(self, firm, decision):
        """Methods, by name, that stand in for those of the Mesa agent ``firm`` and decide as the person did."""

    @abstractmethod
    def made_by_learner(self, model):
        """Decision that the firm has made in the last period of a ``model`` in which nobody sits in its place."""

    @abstractmethod
    def earned(self, model, before):
        """What the last period of ``model`` brought the firm, €; before : the model as it was, without records."""

    @abstractmethod
    def parts(self, model, before):
        """What `earned` is made of, € by name, what is paid below zero; the same names in every period."""

    @abstractmethod
    def search(self):
        """Other decisions against the others of the last round: list of (profit €, decision).

        They are judged by the system's own clearing, with the same random numbers.
        """

    @abstractmethod
    def describe(self):
        """What happened to the firm in the last round: one sentence."""

    @abstractmethod
    def describe_decision(self, decision, past=True):
        """A decision in words, without a subject: what somebody did, or, without ``past``, was to do."""

    @abstractmethod
    def draw(self):
        """Picture of the last round, made by `model.classroom.base.picture`; nothing private of others is in it."""

    # -- shared by all systems -------------------------------------------------------------------------------------

    def decide(self, values):
        """Decide what the present form asks for; once nothing is left to be asked, the round is played.

        One sentence confirms it; FieldError, and no change, if the values are not allowed.
        """
        return self.submit(values)

    def say_what_is_own(self, decision):
        """Which parts of a decision, about to be played, are the person's own: a sentence, or ""."""
        return ""

    def submit(self, values):
        """Decide by ``values``, field -> value, and play the round; one sentence confirms it.

        FieldError, and no change, if they are not allowed.
        """
        decision = self.read(values)
        own = self.say_what_is_own(decision)
        self.before, twin_before = self._before, without_records(self.twin)
        with deciding(self.model.firms[self.row], self.methods, decision):
            self.model.step()
        self.twin.step()
        profit, learner = self.earned(self.model, self.before), self.earned(self.twin, twin_before)
        learned = self.made_by_learner(self.twin)
        parts = self.parts(self.model, self.before), self.parts(self.twin, twin_before)
        self.rounds.append(
            Round(self.model.steps, decision, float(profit), float(learner), learned, *parts, own)
        )
        self._open()
        return f"You {self.describe_decision(decision)}."

    def outcome(self):
        """What the last round brought; None before the first one.

        {period, sentence, own, profit, total, best_reply, stand_in, learner, learner_total, learner_sentence, picture};
        learner : profit of whoever decides without a person, `stand_in`; best_reply :
        {profit, decision, sentence}, never below the profit.
        """
        if not self.rounds:
            return None
        last = self.rounds[-1]
        if last.best_reply is None:
            last.best_reply = self._find_reply(last)
        return {
            "period": last.period,
            "sentence": self.describe(),
            "own": last.own,
            "profit": last.profit,
            "total": sum(each.profit for each in self.rounds),
            "best_reply": last.best_reply,
            "stand_in": self.stand_in,
            "learner": last.learner,
            "learner_total": sum(each.learner for each in self.rounds),
            "learner_sentence": f"In your place the {self.stand_in} {self.describe_decision(last.of_learner)}.",
            "picture": self.draw(),
        }

    def summary(self):
        """What all rounds brought, see `model.seats.summary.summary_of`; None before the first one."""
        return summary_of(self.rounds, self.stand_in) if self.rounds else None

    def advise(self):
        """Decision that the firm's own learner would make now, as `submit` takes it; it has seen all your rounds."""
        model = without_records(self._before)
        model.run_period(model.draw_chance(1))
        return self.made_by_learner(model)

    def record(self):
        """All that `play_again` needs to play the same rounds again: plain values."""
        return {
            "system": self.model.name,
            "seed": self.model.seed,
            "parameters": self.model.params.values(),
            "head_start": self.head_start,
            "firm": self.firm,
            "decisions": [each.decision for each in self.rounds],
        }

    def warm(self):
        """Call every compiled function that a round needs, so that it is compiled; this plays a round."""
        self.submit(self.advise())
        self.search()

    def replay(self, decision):
        """Play the last round again with another decision; a copy of the market, without records, after it."""
        model = without_records(self.before)
        with deciding(model.firms[self.row], self.methods, decision):
            model.run_period(model.draw_chance(1))
        return model

    def _find_reply(self, last):
        own = last.profit, last.decision
        profit, decision = max((own, *self.search()), key=lambda found: found[0])  # of equal ones the first
        if profit <= last.profit + NOTHING:
            sentence = "Nothing else that was tried would have brought more."
            return {"profit": last.profit, "decision": last.decision, "sentence": sentence}
        sentence = (
            f"Knowing the others, it would have been best to {self.describe_decision(decision, past=False)}."
        )
        return {"profit": float(profit), "decision": decision, "sentence": sentence}

    def _open(self):
        """Look at the market as it will be when the firm decides."""
        self._before = without_records(self.model)
        self._look()

    def _look(self, decided=None):
        """Play the round up to the next decision in a copy, so that nothing moves; decided : methods that have been."""
        self.seen = without_records(self._before)
        stops = dict.fromkeys(self.methods(self.seen.firms[self.row], {}), _stop)
        with in_place_of(self.seen.firms[self.row], stops | (decided or {})), suppress(_Deciding):
            self.seen.run_period(self.seen.draw_chance(1))


class _Deciding(Exception):
    """Raised where the firm decides."""


def _stop(*_, **__):
    raise _Deciding


def without_records(model):
    """Copy a model without what it has collected, which rules do not look at."""
    return copy.deepcopy(model, {id(model.datacollector): None})


@contextmanager
def in_place_of(firm, methods):
    """Context in which functions, by name, stand in for methods of one Mesa agent."""
    vars(firm).update(methods)
    try:
        yield
    finally:
        for name in methods:
            vars(firm).pop(name)


def deciding(firm, methods, decision):
    """Context in which the person's decision stands in for the firm's own."""
    return in_place_of(firm, methods(firm, decision))
