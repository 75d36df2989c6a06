"""The news of a run for one browser, in one message per refresh, without drawing the page again.

A message, called a frame, has the period, the key numbers that have changed, now and then the warnings, and new rows of
the charts that the browser has in view. Where more of the page depends on the run (a tab with tables, an error, a new
run), the page is drawn again instead, as it is after every other change.
"""

from dataclasses import dataclass
from typing import Any

from model.views.live.packing import pack

LOOK_EVERY = 4
"""Frames from one look for warnings to the next."""


@dataclass(frozen=True)
class Card:
    """A chart as one browser has it. update : function that returns its data by name, called under the run's lock."""

    update: Any
    delivery: Any


class PageFeed:
    """Frames of one session.

    run : its `RunController`; read_numbers, read_warnings : functions of the models by label that return the key
    numbers, dicts with name, value and more, and texts; read_period : of a model, its present period as text.
    """

    def __init__(self, run, read_numbers, read_warnings, read_period):
        self.run, self.read_numbers, self.read_warnings = run, read_numbers, read_warnings
        self.read_period = read_period
        self.cards = {}
        """Charts on the page, by key."""
        self.in_view = None
        """Keys of those that the browser shows; None before it has said so."""
        self.widget = None
        """The browser's part; None without one."""
        self.charts_only = True
        """Whether nothing but charts depends on the run in the tab that is shown."""
        self.number = 0
        """Refreshes so far, frames and drawings of the page."""
        self.shown = None
        """The last one that the browser has shown; None until it has shown one."""
        self._numbers = self._drawn = None

    def leave(self):
        """Forget the browser's part: the next page begins anew."""
        self.cards, self.in_view, self.widget, self.charts_only, self.shown = {}, None, None, True, None
        self._numbers = self._drawn = None

    def push(self):
        """Send a frame; return false, and send nothing, if the page must be drawn again instead."""
        with self.run.reading():
            drawn = self._facts()
            widget = self.widget  # a page that is left meanwhile takes it away, and its cards
            fits = widget is not None and self.charts_only and drawn == self._drawn
            self._drawn = drawn
            frame = self._frame() if fits else None
        if fits:
            widget.send({"method": "take", "args": [frame, self.next_number()]})
        else:
            self._numbers = None
        return fits

    def next_number(self):
        """Number of the next refresh."""
        self.number += 1
        return self.number

    def caught_up(self):
        """Whether the browser has shown the last refresh."""
        return self.shown in (None, self.number)

    def note_shown(self, number):
        """Record that the browser has shown a refresh."""
        self.shown = number

    def note_in_view(self, keys):
        """Record which charts the browser shows, and send those that it had not in view before what they lack."""
        before, self.in_view = self.in_view, {key for key in keys or () if isinstance(key, str)}
        if before is not None and self.in_view - before and not self.run.playing:
            self.push()

    def _facts(self):
        """What the page depends on, besides what is in frames."""
        run, job = self.run, self.run.job
        under_way = job and (id(job), job.compiling, not job.paced and job.done, run.rules.compiling)
        return list(run.models), run.held, under_way, bool(run.model.steps), run.error, len(run.model.events)

    def _frame(self):
        numbers = {each["name"]: each for each in self.read_numbers(self.run.models)}
        before = (self.caught_up() and self._numbers) or {}  # a browser that lags may have missed some
        changed = {name: each for name, each in numbers.items() if before.get(name) != each}
        self._numbers = numbers
        charts = {key: news for key, card in self._wanted() if (news := self._news_of(card))}
        text = self.read_period(self.run.model)
        frame = {"period": self.run.model.steps, "text": text, "numbers": changed, "charts": charts}
        if self.number % LOOK_EVERY == 0:
            frame["warnings"] = self.read_warnings(self.run.models)
        return frame

    def _wanted(self):
        cards = list(self.cards.items())
        return [(key, card) for key, card in cards if self.in_view is None or key in self.in_view]

    @staticmethod
    def _news_of(card):
        try:
            news = card.delivery.news(card.update())
        except Exception:  # shown in the chart's place when the page is drawn again
            return None
        return news and news | {"data": {name: pack(**each) for name, each in news["data"].items()}}
