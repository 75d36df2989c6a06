"""Work in a thread that ends within a second once it is told to, whatever it is doing.

The thread should look at its stop event often and end by itself. If it does not within `GRACE`, `Interrupted` is
raised in it, as Ctrl-C raises KeyboardInterrupt in the main thread: plain Python ends at once, a compiled loop when it
returns.
"""

import ctypes
import sys
import threading
import time
from traceback import walk_stack

GRACE = 0.3
"""Seconds in which the thread may end by itself, while it gets at least `GRACE_AT_WORK` of a processor."""
GRACE_AT_WORK = 0.1
LONGEST_GRACE = 5.0
"""Seconds in which it may end by itself on a busy computer."""
AGAIN = 0.2
"""Seconds until the next interruption, if the last one was lost or put off."""
AT_A_LOCK = frozenset(("acquire", "release", "__enter__", "__exit__", "_acquire_restore", "_release_save"))
"""Functions in Python that take a lock or give it back, such as those of compilers, conditions and imports."""
NEAR = 3
"""Calls deep that such a function does its work."""
COMPILERS = ("numba", "llvmlite")
"""Packages that must not be left in the middle: their half-made parts would end the whole process later on."""


class Interrupted(BaseException):
    """Raised in a thread that has been told to end; no ``except Exception`` keeps it from ending."""


class Work:
    """Work in a thread of its own; `end` ends it, from any other thread and without waiting.

    stop : event that the work looks at, set by `end`. Parts that may be interrupted are called through `do`; others,
    such as giving back a lock, are not.
    """

    def __init__(self, stop, name):
        self.stop, self.name, self.took_too_long = stop, name, False
        self.thread = None
        self._inside, self._gate, self._watched = None, threading.Lock(), False

    def start(self, function):
        """Call ``function()`` in a thread."""
        self.thread = threading.Thread(target=function, daemon=True, name=f"carbon {self.name}")
        self.thread.start()

    def do(self, function, seconds=None):
        """Call ``function()``, unless the work has been told to end; return whether it ended by itself.

        seconds : most that it may take; None: no limit.
        """
        limit = threading.Timer(seconds, self._end_late) if seconds else None
        if limit:
            limit.daemon = True
            limit.start()
        try:
            self._enter()
            if not self.stop.is_set():
                function()
            return not self.stop.is_set()
        except Interrupted:
            return False
        finally:
            self._leave()
            if limit:
                limit.cancel()

    def end(self):
        """End the work: request it, and interrupt its thread if that is not enough."""
        self.stop.set()
        with self._gate:
            first, self._watched = not self._watched, True
        if first:
            threading.Thread(target=self._see_to_its_end, daemon=True, name="carbon watch").start()

    def join(self, timeout=None):
        """Wait until the thread has ended."""
        if self.thread:
            self.thread.join(timeout)

    def _end_late(self):
        self.took_too_long = True
        self.end()

    def _enter(self):
        with self._gate:
            self._inside = threading.get_ident()

    def _leave(self):
        """Let no interruption through any more; one that is on its way arrives here, at a jump back, and is dropped.

        It is not taken back by the interpreter's own function: Python 3.11 would look for it at every step from then
        on, and never leave the first line of a function that is traced.
        """
        try:
            while self._inside:
                with self._gate:
                    self._inside = None
            for _ in range(2):
                pass
        except Interrupted:
            with self._gate:
                self._inside = None

    def _see_to_its_end(self):
        thread = self.thread
        if thread is None:
            return
        began, worked = time.monotonic(), seconds_at_work(thread)
        self.join(GRACE)
        while thread.is_alive():
            waited, at_work = time.monotonic() - began, seconds_at_work(thread) - worked
            with self._gate:
                late = at_work >= GRACE_AT_WORK or waited > LONGEST_GRACE
                if self._inside and late and may_be_interrupted(self._inside):
                    raise_in(self._inside, Interrupted)
            self.join(AGAIN)


def seconds_at_work(thread):
    """Seconds of a processor that a thread has had; those that have passed, where the system does not tell.

    Read from a file, because to ask for the clock of a thread that has just ended would end the process.
    """
    try:
        with open(f"/proc/self/task/{thread.native_id}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        return time.monotonic()


def may_be_interrupted(thread):
    """Whether the thread of this number is neither taking a lock, nor giving one back, nor compiling.

    If it waits for a lock, an interruption would reach it when it has the lock, before whoever gives it back knows.
    """
    frames = [frame for frame, _ in walk_stack(sys._current_frames().get(thread))]
    at_a_lock = not AT_A_LOCK.isdisjoint(frame.f_code.co_name for frame in frames[:NEAR])
    packages = {frame.f_globals.get("__name__", "").partition(".")[0] for frame in frames}
    return not at_a_lock and packages.isdisjoint(COMPILERS)


def raise_in(thread, kind):
    """Raise an exception of class ``kind`` in the thread of this number, before its next step."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))
