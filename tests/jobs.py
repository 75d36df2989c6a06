"""Tasks for worker processes, which import this module: each leaves a mark in its folder."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Errand:
    """A number to square; ``folder`` holds what is noted of it."""

    number: int
    folder: Path

    @property
    def key(self):
        return f"key{self.number}"

    def __str__(self):
        return f"errand {self.number}"

    def note(self, text):
        """Append a line to the folder's ``log``."""
        with open(self.folder / "log", "a") as log:
            log.write(f"{text} {self.number} {os.getpid()}\n")


def errands(count, folder):
    return [Errand(number, Path(folder)) for number in range(count)]


def noted(folder):
    """Lines of the log: (word, number, process)."""
    log = Path(folder) / "log"
    lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
    return [(word, int(number), int(process)) for word, number, process in lines]


def square(errand, progress=None, stop=lambda: False):
    errand.note("begins")
    if progress:
        progress(errand.number, "at work")
    errand.note("ends")
    return errand.number**2


@dataclass(frozen=True)
class Parcel:
    """A long text to send back."""

    number: int
    content: bytes


class Unreadable(Errand):
    """An errand that can be pickled, but not be read again."""

    def __reduce__(self):
        return open_again, (self.number,)


def open_again(number):
    raise ValueError(f"errand {number} cannot be read")


def send_back(parcel, progress=None, stop=lambda: False):
    return parcel.content


def wait_for_file(errand, progress=None, stop=lambda: False):
    """Square it once there is a file ``go on``; the first errand does not wait."""
    errand.note("begins")
    while errand.number and not (errand.folder / "go on").exists():
        if stop():
            raise InterruptedError("asked to stop")
        time.sleep(0.01)
    return errand.number**2


def wait_for_file_arrays(errand):
    return {"square": np.array([wait_for_file(errand)])}


def die_once(errand, progress=None, stop=lambda: False):
    """Kill the process at the first try of each errand."""
    mark = errand.folder / f"tried {errand.number}"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(errand, progress)


def die_once_arrays(errand):
    return {"square": np.array([die_once(errand)])}


def third_kills(errand, progress=None, stop=lambda: False):
    """Errand 2 kills its process whenever it is tried."""
    if errand.number == 2:
        errand.note("kills")
        os.kill(os.getpid(), signal.SIGKILL)
    return square(errand, progress)


def third_kills_arrays(errand):
    return {"square": np.array([third_kills(errand)])}


class TwoWords(Exception):
    """Cannot be made again from its arguments, so it does not survive pickling."""

    def __init__(self, one, two):
        super().__init__(f"{one} {two}")


def go_wrong(errand, progress=None, stop=lambda: False):
    """Go wrong in a way of its own for each errand."""
    match errand.number:
        case 1:
            raise ValueError("no number today")
        case 2:
            raise TwoWords("not", "today")
        case 3:
            raise SystemExit(3)
        case 4:
            return lambda: "a result that cannot be sent"
    return square(errand, progress)


def die_at_first(mark, function, task, progress, stop):
    """Do ``function``, but kill the process if nobody has done so yet."""
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return function(task, progress, stop)
    os.kill(os.getpid(), signal.SIGKILL)


def read_threads(errand, progress=None, stop=lambda: False):
    """Number of threads that matrices may use in this process; None if there is none."""
    return os.environ.get("OPENBLAS_NUM_THREADS")


def is_alive(process):
    """Whether the process is there, and not only as an entry that nobody has read yet."""
    try:
        os.kill(process, 0)
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def in_threes(function):
    """Give a function of one errand a way to do several: three at a time, and the results of each three at once."""

    def several(errands, progress=None, stop=lambda: False):
        for first in range(0, len(errands), 3):
            yield [function(errand, progress, stop) for errand in errands[first : first + 3]]

    function.several = several
    return function


@in_threes
def square_in_threes(errand, progress=None, stop=lambda: False):
    return square(errand, progress)


@in_threes
def go_wrong_in_threes(errand, progress=None, stop=lambda: False):
    errand.note("begins")
    if errand.number == 4:
        raise ValueError("no number today")
    return errand.number**2


@in_threes
def fourth_kills_in_threes(errand, progress=None, stop=lambda: False):
    """Errand 4 kills its process whenever it is tried."""
    if errand.number == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return errand.number**2
