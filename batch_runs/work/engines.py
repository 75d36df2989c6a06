"""Engines that run tasks: in this process, or in others on this machine. An engine is an argument of a `Runner`.

Another engine, such as `batch_runs.work.cluster.Dask`, is a class with two methods. ``carrying(needs)`` returns the
engine with what tasks need on other machines, `batch_runs.work.parcel.Needs`. ``open(function, count, progress, stop)``
returns a session: ``function(task, progress, stop)`` does a task, and ``count`` is the number of tasks. A session is a
context manager; leaving it ends all tasks under way at once, and their results are lost:

    size             batches that can be under way at a time
    strikes          deaths of workers in a task after which it counts as failed
    room()           number of further batches it can take now
    send(batch)      begin a batch, pairs (number, task)
    events(seconds)  wait up to ``seconds`` and yield an event per task finished or lost

A session does the tasks of a batch by `batch_runs.work.batches`, some functions several at once. It passes the reports
of tasks on to ``progress``, loads the user's plug-ins where tasks are done, and determines which task was being done
when a worker died.
"""

import multiprocessing
import os
import pickle
import sys
import time
import warnings
from collections import deque
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import wait

from batch_runs.work import worker as messages
from batch_runs.work.batches import does_several, events_of_batch, loaded
from batch_runs.work.events import Died, Returned, Suspected
from batch_runs.work.main_module import left_out_if_typed_in, not_found, only_here
from batch_runs.work.worker import event_of, work
from model.background import BACKGROUND

IMPORTED_FIRST = "batch_runs.work.rows"
"""Module that the fork server imports before workers are forked; it imports all rules of all systems."""
THREADS = "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"
"""Variables by which libraries for matrices learn how many threads to use."""
REST = 0.02
"""Seconds that results of short tasks are left to gather while every worker has work: to read each at once would keep
a core busy with waking up."""
STRIKES = 2
"""Deaths of workers in a task after which it counts as failed."""
FAILED_STARTS = 3
"""Consecutive workers that die before they are ready, after which an error is raised."""


class Here:
    """Engine that does one task after the other in this process."""

    def carrying(self, needs):
        """Return this engine: everything is here."""
        return self

    def open(self, function, count, progress, stop):
        """Return a session; ``function`` is called with ``progress`` and ``stop`` themselves."""
        return _Here(function, progress, stop)


class _Here(AbstractContextManager):
    """Session of `Here`: does tasks when their events are waited for."""

    size, strikes = 1, STRIKES

    def __init__(self, function, progress, stop):
        self.job = function, progress, stop
        self.under_way, self.course = 0, iter(())

    def __exit__(self, *error):
        self.under_way, self.course = 0, iter(())

    def room(self):
        return 0 if self.under_way else 1

    def send(self, batch):
        function, *others = self.job
        self.under_way = len(batch)
        self.course = events_of_batch(function, loaded(*zip(*batch, strict=True)), *others)

    def events(self, seconds):
        for event in next(self.course):
            self.under_way -= 1
            yield event


class Processes:
    """Engine with up to ``workers`` processes of this machine (None: one per core).

    If one of them dies the others continue; all end with this process, however it ends. For one worker, or a single
    task, no process is started: the work is done in this one.
    """

    def __init__(self, workers=None, plugins=()):
        self.workers, self.plugins = workers or os.cpu_count() or 1, tuple(plugins)

    def carrying(self, needs):
        """Return this engine with the plug-ins among `Needs`; files and curves are on this machine."""
        return Processes(self.workers, needs.plugins)

    def open(self, function, count, progress, stop):
        """Return a session with no more processes than tasks."""
        size = min(self.workers, count)
        if size > 1 and (name := only_here(function)):
            warnings.warn(f"{not_found(name)}; all is done in this process", stacklevel=2)
            size = 1
        return _Crew(size, function, self.plugins, progress) if size > 1 else _Here(function, progress, stop)


