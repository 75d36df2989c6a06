"""Auctions played again in a thread, to compare them: results one by one, begun anew when the question changes."""

import logging
import threading
import time

logger = logging.getLogger(__name__)

TOLD_EVERY = 0.3
"""Seconds between two refreshes of the page."""


class AuctionsRun:
    """Work of one session that is done bit by bit; `listen` sets what is called on news.

    subject, asked : what the results are about, set by `ask`; results : label -> what the work returned, in order.
    """

    def __init__(self):
        self.subject, self.asked, self.results, self.total, self.error = None, None, {}, 0, ""
        self.thread, self._notify = None, None
        self._stop = threading.Event()
        self._stop.set()

    @property
    def running(self):
        """Whether work is under way."""
        return not self._stop.is_set()

    def ask(self, subject, question, work):
        """Do ``work``, label -> function without parameters, unless that was asked last.

        subject : told apart by identity. What is under way is ended by another question, not by another subject: a
        run that goes on changes it faster than the work is done.
        """
        same = question == self.asked
        if same and (subject is self.subject or self.running):
            return
        self._stop.set()
        self.subject, self.asked = subject, question
        self.results, self.total, self.error = {}, len(work), ""
        self._stop = threading.Event()
        arguments = work, self.results, self._stop
        self.thread = threading.Thread(target=self._work, args=arguments, daemon=True, name="carbon auctions")
        self.thread.start()

    def listen(self, notify):
        """Call this on news, or nothing for None."""
        self._notify = notify

    def cancel(self):
        """End after the auction under way; what is there stays."""
        self._stop.set()
        self._tell()

    def close(self):
        """End for good, without telling the page, which is gone."""
        self._notify = None
        self._stop.set()

    def _work(self, work, results, stop):
        told = time.monotonic()
        try:
            for label, play in work.items():
                if stop.is_set():
                    return
                results[label] = play()
                if time.monotonic() - told > TOLD_EVERY and not stop.is_set():
                    told = time.monotonic()
                    self._tell()
        except Exception as error:
            logger.exception("an auction could not be played")
            if stop is self._stop:
                self.error = f"{type(error).__name__}: {error}"
        if stop is self._stop:
            stop.set()
            self._tell()

    def _tell(self):
        notify = self._notify
        try:
            if notify:
                notify()
        except Exception:
            logger.exception("the page could not be refreshed")
