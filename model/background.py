"""Programs that play on while another process compiles: sweeps, comparisons, replications, trainings.

In `playing_on` a rule that is not in the compile cache runs interpreted, with the same bits. It is ordered from one
process of this program, `BACKGROUND`, also by the program's workers, and used as soon as it is there.
"""

import pickle
import threading
import time
from contextlib import contextmanager

from learning.orders import order_of
from learning.postponed import interpreting, is_interpreting
from model.compiling import Compilation, is_possible, most_seconds

IDLE_SECONDS = 10.0
"""Seconds without an order after which the other process ends; the next order starts another."""


class Requests:
    """Orders of one program or worker. send : called with each `Order`, over and over until the rule is there."""

    def __init__(self, send):
        self._send, self._since = send, {}

    def __call__(self, part, signature):
        """Order a rule; return whether to wait for it: not if that is impossible or has taken too long."""
        order = order_of(part, signature)
        if (
            order is None
            or time.monotonic() - self._since.setdefault(order, time.monotonic()) > most_seconds()
        ):
            return False
        return self._send(order) is not False


class Background:
    """The other process: started by the first order, told of every rule once."""

    def __init__(self):
        self.notice = lambda: None
        """Called when rules begin to be compiled, once in `playing_on`."""
        self._lock = threading.Lock()
        self._compilation, self._sent = None, set()

    def send(self, order):
        """Let an order be compiled; False if no process can be started."""
        with self._lock:
            if self._compilation is None or not self._compilation.running():
                try:
                    self._compilation, self._sent = Compilation.of_orders(IDLE_SECONDS), set()
                except (OSError, pickle.PicklingError):
                    return False
                notice, self.notice = self.notice, lambda: None
                notice()
            if order not in self._sent:
                self._sent.add(order)
                self._compilation.send_order(order)
        return True

    def leave(self, at_once):
        """Let the process end, at once or when it has compiled what was ordered."""
        with self._lock:
            if self._compilation is not None:
                self._compilation.end() if at_once else self._compilation.leave_behind()
            self._compilation = None


BACKGROUND = Background()


@contextmanager
def playing_on(requests=None, notice=lambda: None):
    """Context, of this thread, in which rules are interpreted until another process has compiled them.

    No effect inside another such context, or where compiling in the background is switched off or impossible.
    requests : `Requests` of a worker, whose program has the process; None: this program has it, and leaves it to finish
    at the end, or ends it after an error. notice : called when compiling begins.
    """
    if is_interpreting() or not is_possible():
        yield
        return
    if requests is not None:
        with interpreting(requests):
            yield
        return
    BACKGROUND.notice = notice
    failed = True
    try:
        with interpreting(Requests(BACKGROUND.send)):
            yield
        failed = False
    finally:
        BACKGROUND.notice = lambda: None
        BACKGROUND.leave(at_once=failed)
