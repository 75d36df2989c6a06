"""Desks of all visitors, which outlive the pages that show them: a reload, and a walk to another page and back."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl

from solara.server import kernel_context
from solara.server.kernel_context import PageStatus

from model.views.desk import Desk
from model.views.server.memory import note_freed

logger = logging.getLogger(__name__)

MOST_PER_VISITOR = 4
"""Most desks kept for one visitor."""
MOST_KEPT = 64
"""Most desks kept for all visitors together."""
MOST_BYTES = 512_000_000
"""Most bytes of all runs that are kept, in memory and on the disk."""
PATIENCE = 20.0
"""Seconds without a browser of the visitor after which work on a desk ends, because a page may be reloading.

Without one that shows the desk itself, its run is put away."""
KEEP_SECONDS = 900.0
"""Seconds without a browser of the visitor after which a desk is closed."""
RELOAD_SECONDS = 1.0
"""Seconds for which a page with the address of a desk waits until the page that shows it has gone."""
LOOK_SECONDS = 2.0
"""Interval at which it is looked whether visitors are here."""


class Page(NamedTuple):
    """A page view, by the number of its session, and the visitor: the number that the framework gave the browser."""

    session: str
    visitor: str


class Presence:
    """Which pages and visitors are connected now, as the framework knows."""

    def present(self):
        """Return a `Page` for every page view that a browser shows."""
        return {
            Page(key, context.session_id)
            for key, context in list(kernel_context.contexts.items())
            if PageStatus.CONNECTED in list(context.page_status.values())
        }

    def was_culled(self, page):
        """Whether a page view ends because no browser has shown it for long."""
        context = kernel_context.contexts.get(page.session)
        return context is not None and context.close_reason == "cull"


@dataclass(eq=False)
class Place:
    """A desk, the page that shows it or was the last to, and when its visitor was last here, and looked at it.

    bytes : `Desk.bytes_kept`, when it was left or put away.
    """

    desk: Desk
    page: Page
    seen_at: float
    looked_at: float
    shown: bool = True
    bytes: int = 0
    rested: bool = False
    away: bool = False

    def note_looked(self, now):
        """Record that a browser shows the desk."""
        self.looked_at, self.away = now, False

    def is_free(self, page, present):
        """Whether ``page`` may have the desk: it has left it itself, or the page that had it is not ``present``."""
        return (not self.shown and self.page == page) or self.page not in present


class KeptDesks:
    """Desks of all visitors, bounded in number, memory and time.

    presence : see `Presence`; clock : function that returns seconds.
    """

    def __init__(self, presence=None, clock=time.monotonic):
        self._presence, self._clock = presence or Presence(), clock
        self._places, self._lock = [], threading.Lock()

    def take(self, page, kind, query, make: Callable[[], Desk]):
        """Return the visitor's desk whose link is ``query``, or the last one left if it is empty; else ``make()``.

        A desk that another page of the visitor shows or has left stays there as long as that page is open.
        """
        place = self._claim(page, kind, query)
        if place is None:
            place = Place(make(), page, self._clock(), self._clock())
            with self._lock:
                self._places.append(place)
        return place.desk

    def _claim(self, page, kind, query):
        """Return the place that ``page`` gets, or None; wait a moment for a page that is just being reloaded."""
        wanted, until = set(parse_qsl(query)), self._clock() + RELOAD_SECONDS
        while True:
            with self._lock:
                present, found = self._presence.present(), self._places_of(page, kind, wanted)
                free = [each for each in found if each.is_free(page, present)]
                if free:
                    place = max(free, key=lambda each: (each.page == page, each.looked_at))
                    place.page, place.shown = page, True
                    place.note_looked(self._clock())
                    return place
            leaving = wanted and any(each.page != page for each in found)
            if not leaving or self._clock() > until:
                return None
            time.sleep(RELOAD_SECONDS / 20)

    def _places_of(self, page, kind, wanted):
        """Places of the visitor of ``page`` with a desk of this kind, and the address ``wanted`` if there is one."""
        own = [
            each
            for each in self._places
            if each.page.visitor == page.visitor != "" and each.desk.kind is kind
        ]
        return [each for each in own if not wanted or wanted == set(parse_qsl(each.desk.address.lstrip("?")))]

    def leave(self, page, desk):
        """Keep a desk that ``page`` shows no more, unless another one shows it by now."""
        with self._lock:
            place = next((each for each in self._places if each.desk is desk and each.page == page), None)
        if place is None or not place.shown:
            return
        desk.leave()
        place.bytes, now = desk.bytes_kept(), self._clock()
        with self._lock:
            place.shown, place.rested, place.looked_at, place.seen_at = False, False, now, now
        is_kept = page.visitor and not self._presence.was_culled(page)
        self._close(self._beyond_limits(page.visitor) if is_kept else [place])

    def look(self):
        """End work on desks whose visitors are not here, put desks away, and close those left for long."""
        present, now, over = self._presence.present(), self._clock(), []
        here = {page.visitor for page in present}
        with self._lock:
            places = list(self._places)
        for place in places:
            if place.page in present if place.shown else place.page.visitor in here:
                place.seen_at, place.rested = now, False
            elif now - place.seen_at > KEEP_SECONDS * (2 if place.shown else 1):
                place.shown = False  # a page that could not be drawn does not say that it leaves
                over.append(place)
            elif now - place.seen_at > PATIENCE and not (place.rested or place.shown):
                place.rested = True
                place.desk.rest()
        self._close(over)
        self._put_away([place for place in places if place not in over], present)

    def _put_away(self, places, present):
        """Put away what the desks hold that no browser has shown for a while."""
        now, freed = self._clock(), 0
        for place in places:
            if place.shown and place.page in present:
                place.note_looked(now)
            elif not place.away and now - place.looked_at > PATIENCE:
                place.away = place.desk.put_away()
                if place.away:
                    place.bytes, freed = place.desk.bytes_kept(), freed + 1
        if freed:
            note_freed()

    def watch(self):
        """Look regularly, in a thread of its own."""

        def look_on():
            while True:
                time.sleep(LOOK_SECONDS)
                try:
                    self.look()
                except Exception:
                    logger.exception("the desks that are kept could not be looked at")

        threading.Thread(target=look_on, daemon=True, name="carbon desks").start()

    def _beyond_limits(self, visitor):
        """Places to give up, those left first before others: of a visitor, of all, and of all in bytes."""
        with self._lock:
            left = sorted((p for p in self._places if not p.shown), key=lambda place: -place.looked_at)
        own = [place for place in left if place.page.visitor == visitor]
        total, over = 0, [*own[MOST_PER_VISITOR:], *left[MOST_KEPT:]]
        for place in left:
            total += place.bytes
            if total > MOST_BYTES:
                over.append(place)
        return list(dict.fromkeys(over))

    def _close(self, places):
        """Close desks that are still left."""
        for place in places:
            with self._lock:
                if place.shown or place not in self._places:
                    continue
                self._places.remove(place)
            place.desk.close()
            note_freed()
