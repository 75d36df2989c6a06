"""The two cases of the supply chains over mitigation rates, played in a thread: progress, results, cancellable."""

import logging
import time

import numpy as np

from model.mechanisms.auctions.base import AUCTIONS
from model.systems.supply_chains.mitigation import CASES, case_params, play_case
from model.views.live.background import Background
from model.views.live.stored_models import Stored

logger = logging.getLogger(__name__)

MITIGATION = tuple(float(rate) for rate in np.round(np.arange(0.0, 0.401, 0.05), 2))
"""Mitigation rates played; the paper's are every second one."""
REPORT_SECONDS = 0.3
"""Seconds between two refreshes of the page."""
LONGEST = 1_000_000
"""Most periods of one run: the paper's number."""


class CaseRun(Background):
    """Runs of one session; `listen` sets the function called on news.

    rows : one dict per chain, mitigation rate, auction and case played so far.
    """

    rows = Stored()

    def __init__(self):
        super().__init__()
        self.rows, self.done, self.total, self.error = [], 0, 0, ""
        self.periods, self.params = 20_000, None

    def start(self, kind, params, seed, periods):
        """Play both cases with the chains of ``params``; ValueError, and no change, for a length not
        allowed."""
        if not 1 <= periods <= LONGEST:
            raise ValueError(f"periods = {periods}: must be from 1 to {LONGEST:,}")
        jobs = [
            (case, auction, rate) for auction in auctions_of(params) for case in CASES for rate in MITIGATION
        ]
        stop = self._renew()
        self.rows, self.done, self.total, self.error = [], 0, len(jobs), ""
        self.periods, self.params = periods, params
        self._begin(self._work, kind, params, seed, periods, jobs, self.rows, stop, name="cases")
        self.notify()

    def _work(self, kind, params, seed, periods, jobs, rows, stop):
        reported_at = 0.0
        try:
            for case, auction, rate in jobs:
                if stop.is_set():
                    break
                about = {"case": case, "auction": auction, "mitigation": rate}
                played = play_case(
                    kind, case_params(params, periods, rate, auction, CASES[case]), seed, periods
                )
                rows.extend(about | row for row in played)
                if stop is self._stop:
                    self.done += 1
                if time.monotonic() - reported_at > REPORT_SECONDS:
                    reported_at = time.monotonic()
                    self.notify()
        except Exception as error:
            logger.exception("a case could not be played")
            if stop is self._stop:
                self.error = (
                    str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
                )
        stop.set()
        self.notify()


def auctions_of(params):
    """The paper's two formats, and the chosen one if it is another; only registered ones."""
    return [name for name in dict.fromkeys(("uniform", "discriminatory", params.auction)) if name in AUCTIONS]
