"""A room on the network: who has a page open, the clock, and the news for all of them."""

import asyncio
import json
import logging
import time

from model.classroom.session import OPEN, Session
from model.views.classroom import seen
from model.views.classroom.actions import act_as_pupil, act_as_teacher
from model.views.classroom.clock import StageClock
from model.views.classroom.viewer import GONE, REFUSED, Viewer, pages_to_shut

TICK, REFRESH, THINKING = 0.2, 0.1, 0.1
"""Seconds between looks at the clock, between two states of one page, and of work for outcomes in one look."""
AWAY = 30.0
"""Seconds without a page after which a bot plays for a person."""
BOTS_EVERY, PARTS = 1.0, 4
"""Where trades are made at once, so often one part of the bots acts, s; and number of parts."""
NOTED_EVERY = 5.0
"""Seconds after which the log notes again what is left of a stage: no more than that is given back after a kill."""
MOST_PAGES = {"pupil": 3, "teacher": 6, "screen": 12}
"""Open pages at a time: of one seat, and of the room. One is closed for a new one; see `pages_to_shut`."""


class Hub:
    """Runs a `Room`. All its methods belong to one event loop.

    address : of the server, as pupils type it; forget : called with the hub once the session is deleted.
    """

    def __init__(self, room, address, forget):
        self.room, self.address, self.clock, self.viewers, self.problem = room, address, StageClock(), [], ""
        self._forget, self._changed, self._gone = forget, asyncio.Event(), False
        self._timed, self._bots_next, self._turn, self._note_next = None, 0.0, 0, 0.0
        now = time.monotonic()
        self._epoch = time.time() - now
        self._last_seen = dict.fromkeys(room.session.members, now)
        self._tasks = [asyncio.create_task(task()) for task in (self._watch, self._tell)]

    @property
    def session(self):
        """The session as it is now."""
        return self.room.session

    def stop(self):
        """End the work in the background."""
        for task in self._tasks:
            task.cancel()

    # -- pages -----------------------------------------------------------------------------------------------

    async def serve(self, socket, kind, seat=None, address=""):
        """Serve an accepted websocket, from a computer with this address, until its page is left."""
        viewer = Viewer(socket, kind, seat, self._key(seat), address)
        alike = [
            other for other in self.viewers if (other.kind, other.seat) == (kind, seat) and other.is_open
        ]
        for other in pages_to_shut(alike, address, MOST_PAGES[kind]):
            other.shut(1008)
        self.viewers.append(viewer)
        if kind == "pupil":
            self.room.come_back(seat)
        self._changed.set()
        try:
            await viewer.serve(self._hear, lambda: round(1000 * time.time()))
        finally:
            self.viewers.remove(viewer)
            self._last_seen[seat] = time.monotonic()
            self._changed.set()

    def join(self, nickname):
        """Give somebody a seat; returns their secret. Errors as from `Room.join`."""
        seat, secret = self.room.join(nickname)
        self._last_seen[seat] = time.monotonic()
        self._changed.set()
        return secret

    def connected(self):
        """Seats of which a page is open."""
        return {viewer.seat for viewer in self.viewers if viewer.kind == "pupil"}

    def _hear(self, viewer, message):
        """Answer to a message of a page."""
        try:
            return self._answer(viewer, message)
        except Exception as error:  # a full disk or a fault of a game must not end the page of everybody
            self._stumble(error)
            return {"error": f"The server could not do this: {error}", "field": ""}
        finally:
            self._changed.set()

    def _answer(self, viewer, message):
        if self._gone or (viewer.kind == "pupil" and not self._is_seated(viewer)):
            return {"error": "This seat is not yours any more.", "field": ""}
        if viewer.kind == "pupil":
            return act_as_pupil(self.room, viewer.seat, message)
        if viewer.kind == "screen":
            return {"error": "This page only watches.", "field": ""}
        if message["do"] == "delete":
            return self._delete(message)
        if message["do"] == "learners":
            return self._learners()
        if message["do"] == "timer":
            return self._set_timer(message)
        answer = act_as_teacher(self.room, message)
        if "error" not in answer:
            self._follow(message)
        return answer

    def _is_seated(self, viewer):
        """Whether the person who opened a page still has the seat: it may be somebody else's by now."""
        return viewer.key is not None and viewer.key == self._key(viewer.seat)

    def _key(self, seat):
        person = self.session.members.get(seat)
        return None if person is None else person.key

    def _follow(self, message):
        """Do what belongs to an action of the teacher outside the room."""
        now = time.monotonic()
        if message["do"] == "pause":
            self.clock.pause(now)
            self._note_time(now)
        elif message["do"] == "go_on":
            self.problem = ""
            self.clock.go_on(now)
        elif message["do"] == "remove":
            for viewer in self.viewers:
                if viewer.kind == "pupil" and viewer.seat == message["seat"]:
                    viewer.shut(REFUSED)

    def _set_timer(self, message):
        seconds = message.get("seconds")
        if self.session.phase != OPEN or not isinstance(seconds, int) or not 0 <= seconds <= 3_600:
            return {"error": "A timer needs an open stage, and 0 to 3600 seconds.", "field": "timer"}
        now = time.monotonic()
        self._begin_countdown(seconds or None, now)
        self._note_time(now)
        return {"sentence": ""}

    def _begin_countdown(self, seconds, now):
        self.clock.begin(seconds, now)
        self._note_next = now + NOTED_EVERY
        if self.session.paused:
            self.clock.pause(now)

    def _note_time(self, now):
        """Note in the log what is left of the stage."""
        self.room.note_time(self.clock.left(now))
        self._note_next = now + NOTED_EVERY

    def _delete(self, message):
        if message.get("code") != self.session.code:
            return {"error": "Confirm with the code of the room.", "field": ""}
        self._gone = True
        self.stop()
        self.room.delete()
        for viewer in self.viewers:
            viewer.shut(GONE)
        self._forget(self)
        return {"sentence": "The session is deleted."}

    async def _learners(self):
        """Let learners play the finished rounds, without stopping the game."""
        events = self.room.events()
        played = await asyncio.to_thread(lambda: play_learners(events))
        return {"sentence": "", "learners": played}

    # -- time ------------------------------------------------------------------------------------------------

    async def _watch(self):
        while True:
            await asyncio.sleep(TICK)
            try:
                self._look(time.monotonic())
            except Exception as error:
                self._stumble(error)

    def _look(self, now):
        """Do what the time demands."""
        self._let_go(now)
        session = self.session
        if session.phase != OPEN:
            self._timed = None
            self._think(session)
        elif self._timed != session.stage:
            self._timed = session.stage
            self._begin_countdown(session.left, now)  # of a resumed stage what was left of it
            self._changed.set()
        elif session.is_open:
            self._drive(session, now)

    def _think(self, session):
        """Work on what the outcomes of people will show, while nobody decides."""
        people, ends = sorted(session.members), time.monotonic() + THINKING
        while session.game is not None and time.monotonic() < ends and session.game.think(people):
            self._changed.set()

    def _drive(self, session, now):
        """Let bots act, and close a stage whose time is over or that nobody needs any more."""
        if session.game.trades_at_once and now >= self._bots_next:
            self._bots_next, self._turn = now + BOTS_EVERY, (self._turn + 1) % PARTS
            self.room.play_bots(session.bots()[self._turn :: PARTS])
            self._changed.set()
        if session.closes_by_itself and session.have_all_submitted():
            before = self.clock.deadline
            self.clock.shorten(now)
            if self.clock.deadline != before:
                self._changed.set()
        if self.clock.is_over(now):
            self.room.close_stage()
            self._changed.set()
        elif self.clock.deadline is not None and now >= self._note_next:
            self._note_time(now)

    def _let_go(self, now):
        """Let bots play for people who have had no page open for some time."""
        here = self.connected()
        for seat, person in list(self.session.members.items()):
            if seat in here:
                self._last_seen[seat] = now
            elif person.present and now - self._last_seen.get(seat, 0.0) > AWAY:
                self.room.leave(seat)
                self._changed.set()

    def _stumble(self, error):
        """Pause, and let the teacher know why."""
        logging.getLogger(__name__).exception("room %s", self.session.code)
        self.problem = f"Something went wrong, and the game is paused: {error!r}"
        self.clock.pause(time.monotonic())
        try:
            if self.session.phase == OPEN:
                self.room.pause()
        except Exception:  # the disk is full: nothing can be noted, and nothing is acknowledged
            self.clock.deadline = None
        self._changed.set()

    # -- news ------------------------------------------------------------------------------------------------

    async def _tell(self):
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                self._show_all()
            except Exception as error:
                self._stumble(error)
                await asyncio.sleep(1.0)
            await asyncio.sleep(REFRESH)

    def _show_all(self):
        session = self.session
        counts = session.phase == OPEN and self._timed == session.stage
        ends = self.clock.deadline if counts else None
        about = {"address": f"{self.address.partition('://')[2]}{session.code}"}
        common = (
            seen.shared(session)
            | about
            | {"deadline": None if ends is None else round(1000 * (self._epoch + ends))}
        )
        here = self.connected()
        shown = {
            "teacher": lambda: seen.teacher(session, common, here, self.problem),
            "screen": lambda: seen.screen(session, common),
        }
        made = {kind: make() for kind, make in shown.items() if any(v.kind == kind for v in self.viewers)}
        texts = {kind: json.dumps(state, allow_nan=False) for kind, state in made.items()}
        for viewer in self.viewers:
            if viewer.kind != "pupil":
                viewer.show(texts[viewer.kind])
                self._show_results(viewer, made[viewer.kind]["version"])
            elif self._is_seated(viewer):
                viewer.show(json.dumps(seen.pupil(session, viewer.seat, common), allow_nan=False))

    def _show_results(self, viewer, version):
        if viewer.version != version:
            viewer.version = version
            viewer.say({"kind": "results", "results": seen.results(self.session, version)})


def play_learners(events):
    """Rounds that learners play on the facts of a session."""
    game = Session.of(events).game
    return game.play_learners() if game is not None else []
