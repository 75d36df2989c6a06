"""The files of one browser session, in a folder that is removed when the session ends, or its server."""

import atexit
import re
import secrets
import shutil
import tempfile
import threading
from pathlib import Path

from filelock import FileLock, Timeout

from learning.knobs import ParameterError
from learning.regular_files import FileError, unpack
from model.views.own_files import OWN_FILES, file_named

NAME = "carbon-dashboard-"
"""Beginning of the name of a server's folder, in which its sessions have theirs."""


class ServerFolder:
    """Folder of all sessions of this process, made when first needed; those of servers that were killed are removed.

    A lock beside a folder shows that its server lives: the system opens it when the process ends, however that is.
    """

    def __init__(self):
        self._lock, self._making = None, threading.Lock()
        self.path = None
        """The folder, or None before the first session."""

    def make(self):
        """Return the folder."""
        with self._making:
            if self.path is None:
                self._make()
        return self.path

    def _make(self):
        place = Path(tempfile.gettempdir())
        remove_abandoned(place)
        path = place / f"{NAME}{secrets.token_hex(8)}"
        self._lock = FileLock(lock_of(path))
        self._lock.acquire()
        path.mkdir(mode=0o700)
        self.path = path
        atexit.register(self.remove)

    def remove(self):
        """Remove the folder with all that is in it."""
        if self.path is not None:
            shutil.rmtree(self.path, ignore_errors=True)
            lock_of(self.path).unlink(missing_ok=True)
            self.path = None


def remove_abandoned(place):
    """Remove folders in ``place`` whose server has ended without doing so."""
    for path in place.glob(f"{NAME}*[0-9a-f]"):
        if path.is_symlink() or not path.is_dir():
            continue
        try:
            with FileLock(lock_of(path), timeout=0):
                shutil.rmtree(path, ignore_errors=True)
            lock_of(path).unlink(missing_ok=True)
        except (Timeout, OSError):  # in use, or somebody else's
            continue


def lock_of(path):
    """Path of the lock of a server's folder."""
    return path.with_name(f"{path.name}.lock")


SERVER_FOLDER = ServerFolder()


MOST_BYTES = 64_000_000
"""Most bytes of the files that one session may load."""
LONGEST_NAME = 100
"""Most characters of a file's name."""


class SessionFolder(tempfile.TemporaryDirectory):
    """Folder of the files that a user loads; a page reads files named by knobs only from here."""

    def __init__(self):
        super().__init__(dir=SERVER_FOLDER.make())
        self._loaded = 0

    def keep(self, file, name, data):
        """Write an upload into a folder of its own, so that no file replaces another, and return its path.

        file : the `learning.knobs.File` it must be; name : the user's file name; data : bytes, plain or gzip'd.
        ParameterError, naming place and reason, if the file has another ending, is too large, or cannot be read.
        """
        name = checked(Path(name).name)
        if not name.lower().endswith(file.suffixes):
            raise ParameterError(
                f"{name}: the name of a {file.form} must end in {' or '.join(file.suffixes)}"
            )
        try:
            plain = unpack(data, file.largest)
        except FileError as error:
            raise ParameterError(f"{name}: {error}") from None
        self._loaded += len(plain)
        if self._loaded > MOST_BYTES:
            raise ParameterError(
                f"{name}: more than {MOST_BYTES / 1e6:g} MB have been loaded here; open another tab for more"
            )
        path = Path(tempfile.mkdtemp(dir=self.name), name)
        path.write_bytes(plain)
        file.read(path)
        return path

    def name_in_links(self, path):
        """Name of one of these files in links that hold on this server; "" for any other file."""
        return OWN_FILES.name(path) if self.holds(path) else ""

    def fetch(self, file, name):
        """Copy the file that a link names into this folder, and return its path; ParameterError if there is none."""
        data = OWN_FILES.read(name, file.largest)
        return self.keep(file, file_named(name), data)

    def cleanup(self):
        """Remove the folder, and with it the names of its files in links."""
        OWN_FILES.forget(self.name)
        super().cleanup()

    def check(self, name, knob, value):
        """The value in the knob's type; ParameterError if it is not allowed, or names a file outside this folder."""
        value = knob.check(name, value)
        if knob.file and value and not self.holds(value):
            raise ParameterError(f"{name} = {value}: only a file loaded on this page can be used")
        return value

    def check_files(self, knobs, scenarios, values):
        """The values by knob; ParameterError if one names a file that is neither here nor named by a scenario."""
        of_scenarios = {str(v) for each in scenarios.values() for v in each.parameters.values()}
        for name, value in values.items():
            if knobs[name].file and value not in of_scenarios:
                self.check(name, knobs[name], value)
        return values

    def holds(self, path):
        """Whether a path is inside this folder."""
        return Path(path).resolve().is_relative_to(Path(self.name).resolve())

    def names_in(self, params):
        """Names of the user's files in a model's parameters."""
        return [Path(path).name for path in params.files().values() if self.holds(path)]

    def hide(self, text):
        """The text with the names of uploaded files instead of their paths."""
        return re.sub(re.escape(self.name) + r"[/\\][^/\\]+[/\\]", "", text)


def checked(name):
    """Return a file's name; ParameterError if it is too long, or has characters that would be no part of a line."""
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise ParameterError(
            f"{name[:LONGEST_NAME]!a}: a file's name must have at most {LONGEST_NAME} characters, all of them printable"
        )
    return name
