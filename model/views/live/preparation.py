"""Long preparation of models in a thread of its own, with progress and stop. Independent of browsers."""

import logging
import threading
import time
from dataclasses import dataclass, field
from functools import partial

from model.views.live.pool import POOL
from model.views.live.work import Work

logger = logging.getLogger(__name__)

REPORT_SECONDS = 0.3
"""Seconds between two refreshes of the page."""


@dataclass
class Job:
    """One preparation: its system, parameters, and progress."""

    kind: type
    wanted: list
    parts: dict = field(default_factory=dict)
    """Number of a part -> (steps so far, gap that is left)."""
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self):
        self.work = Work(self.stop, "preparation")

    @property
    def queue_text(self):
        """The number of jobs before this one, as text; "" once it is under way."""
        return POOL.text(self.work)


class Preparation:
    """One preparation at a time: a new one ends the previous one.

    notify : called, from the thread, on news. run : how to do many tasks, see `MarketModel.prepare`.
    """

    def __init__(self, notify=lambda: None, run=None):
        self.job = None
        """The `Job` under way, or None."""
        self._lock = threading.Lock()
        self._notify, self._run, self._closed, self._reported_at = notify, run, False, 0.0

    def start(self, kind, wanted, then=lambda: None, failed=lambda error: None):
        """Prepare models of ``kind`` with each of the parameters in ``wanted``.

        then : called in the thread when all is done; failed : called with the error, or with "" if stopped.
        No effect while the same preparation is under way.
        """
        if self._closed or (self.job and self.job.kind is kind and self.job.wanted == wanted):
            return
        job = Job(kind, wanted)
        self._replace(job)
        job.work.start(partial(self._work, job, then, failed))
        self._notify_page()

    def cancel(self):
        """Stop the preparation under way; finished parts are kept."""
        if self.job:
            self.job.work.end()

    def drop(self):
        """Stop it because another one replaces it: neither ``then`` nor ``failed`` is called."""
        self._replace(None)

    def _replace(self, job):
        """Put a job, or None, in the place of the one under way, whose thread then finds that nobody waits for it."""
        with self._lock:
            before, self.job = self.job, job
        if before:
            before.work.end()

    def close(self):
        """Stop for good: the page has been left."""
        self._closed = True
        self.drop()

    def _work(self, job, then, failed):
        problem = ""
        try:
            with POOL.turn(job.work, job.stop, self._notify_page):
                job.work.do(partial(self._prepare, job))
        except Exception as error:
            if not job.stop.is_set():
                problem = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
                logger.exception("what a run needs could not be prepared")
        with self._lock:
            if self.job is not job:
                return
            self.job = None
        try:
            failed(problem) if problem or job.stop.is_set() else then()
        finally:
            self._notify_page()

    def _prepare(self, job):
        for params in job.wanted:
            if not job.stop.is_set():
                job.kind.prepare(
                    params,
                    run=self._run,
                    progress=lambda *news: self._note(job, *news),
                    stop=job.stop.is_set,
                )

    def _note(self, job, part, steps, gap):
        job.parts[part] = steps, gap
        if job is self.job and time.monotonic() - self._reported_at > REPORT_SECONDS:
            self._notify_page()

    def _notify_page(self):
        self._reported_at = time.monotonic()
        if self._closed:
            return
        try:
            self._notify()
        except Exception:
            logger.exception("the page could not be refreshed")
