"""Changes of live parameters that a run makes by itself when it reaches their periods, as a link names them."""

from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue


@dataclass(frozen=True)
class Change:
    """Values by flat name from the end of ``period`` on: those of the first model, and those of the other ones."""

    period: int
    first: dict
    others: dict = field(default_factory=dict)


class Schedule:
    """Changes still to come, in the order of their periods, and the news of those that have been made."""

    def __init__(self, changes=()):
        self.left = sorted(changes, key=lambda change: change.period)
        """The changes to come."""
        self._news = SimpleQueue()
        """Pairs of dicts by name: values changed, and messages; written and read by two threads."""

    @property
    def end(self):
        """Period of the last change; 0 without one."""
        return self.left[-1].period if self.left else 0

    def reach(self, now, periods):
        """Periods, at most ``periods``, from period ``now`` to the next change."""
        return min(periods, self.left[0].period - now) if self.left else periods

    def make_due(self, models):
        """Make the changes of the period that the models have reached."""
        while self.left and self.left[0].period <= models[0].steps:
            change = self.left[0]
            try:
                for model, values in zip(models, (change.first, change.others)):
                    if values:
                        model.change_policy(**values)
                self._news.put((change.first, {}))
            except ValueError as error:
                self._news.put(({}, dict.fromkeys(change.first, str(error))))
            del self.left[0]  # at the end: a change that is broken off is made again

    def take_news(self):
        """Return values changed since the last call, and messages on what could not be changed, by name."""
        news, wrong = {}, {}
        with suppress(Empty):
            while True:
                made, failed = self._news.get_nowait()
                news |= made
                wrong |= failed
        return news, wrong
