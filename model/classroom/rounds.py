"""Rounds, stages, submissions and totals, which all games keep alike."""

import math
from abc import abstractmethod

from learning.knobs import ParameterError
from learning.registry import unknown
from model.classroom import fields
from model.classroom.base import Game, SubmissionError
from model.classroom.published import published_on
from model.streams import Streams, as_seed

MOST_SEATS = 500
LITTLE, FULL = INFORMATION = "little", "full"
"""Choices of the treatment of how much everybody sees."""
SHOCK = [fields.number("percent", "Change", "%", -50, 100, step=1)]
"""Field of a shock."""


class RoundGame(Game):
    """A game whose rounds run from `open_round` to the last `close_stage`.

    Subclasses define `begin`, `fields`, `take`, `end_stage`, and what they show. ``round`` and ``stage`` count from 1;
    ``taken`` holds what each seat has submitted in the stage, None for nothing; ``shocks`` those of the round, pairs of
    stage and percent. Where ``shock_changes`` names something, ``strike(share)`` changes it by a share, from -0.5 to 1,
    and returns the sentence for everybody; SubmissionError, and no change, if it cannot.
    """

    least_seats = 2
    private = ()
    """Names of attributes, arrays with an entry per seat, that no other seat may see before a stage is over."""

    def __init__(self, settings, seats, seed):
        if not self.least_seats <= seats <= MOST_SEATS:
            raise ValueError(f"seats = {seats}: must be from {self.least_seats} to {MOST_SEATS}")
        self.settings = self.check_settings(settings)
        self.seats, self.seed = int(seats), as_seed(seed)
        self.round = self.stage = 0
        self.is_open = False
        self.taken, self.shocks = [None] * self.seats, []
        self.total = [0.0] * self.seats
        self.finished, self.kept_rows = [], []

    @classmethod
    def register(cls, name):
        """Decorator: register a game under ``name``, which it keeps as ``name``."""

        def add(part):
            part.name = name
            return super(RoundGame, cls).register(name)(part)

        return add

    @classmethod
    def check_settings(cls, values):
        """Make the settings of flat values; ParameterError for an unknown name or a value that is not allowed."""
        for name in values:
            if name not in cls.Settings.knobs():
                raise ParameterError(str(unknown("setting", name, cls.Settings.knobs())))
        return cls.Settings(**values)

    def draw(self, *purpose):
        """Make a generator for this round and purpose: the same one whenever it is asked for."""
        return Streams(self.seed)[" ".join(map(str, ("round", self.round, *purpose)))]

    # -- defined by each game --------------------------------------------------------------------------------------

    @abstractmethod
    def begin(self):
        """Draw the private facts of a round, and begin its first stage."""

    @abstractmethod
    def fields(self, seat):
        """Return the fields of a seat's form in this stage of an open round."""

    @abstractmethod
    def take(self, seat, values):
        """Take checked values; SubmissionError, and no change, if they are not allowed together. Returns a sentence."""

    @abstractmethod
    def end_stage(self):
        """End the stage; True if the round is over."""

    @abstractmethod
    def show(self):
        """Return what everybody sees once a round has begun."""

    @abstractmethod
    def profit(self, seat):
        """Profit, €, of a seat in the round so far."""

    @abstractmethod
    def summary(self):
        """Return measures and picture of the round that has just ended."""

    @abstractmethod
    def rows_of_stage(self):
        """One dict per seat for the stage that has just ended."""

    # -- the contract ----------------------------------------------------------------------------------------------

    def open_round(self, settings):
        """Begin a round with changed settings; ValueError while another is open, ParameterError for wrong settings."""
        if self.is_open:
            raise ValueError("the round is not over: close its stages first")
        self.settings = self.check_settings(self.settings.values() | settings)
        self.round, self.stage, self.is_open = self.round + 1, 1, True
        self.taken, self.shocks = [None] * self.seats, []
        self.begin()

    def form(self, seat):
        """Fields that a seat may fill in now."""
        self.check_seat(seat)
        return self.fields(seat) if self.is_open else []

    def submit(self, seat, values):
        """Take a submission; SubmissionError, and no change, if it is not allowed."""
        form = self.form(seat)
        if not form:
            raise SubmissionError(
                "There is nothing to decide now." if self.is_open else "No round is open now."
            )
        return self.take(seat, fields.read(form, values))

    def has_submitted(self, seat):
        """Whether a seat has submitted, or has nothing to decide, in this stage."""
        return not self.form(seat) or self.taken[seat] is not None

    def shock(self, percent):
        """Change what `shock_changes` names by so many percent within an open round; returns the sentence for all."""
        if not (self.is_open and self.shock_changes):
            return super().shock(percent)
        percent = fields.read(SHOCK, {"percent": percent})["percent"]
        if percent == 0:
            raise SubmissionError("Change: 0 % changes nothing.", "percent")
        told = self.strike(percent / 100.0)
        self.shocks.append((self.stage, percent))
        return told

    def close_stage(self):
        """End the stage; True if the round is over. ValueError if no round is open."""
        if not self.is_open:
            raise ValueError("no round is open")
        over = self.end_stage()
        self.kept_rows += [
            {"round": self.round, "stage": self.stage}
            | row
            | self.settings.values()
            | {"shocks": self.shock_text()}
            for row in self.rows_of_stage()
        ]
        if over:
            self.is_open = False
            self.total = [self.total[seat] + self.profit(seat) for seat in range(self.seats)]
            told = {"round": self.round, "settings": self.settings.values(), "shocks": list(self.shocks)}
            self.finished.append(told | self.summary())
        else:
            self.stage += 1
        self.taken = [None] * self.seats
        return over

    def shock_text(self):
        """Shocks of the round so far, for a table: "20 % in stage 3"."""
        return "; ".join(f"{percent:g} % in stage {stage}" for stage, percent in self.shocks)

    def public(self):
        """Facts that everybody sees."""
        if self.round == 0:
            return {"stage": "Waiting", "sentence": "No round has begun.", "facts": [], "picture": None}
        return self.show()

    def missing(self):
        """Permits, t, and money, €, that the identities of `model.accounts` fail to account for."""
        return self.ledger.missing()

    def published(self, results=()):
        """Experiments with people that resemble the game, and the same comparisons in ``results``."""
        return published_on(self.name, results)

    def results(self):
        """Results of all finished rounds."""
        return list(self.finished)

    def rows(self):
        """Rows of all finished rounds."""
        finished = len(self.finished)
        return [row for row in self.kept_rows if row["round"] <= finished]

    def play_again(self, changes, passes):
        """Play the finished rounds on the same facts with bots in all seats, under changed settings.

        passes : times that every bot acts in a stage. Returns the rounds' measures, a list of dicts by name.
        """
        again = type(self)({}, self.seats, self.seed)
        for each in self.finished:
            again.open_round(each["settings"] | changes)
            over = False
            while not over:
                for _, percent in [shock for shock in each["shocks"] if shock[0] == again.stage]:
                    again.shock(percent)
                for seat in list(range(self.seats)) * passes:
                    values = again.play_bot(seat)
                    if values is not None:
                        again.submit(seat, values)
                over = again.close_stage()
        return [each["measures"] for each in again.finished]

    def report(self, seat, sentence, picture=None, best_reply=None):
        """Make the outcome of a seat, as `outcome` returns it."""
        money = {"profit": self.profit(seat), "total": self.total_of(seat), "best_reply": best_reply}
        return {"sentence": sentence} | money | {"picture": picture}

    def total_of(self, seat):
        """Profit, €, of a seat in all rounds so far."""
        return self.total[seat] + (self.profit(seat) if self.is_open else 0.0)

    def check_seat(self, seat):
        """SubmissionError unless there is such a seat."""
        if isinstance(seat, bool) or not isinstance(seat, int) or not 0 <= seat < self.seats:
            raise SubmissionError(f"seat {seat!r}: there are seats 0 to {self.seats - 1}")


def measure(value, unit, theory=None):
    """Make a measure of `results`: a number, its unit, and that of theory beside it; None for what is not known."""
    known = [None if each is None or not math.isfinite(each) else float(each) for each in (value, theory)]
    return {"value": known[0], "unit": unit, "theory": known[1]}


def euros(amount):
    """Write an amount of money.

    >>> euros(-1234.5), euros(-0.001)
    ('-1,234.50 €', '0.00 €')
    """
    return f"{round(amount, 2) + 0.0:,.2f} €"


def permits(count):
    """Write a number of permits.

    >>> permits(1), permits(5)
    ('1 permit', '5 permits')
    """
    return f"{count:g} permit" if count == 1 else f"{count:g} permits"
