"""The log of a session: every event of it in one SQLite file, on the disk before it is acknowledged.

An event is a number from 1, the time at which it was written, a kind, and data that JSON can hold. The time is for
people who read the log; nothing that is computed depends on it.
"""

import json
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

APPLICATION = 0x6361_7262
"""Number in the head of the file that tells it from other SQLite files: the letters of "carb"."""
VERSION = 1
"""Version of the table and of the kinds of events."""
ASIDE = ("-wal", "-shm", ".lock")
"""Endings of the files that SQLite and we keep beside the log while it is in use."""
TABLE = "CREATE TABLE events (number INTEGER PRIMARY KEY, time TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL)"


class LogError(ValueError):
    """Raised for a file that cannot be used as a log; the message names it and gives the reason."""


class Event(NamedTuple):
    """One entry of a log."""

    number: int
    kind: str
    data: dict
    time: str


class Log:
    """A log that one process at a time may append to; make one with `create` or `resume`."""

    def __init__(self, path, connection, lock):
        self.path, self._connection, self._lock = path, connection, lock

    @classmethod
    def create(cls, path):
        """Begin a new log; LogError if there is a file already or none can be made."""
        path = Path(path)
        if not path.parent.is_dir():
            raise LogError(f"{path.parent}: no such folder")
        lock = _hold(path)
        try:
            os.close(
                os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            )  # it holds the teacher's secret
            _sync_folder(path.parent)
        except OSError as error:
            _let_go(path, lock)
            there = "there is such a file already; --resume continues it"
            raise LogError(
                f"{path}: {there if isinstance(error, FileExistsError) else error.strerror}"
            ) from None
        connection = sqlite3.connect(path, check_same_thread=False)
        _make_safe(connection)
        with connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute(TABLE)
        return cls(path, connection, lock)

    @classmethod
    def resume(cls, path):
        """Open a log to append to it; LogError if it is missing, damaged, in use, or no log of a session."""
        path = Path(path)
        _check_there(path)
        lock = _hold(path)
        connection = sqlite3.connect(path, check_same_thread=False)
        try:
            _check(path, connection)  # before anything is changed in a file that may be somebody else's
            _make_safe(connection)
        except (LogError, sqlite3.Error) as error:
            connection.close()
            _let_go(path, lock)
            raise _as_log_error(path, error) from None
        return cls(path, connection, lock)

    def append(self, kind, data):
        """Write an event to the disk, and return it as it is read again; nothing loses it afterwards."""
        text, time = dump(data), datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._connection:
            row = self._connection.execute(
                "INSERT INTO events (time, kind, data) VALUES (?, ?, ?)", (time, kind, text)
            )
        return Event(row.lastrowid, kind, json.loads(text), time)

    def events(self):
        """Read all events, in order."""
        return _read(self.path, self._connection)

    def close(self):
        """Close the file."""
        self._connection.close()
        _let_go(self.path, self._lock)

    def delete(self):
        """Close the file and remove it, with all that belongs to it."""
        self.close()
        for path in (self.path, *(Path(f"{self.path}{ending}") for ending in ASIDE)):
            path.unlink(missing_ok=True)


def read_log(path):
    """Read the events of a log, also while a class plays; LogError if it is missing, damaged, or no such log."""
    path = Path(path)
    _check_there(path)
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            _check(path, connection)
            return _read(path, connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise _as_log_error(path, error) from None


def dump(data):
    """Text of data, always the same for the same data; ValueError for what JSON cannot hold."""
    return json.dumps(data, sort_keys=True, allow_nan=False, ensure_ascii=False)


def _make_safe(connection):
    """Let every commit return only when what it wrote is on the disk."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _sync_folder(folder):
    """Let a power cut not lose the name of a new file; systems that have no such call keep names by themselves."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _check_there(path):
    if not path.is_file():
        raise LogError(f"{path}: no such file")


def _check(path, connection):
    """Raise LogError unless the file is a sound log of this version."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise LogError(f"{path}: not the log of a session")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        raise LogError(f"{path}: version {version} of the log; this program reads version {VERSION}")
    other = connection.execute("SELECT name FROM sqlite_master WHERE sql IS NOT ?", (TABLE,)).fetchone()
    if other:  # a trigger of somebody else's could take back what is acknowledged
        raise LogError(f"{path}: damaged: it holds {other[0]!r} besides its table")
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise LogError(f"{path}: damaged: {found}")


def _read(path, connection):
    try:
        rows = connection.execute("SELECT number, kind, data, time FROM events ORDER BY number").fetchall()
        events = [Event(number, kind, json.loads(data), time) for number, kind, data, time in rows]
    except (ValueError, TypeError, sqlite3.Error) as error:
        raise LogError(f"{path}: damaged: {error}") from None
    gap = next((k for k, event in enumerate(events, 1) if event.number != k), None)
    if gap is not None:
        raise LogError(f"{path}: damaged: event {gap} is missing")
    return events


def _hold(path):
    """Lock a log for this process; the system opens the lock when the process ends, however that is."""
    lock = FileLock(f"{path}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LogError(f"{path}: another process plays this session") from None
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}") from None
    return lock


def _let_go(path, lock):
    lock.release()
    Path(f"{path}.lock").unlink(missing_ok=True)


def _as_log_error(path, error):
    return (
        error
        if isinstance(error, LogError)
        else LogError(f"{path}: not the log of a session, or damaged: {error}")
    )
