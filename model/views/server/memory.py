"""Memory of sessions that have ended, given back to the system."""

import ctypes
import gc
import os
import threading
import time

from solara.server import kernel_context

EVERY = 10.0
"""Seconds between two looks at the number of sessions."""

ARENA_MAX, MMAP_THRESHOLD, TRIM_THRESHOLD = -8, -3, -1
SETTINGS_OF_HEAP = ((ARENA_MAX, 2), (MMAP_THRESHOLD, 2**17), (TRIM_THRESHOLD, 2**17))
"""Numbers of ``mallopt`` in <malloc.h>, and their values: heaps of all threads, and bytes."""

_FREED = threading.Event()


def note_freed():
    """Record that much is not referred to any more, though no session has ended."""
    _FREED.set()


def give_back_in_background():
    """Start a thread that gives memory back some seconds after sessions have ended, and after `note_freed`."""
    keep_heap_small()
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
    _of_heap("malloc_trim", 0)


def keep_heap_small():
    """Let large arrays have pages of their own, which go back at once, and threads share heaps, where that is known."""
    for setting, value in SETTINGS_OF_HEAP:
        _of_heap("mallopt", setting, value)


def _of_heap(name, *numbers):
    """Call a function of the system's library with numbers, if there is one of this name."""
    function = getattr(ctypes.CDLL(None), name, None) if os.name == "posix" else None
    if function:
        function(*numbers)
