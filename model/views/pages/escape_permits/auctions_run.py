"""Auctions played again in a thread for comparison; results arrive one by one, anew when the question
changes."""

import logging
import time

from model.views.live.background import Background
from model.views.live.stored_models import Stored

logger = logging.getLogger(__name__)

REPORT_SECONDS = 0.3
"""Seconds between two refreshes of the page."""


class AuctionsRun(Background):
    """Work of one session that is done part by part; `listen` sets the function called on news.

    subject, asked : subject and question of the results, set by `ask`; results : label -> result, in order.
    """

    results = Stored()

    def __init__(self):
        super().__init__()
        self.subject, self.asked, self.results, self.total, self.error = None, None, {}, 0, ""
        self.thread = None

    def ask(self, subject, question, work):
        """Do ``work``, label -> function without parameters, unless the same was asked for last.

        subject : compared by identity. Another question ends the work under way, another subject does not: a run
        that goes on changes its subject faster than the work is done.
        """
        same = question == self.asked
        if same and (subject is self.subject or self.running):
            return
        stop = self._renew()
        self.subject, self.asked = subject, question
        self.results, self.total, self.error = {}, len(work), ""
        self.thread = self._begin(self._work, work, self.results, stop, name="auctions")

    def _work(self, work, results, stop):
        reported_at = time.monotonic()
        try:
            for label, play in work.items():
                if stop.is_set():
                    return
                results[label] = play()
                if time.monotonic() - reported_at > REPORT_SECONDS and not stop.is_set():
                    reported_at = time.monotonic()
                    self.notify()
        except Exception as error:
            logger.exception("an auction could not be played")
            if stop is self._stop:
                self.error = f"{type(error).__name__}: {error}"
        if stop is self._stop:
            stop.set()
            self.notify()
