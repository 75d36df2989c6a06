"""Names in links of the files that users have loaded: they hold on this server only, while a session has the file."""

import hmac
import re
import secrets
import threading
from pathlib import Path

from learning.knobs import ParameterError
from learning.regular_files import FileError, read_regular

NAME_IN_LINKS = re.compile(r"own:[0-9a-f]{32}/(?P<file>[^/\\\x00-\x1f]{1,200})")
"""Name of an own file in a link: a number that only who has the link can know, and the user's name of the file."""


def is_name_of_link(text):
    """Whether a text has the form of an own file's name in a link."""
    return NAME_IN_LINKS.fullmatch(str(text)) is not None


def file_named(name):
    """The user's name of the file that has this name in links."""
    return NAME_IN_LINKS.fullmatch(name)["file"]


class OwnFiles:
    """Own files of all sessions by their names in links, as long as a session has them.

    The name follows from the contents and a key of this server: it cannot be guessed, and opens no other file.
    """

    def __init__(self):
        self._key, self._lock = secrets.token_bytes(32), threading.Lock()
        self._paths, self._names = {}, {}

    def name(self, path):
        """Return the name in links of the file at ``path``; "" if it cannot be read."""
        try:
            facts = (str(path), Path(path).stat().st_mtime_ns)
            if facts not in self._names:
                number = hmac.new(self._key, read_regular(path), "sha256").hexdigest()[:32]
                self._names[facts] = f"own:{number}/{Path(path).name}"
        except (OSError, FileError):
            return ""
        with self._lock:
            self._paths.setdefault(self._names[facts], set()).add(str(path))
        return self._names[facts]

    def read(self, name, most):
        """Return the contents, at most ``most`` bytes; ParameterError if no session has the file any more."""
        with self._lock:
            known = list(self._paths.get(name, ()))
        for path in known:
            try:
                return read_regular(path, most)
            except (OSError, FileError):
                continue
        raise ParameterError(
            f"{file_named(name)}: loaded on another server, or not kept any more; load it on the page"
        )

    def forget(self, folder):
        """Forget the files in a folder."""
        with self._lock:
            for name, paths in list(self._paths.items()):
                paths -= {path for path in paths if Path(path).is_relative_to(folder)}
                if not paths:
                    del self._paths[name]
            self._names = {facts: name for facts, name in self._names.items() if name in self._paths}


OWN_FILES = OwnFiles()
