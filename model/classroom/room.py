"""A room: what people may do in a session and when, each thing on the disk before it is acknowledged.

It knows no network and no clock: who runs it says what time is left of a stage and when it is over, and who has gone.
"""

import hashlib
import hmac
import json
import secrets

from learning.knobs import ParameterError
from model.classroom.base import GAMES, SubmissionError
from model.classroom.log import LogError, dump
from model.classroom.nicknames import clean_nickname
from model.classroom.session import CLOSED, ENDED, LOBBY, OPEN, REVEALED, Session

MOST_SEATS, MOST_ROUNDS, LONGEST_STAGE = 200, 100, 3_600
"""Bounds of a session; the last one in seconds."""


class RoomError(ValueError):
    """Raised for what cannot be done now; the message says why to whoever tried."""


class Room:
    """A session that goes on, with its log. Every method that changes it returns after the event is on the disk."""

    def __init__(self, log):
        self._log, events = log, log.events()
        try:
            self.session = Session.of(events)
            self.session.code  # noqa: B018 - the first event makes it
        except Exception as error:  # whatever a strange file leads to
            log.close()
            raise LogError(f"{log.path}: its events cannot be played again: {error!r}") from error

    @classmethod
    def create(cls, log, game, settings=None, *, seats, seed, rounds, code, seconds=0):
        """Make a room with an empty log. ParameterError, UnknownNameError or RoomError for what is not allowed."""
        settings = check_settings(GAMES[game], settings or {})
        options = check_options({"seats": seats, "rounds": rounds, "seconds": seconds})
        about = {
            "game": game,
            "settings": settings,
            "seed": seed,
            "code": code.lower(),
        } | options
        log.append("create", about | {"teacher": secrets.token_urlsafe(24)})
        return cls(log)

    @property
    def path(self):
        """File of the log."""
        return self._log.path

    def events(self):
        """All events so far."""
        return self._log.events()

    def close(self):
        """Close the file; the session can be resumed."""
        self._log.close()

    def delete(self):
        """Remove the session with all that is known of it."""
        self._log.delete()

    # -- people -----------------------------------------------------------------------------------------------

    def join(self, nickname):
        """Take a seat; returns it and the secret by which the person is known from now on.

        SubmissionError for a nickname that is not allowed, RoomError if no seat is free. Bots make room for people.
        """
        taken = [member.nickname for member in self.session.members.values()]
        name, free = clean_nickname(nickname, taken), self._free_seat()
        if self.session.phase == ENDED:
            raise RoomError("This session has ended.")
        if free is None:
            raise RoomError("All seats are taken: ask the teacher to free one.")
        secret = secrets.token_urlsafe(24)
        self._record("join", seat=free, nickname=name, key=digest(secret))
        return free, secret

    def seat_of(self, secret):
        """Seat of the person who has this secret; None for strangers."""
        return self.session.seat_of(digest(secret)) if secret else None

    def is_teacher(self, secret):
        """Whether this is the teacher's secret."""
        return hmac.compare_digest(secret.encode(), self.session.teacher.encode())

    def leave(self, seat):
        """Let a bot play for a person until they come back."""
        if not self.session.is_played_by_bot(seat):
            self._record("leave", seat=seat)

    def come_back(self, seat):
        """Give a person who had left their seat again."""
        if seat in self.session.members and self.session.is_played_by_bot(seat):
            self._record("come_back", seat=seat)

    def remove(self, seat):
        """Free a seat for good: its person is a stranger from now on."""
        if seat not in self.session.members:
            raise RoomError("Nobody sits there.")
        self._record("remove", seat=seat)

    def submit(self, seat, stage, values):
        """Take a submission for the stage of this number; returns the sentence that confirms it.

        SubmissionError for what the game does not allow, RoomError if the stage is closed.
        """
        session = self.session
        if session.phase == OPEN and session.paused:
            raise RoomError("The teacher has paused the game.")
        if session.phase != OPEN or stage != session.stage:
            raise RoomError("This stage has been closed: your change came too late.")
        return self._record("submit", seat=seat, values=values)

    # -- teacher ----------------------------------------------------------------------------------------------

    def change_options(self, options):
        """Change rounds, seconds of a stage, whether it closes by itself, and in the lobby the number of seats."""
        changes, session = check_options(options), self.session
        if "seats" in changes and session.phase != LOBBY:
            raise RoomError("The number of seats cannot change once the game has begun.")
        if changes.get("seats", session.seats) <= max(session.members, default=-1):
            raise RoomError("More seats than that are taken.")
        if changes.get("rounds", session.rounds) < session.round:
            raise RoomError(f"{session.round} rounds have begun already.")
        self._record("options", **changes)

    def open_round(self, settings=None, announced=True):
        """Begin the first round, or the next one, with these changes of settings."""
        session = self.session
        if session.phase not in (LOBBY, REVEALED):
            raise RoomError("A round begins after the last one has been revealed.")
        if session.round >= session.rounds:
            raise RoomError(f"All {session.rounds} rounds have been played.")
        changes = check_settings(session.kind, settings or {}, session.settings_now())
        self._record("open", settings=changes, announced=bool(announced))

    def close_stage(self):
        """End the stage."""
        self._demand(OPEN, "No stage is open.")
        self._record("close")

    def shock(self, percent):
        """Change within a round what the game's shocks change, by so many percent; returns the sentence for all."""
        self._demand(OPEN, "A shock needs an open round.")
        return self._record("shock", percent=percent)

    def play_bots(self, seats):
        """Let bots act in a stage that trades at once."""
        if self.session.is_open and self.session.game.trades_at_once and seats:
            self._record("bots", seats=list(seats))

    def note_time(self, left):
        """Note how many seconds are left of the stage, None without a limit, so that a resumed one has no more."""
        if self.session.phase == OPEN:
            self._record("clock", left=None if left is None else round(left, 1))

    def reveal(self):
        """Show the outcomes of a round that is over."""
        self._demand(CLOSED, "There is nothing to reveal yet.")
        self._record("reveal")

    def pause(self):
        """Take no submissions until `go_on`."""
        self._demand(OPEN, "No stage is open.")
        if not self.session.paused:
            self._record("pause")

    def go_on(self):
        """Take submissions again."""
        if self.session.paused:
            self._record("go_on")

    def end(self):
        """Play no further round."""
        if self.session.phase == OPEN:
            raise RoomError("Close the round first.")
        if self.session.phase != ENDED:
            self._record("end")

    # -- inside -----------------------------------------------------------------------------------------------

    def _demand(self, phase, otherwise):
        if self.session.phase != phase:
            raise RoomError(otherwise)

    def _free_seat(self):
        return next((s for s in range(self.session.seats) if s not in self.session.members), None)

    def _record(self, kind, **data):
        """Let an event happen and write it; if that fails, the session is what the log says."""
        data = json.loads(dump(data))  # as it will be read again
        try:
            sentence = self.session.apply(kind, data)
            self._log.append(kind, data)
        except SubmissionError:
            raise
        except Exception:
            self.session = Session.of(self._log.events())
            raise
        return sentence


def digest(secret):
    """Digest of a person's secret, which the log keeps instead of the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check_settings(game, changes, before=None):
    """Return changes of a game's settings in their types; ParameterError or RoomError for what is not allowed."""
    knobs = game.Settings.knobs()
    unknown = [name for name in changes if name not in knobs]
    if unknown:
        raise ParameterError(f"{unknown[0]}: no setting of this game; known: {', '.join(knobs)}")
    checked = {name: knobs[name].check(name, value) for name, value in changes.items()}
    game.Settings(**(before or {}) | checked)  # some are only allowed together
    return checked


WHOLE = {"seats": (1, MOST_SEATS), "rounds": (1, MOST_ROUNDS), "seconds": (0, LONGEST_STAGE)}


def check_options(options):
    """Return options of a session in their types; SubmissionError for what is not allowed."""
    checked = {}
    for name, value in options.items():
        if name == "closes_by_itself":
            checked[name] = bool(value)
            continue
        if name not in WHOLE:
            raise SubmissionError("There is no such option.", str(name)[:40])
        low, high = WHOLE[name]
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not low <= value <= high:
            raise SubmissionError(f"{name}: must be a whole number from {low} to {high}.", name)
        checked[name] = value
    return checked
