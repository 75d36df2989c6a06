"""The share of the processor that each playing session gets."""

import threading
from contextlib import contextmanager

REFRESHES = 3
"""Most refreshes of a page per second."""

CHUNK_SECONDS = 0.05
"""Seconds for which models are played before the lock is released, so that pause acts at once."""

CORE_SHARE = 0.5
"""Share of a processor for all models together while several are played; the rest is for pages."""


LONGEST_WAY = 0.5
"""Seconds for which jobs give way at most to a click that is being dealt with."""


class Shares:
    """The jobs of all sessions that are being played, and the clicks that they give way to."""

    def __init__(self):
        self._jobs = set()
        self._clicks, self._lock, self._free = 0, threading.Lock(), threading.Event()
        self._free.set()

    @contextmanager
    def coming_first(self):
        """Context of what a click asks for: until it is done, jobs begin no further periods and refreshes.

        Thirty jobs want the interpreter's lock all the time, and who needs it for a whole page waits for each of them.
        """
        with self._lock:
            self._clicks += 1
            self._free.clear()
        try:
            yield
        finally:
            with self._lock:
                self._clicks -= 1
                if not self._clicks:
                    self._free.set()

    def give_way(self):
        """Wait until no click is being dealt with."""
        self._free.wait(LONGEST_WAY)

    def begin(self, job):
        """Count a job."""
        self._jobs.add(id(job))

    def end(self, job):
        """Count it no more."""
        self._jobs.discard(id(job))

    def chunk_seconds(self):
        """Seconds for which a job is played at a time: the fewer, the more are played."""
        return min(CHUNK_SECONDS, CORE_SHARE / (REFRESHES * max(len(self._jobs), 1)))

    def pause_after(self, took):
        """Seconds that a job waits after playing for ``took``, so that all get the same share."""
        playing = len(self._jobs)
        return min(took * playing / CORE_SHARE, 1 / REFRESHES) if playing > 1 else 0.0


SHARES = Shares()
