"""Work of one session in a thread of its own, which the page can begin, end and hear of."""

import logging
import threading

logger = logging.getLogger(__name__)


class Background:
    """Base of such work. Subclasses begin a thread with `_begin` and look at their stop now and then.

    A thread whose stop is no longer ``_stop`` has been replaced by another one and keeps quiet.
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
        """Call this on news, or nothing for None."""
        self._notify = notify

    def cancel(self):
        """End after the part under way; what is done stays."""
        self._stop.set()
        self.tell()

    def close(self):
        """End for good, without telling the page, which is gone."""
        self._notify = None
        self._stop.set()

    def tell(self):
        """Let the page know of news; that it cannot be refreshed does not end the work."""
        notify = self._notify
        try:
            if notify:
                notify()
        except Exception:
            logger.exception("the page could not be refreshed")

    def _renew(self):
        """End what is under way, and return the stop of what begins."""
        self._stop.set()
        self._stop = threading.Event()
        return self._stop

    def _begin(self, work, *arguments, name):
        """Do ``work(*arguments)`` in a thread; the thread."""
        thread = threading.Thread(target=work, args=arguments, daemon=True, name=f"carbon {name}")
        thread.start()
        return thread
