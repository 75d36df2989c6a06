"""Values that a page draws, and that outlive it."""

import threading

from solara.toestand import Reactive, ValueBase


class Cell(ValueBase):
    """Storage of one value. Those of the framework belong to one page view, and are lost with it."""

    def __init__(self, value):
        super().__init__()
        self._value, self._lock = value, threading.RLock()

    @property
    def lock(self):
        """Lock under which the value changes."""
        return self._lock

    def peek(self):
        """Return the value."""
        return self._value

    get = peek

    def set(self, value):
        """Set the value, and let every page that shows it draw it, each in its own session."""
        with self._lock:
            before, self._value = self._value, value
        if not self.equals(before, value):
            self.fire(value, before)

    def _get_scope_key(self):
        return "cell"


def cell(value):
    """A reactive value, as `solara.reactive` makes it, that is the same in all sessions that know it."""
    return Reactive(Cell(value))
