"""State of a session: it follows from the events of its log, in their order, and from nothing else."""

from contextlib import suppress
from dataclasses import dataclass

from model.classroom.base import GAMES, SubmissionError

LOBBY, OPEN, CLOSED, REVEALED, ENDED = "lobby", "open", "closed", "revealed", "ended"
"""Phases: people take seats; a stage is open; the round is over; its outcomes are shown; no round will follow."""


@dataclass
class Member:
    """A person in a seat. key : digest of the secret that their browser has; present : False once they have left."""

    nickname: str
    key: str
    present: bool = True


class Session:
    """A session as its events have made it; `apply` is the only way to change it.

    code : by which people find the room; teacher : secret of the teacher's link; seconds : for a stage, 0 without a
    limit; left : seconds that are left of the stage, as noted last, None without a limit; members : by seat; round,
    stage : how many have begun (stages over all rounds); first_stage : number of the first stage of the round;
    treatments : changes of each round, {settings, announced}; shocks : sentences on those of each round.
    """

    def __init__(self):
        self.phase, self.paused, self.members, self.left = LOBBY, False, {}, None
        self.game, self.round, self.stage, self.first_stage = None, 0, 0, 0
        self.treatments, self.shocks = [], []

    @classmethod
    def of(cls, events):
        """Session after these events."""
        session = cls()
        for event in events:
            session.apply(event.kind, event.data)
        return session

    def apply(self, kind, data):
        """Let an event happen; returns the sentence that confirms a submission or a shock, None for other events.

        Raises SubmissionError, and changes nothing, for a submission or a shock that the game does not allow.
        """
        return getattr(self, f"_{kind}")(**data)

    # -- what it is ------------------------------------------------------------------------------------------

    @property
    def kind(self):
        """Class of its game."""
        return GAMES[self.game_name]

    @property
    def is_open(self):
        """Whether submissions are taken."""
        return self.phase == OPEN and not self.paused

    def is_played_by_bot(self, seat):
        """Whether nobody sits there, or the person has left."""
        return seat not in self.members or not self.members[seat].present

    def bots(self):
        """Seats that bots play."""
        return [seat for seat in range(self.seats) if self.is_played_by_bot(seat)]

    def seat_of(self, key):
        """Seat of the person whose secret has this digest; None for strangers."""
        return next((seat for seat, member in self.members.items() if member.key == key), None)

    def have_all_submitted(self):
        """Whether the stage may end because nobody is waited for.

        False where trades are made at once, and while nobody is there: a class must not miss a round.
        """
        people = [seat for seat in self.members if not self.is_played_by_bot(seat)]
        waits = self.phase == OPEN and not self.game.trades_at_once and bool(people)
        return waits and all(self.game.has_submitted(seat) for seat in people)

    def settings_now(self):
        """Settings of the game with all changes so far."""
        return self._settings_after(self.treatments)

    def settings_before(self):
        """All settings of the game as they were in the round before."""
        return self.kind.Settings(**self._settings_after(self.treatments[:-1])).values()

    def announced(self):
        """Changes of settings that everybody was told of for this round."""
        treatment = self.treatments[-1] if self.treatments else {"announced": False}
        return treatment["settings"] if treatment["announced"] else {}

    def rows(self):
        """One dict per seat and stage of the finished rounds, as in the CSV file of the teacher's page; no names."""
        return self.game.rows() if self.game is not None else []

    def results(self):
        """Results of the finished rounds, as from `Game.results`, each with its treatment.

        ``changed`` : the settings that the teacher changed before it; ``announced`` : whether the class was told;
        ``shock`` : sentences on the shocks within it.
        """
        rounds = zip(self.game.results() if self.game else [], self.treatments, self.shocks)
        return [
            result
            | {"changed": changed["settings"], "announced": changed["announced"], "shock": " ".join(shocks)}
            for result, changed, shocks in rounds
        ]

    def _settings_after(self, treatments):
        changed = dict(self.settings)
        for treatment in treatments:
            changed |= treatment["settings"]
        return changed

    # -- events: one method each, with the event's data as keywords -------------------------------------------

    def _create(self, *, game, settings, seats, seed, rounds, code, teacher, seconds, **_):
        self.game_name, self.settings, self.seats, self.seed = game, settings, seats, seed
        self.rounds, self.code, self.teacher, self.seconds = rounds, code, teacher, seconds
        self.closes_by_itself = True

    def _options(self, *, seats=None, seconds=None, rounds=None, closes_by_itself=None):
        self.seats = self.seats if seats is None else seats
        self.seconds = self.seconds if seconds is None else seconds
        self.rounds = self.rounds if rounds is None else rounds
        self.closes_by_itself = self.closes_by_itself if closes_by_itself is None else closes_by_itself

    def _join(self, *, seat, nickname, key):
        self.members[seat] = Member(nickname, key)

    def _leave(self, *, seat):
        self.members[seat].present = False

    def _come_back(self, *, seat):
        self.members[seat].present = True

    def _remove(self, *, seat):
        del self.members[seat]

    def _open(self, *, settings, announced):
        if self.game is None:
            self.game = self.kind(self.settings, self.seats, self.seed)
        self.game.open_round(settings)
        self.treatments.append({"settings": settings, "announced": announced})
        self.shocks.append([])
        self.phase, self.round, self.stage = OPEN, self.round + 1, self.stage + 1
        self.first_stage = self.stage
        self._begin_stage()

    def _clock(self, *, left):
        self.left = left

    def _submit(self, *, seat, values):
        return self.game.submit(seat, values)

    def _shock(self, *, percent):
        told = self.game.shock(percent)
        self.shocks[-1].append(told)
        return told

    def _bots(self, *, seats):
        for seat in seats:
            self._play_bot(seat)

    def _close(self):
        for seat in self.bots():
            if not self.game.has_submitted(seat):
                self._play_bot(seat)
        if self.game.close_stage():
            self.phase = CLOSED
        else:
            self.stage += 1
            self._begin_stage()

    def _reveal(self):
        self.phase = REVEALED

    def _pause(self):
        self.paused = True

    def _go_on(self):
        self.paused = False

    def _end(self):
        self.phase = ENDED

    def _begin_stage(self):
        self.left = float(self.seconds) if self.seconds else None

    def _play_bot(self, seat):
        values = self.game.play_bot(seat)
        if values is not None:
            with suppress(SubmissionError):  # what it meant to do is not possible any more: it waits
                self.game.submit(seat, values)
