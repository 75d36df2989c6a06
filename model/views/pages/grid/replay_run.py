"""Replay of a recorded episode's file in a thread, one per session, and its agreement with the rules."""

import logging
import time
from pathlib import Path

from learning.budget import MOST_BYTES
from learning.regular_files import FileError, unpack
from model.systems.grid.episodes.replay import open_episode
from model.views.live.background import Background
from model.views.live.stored_models import Stored

logger = logging.getLogger(__name__)

MOST_UNPACKED = 20_000_000
"""Most bytes of JSON in a file; the numbers in it take up to twenty times as many."""
MOST_KEPT = MOST_BYTES
"""Most bytes of the snapshots of an episode, or of two of a run."""
REPORT_SECONDS = 0.3
"""Seconds between two refreshes of the page."""

BYTES_PER_CELL, BYTES_PER_FIRM, BYTES_PER_SHOT = 11, 400, 3_000
"""Approximate size of a snapshot."""


def snapshots_fit(params, episodes=1):
    """Whether the snapshots of whole episodes with these parameters may be kept for a page."""
    cells = params.height * params.width
    firm = BYTES_PER_FIRM + 12 * params.max_orders + max(params.delay, params.forget)
    each = BYTES_PER_SHOT + BYTES_PER_CELL * cells + firm * params.n_firms
    return episodes * (params.episode + 1) * each <= MOST_KEPT


class ReplayRun(Background):
    """The recorded file of one session; `listen` sets what is called on news.

    name : of the file. shots : snapshots so far, entry k after k steps. agreeing : steps in which all numbers
    of the file agree with the rules. first : the first disagreement, as text. error : reason why the file cannot be
    shown.
    """

    shots = Stored()

    def __init__(self, folder):
        super().__init__()
        self.name, self.params, self.shots, self.total = "", None, [], 0
        self.agreeing, self.first, self.error = 0, "", ""
        self._folder = Path(folder)

    def start(self, name, data):
        """Read and replay a file, plain or gzip'd JSON, instead of the one before."""
        stop = self._renew()
        self.name, self.params, self.shots, self.total = Path(name).name, None, [], 0
        self.agreeing, self.first, self.error = 0, "", ""
        self._begin(self._work, self.name, data, stop, name="replay")
        self.notify()

    def refuse(self, text):
        """Show why a file was not accepted."""
        self.error = text
        self.notify()

    def _work(self, name, data, stop):
        try:
            self._replay(self._read(name, data), stop)
        except ValueError as error:
            self._fail(str(error), stop)
        except Exception as error:  # a mistake of ours: the page says so rather than wait for ever
            logger.exception("%s could not be replayed", name)
            self._fail(f"{name}: could not be replayed ({type(error).__name__}: {error})", stop)
        stop.set()
        self.notify()

    def _read(self, name, data):
        try:
            plain = unpack(data, MOST_UNPACKED)
        except FileError as error:
            raise ValueError(f"{name}: no recorded episode to show here: {error}") from None
        path = self._folder / "episode"
        path.write_bytes(plain)
        return open_episode(path, name=name)

    def _check_size(self, episode):
        """ValueError if the snapshots of an episode take too much memory."""
        if not snapshots_fit(episode.params):
            p = episode.params
            raise ValueError(
                f"{self.name}: {len(episode)} steps on {p.height} x {p.width} cells are too much to keep here; "
                "use carbon replay"
            )

    def _replay(self, episode, stop):
        self._check_size(episode)
        self.params, self.total = episode.params, len(episode)
        reported_at = 0.0
        self._take(episode)
        for _ in range(len(episode)):
            if stop.is_set():
                return
            episode.step()
            self._take(episode)
            if time.monotonic() - reported_at > REPORT_SECONDS:
                reported_at = time.monotonic()
                self.notify()

    def _take(self, episode):
        found = episode.differences().found
        self.agreeing += episode.steps > 0 and not found
        self.first = self.first or (str(found[0]) if found else "")
        self.shots.append(episode.snapshot())

    def _fail(self, text, stop):
        if stop is self._stop:
            self.shots, self.total, self.error = [], 0, text
