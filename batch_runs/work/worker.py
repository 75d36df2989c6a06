"""A worker process: runs the tasks that arrive through its pipe."""

import gc
import os
import pickle
import signal
import threading
import time
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.reduction import ForkingPickler

from batch_runs.work.errors import portable
from batch_runs.work.plugins import load_plugins
from model.background import Requests, playing_on

READY, UNABLE, NEWS, DONE, FAILED, ORDER = "ready", "unable", "news", "done", "failed", "order"
"""Messages to the parent: (kind, number of the task or None, value, seconds)."""


def work(pipe, function, plugins):
    """Do the batches that arrive through ``pipe`` until it is closed, and send each result as soon as it is done.

    The parent handles Ctrl-C; the worker ignores it, and ends with the parent, however that ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # what is imported stays; to look through it would copy memory shared with the fork server
    threading.Thread(target=_end_with_parent, daemon=True).start()
    send = partial(_send, pipe, threading.Lock())
    try:
        try:
            load_plugins(plugins)
        except (Exception, SystemExit) as error:
            return send(UNABLE, None, portable(error))
        send(READY)
        with playing_on(Requests(partial(send, ORDER, None))):
            while True:
                for number, pickled in pipe.recv():
                    _do(function, number, pickled, send)
    except (EOFError, OSError):  # the parent has closed the pipe
        return


def _end_with_parent():
    wait([parent_process().sentinel])
    os._exit(1)


def _send(pipe, lock, kind, number=None, value=None, seconds=0.0):
    message = ForkingPickler.dumps((kind, number, value, seconds))
    with lock:
        pipe.send_bytes(message)


def _do(function, number, pickled, send):
    """Do one task and send its result or its error."""
    send(
        *outcome_of(
            function, number, partial(pickle.loads, pickled), partial(_news, send, number), lambda: False
        )
    )


def _news(send, number, *news):
    send(NEWS, number, news)


def outcome_of(function, number, load, progress, stop):
    """Do the task that ``load()`` returns and return a message with its result, pickled, or its error.

    A result that cannot be pickled is an error, too.
    """
    start = time.perf_counter()
    try:
        result = function(load(), progress, stop)
        return DONE, number, pickle.dumps(result), time.perf_counter() - start
    except (Exception, SystemExit) as error:  # a user's code may raise anything
        return FAILED, number, portable(error), time.perf_counter() - start
