"""Engine that runs tasks on a cluster by dask.distributed (the extra ``cluster``): on this machine or on many.

Other machines have our code, in the same versions, and nothing else: what tasks need goes to them by content
(`batch_runs.work.parcel`). See `batch_runs.work.engines` for the interface of engines.
"""

import copy
import logging
import os
import pickle
import signal
import time
from asyncio import CancelledError
from collections import Counter
from contextlib import AbstractContextManager, suppress
from functools import partial
from queue import Empty, SimpleQueue
from uuid import uuid4

from dask import config
from distributed import Client, KilledWorker, LocalCluster

from batch_runs.usage import UsageError
from batch_runs.work import cluster_worker
from batch_runs.work.cluster_worker import begun, do_batch, stopped
from batch_runs.work.engines import THREADS, process_context, start_server
from batch_runs.work.events import Died, Returned, Suspected
from batch_runs.work.main_module import left_out_if_typed_in, not_found, only_here
from batch_runs.work.parcel import Foreign, Needs, check_facts, pack
from batch_runs.work.provenance import work_facts
from batch_runs.work.worker import event_of

STRIKES = 5
"""Deaths of workers in a task after which it counts as failed: more than on one machine, as workers of a cluster are
often ended by others."""
ANSWER_SECONDS = 10.0
"""Time in which a scheduler has to answer."""
AHEAD = 2
"""Batches under way per thread of a worker: the one being done and the one after it."""
GIVEN_UP = "given up"
"""Answer of a batch that the cluster has cancelled; workers give the other ones."""
LOCAL = {
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.nanny.environ": dict.fromkeys(THREADS, "1"),
    "distributed.deploy.lost-worker-timeout": "10 minutes",
}
"""Settings of a cluster on this machine: results are small, so nothing is moved to disk; and a worker that has died is
waited for even where processes start slowly."""


class Dask:
    """Engine: workers of the scheduler at an address, or ``workers`` processes of this machine (None: one per core).

    note : called with a line about the cluster as it is opened. Close the engine in the end; sessions share its
    connection.
    """

    def __init__(self, scheduler=None, workers=None, note=lambda text: None):
        self.needs = Needs()
        self.connection = _Connection(scheduler, workers, note)

    def carrying(self, needs):
        """Return this engine with what tasks need on other machines, `Needs`."""
        other = copy.copy(self)
        other.needs = needs
        return other

    def open(self, function, count, progress, stop):
        """Return a session; UsageError if tasks need what only this process has."""
        if name := only_here(function):
            raise UsageError(not_found(name))
        return _Cluster(self.connection, function, self.needs, progress)

    def close(self):
        """Disconnect, and end the processes that this engine has started."""
        self.connection.close()


