"""Work of one session in a thread of its own: the page starts it, cancels it and is notified of its
progress."""

import logging
import threading
from functools import partial

import solara

from model.views.live.pool import POOL
from model.views.live.work import Work

logger = logging.getLogger(__name__)


MOST_SECONDS = 600.0
"""Seconds that one job may take, so that others get their turn."""


class Background:
    """Base of such work. Subclasses start it with `_begin`; it waits for its turn in the pool of all sessions.

    It checks its stop event regularly, and is interrupted if it does not: it ends within a second of `cancel`, of
    `close`, and of `MOST_SECONDS`. Work whose stop event is no longer ``_stop`` has been replaced by another one and
    must not notify the page.
    """

    error = ""
    """Why the work has failed, for the page."""

    def __init__(self, notify=None):
        self._notify = notify
        self._stop = threading.Event()
        self._stop.set()
        self._thread = None

    @property
    def queue_text(self):
        """The number of jobs before this one, as text; "" once it is under way."""
        return POOL.text(self._thread) if self.running else ""

    @property
    def running(self):
        """Whether work is under way."""
        return not self._stop.is_set()

    def listen(self, notify):
        """Set the function called on news; None: no function."""
        self._notify = notify

    def cancel(self):
        """End the work; finished parts stay."""
        self._end()
        self.notify()

    def close(self):
        """End the work for good, without notifying the page, which has been left."""
        self._notify = None
        self._end()

    def notify(self):
        """Notify the page of news; an error of the page does not end the work."""
        notify = self._notify
        try:
            if notify:
                notify()
        except Exception:
            logger.exception("the page could not be refreshed")

    def _renew(self):
        """End the work under way, and return the stop event of the next one."""
        self._end()
        self._stop = threading.Event()
        return self._stop

    def _end(self):
        self._stop.set()
        if self._thread:
            self._thread.end()

    def _begin(self, function, *arguments, name):
        """Start ``function(*arguments)`` when it is its turn, and return its `Work`."""
        stop = self._stop

        def do_in_turn():
            try:
                with POOL.turn(work, stop, self.notify):
                    work.do(partial(function, *arguments), MOST_SECONDS)
            finally:
                stop.set()
                if work.took_too_long and stop is self._stop:
                    self.error = f"stopped after {MOST_SECONDS / 60:g} minutes: too long a job for the page"
                    self.notify()

        work = self._thread = Work(stop, name)
        work.start(do_in_turn)
        return work


def use_news(work):
    """Draw the calling component again whenever ``work``, a `Background`, notifies the page; return what does so."""
    _, set_beat = solara.use_state(0)

    def redraw():
        set_beat(lambda number: number + 1)

    def listen():
        work.listen(redraw)
        return lambda: work.listen(None)

    solara.use_effect(listen, [])
    return redraw
