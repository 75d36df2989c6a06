"""The curves of many chains: from the store where they are, else solved, in several processes, with progress."""

import multiprocessing
import multiprocessing.connection
import os
import queue
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from agents.supply_chains.curve import GAP, PRICE_MAX
from agents.supply_chains.curve_builder import Stopped, build_curve
from agents.supply_chains.plan import InfeasibleChain
from agents.supply_chains.store import CurveStore

WAIT_SECONDS = 0.1


@dataclass(frozen=True)
class Task:
    """One chain to solve; travels to a worker process."""

    number: int
    """Of the chain, from 1."""
    chain: object
    price_max: float
    gap: float
    folder: object
    """Of the store."""


def solve_curves(
    chains, gap=GAP, workers=1, progress=None, stop=lambda: False, *, price_max=PRICE_MAX, folder=None
):
    """The `EmissionCurve` of every chain, in their order; those in the store are not solved again.

    workers : processes; 1: this one. progress : called here as progress(chain from 1, programs solved, gap now),
    also for what worker processes do; programs 0 for a stored curve. stop : asked often; `Stopped` is raised once
    it is true. Finished chains are in the store by then, as after Ctrl-C. folder : of the store, see `CurveStore`.
    InfeasibleChain names the chain.
    """
    store = CurveStore(folder)
    found = [store.load(chain, price_max, gap) for chain in chains]
    tasks = [Task(k + 1, chain, price_max, gap, folder) for k, chain in enumerate(chains) if found[k] is None]
    for k, curve in enumerate(found):
        if curve is not None and progress:
            progress(k + 1, 0, curve.gap)
    if workers > 1 and len(tasks) > 1:
        solved = _together(tasks, workers, progress, stop)
    else:
        solved = ((task, solve_one(task, progress, stop)) for task in tasks)
    with closing(solved):
        for task, curve in solved:
            found[task.number - 1] = curve
    return found


def solve_one(task, progress=None, stop=lambda: False):
    """Solve and store a chain, unless another process does so meanwhile; returns its curve."""
    store = CurveStore(task.folder)
    where = task.chain, task.price_max, task.gap
    with store.lock(*where, stop=stop) as locked:
        if not locked:
            raise Stopped
        curve = store.load(*where)
        if curve is None:
            curve = _build(task, progress, stop)
            store.save(task.chain, curve, task.price_max, task.gap)
    return curve


def _build(task, progress, stop):
    tell = partial(progress, task.number) if progress else None
    try:
        return build_curve(task.chain, task.price_max, task.gap, tell, stop)
    except InfeasibleChain as error:
        raise InfeasibleChain(f"chain {task.number}: {error}") from None


def _together(tasks, workers, progress, stop):
    """Yield (task, curve) as they come from worker processes; end these at once if not all are wanted."""
    context = multiprocessing.get_context("spawn")
    news = context.Queue()
    pool = ProcessPoolExecutor(
        min(workers, len(tasks)), mp_context=context, initializer=_prepare, initargs=(news,)
    )
    running = {}
    try:
        running.update((pool.submit(_work, task), task) for task in tasks)
        while running:
            done, _ = wait(running, WAIT_SECONDS, FIRST_COMPLETED)
            _pass_on(news, progress)
            for future in done:
                curve = future.result()
                yield running.pop(future), curve
            if stop():
                raise Stopped
        _pass_on(news, progress)
    finally:
        _end(pool, now=bool(running))
        news.close()


def _end(pool, now):
    """Let the workers go; ``now``: what they are doing is lost, and no file is left half written."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=not now, cancel_futures=True)
    for process in processes if now else ():
        process.terminate()


def _pass_on(news, progress):
    """Call ``progress`` with what the workers have reported since."""
    while True:
        try:
            report = news.get_nowait()
        except queue.Empty:
            return
        if progress:
            progress(*report)


_news = None
"""In a worker process: the queue for reports."""


def _prepare(news):
    """In a new worker: leave Ctrl-C to the parent and end with it."""
    global _news
    _news = news
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent():
    multiprocessing.connection.wait([multiprocessing.parent_process().sentinel])
    os._exit(1)


def _work(task):
    return solve_one(task, lambda *report: _news.put(report))
