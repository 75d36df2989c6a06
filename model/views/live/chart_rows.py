"""Rows for a chart of a running model: only new ones, and never more than can be drawn."""

import weakref
from bisect import bisect_right

import numpy as np

from model.spans import Spans
from model.views.live.feed import Feed
from model.views.single_run import start_of_run

MOST_PERIODS = 300
"""Most periods of a growing chart; up to twice as many are shown before the spacing doubles."""

MOST_ROWS = 3_000
"""Most rows of a growing chart, likewise; with many firms, fewer periods are shown."""

NEVER = 10**9
"""Limit of the feeds, which the spacing keeps short, so that they never thin themselves."""


class ChartRows:
    """Rows that one chart of one page shows.

    A growing chart shows the periods that are multiples of a spacing. The spacing doubles when there are too
    many, so that the points are evenly spaced however the run reached its present period. Each point aggregates the
    periods since the point before, as its metric declares (`model.spans`), so that no period is left out.
    """

    def __init__(self, view):
        self.view = view
        self.feeds = {}
        self.subject = None
        self.spacing = 1
        self.shown = 0

    def update(self, subject, **chosen):
        """Datasets by name: feeds of a growing chart, else rows. ``subject``: a model or models by label."""
        if not self.view.grows:
            return self.view.rows(subject, np.arange(0), **chosen)
        models = [weakref.ref(model) for model in _models(subject)]  # a chart keeps no run in memory
        identity = (models, start_of_run(_models(subject)[0]), chosen)
        spacing = self._spacing_for(_models(subject)[0])
        if identity != self.subject or spacing != self.spacing:
            self._begin(identity, spacing)
        positions = self._new_positions(_models(subject)[0])
        for name, rows in self.view.rows(subject, positions, **chosen).items():
            self.feeds.setdefault(name, Feed(limit=NEVER)).append(rows)
        return dict(self.feeds)

    def _begin(self, identity, spacing):
        self.subject, self.spacing, self.shown = identity, spacing, identity[1]
        for feed in self.feeds.values():
            feed.clear()

    def _spacing_for(self, model):
        """Periods from one point to the next: the collection interval, doubled until the points fit."""
        spacing = model.params.collect_every
        most = min(MOST_PERIODS, max(MOST_ROWS // self.view.rows_per_period(model), 15))
        while (model.steps - start_of_run(model)) / spacing > 2 * most:
            spacing *= 2
        return spacing

    def _new_positions(self, model):
        """`Spans` of the periods to add; those after the last point wait for the next one."""
        periods = model.datacollector.periods
        start = bisect_right(periods, self.shown)
        new = np.asarray(periods[start:], int)
        last = start + np.flatnonzero(new % self.spacing == 0)
        self.shown = periods[last[-1]] if last.size else self.shown
        return Spans.ending(last, start)


def _models(subject):
    return list(subject.values()) if isinstance(subject, dict) else [subject]