class _Crew(AbstractContextManager):
    """Session of `Processes`: workers with a pipe each, so that the death of one does not affect the others."""

    strikes = STRIKES

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
        return sum(worker.has_room() for worker in self.workers)

    def send(self, batch):
        free = (worker for worker in self.workers if worker.has_room())
        min(free, key=lambda worker: len(worker.under_way)).send(batch)

    def events(self, seconds):
        if self.workers and all(len(worker.under_way) > 1 for worker in self.workers):
            time.sleep(REST)
        while len(self.workers) < self.size:
            self.workers.append(_Worker(self.context, *self.job))
            self.workers[
                -1
            ].start()  # already in the list, so that it is ended even after Ctrl-C during the start
        signs = {sign: worker for worker in self.workers for sign in (worker.pipe, worker.process.sentinel)}
        for worker in dict.fromkeys(signs[sign] for sign in wait(list(signs), seconds)):
            yield from self._events_of(worker)

    def _events_of(self, worker):
        alive = (
            worker.process.is_alive()
        )  # checked first, so that messages sent before its end are not missed
        try:
            while worker.pipe.poll():
                yield from self._event(worker, *worker.pipe.recv())
        except (EOFError, OSError):
            alive = False
        if not alive:
            yield from self._drop(worker)

    def _event(self, worker, kind, number, value, seconds):
        if kind == messages.READY:
            worker.ready, self.failed_starts = True, 0
        elif kind == messages.UNABLE:
            raise value
        elif kind == messages.ORDER:
            BACKGROUND.send(value)
        elif kind == messages.NEWS:
            self.progress(*value)
        elif kind == messages.UNREADABLE:
            for each in value:
                worker.under_way.popleft()
                yield Suspected(each)
        elif kind == messages.TOGETHER:
            for event in pickle.loads(value):
                worker.under_way.popleft()
                yield event
        else:
            worker.under_way.popleft()
            yield event_of((kind, number, value, seconds))

    def _drop(self, worker):
        """Remove a dead worker; yield that it died in its first unanswered task and returned those after it.

        Of tasks done together nobody knows in which it died.
        """
        self.workers.remove(worker)
        worker.end()
        if not worker.ready:
            self.failed_starts += 1
            if self.failed_starts >= FAILED_STARTS:
                raise RuntimeError(
                    "worker processes cannot start; a script that uses several workers must do so under: "
                    "if __name__ == '__main__'"
                )
        function, _ = self.job
        if does_several(function) and len(worker.under_way) > 1:
            yield from map(Suspected, worker.under_way)
            return
        for k, number in enumerate(worker.under_way):
            yield Returned(number) if k else Died(number)


class _Worker:
    """One worker process and the pipe to it."""

    def __init__(self, context, function, plugins):
        self.pipe, self._theirs = context.Pipe()
        self.process = context.Process(target=work, args=(self._theirs, function, plugins))
        self.ready = False
        self.under_way = deque()
        """Numbers of its tasks without an answer, in the order in which it does them."""
        self.last_batch = 0

    def start(self):
        """Start the process; only it keeps the other end of the pipe, so that the pipe closes when it ends."""
        with one_thread_each(), left_out_if_typed_in():
            self.process.start()
        self._theirs.close()

    def has_room(self):
        """Whether it can take a batch: half of its last one is done, so that it need not wait for the next."""
        return self.ready and len(self.under_way) <= self.last_batch // 2

    def send(self, batch):
        """Send a batch, pickled as one, as tasks have much in common."""
        self.last_batch = len(batch)
        numbers, tasks = zip(*batch, strict=True)
        self.under_way.extend(numbers)
        try:
            self.pipe.send((numbers, pickle.dumps(tasks)))
        except OSError:  # it has died, which `events` reports soon
            return

    def kill(self):
        """End the process now."""
        if self.process.pid is not None:
            self.process.kill()

    def end(self):
        """Kill the process, wait until it has ended, and close the pipe."""
        self.kill()
        if self.process.pid is not None:
            self.process.join()
        self.pipe.close()
        self._theirs.close()


@contextmanager
def one_thread_each():
    """Let processes started meanwhile compute with one thread each, unless the user's environment has a number.

    Threads of several workers would wait for each other: two trainings side by side took ten times as long.
    """
    missing = [name for name in THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(missing, "1"))
    try:
        yield
    finally:
        for name in missing:
            del os.environ[name]


def start_server(*also):
    """Start the server of workers early, where there is one: it imports while this process does so itself.

    also : names of more modules to import.
    """
    if process_context(*also).get_start_method() == "forkserver":
        with one_thread_each():
            forkserver.ensure_running()


def process_context(*also):
    """Return the context in which workers start: where that is safe, forked from a server that has imported everything.

    Importing takes seconds; in this way neither a worker nor its replacement repeats it.
    """
    if sys.platform in ("win32", "darwin"):
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([IMPORTED_FIRST, *also])
    return context
