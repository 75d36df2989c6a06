"""Files of the compile cache: in folders named by a digest, written atomically, removed a month after the last use."""

import hashlib
import os
import shutil
import time
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path

from learning.cache_folder import cache_folder, can_write, folder_before

KEEP_DAYS = 30
ROOT = Path(__file__).resolve().parent.parent
RULE_FOLDERS = ("learning", "agents", "model")
VARIABLE = "NUMBA_CACHE_DIR"
NO_RULES = "views"
"""Name of subfolders without rules."""


def cache_base():
    """Folder of all compiled rules: ``NUMBA_CACHE_DIR``, or one in the user's cache folder."""
    return cache_folder("compiled", VARIABLE)


def is_writable():
    """Return whether the compile cache can be written; makes its folder."""
    return can_write(cache_base())


def digest(*content):
    """Digest, 16 hexadecimal digits, of values that ``repr`` shows completely."""
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


@cache
def digest_of_sources():
    """Digest of every source file that may hold a rule."""
    files = (file for name in RULE_FOLDERS for file in sorted((ROOT / name).rglob("*.py")))
    places = ((file.relative_to(ROOT), file) for file in files)
    return digest(
        *((place.as_posix(), file.read_bytes()) for place, file in places if NO_RULES not in place.parts)
    )


def stored(file):
    """Where a file of the cache is: there, or else in the usual folder if that can only be read."""
    before = folder_before(VARIABLE)
    usual = before / file.parent.name / file.name if before else file
    return usual if not file.exists() and usual.exists() else file


def load_bytes(file):
    """Read a file and mark its folder as used today; None if the file cannot be read."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    with suppress(OSError):
        os.utime(file.parent)
    return content


def save_bytes(file, content):
    """Write a file atomically, because other processes may read and write it at the same time.

    If the disk cannot be written, every process compiles for itself.
    """
    with suppress(OSError):
        remove_old(file.parent.parent)
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f"{uuid.uuid4().hex}.tmp")
        try:
            unfinished.write_bytes(content)
            os.replace(unfinished, file)
        finally:
            unfinished.unlink(missing_ok=True)


@cache
def remove_old(base):
    """Remove folders unused for a month; once per process, and only after it has compiled something."""
    for other in base.glob("*"):
        with suppress(OSError):
            if len(other.name) == 16 and time.time() - other.stat().st_mtime > KEEP_DAYS * 86400:
                shutil.rmtree(other, ignore_errors=True)
