"""Memory of sessions that have ended, given back to the system."""

import ctypes
import ctypes.util
import gc
import threading
import time

from solara.server import kernel_context

EVERY = 10.0
"""Seconds between two looks at the number of sessions."""

_FREED = threading.Event()


def note_freed():
    """Record that much is not referred to any more, though no session has ended."""
    _FREED.set()


def give_back_in_background():
    """Start a thread that gives memory back some seconds after sessions have ended, and after `note_freed`."""
    threading.Thread(target=_watch, name="memory", daemon=True).start()


def _watch():
    before = 0
    while True:
        time.sleep(EVERY)
        now = len(kernel_context.contexts)
        if now < before or _FREED.is_set():
            _FREED.clear()
            give_back()
        before = now


def give_back():
    """Collect what nobody refers to, and return free pages of the heap to the system where its library can."""
    gc.collect()
    trim = getattr(ctypes.CDLL(ctypes.util.find_library("c")), "malloc_trim", None)
    if trim:
        trim(0)
