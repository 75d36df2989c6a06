"""Compiled rules of one run on a page: made here before it plays, or ordered from another process while it plays on."""

import copy
import threading
from contextlib import contextmanager, nullcontext, suppress

from learning.jit import when_compiling
from learning.postponed import interpreting
from model.compiling import is_compiled

MOST_KNOWN = 500
"""Most sets of parameters that are remembered as compiled."""
KNOWN = set()
"""Models whose rules are loaded, by what compiles them, class and parameters: thirty pupils open the same page."""


class RunRules:
    """Rules of the models of one run; `begin` with every new set of models.

    compile_model : function that compiles, on a copy of a model, all that its page will run. notify : called on news.
    queue : `rule_queue.RuleQueue`; None: rules are compiled in this process, in `compile_here`.
    """

    def __init__(self, compile_model, notify, queue=None):
        self._compile_model, self._notify, self._queue = compile_model, notify, queue
        self._run, self._orders = None, []
        self._done = self._looked = False

    @property
    def compiling(self):
        """Whether rules are being compiled in another process, and models are played interpreted meanwhile."""
        return any(not order.done.is_set() for order in self._orders)

    def treating(self, new=False):
        """Context in which rules that are not compiled yet are interpreted if they are, or will be, ordered.

        new : for models that are only being made.
        """
        waits = self._queue is not None and (new or self.compiling or not self._looked)
        return interpreting() if waits else nullcontext()

    @contextmanager
    def reading(self, lock):
        """Context in which models under ``lock`` are read, such as for a chart; see `treating`."""
        with lock, self.treating():
            yield

    def begin(self, models, lock):
        """Order what these models lack, if there is a queue; a thread looks, because loading takes a moment."""
        self._run, self._orders = object(), []
        self._done = self._looked = False
        if self._queue is not None:
            work = self._order_missing, (self._run, models, lock)
            threading.Thread(target=work[0], args=work[1], daemon=True, name="carbon rules").start()

    def compile_here(self, models, lock, notice):
        """Compile on copies of the models, without the lock, once per `begin`; not if they are ordered.

        notice : called when something has to be compiled.
        """
        if self._done or self._queue is not None:
            return
        # an error here occurs again in the run, and is shown there; whoever interrupts it leaves it to the next
        with suppress(Exception), when_compiling(notice):
            for model in copies_of(models, lock):
                self._compile_model(model)
        self._done = True

    def _order_missing(self, run, models, lock):
        orders, unknown = [], {label: model for label, model in models.items() if not self._is_known(model)}
        for model in copies_of(unknown, lock):
            with suppress(Exception):  # as above
                if is_compiled(self._compile_model, model):
                    self._note_known(model)
                else:
                    work = self._compile_model, type(model), model.params
                    orders.append(self._queue.order(*work, self._come))
        if self._run is run:
            self._orders, self._looked = orders, True
            self._notify()

    def _is_known(self, model):
        return self._key_of(model) in KNOWN

    def _note_known(self, model):
        if len(KNOWN) >= MOST_KNOWN:
            KNOWN.clear()
        KNOWN.add(self._key_of(model))

    def _key_of(self, model):
        return self._compile_model, type(model), repr(model.params.everything())

    def _come(self, order):
        if not order.compiled:
            self._queue = None  # they are compiled here when they are played next
        self._notify()


def copies_of(models, lock):
    """Copies of the models; none if an agent cannot be copied."""
    with lock, suppress(Exception):
        return copy.deepcopy(list(models.values()))
    return []
