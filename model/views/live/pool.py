"""The place where all sessions' background work is done: so much at a time, in the order in which it was asked for."""

import os
import threading
from collections import deque
from contextlib import contextmanager

AT_A_TIME = max(2, (os.cpu_count() or 1) - 1)
"""Jobs under way at a time: a long one does not keep short ones from being done."""
LOOK_SECONDS = 0.1
"""Interval at which a waiting job looks whether it has been cancelled."""


class Pool:
    """Queue of jobs, of which the first ``at_a_time`` are under way."""

    def __init__(self, at_a_time=AT_A_TIME):
        self.at_a_time = at_a_time
        self._jobs, self._changed = deque(), threading.Condition()

    @contextmanager
    def turn(self, job, stop, notify=lambda: None):
        """Wait until it is the turn of ``job``, or the event ``stop`` is set; the next one's comes at the end.

        notify : called when the number of jobs before this one has changed.
        """
        with self._changed:
            self._jobs.append(job)
        try:
            self._wait(job, stop, notify)
            yield
        finally:
            with self._changed:
                self._jobs.remove(job)
                self._changed.notify_all()

    def _wait(self, job, stop, notify):
        before = None
        while not stop.is_set() and (now := self.before(job)):
            if now != before:
                before = now
                notify()
            with self._changed:
                self._changed.wait(LOOK_SECONDS)

    def before(self, job):
        """Number of jobs that must end before ``job`` begins; 0 if it is under way or not here."""
        with self._changed:
            return max(self._jobs.index(job) - self.at_a_time + 1, 0) if job in self._jobs else 0

    def text(self, job):
        """The number of jobs before ``job``, as text; "" if it is under way or not here."""
        before = self.before(job)
        return f"waiting for {before} other job{'s'[: before != 1]}" if before else ""


POOL = Pool()
