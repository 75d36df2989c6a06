"""A batch of tasks on a worker of a cluster; the other side of `batch_runs.work.cluster`.

A mark on the scheduler says that a batch has begun and not ended. A batch whose worker died is sent to another worker
by the scheduler itself, which finds the mark and does nothing: so the client learns that the batch had begun.
"""

import pickle
import signal
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from distributed import Event, get_worker

from batch_runs.work.batches import events_of_batch
from batch_runs.work.errors import portable
from batch_runs.work.parcel import Foreign, unpack, with_own_files
from batch_runs.work.worker import message_of
from model.background import BACKGROUND, Requests, playing_on

ENDED, LOST, REFUSED, UNABLE = "ended", "lost", "refused", "unable"
"""Answers of a batch: it has ended, with a message per task; its worker died before; this worker is foreign; its
plug-ins raise an error."""
LOOK_SECONDS = 0.3
"""Interval at which a worker looks whether it is to stop."""


def dask_setup(worker):
    """Let the client handle Ctrl-C, which a terminal sends to the workers of a local cluster, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def begun(session, batch, client=None):
    """Return the mark of a batch."""
    return Event(f"{session} batch {batch}", client)


def stopped(session, client=None):
    """Return the mark that all tasks of a session are to stop."""
    return Event(f"{session} stops", client)


def do_batch(parcel, session, batch, function, tasks):
    """Do the tasks, pairs (number, pickled task), with the pickled ``function``; return an answer and its contents."""
    worker = get_worker()
    try:
        places = unpack(parcel, Path(worker.local_directory))
    except Foreign as error:
        return REFUSED, f"worker {worker.address}: {error}"
    except (Exception, SystemExit) as error:
        return UNABLE, portable(error)
    mark = begun(session, batch)
    if mark.is_set():
        return LOST, None
    mark.set()
    stop, messages = _Stop(stopped(session)), []
    with playing_on(Requests(BACKGROUND.send)):
        batch = [(number, partial(_load, pickled, places)) for number, pickled in tasks]
        report = partial(_report, worker, session)
        for events in events_of_batch(pickle.loads(function), batch, report, stop):
            messages += map(message_of, events)
            if stop():
                break
    mark.clear()
    return ENDED, messages


def _load(pickled, places):
    return with_own_files(pickle.loads(pickled), places)


def _report(worker, session, *news):
    with suppress(Exception):  # news are for the eye; a lost connection ends the task elsewhere
        worker.log_event(session, pickle.dumps(news))


class _Stop:
    """Whether the tasks of a session are to stop; asks the scheduler now and then."""

    def __init__(self, mark):
        self.mark, self.is_set, self.next = mark, False, time.monotonic() + LOOK_SECONDS

    def __call__(self):
        if not self.is_set and time.monotonic() > self.next:
            self.is_set, self.next = self.mark.is_set(), time.monotonic() + LOOK_SECONDS
        return self.is_set
