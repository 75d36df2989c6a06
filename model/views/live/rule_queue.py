"""Rules that pages wait for: compiled one after the other in another process, those of a visitor before all others."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from learning.postponed import look_again
from model.compiling import Compilation

logger = logging.getLogger(__name__)


@dataclass
class Order:
    """Rules to compile: those that ``compile_model`` calls with a model of a kind with these parameters."""

    compile_model: Callable
    kind: type
    params: object
    awaited: bool
    """Whether a visitor waits for them."""
    done: threading.Event = field(default_factory=threading.Event)
    compiled: bool = False
    """Whether the process succeeded."""
    tell: list = field(default_factory=list)
    """Functions called with the order when it is done."""

    def is_for(self, *work):
        """Return whether it compiles for the same work: function, kind and parameters."""
        return (self.compile_model, self.kind, self.params) == work


class RuleQueue:
    """Orders of one server. A visitor's order comes before those that nobody waits for, even if one is under way.

    start : how to begin, see `Compilation`.
    """

    def __init__(self, start=Compilation):
        self._start = start
        self._lock = threading.Lock()
        self._orders, self._present, self._working = [], None, False

    def order(self, compile_model, kind, params, tell=lambda order: None, awaited=True):
        """Return the `Order` for this work, a new one or one that waits already; ``tell`` is called when it is done."""
        work = compile_model, kind, params
        with self._lock:
            order = next((each for each in self._orders if each.is_for(*work)), None)
            if order is None:
                order = Order(*work, awaited)
                self._orders.append(order)
            order.tell.append(tell)
            order.awaited = order.awaited or awaited
            if awaited and self._present and not self._present[0].awaited:
                self._present[1].end()
            if not self._working:
                self._working = True
                threading.Thread(target=self._work, daemon=True, name="carbon compiling").start()
        return order

    def _work(self):
        while (order := self._next()) is not None:
            if self._compile(order):
                look_again()
                order.done.set()
                for tell in order.tell:
                    tell(order)

    def _next(self):
        """Return the first order that is awaited, or the first; None, and the thread ends, if there is none."""
        with self._lock:
            waiting = [order for order in self._orders if not order.done.is_set()]
            self._orders = waiting
            self._working = bool(waiting)
            return min(waiting, key=lambda order: not order.awaited, default=None)

    def _compile(self, order):
        """Compile, and return whether the order is finished: not if it had to make way."""
        try:
            with self._lock:
                compilation = self._start(order.compile_model, order.kind, order.params)
                self._present = order, compilation
            order.compiled = compilation.wait()
        except Exception:
            logger.exception("rules of %s could not be compiled in the background", order.kind.__name__)
            return True
        finally:
            with self._lock:
                self._present = None
        made_way = not order.compiled and not order.awaited and any(each.awaited for each in self._orders)
        return not made_way
