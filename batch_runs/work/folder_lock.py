"""One sweep at a time in a folder, or its shards side by side: the others are refused and learn who is at work."""

import json
import os
import socket
import warnings
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from batch_runs.tables import write_json
from batch_runs.usage import UsageError

WHOLE = "sweep"
"""Name of the lock of a sweep that is not a shard."""


@contextmanager
def locked(folder, name=WHOLE):
    """Hold the lock ``name`` of a folder; UsageError if it, or one that excludes it, is held by somebody.

    A whole sweep excludes every shard, and shards exclude the whole only. A lock ends with its process, however that
    ends.
    """
    with ExitStack() as held:
        held.enter_context(_hold(folder, name))
        refuse_if_locked(folder, name)
        write_json(_me(), _about(folder, name))
        yield


def refuse_if_locked(folder, name=WHOLE):
    """Raise UsageError naming who is at work, if somebody holds a lock of the folder that excludes ``name``."""
    folder = Path(folder)
    others = [file.name[1:].removesuffix(".lock") for file in sorted(folder.glob(".*.lock"))]
    with ExitStack() as tried:
        for other in others:
            if other != name and WHOLE in (other, name):
                tried.enter_context(_hold(folder, other))


@contextmanager
def _hold(folder, name):
    lock = FileLock(folder / f".{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UsageError(
            f"{folder}: {_who(folder, name)}; wait for its end, or choose another folder"
        ) from None
    except RuntimeError:  # of filelock, where a file system has none
        warnings.warn(f"{folder}: its file system has no locks; run one sweep at a time in it", stacklevel=2)
    try:
        yield
    finally:
        lock.release()


def _about(folder, name):
    return folder / f".{name}.json"


def _me():
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return {"host": socket.gethostname(), "pid": os.getpid(), "since": since}


def _who(folder, name):
    what = f"a {name}" if name.isalpha() else f"shard {name}"
    try:
        about = json.loads(_about(folder, name).read_text(encoding="utf-8"))
        return (
            f"{what} is at work in it: host {about['host']}, process {about['pid']}, since {about['since']}"
        )
    except (OSError, ValueError, KeyError):  # it has only just begun
        return f"{what} is at work in it"