class _Connection:
    """Client of a scheduler, and the cluster on this machine if there is one; both are made when first needed."""

    def __init__(self, scheduler, workers, note):
        self.scheduler, self.workers, self.note = scheduler, workers or os.cpu_count() or 1, note
        self.cluster = self._client = None

    @property
    def client(self):
        """The client, whose workers have the code and versions of this process; UsageError naming those that do not."""
        if self._client is None:
            self._client = self._of_scheduler() if self.scheduler else self._of_this_machine()
            self.note(
                f"dask: {len(self._client.nthreads())} workers, watch them at {self._client.dashboard_link}"
            )
            refuse_foreign(self._client)
        return self._client

    def _of_scheduler(self):
        try:
            return Client(self.scheduler, timeout=ANSWER_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            reason = " ".join(str(error).split())[:200]
            raise UsageError(f"--scheduler {self.scheduler}: no scheduler answers ({reason})") from None

    def _of_this_machine(self):
        if process_context().get_start_method() == "forkserver":
            start_server(cluster_worker.__name__)
            config.set({"distributed.worker.multiprocessing-method": "forkserver"})
        config.set(LOCAL)
        with left_out_if_typed_in():
            self.cluster = self._start()
        return Client(self.cluster, set_as_default=False)

    def _start(self):
        return LocalCluster(
            n_workers=self.workers,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
            preload=[cluster_worker.__name__],
        )

    def threads(self):
        """Threads by worker at present; those on this machine that have gone for good are started again."""
        if self.cluster is not None:
            self.cluster.scale(self.workers)
        return dict(self.client.nthreads())

    def end_workers(self):
        """Kill the workers on this machine now, in the middle of their tasks, and give up the cluster."""
        if self.cluster is not None:
            _silence()
            for nanny in list(self.cluster.workers.values()):
                nanny.auto_restart = False
                if nanny.pid:
                    with suppress(ProcessLookupError):
                        os.kill(nanny.pid, signal.SIGKILL)
            self.close()

    def close(self):
        """Close client and cluster."""
        _silence()
        client, cluster, self._client, self.cluster = self._client, self.cluster, None, None
        for part in (client, cluster):
            if part is not None:
                with suppress(TimeoutError, OSError):
                    part.close(timeout=1.0)
        _silence()  # a cluster that closes takes its own level back


def _silence():
    """Let threads of the cluster not complain of what has gone."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)


def refuse_foreign(client):
    """Raise UsageError naming every worker with other code, or other versions, than this process has."""
    here, wrong = work_facts(), []
    for address, found in client.run(work_facts, on_error="return").items():
        try:
            if isinstance(found, BaseException):
                raise Foreign(f"has no carbon-market-abm of this version ({found})")
            check_facts(here, found)
        except Foreign as error:
            wrong.append(f"worker {address}: {error}")
    if wrong:
        raise UsageError("; ".join(wrong))


class _Cluster(AbstractContextManager):
    """Session of `Dask`: every batch is one task of the scheduler."""

    strikes = STRIKES

    def __init__(self, connection, function, needs, progress):
        self.connection, self.client = connection, connection.client
        self.name, self.sent = f"carbon-{uuid4().hex}", 0
        self.function = pickle.dumps(function)
        self.progress = progress or (lambda *news: None)
        self.under_way = {}
        """Number of a batch -> (future, numbers of its tasks)."""
        self.given = {}
        """Number of a batch under way -> the worker it was meant for."""
        self.happened = SimpleQueue()
        """Functions that yield events, put here by the client's own threads."""
        self.threads, self.size, self.counted = {}, 1, 0.0
        self.parcel = pack(needs)
        self.shipped = None
        self.client.subscribe_topic(self.name, self._hear)

    def __exit__(self, *error):
        self.client.unsubscribe_topic(self.name)
        if self.under_way:
            with suppress(Exception):  # the scheduler may have gone, which ends the tasks, too
                stopped(self.name, self.client).set()
                self.client.cancel([future for future, _ in self.under_way.values()], force=True)
            self.connection.end_workers()
        self.under_way = {}
        self.shipped = None

    def room(self):
        if time.monotonic() - self.counted > 1.0:
            self.threads, self.counted = self.connection.threads(), time.monotonic()
            self.size = max(1, sum(self.threads.values()))
        return max(0, AHEAD * self.size - len(self.under_way))

    def send(self, batch):
        k, self.sent = self.sent, self.sent + 1
        tasks = [(number, pickle.dumps(task)) for number, task in batch]
        future = self.client.submit(
            do_batch,
            self._ship(),
            self.name,
            k,
            self.function,
            tasks,
            key=f"{self.name}-{k}",
            pure=False,
            **self._preferring(k),
        )
        self.under_way[k] = future, [number for number, _ in batch]
        future.add_done_callback(lambda _: self.happened.put(partial(self._answer, k)))

    def _preferring(self, k):
        """Options with which the scheduler gives batch ``k`` to the worker with the fewest batches per thread.

        By itself it would send all that needs the parcel to the one worker that has it first. If the worker goes,
        another one gets the batch.
        """
        load = Counter(self.given.values())
        self.given[k] = min(self.threads, key=lambda name: load[name] / self.threads[name], default=None)
        return {"workers": [self.given[k]], "allow_other_workers": True} if self.given[k] else {}

    def _ship(self):
        """The parcel as a task of its own, so that each worker gets it once, and again if workers die."""
        if self.shipped is None or self.shipped.status in ("error", "cancelled"):
            key = f"{self.name}-parcel-{self.sent}"
            self.shipped = self.client.submit(_itself, self.parcel, key=key, pure=False)
        return self.shipped

    def _hear(self, event):
        self.happened.put(partial(self._news, event[1]))

    def _news(self, pickled):
        self.progress(*pickle.loads(pickled))
        return ()

    def events(self, seconds):
        with suppress(Empty):
            yield from self.happened.get(timeout=seconds)()
            while True:
                yield from self.happened.get_nowait()()

    def _answer(self, k):
        """Events of a batch that has an answer, or that the cluster has given up, as it does where it loses touch."""
        future, numbers = self.under_way[k]
        try:
            answer, found = (GIVEN_UP, None) if future.cancelled() else future.result(timeout=1.0)
        except TimeoutError:  # its worker died with the answer; another one does it again
            self.happened.put(partial(self._answer, k))
            return
        except KilledWorker:
            answer, found = cluster_worker.LOST, None
        except (CancelledError, UnboundLocalError):  # the latter is what distributed makes of the former
            answer, found = GIVEN_UP, None
        del self.under_way[k], self.given[k]
        if answer == cluster_worker.REFUSED:
            raise UsageError(found)
        if answer == cluster_worker.UNABLE:
            raise found
        if answer == GIVEN_UP:
            begun(self.name, k, self.client).clear()
            yield from map(Returned, numbers)
        elif answer == cluster_worker.LOST:
            yield from self._lost(k, numbers)
        else:
            yield from map(event_of, found)

    def _lost(self, k, numbers):
        """Events of a batch whose worker died. Of several tasks nobody knows which it was; of those not begun, none."""
        mark = begun(self.name, k, self.client)
        kind = Returned if not mark.is_set() else Died if len(numbers) == 1 else Suspected
        mark.clear()
        yield from map(kind, numbers)


def _itself(parcel):
    return parcel
