"""Folders for what can be computed again: in the user's cache, or temporary where that cannot be written."""

import multiprocessing
import os
import stat
import tempfile
import warnings
from contextlib import suppress
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

NAME = "carbon-market-abm"
BEFORE = "_BEFORE"
"""Ending of the variable that names a folder which cannot be written, for processes that this one starts."""


class CacheWarning(UserWarning):
    """The usual folder of a cache cannot be written, so another one is used."""


def cache_folder(name, variable):
    """Return the folder that the environment ``variable`` names, or ``name`` in the user's cache; it can be written.

    Where it cannot, the folder is a temporary one of this user; a `CacheWarning` says so, and the variable names it
    for processes that this one starts.
    """
    chosen = os.environ.get(variable)
    path = Path(chosen) if chosen else user_cache_path(NAME) / name
    found = _writable(path, name, f"{variable} = {chosen}" if chosen else str(path))
    if found != path:
        os.environ[variable], os.environ[variable + BEFORE] = str(found), str(path)
    return found


def folder_before(variable):
    """Folder that cannot be written, for which a temporary one stands; what it has may be read. None: it can."""
    before = os.environ.get(variable + BEFORE)
    return Path(before) if before else None


@cache
def _writable(path, name, called):
    if can_write(path):
        return path
    instead = _temporary_folder()
    other = instead / name if instead else path
    if multiprocessing.parent_process() is None:  # one line, not one for each worker
        place = (
            f"{other} is used instead" if instead else "nothing is kept, so every process computes it anew"
        )
        warnings.warn(f"{called}: cannot be written; {place}", CacheWarning, stacklevel=3)
    return other


def can_write(path):
    """Return whether files can be written in a folder; makes it."""
    with suppress(OSError):
        path.mkdir(parents=True, exist_ok=True)
        return os.access(path, os.W_OK | os.X_OK)
    return False


def _temporary_folder():
    """Folder that processes of this user share and nobody else can write, because compiled rules are run; or None."""
    with suppress(OSError):
        shared = Path(tempfile.gettempdir()) / f"{NAME}-{_user()}"
        shared.mkdir(mode=0o700, exist_ok=True)
        return shared if _is_private(shared) else Path(tempfile.mkdtemp(prefix=f"{NAME}-"))
    return None


def _is_private(folder):
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or not os.access(folder, os.W_OK | os.X_OK):
        return False
    return os.name != "posix" or (about.st_uid == os.getuid() and not about.st_mode & 0o022)


def _user():
    return os.getuid() if hasattr(os, "getuid") else "user"
