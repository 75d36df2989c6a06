"""How often Python looks for garbage: objects of no use that refer to one another.

It does so whenever 700 objects have been made that are in use, or garbage. Work that makes many objects which stay for
a while loses a tenth of its time to that, or a quarter, and finds little.
"""

import gc
import threading
from contextlib import contextmanager

MANY = 5_000
"""Objects made, after which Python looks for garbage where many of them stay."""


def collect_after(objects):
    """Let Python look for garbage after so many new objects at the earliest; return `gc.get_threshold` of before.

    Where it never looks, that stays so.
    """
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(before[0], objects), *before[1:])
    return before


class _Keepers:
    """How many are within `keeping_much` now, and the thresholds before the first of them came."""

    count, before, lock = 0, None, threading.Lock()


@contextmanager
def keeping_much():
    """Context of work whose results stay: Python looks for garbage seldom, and not at what is there when it begins.

    What is there is mostly the program. Several may be within at once, in threads or one in another: the first sets,
    and the last sets back.
    """
    with _Keepers.lock:
        _Keepers.count += 1
        if _Keepers.count == 1:
            _Keepers.before = collect_after(MANY)
            gc.freeze()
    try:
        yield
    finally:
        with _Keepers.lock:
            _Keepers.count -= 1
            if not _Keepers.count:
                gc.set_threshold(*_Keepers.before)
                gc.unfreeze()
