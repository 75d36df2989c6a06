"""Worker processes for a sweep, which outlive the death of any of them.

Jobs go out in batches of about two seconds. When a worker dies (killed, out of memory, crashed), the batches
under way are suspects: each is tried alone and halved if it kills again, until a single job is left, which
after `STRIKES` deaths becomes a row with an error. Workers end when this process ends, however it ends.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait as wait_for_end

from batch_runs.execute import row_of, told
from batch_runs.plugins import load_plugins

BATCH_SECONDS = 2.0
POLL_SECONDS = 0.3
STRIKES = 2


def process_context():
    """How workers start: where that is safe, off a server that has imported everything once.

    Importing takes seconds; so neither every worker pays for it, nor a crew that starts again after a death.
    """
    if sys.platform in ("win32", "darwin"):
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["batch_runs.execute"])
    return context


def prepare_worker(plugins):
    """In a new worker: leave Ctrl-C to the parent, end with it, and import the user's parts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    load_plugins(plugins)


def _end_with_parent():
    wait_for_end([multiprocessing.parent_process().sentinel])
    os._exit(1)


def do_batch(jobs):
    """In a worker: the rows of some jobs."""
    return [row_of(job) for job in jobs]


def ready():
    """In a worker: show that it has started."""
    return True


class Crew:
    """Up to ``workers`` processes that turn jobs into rows."""

    def __init__(self, workers, plugins=()):
        self.workers = workers
        self.plugins = tuple(plugins)
        self.seconds_per_job = None
        self.suspects = deque()
        self.strikes = {}
        self.running = {}
        self._start()

    def _start(self):
        self.pool = ProcessPoolExecutor(
            self.workers,
            mp_context=process_context(),
            initializer=prepare_worker,
            initargs=(self.plugins,),
        )
        self.first_sign = self.pool.submit(ready)

    def rows(self, jobs, cancelled=lambda: False):
        """Yield a row per job as they get done; stop early once ``cancelled()`` is true."""
        waiting = deque(jobs)
        try:
            while (waiting or self.suspects or self.running) and not cancelled():
                self._send(waiting)
                wait(self.running, POLL_SECONDS, FIRST_COMPLETED)
                yield from self._collect()
        finally:
            self._stop()

    def _send(self, waiting):
        """Keep the workers busy; a suspect goes out alone, so that a death can be told apart."""
        try:
            if self.suspects:
                if not self.running:
                    self._submit(self.suspects.popleft())
                return
            while waiting and len(self.running) < self.workers + 1:
                size = self._batch_size(len(waiting))
                self._submit([waiting.popleft() for _ in range(size)])
        except BrokenProcessPool:
            self._after_death()

    def _submit(self, batch):
        try:
            self.running[self.pool.submit(do_batch, batch)] = batch
        except BrokenProcessPool:
            self.suspects.appendleft(batch)
            raise

    def _batch_size(self, left):
        if self.seconds_per_job is None:
            return 1
        wanted = int(BATCH_SECONDS / max(self.seconds_per_job, 1e-6))
        fair = -(-left // (2 * self.workers))
        return max(1, min(wanted, fair, left))

    def _collect(self):
        """Yield the rows of finished batches; after a death, of the job found to be its cause."""
        dead = []
        for future in [f for f in self.running if f.done()]:
            batch = self.running.pop(future)
            problem = future.exception()
            if isinstance(problem, BrokenProcessPool):
                dead.append(batch)
            elif problem:
                yield from (failed(job, told(problem)) for job in batch)
            else:
                rows = future.result()
                self.seconds_per_job = sum(row["seconds"] for row in rows) / len(rows)
                yield from rows
        if dead:
            alone = len(dead) == 1 and not self.running
            self._after_death()
            yield from self._blame(dead[0]) if alone else self._suspect(dead)

    def _after_death(self):
        """Start new workers; RuntimeError if not even the first of the old ones had come up."""
        started = self.first_sign.done() and not self.first_sign.exception()
        self.suspects.extend(self.running.values())
        self.running.clear()
        self._stop()
        if not started:
            raise RuntimeError(
                "worker processes cannot start; a script must call run_sweep with several workers "
                "under: if __name__ == '__main__'"
            )
        self._start()

    def _suspect(self, batches):
        self.suspects.extend(batches)
        return ()

    def _blame(self, batch):
        """A batch that was alone when its worker died: halve it, or count a strike against its only job."""
        if len(batch) > 1:
            middle = len(batch) // 2
            self.suspects.extendleft([batch[middle:], batch[:middle]])
            return
        job = batch[0]
        self.strikes[job.id] = self.strikes.get(job.id, 0) + 1
        if self.strikes[job.id] < STRIKES:
            self.suspects.appendleft(batch)
        else:
            yield failed(job, f"its worker process died {STRIKES} times: killed, out of memory or crashed")

    def _stop(self):
        """End the workers now; what they were doing is lost."""
        processes = list((getattr(self.pool, "_processes", None) or {}).values())
        self.pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


def failed(job, error):
    """Row of a job that brought no result."""
    return {"id": job.id, "seconds": 0.0, "error": error, "metrics": {}}
