"""A worker process: runs the tasks that arrive through its pipe."""

import gc
import os
import pickle
import signal
import threading
from contextlib import suppress
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue

from batch_runs.work.batches import events_of_batch, loaded
from batch_runs.work.errors import portable
from batch_runs.work.events import Done, Failed
from batch_runs.work.plugins import load_plugins
from learning.garbage import MANY, collect_after
from model.background import Requests, playing_on

READY, UNABLE, NEWS, DONE, FAILED, ORDER = "ready", "unable", "news", "done", "failed", "order"
TOGETHER, UNREADABLE = "together", "unreadable"
"""Messages to the parent: (kind, number of the task or None, value, seconds)."""


def work(pipe, function, plugins):
    """Do the batches that arrive through ``pipe`` until it is closed, and send each result as soon as it is done.

    The parent handles Ctrl-C; the worker ignores it, and ends with the parent, however that ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_after(MANY)  # rows that wait for their metrics are fewer
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
            for numbers, pickled in _batches(pipe):
                try:
                    batch = loaded(numbers, pickle.loads(pickled))
                except (Exception, SystemExit) as error:
                    send(*_unreadable(numbers, error))
                    continue
                for events in events_of_batch(function, batch, partial(_news, send), lambda: False):
                    for message in messages_of(events):
                        send(*message)
    except (EOFError, OSError):  # the parent has closed the pipe
        return


def _unreadable(numbers, error):
    """Message that tasks cannot be unpickled: of several the parent sends each by itself, to find whose error it is."""
    first, *others = numbers
    return (UNREADABLE, None, numbers) if others else (FAILED, first, portable(error))


def _batches(pipe):
    """Yield the batches that arrive, until the pipe is closed.

    A thread takes each out of the pipe at once: a parent that sends a long one does not read results meanwhile, and if
    this process, too, waited to send, both would wait for ever.
    """
    arrived = SimpleQueue()

    def receive():
        with suppress(EOFError, OSError):
            while True:
                arrived.put(pipe.recv())
        arrived.put(None)

    threading.Thread(target=receive, daemon=True).start()
    return iter(arrived.get, None)


def _end_with_parent():
    wait([parent_process().sentinel])
    os._exit(1)


def _send(pipe, lock, kind, number=None, value=None, seconds=0.0):
    message = ForkingPickler.dumps((kind, number, value, seconds))
    with lock:
        pipe.send_bytes(message)


def _news(send, *news):
    send(NEWS, None, news)


def messages_of(events):
    """Messages of events: one where possible, as texts that several results share are then pickled once."""
    if len(events) > 1:
        with suppress(Exception):  # one of them cannot be pickled
            return [(TOGETHER, None, pickle.dumps(events))]
    return map(message_of, events)


def message_of(event):
    """Return the message of an event; a result that cannot be pickled is an error."""
    if isinstance(event, Failed):
        return FAILED, event.number, portable(event.error), 0.0
    try:
        return DONE, event.number, pickle.dumps(event.result), event.seconds
    except Exception as error:
        return FAILED, event.number, portable(error), event.seconds


def event_of(message):
    """Return the event of a worker's message about a task that it has done."""
    kind, number, value, seconds = message
    return Done(number, pickle.loads(value), seconds) if kind == DONE else Failed(number, value)
