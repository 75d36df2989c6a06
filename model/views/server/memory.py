"""When the interpreter looks for memory that is not used any more, and gives it back to the system.

To look at all objects stops every session, for a third of a second while thirty are here. By itself the interpreter
does so whenever a few pages have been made: a quarter of the time of thirty that are opened at once.
"""

import ctypes
import gc
import os
import threading
import time

from solara.server import kernel_context

from model.kept_rows import drop_spare

EVERY = 10.0
"""Seconds between two looks at the number of sessions, and least time between two looks at all objects."""
BUSY = 60.0
"""Least time between two looks at all objects while no session has ended, in seconds."""
NEW, TWICE = 50_000, 2
"""Objects made, and not yet of no use, after which the interpreter looks at new ones; such looks after which it looks
again at those that remained. By itself it looks after 700 and 10: while rows of charts are made, which soon go by
themselves, a tenth of the time of those who play."""
MANY = 1
"""Looks at those that remained after which all objects are looked at."""
NEVER = 2**31 - 1

_FREED = threading.Event()


def note_freed():
    """Record that much is not referred to any more, though no session has ended."""
    _FREED.set()


def give_back_in_background():
    """Start a thread that gives memory back: after sessions have ended, after `note_freed`, and after much was made."""
    gc.set_threshold(NEW, TWICE, NEVER)  # all objects are looked at by this thread alone
    threading.Thread(target=_watch, name="memory", daemon=True).start()


def _watch():
    before, last = 0, time.monotonic()
    while True:
        time.sleep(EVERY)
        here = len(kernel_context.contexts)
        if here < before or _FREED.is_set() or (made_much() and time.monotonic() - last >= BUSY):
            _FREED.clear()
            give_back()
            last = time.monotonic()
        before = here


def made_much():
    """Whether so many objects have been made that some of them may have become of no use."""
    return gc.get_count()[2] >= MANY


def give_back():
    """Collect what nobody refers to, and return free pages of the heap to the system where its library can.

    While nobody is here, all that is left is the program itself. Later collections pass it over: to look at its million
    objects takes longer than to draw a page.
    """
    gc.unfreeze()
    gc.collect()
    drop_spare()
    if not kernel_context.contexts:
        gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim:
        trim(0)
