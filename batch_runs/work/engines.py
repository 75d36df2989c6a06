"""Where tasks are done: in this process, or in others on this machine. An engine is an argument of a `Runner`.

Another engine, such as a cluster, is one class with a method ``open(function, count, progress, stop)``, in which
``function(task, progress, stop)`` does a task and ``count`` tasks are to come. It returns a session, a context
manager that ends at once, and loses, what is under way when it is left:

    size             batches that can be under way at a time
    room()           how many more it would take now
    send(batch)      begin a batch, pairs (number, task)
    events(seconds)  yield what has happened, after waiting for it up to so long: an event per task

It passes on to ``progress`` what tasks report meanwhile, loads the user's plug-ins where tasks are done, and finds
out which task was being done when a worker died.
"""

import multiprocessing
import os
import sys
import time
from collections import deque
from contextlib import AbstractContextManager
from multiprocessing.connection import wait
from multiprocessing.reduction import ForkingPickler
from pickle import loads
from typing import Any, NamedTuple

from batch_runs.work import worker as messages
from batch_runs.work.worker import work

IMPORTED_FIRST = "batch_runs.work.rows"
"""Module that the server imports from which workers branch off; with it, all rules of all systems."""
FAILED_STARTS = 3
"""Workers in a row that may die before they are ready."""


class Done(NamedTuple):
    """A task has a result."""

    number: int
    result: Any
    seconds: float


class Failed(NamedTuple):
    """A task has raised an error."""

    number: int
    error: BaseException


class Died(NamedTuple):
    """The worker died while it did this task."""

    number: int


class Returned(NamedTuple):
    """The worker died before it began with this task."""

    number: int


class Here:
    """One task after the other in this process."""

    def open(self, function, count, progress, stop):
        """A session; ``function`` gets ``progress`` and ``stop`` themselves."""
        return _Here(function, progress, stop)


class _Here(AbstractContextManager):
    """Does a task when its event is waited for."""

    size = 1

    def __init__(self, function, progress, stop):
        self.function, self.progress, self.stop = function, progress, stop
        self.waiting = deque()

    def __exit__(self, *error):
        self.waiting.clear()

    def room(self):
        return 0 if self.waiting else 1

    def send(self, batch):
        self.waiting.extend(batch)

    def events(self, seconds):
        number, task = self.waiting.popleft()
        start = time.perf_counter()
        try:
            event = Done(number, self.function(task, self.progress, self.stop), time.perf_counter() - start)
        except (Exception, SystemExit) as error:
            event = Failed(number, error)
        yield event


class Processes:
    """Up to ``workers`` processes of this machine (None: one per core).

    They outlive the death of any of them, and end with this process, however it ends. One worker, or a single
    task, is not worth a process: it is done in this one.
    """

    def __init__(self, workers=None, plugins=()):
        self.workers, self.plugins = workers or os.cpu_count() or 1, tuple(plugins)

    def open(self, function, count, progress, stop):
        """A session with no more processes than tasks."""
        size = min(self.workers, count)
        return _Crew(size, function, self.plugins, progress) if size > 1 else _Here(function, progress, stop)


class _Crew(AbstractContextManager):
    """Worker processes, each with a pipe of its own, so that the end of one concerns nobody else."""

    def __init__(self, size, function, plugins, progress):
        self.size, self.progress = size, progress or (lambda *news: None)
        self.context, self.job = process_context(), (function, plugins)
        self.workers = []
        self.failed_starts = 0

    def __exit__(self, *error):
        for worker in self.workers:
            worker.kill()
        for worker in self.workers:
            worker.end()
        self.workers = []

    def room(self):
        return sum(worker.ready and not worker.under_way for worker in self.workers)

    def send(self, batch):
        next(worker for worker in self.workers if worker.ready and not worker.under_way).send(batch)

    def events(self, seconds):
        while len(self.workers) < self.size:
            self.workers.append(_Worker(self.context, *self.job))
            self.workers[-1].start()  # known by now, so that it is ended even if Ctrl-C comes meanwhile
        signs = {sign: worker for worker in self.workers for sign in (worker.pipe, worker.process.sentinel)}
        for worker in dict.fromkeys(signs[sign] for sign in wait(list(signs), seconds)):
            yield from self._events_of(worker)

    def _events_of(self, worker):
        alive = worker.process.is_alive()  # asked first: what it sent before its end must not be missed
        try:
            while worker.pipe.poll():
                yield from self._event(worker, *worker.pipe.recv())
        except (EOFError, OSError):
            alive = False
        if not alive:
            yield from self._bury(worker)

    def _event(self, worker, kind, number, value, seconds):
        if kind == messages.READY:
            worker.ready, self.failed_starts = True, 0
        elif kind == messages.UNABLE:
            raise value
        elif kind == messages.NEWS:
            self.progress(*value)
        else:
            worker.under_way.popleft()
            yield Done(number, loads(value), seconds) if kind == messages.DONE else Failed(number, value)

    def _bury(self, worker):
        """Let go of a dead worker; tell of the task it did, the first it has not answered, and of those after it."""
        self.workers.remove(worker)
        worker.end()
        if not worker.ready:
            self.failed_starts += 1
            if self.failed_starts >= FAILED_STARTS:
                raise RuntimeError(
                    "worker processes cannot start; a script that uses several workers must do so under: "
                    "if __name__ == '__main__'"
                )
        for k, number in enumerate(worker.under_way):
            yield Returned(number) if k else Died(number)


class _Worker:
    """One worker process and the pipe to it."""

    def __init__(self, context, function, plugins):
        self.pipe, self._theirs = context.Pipe()
        self.process = context.Process(target=work, args=(self._theirs, function, plugins))
        self.ready = False
        self.under_way = deque()
        """Numbers of the tasks it has and has not answered, in the order in which it does them."""

    def start(self):
        """Start the process; the other end of the pipe is its alone, so that its end can be seen there."""
        self.process.start()
        self._theirs.close()

    def send(self, batch):
        """Give it a batch; each task pickled by itself, so that an error there concerns no other."""
        self.under_way.extend(number for number, _ in batch)
        try:
            self.pipe.send([(number, bytes(ForkingPickler.dumps(task))) for number, task in batch])
        except OSError:  # it has died; its end is noticed in a moment
            return

    def kill(self):
        """End the process now, whatever it does."""
        if self.process.pid is not None:
            self.process.kill()

    def end(self):
        """Kill the process, wait until it has ended, and close the pipe."""
        self.kill()
        if self.process.pid is not None:
            self.process.join()
        self.pipe.close()
        self._theirs.close()


def process_context():
    """How workers start: where that is safe, off a server that has imported everything once.

    Importing takes seconds; so neither every worker pays for it, nor one that replaces another.
    """
    if sys.platform in ("win32", "darwin"):
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([IMPORTED_FIRST])
    return context
