"""What nobody looks at lies in a file instead of in memory: models of a run, and what the tabs of a page have made."""

import gzip
import logging
import pickle
import tempfile
import threading
import weakref
from contextlib import ExitStack

from model.views.live.memory import bytes_of
from model.views.session_folder import SERVER_FOLDER

logger = logging.getLogger(__name__)

FAST = 1
"""Level of compression: most of the gain, in a tenth of a second for a whole run."""


AWAY = object()
"""Stands for what a file holds."""
SMALL = 100_000
"""Bytes up to which `Stored` values stay in memory: a file costs more than they do."""


class HeldModels:
    """Models by label with all that they have collected; `put_away` lets a file hold them until they are next read.

    So it is with whatever else may be pickled (`Stored`).

    The file is compressed. It has no name where the system can do without one, so that nobody can put another in its
    place, and is gone once nothing refers to it, or when the process ends, however that is.
    """

    def __init__(self, models, lock):
        self._models, self._lock, self._file = models, lock, None
        self._size = 0

    def read(self):
        """Return the models, the same bits as before they were put away."""
        models = self._models
        if models is not AWAY:
            return models
        with self._lock:
            if self._models is AWAY:
                self._file.seek(0)
                with self._file, gzip.GzipFile(fileobj=self._file) as packed:
                    self._models = pickle.load(packed)
                self._file = None
            return self._models

    def put_away(self):
        """Put them away; they stay in memory if an agent cannot be stored, such as one that holds an open file."""
        with self._lock:
            if self._models is AWAY:
                return
            try:
                self._file = self._stored()
            except Exception:
                logger.info("a run stays in memory because it cannot be stored", exc_info=True)
            else:
                self._models, self._size = AWAY, self._file.tell()

    @property
    def is_away(self):
        """Whether a file holds them."""
        return self._models is AWAY

    def bytes(self):
        """Bytes, about, that they take, in memory or on the disk."""
        with self._lock:
            return bytes_of(self._models) if self._file is None else self._size

    def _stored(self):
        with ExitStack() as until_stored:
            file = until_stored.enter_context(tempfile.TemporaryFile(dir=SERVER_FOLDER.make()))
            with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=FAST) as packed:
                pickle.dump(self._models, packed, protocol=pickle.HIGHEST_PROTOCOL)
            until_stored.pop_all()
        weakref.finalize(self, file.close)
        return file


class Stored:
    """Attribute that a file may hold between two looks, see `put_away`; whoever sets or reads it notices nothing."""

    def __set_name__(self, owner, name):
        self._name = name

    def __get__(self, owner, kind=None):
        return self if owner is None else vars(owner)[self._name].read()

    def __set__(self, owner, value):
        vars(owner)[self._name] = HeldModels(value, threading.RLock())


def stored_in(owner):
    """The holders of all `Stored` attributes of an object."""
    return [each for each in vars(owner).values() if isinstance(each, HeldModels)]


def put_away(run, parts):
    """Let files hold the models of a `RunController`, and all that is `Stored` in ``parts`` and no small thing.

    What is at work stays as it is. Returns whether nothing is.
    """
    with run.lock:
        playing = run.playing
        if not playing:
            run.held.put_away()
    idle = [part for part in parts if not part.running]
    for held in (held for part in idle for held in stored_in(part)):
        if held.bytes() > SMALL:
            held.put_away()
    return not playing and len(idle) == len(parts)


def bytes_kept(run, parts):
    """Bytes, about, of a run and of ``parts``, in memory and on the disk."""
    held = [each for part in parts for each in stored_in(part)]
    return run.held.bytes() + bytes_of(parts) + sum(each.bytes() for each in held if each.is_away)
