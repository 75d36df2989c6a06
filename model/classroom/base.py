"""Games that people play in one market: the contract between their rules and the room that plays them.

A game is a deterministic state machine: its state follows from its settings, the number of seats, the seed and the
events applied to it, in their order, and from nothing else (no clock, no thread, no file). So a session can be
replayed from its log to the same bits. A room keeps the log, the clock and the people; it knows no rule of any game.

A game passes through rounds, and a round through stages (one for a sealed bid; one per price of a clock; the quarters
of a year). In a stage every seat may submit and, where the game allows it, submit again, until the stage is closed.
Seats are numbered from 0. A seat that nobody has taken, or whose person has left, is played by a bot of the game.
"""

from abc import ABC, abstractmethod

from learning.registry import Registry

GAMES = Registry("game")


class SubmissionError(ValueError):
    """Raised for a submission that is not allowed; the message says to the pupil what would be right.

    field : name of the field that is wrong, "" if it is the submission as a whole.
    """

    def __init__(self, message, field=""):
        super().__init__(message)
        self.field = field


class Game(ABC):
    """A game: facts of seats, submissions, stages, outcomes.

    settings : flat knob name -> value, checked against the game's ``Settings`` (ParameterError);
    seats : their number; seed : int, from which all private facts and all choices of bots are drawn.

    All that the methods return is made of plain values that JSON can hold. What `facts`, `form` and `outcome` return
    goes to one seat alone; `public` and `results` may be shown to everybody.
    """

    title = ""
    """Name that a pupil reads."""
    question = ""
    """The question that the game answers, one sentence."""
    Settings = None
    """Knobs, declared as for systems and learners (`learning.knobs`): the teacher's treatments."""
    shock_changes = ""
    """What a `shock` changes, as a teacher reads it; "" where a game has none."""

    @classmethod
    def register(cls, name):
        """Decorator: register a game under the name that ``carbon class`` and the log use."""
        return GAMES.register(name)

    @abstractmethod
    def __init__(self, settings, seats, seed): ...

    @abstractmethod
    def open_round(self, settings):
        """Begin a round with these changes of settings (a treatment; {} for none); draws its private facts."""

    @abstractmethod
    def facts(self, seat):
        """Private facts of a seat, in the order in which a page shows them: list of {label, value, unit, help}."""

    @abstractmethod
    def public(self):
        """Facts that everybody sees: {stage, sentence, facts: list as in `facts`, picture or None}."""

    @abstractmethod
    def form(self, seat):
        """Fields that a seat may fill in now, or [] if it has nothing to decide.

        List of {name, label, unit, kind: "number" | "choice" | "button", low, high, step, choices, value, help}.
        """

    @abstractmethod
    def submit(self, seat, values):
        """Take a submission, field name -> value; raises `SubmissionError` and changes nothing if it is not allowed.

        Returns one sentence that confirms it. Before the stage is closed a later submission replaces it, except in
        stages that trade at once.
        """

    @abstractmethod
    def has_submitted(self, seat):
        """Whether a seat has submitted, or need not, in this stage."""

    @property
    def trades_at_once(self):
        """Whether submissions of this stage take effect at once, so that it lasts until its time is over.

        In other stages a submission waits for the stage's end, and the stage may end when all have submitted.
        """
        return False

    @abstractmethod
    def play_bot(self, seat):
        """Submission that the bot of a seat makes now (field name -> value), or None.

        It changes nothing: the same state gives the same answer, drawn from the game's seed. Where a stage trades at
        once, a bot is called again and again, and None means that it waits.
        """

    @abstractmethod
    def close_stage(self):
        """End the stage: clear, trade, comply; True if the round is over, False if the next stage has begun."""

    def shock(self, percent):
        """Change what `shock_changes` names by so many percent within a round; returns the sentence for everybody.

        SubmissionError, and no change, where that is not allowed. What has been submitted in the stage stays.
        """
        raise SubmissionError("There is nothing now that a shock could change.", "percent")

    @abstractmethod
    def outcome(self, seat):
        """After a stage, for one seat: {sentence, profit, total, best_reply, picture or None}, in €.

        profit : of the round so far; total : of all rounds; best_reply : profit that the best submission would have
        brought against those of the others, None where it is not known.
        """

    def think(self, seats):
        """Do a small part of the work for outcomes of these seats that takes long; False if there is none to do.

        What `outcome` returns of it is there once it is done. It changes nothing else.
        """
        return False

    @abstractmethod
    def results(self):
        """Results of all finished rounds: list of {round, settings, measures: {name: {value, unit, theory}}, picture}.

        ``theory`` is the number of the competitive market or equilibrium on the same facts, None where there is none.
        """

    @abstractmethod
    def rows(self):
        """One dict per seat and stage of finished rounds, for a CSV file: submissions, facts, outcomes; no names."""

    def play_learners(self):
        """Let learners play the finished rounds on the same facts: list of {round, who, measures as in `results`}.

        ``who`` : in words.

        It takes seconds, changes nothing, and is empty where no system has such facts.
        """
        return []

    def published(self, results=()):
        """Experiments with people that resemble the game, beside rounds, ``results`` as from `results`.

        List of {source, treatment, measure, sign, low, high, unit, setting, here}.

        sign : the result in words; low, high : the band of the numbers, None where the source at hand gives none;
        setting, here : the same comparison in these rounds: values of a setting, each with the measure's mean as a
        share of theory; {} where they do not allow it.
        """
        return []


def picture(kind, title, x, y, series):
    """Data of a picture that every page draws alike.

    kind : "steps" or "lines" or "bars"; x, y : axis titles with units;
    series : list of {name, points: [[x, y], …], role}; role : "demand", "supply", "price", "mine", "theory", "news" or
    "shade".
    """
    return {"kind": kind, "title": title, "x": x, "y": y, "series": series}


def mark(name, x, series):
    """Make a series that marks news at ``x`` by an upright line, as high as the points of ``series``."""
    top = max((point[1] for each in series for point in each["points"]), default=1.0)
    return {"name": name, "points": [[x, 0.0], [x, top]], "role": "news"}
