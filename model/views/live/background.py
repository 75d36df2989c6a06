"""Work of one session in a thread of its own: the page starts it, cancels it and is notified of its
progress."""

import logging
import threading

import solara

logger = logging.getLogger(__name__)


class Background:
    """Base of such work. Subclasses start a thread with `_begin`; the thread checks its stop event regularly.

    A thread whose stop event is no longer ``_stop`` has been replaced by another one and must not notify the page.
    """

    def __init__(self, notify=None):
        self._notify = notify
        self._stop = threading.Event()
        self._stop.set()

    @property
    def running(self):
        """Whether work is under way."""
        return not self._stop.is_set()

    def listen(self, notify):
        """Set the function called on news; None: no function."""
        self._notify = notify

    def cancel(self):
        """End the work after the part under way; finished parts stay."""
        self._stop.set()
        self.notify()

    def close(self):
        """End the work for good, without notifying the page, which has been left."""
        self._notify = None
        self._stop.set()

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
        self._stop.set()
        self._stop = threading.Event()
        return self._stop

    def _begin(self, work, *arguments, name):
        """Start ``work(*arguments)`` in a thread, and return the thread."""
        thread = threading.Thread(target=work, args=arguments, daemon=True, name=f"carbon {name}")
        thread.start()
        return thread


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
