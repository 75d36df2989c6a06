"""Models of a run that nobody looks at, in a file instead of in memory."""

import gzip
import logging
import pickle
import tempfile
import weakref
from contextlib import ExitStack

from model.views.live.memory import bytes_of
from model.views.session_folder import SERVER_FOLDER

logger = logging.getLogger(__name__)

FAST = 1
"""Level of compression: most of the gain, in a tenth of a second for a whole run."""


class HeldModels:
    """Models by label with all that they have collected; `put_away` lets a file hold them until they are next read.

    The file is compressed. It has no name where the system can do without one, so that nobody can put another in its
    place, and is gone once nothing refers to it, or when the process ends, however that is.
    """

    def __init__(self, models, lock):
        self._models, self._lock, self._file = models, lock, None
        self._size = 0

    def read(self):
        """Return the models, the same bits as before they were put away."""
        models = self._models
        if models is not None:
            return models
        with self._lock:
            if self._models is None:
                self._file.seek(0)
                with self._file, gzip.GzipFile(fileobj=self._file) as packed:
                    self._models = pickle.load(packed)
                self._file = None
            return self._models

    def put_away(self):
        """Put them away; they stay in memory if an agent cannot be stored, such as one that holds an open file."""
        with self._lock:
            if self._models is None:
                return
            try:
                self._file = self._stored()
            except Exception:
                logger.info("a run stays in memory because it cannot be stored", exc_info=True)
            else:
                self._models, self._size = None, self._file.tell()

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
