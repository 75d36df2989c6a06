"""A person's seat on a page: takes it, plays rounds in a thread, and keeps what the page is to show."""

import logging
from dataclasses import dataclass, field

from learning.postponed import interpreting
from model.classroom.base import SubmissionError
from model.seats import SEATS, take_seat
from model.views.live.background import Background
from model.views.live.stored_models import Stored

logger = logging.getLogger(__name__)

PART = 250
"""Periods of a head start between two looks at whether it has been cancelled."""


@dataclass(frozen=True)
class Shown:
    """What the page shows of a seat between two rounds: plain values, made in the thread that plays."""

    name: str
    """Name of the firm."""
    round: int
    """Number of the coming round, from 1."""
    facts: list
    public: dict
    form: list
    outcome: dict | None
    rounds: list
    """One dict per round: profit, of the best reply, of the learner, €."""
    about: str
    """The meaning of the profit."""
    stand_in: str
    """Word for who decides without a person."""
    asks: str
    """Words on the form's button."""
    step: int
    """Number of decisions taken before the present one; at another one the form is a new one."""
    times: float
    """Amounts in this market / those on the page."""
    summary: dict | None
    """What all rounds brought, see `Seat.summary`."""


@dataclass
class State:
    """Present state of the work, for the page."""

    shown: Shown | None = None
    left: Shown | None = None
    """What was shown of the seat that was left, if a round had been played."""
    problems: dict = field(default_factory=dict)
    """Problems of the last submission, by field."""
    played: int = 0
    """Periods of the head start played."""
    wanted: int = 0
    """Periods of the head start."""


class SeatRun(Background):
    """The seat of one session; `listen` sets the function called on news."""

    _seat = Stored()

    def __init__(self):
        super().__init__()
        self.state, self._seat = State(), None
        self._step, self._times = 0, 1.0

    def take(self, kind, params, seed, firm, head_start):
        """Make a market of ``kind``, let its learners play ``head_start`` periods, and take a firm's place."""
        self._seat, self.state = None, State(wanted=head_start)
        self._start(self._take, kind, params, seed, firm, head_start)

    def submit(self, values):
        """Submit a decision, unless a round is under way; problems of fields are in ``state.problems`` afterwards."""
        if not self.running:
            self._start(self._submit, values)

    def let_learner_decide(self):
        """Submit the decision that the firm's learner would make."""
        self.submit(None)

    def leave(self):
        """Leave the seat; what its rounds brought stays in ``state.left``."""
        self._end()
        shown = self.state.shown
        left = shown if shown and shown.summary else None
        self._seat, self.state, self.error = None, State(left=left), ""
        self.notify()

    def _start(self, function, *arguments):
        self.error, stop = "", self._renew()
        self._begin(self._work, function, arguments, stop, name="seat")
        self.notify()

    def _work(self, function, arguments, stop):
        seat, self._seat = self._seat, None  # a round broken off leaves no seat
        try:
            with interpreting():  # rules that are being compiled elsewhere
                seat = function(stop, seat, *arguments)
            shown = seat and shown_of(seat, self._step, self._times)
        except Exception as error:
            logger.exception("the seat has failed")
            seat = shown = None
            self.error = f"{type(error).__name__}: {error}"
        if not stop.is_set():
            self._seat, self.state.shown = seat, shown
            stop.set()
            self.notify()

    def _take(self, stop, _, kind, params, seed, firm, head_start):
        params, self._times = SEATS[kind.name].sized(params)
        model, self._step = kind(params, rng=seed), 0
        while model.steps < head_start and not stop.is_set():
            model.advance(min(PART, head_start - model.steps))
            self.state.played = model.steps
            self.notify()
        return take_seat(model, firm)

    def _submit(self, stop, seat, values):
        self.state.problems = {}
        try:
            if values is None:
                seat.submit(seat.advise())
            else:
                seat.decide(values)
            self._step += 1
        except SubmissionError as error:
            self.state.problems = error.problems
        return seat


def shown_of(seat, step, times):
    """`Shown` of a seat; step, times : as there."""
    outcome = seat.outcome()  # before the summary, which adds up the best replies
    return Shown(
        name=seat.model.firm_names[seat.row],
        round=len(seat.rounds) + 1,
        facts=seat.facts(),
        public=seat.public(),
        form=seat.form(),
        outcome=outcome,
        rounds=[
            {"profit": each.profit, "best": each.best_reply["profit"], "learner": each.learner}
            for each in seat.rounds
        ],
        about=seat.profit_help,
        stand_in=seat.stand_in,
        asks=seat.asks,
        step=step,
        times=times,
        summary=seat.summary(),
    )
