"""Rules whose machine code is not there yet: compiled on the spot, refused, or interpreted for the time being.

Usually a rule is compiled at its first call, which takes seconds. A caller that would rather go on lets another process
fill the compile cache meanwhile: in `interpreting` a rule that is not in the cache runs as the Python function that it
is made of, with the same bits. A rule that was ordered from that process is looked for every half second; any other is
looked for anew after `look_again`.
"""

import time
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf

COMPILE, REFUSE, INTERPRET = "compile", "refuse", "interpret"
LOOK_SECONDS = 0.5
"""Interval at which an ordered rule is looked for."""

_treatment = ContextVar("treatment of rules without machine code", default=COMPILE)
_order = ContextVar("function that orders what is missing", default=None)
_inside = ContextVar("whether an ordered rule runs interpreted", default=False)
_missing = {}
"""Rules and kernels known to be without machine code, and when to look for it again."""
_seen = set()
"""Holds True once anything was found with machine code."""


class NotCompiledError(RuntimeError):
    """Raised in `refusing` by a rule that would have to be compiled."""


@contextmanager
def interpreting(order=None):
    """Context, of this thread, in which rules that are not in the compile cache run interpreted.

    order : called as order(part, signature) with a rule, or a kernel and None, that is missing, again and again until
    it is there; returns whether another process compiles it, otherwise it is compiled here. What an interpreted rule
    calls is not ordered. None: nothing is.
    """
    token = _order.set(order)
    try:
        with _treating(INTERPRET):
            yield
    finally:
        _order.reset(token)


@contextmanager
def refusing():
    """Context, of this thread, in which a rule that is not in the compile cache raises `NotCompiledError`."""
    with _treating(REFUSE):
        yield


def compiling():
    """Context, of this thread, in which rules are compiled at their first call, as they usually are."""
    return _treating(COMPILE)


@contextmanager
def _treating(treatment):
    token = _treatment.set(treatment)
    try:
        yield
    finally:
        _treatment.reset(token)


def look_again():
    """Forget which rules had no machine code: another process may have compiled them."""
    _missing.clear()


def is_interpreting():
    """Whether this thread interprets rules that are not compiled."""
    return _treatment.get() is INTERPRET


def expects_interpreted():
    """Whether the next call of a rule may well be interpreted: some rules are missing, or none was found yet."""
    return is_interpreting() and bool(_missing or not _seen)


def is_postponed(part, is_there, signature=lambda: None):
    """Whether a rule has to run interpreted now; NotCompiledError in `refusing`.

    is_there : function that looks for its machine code. signature : function that gives the types it is called with.
    """
    if _treatment.get() is COMPILE:
        return False
    if not still_missing(part):
        if is_there():
            _found(part)
            return False
        order = None if _inside.get() or _treatment.get() is REFUSE else _order.get()
        if order is not None and not order(part, signature()):
            return False
        _missing[part] = inf if order is None else time.monotonic() + LOOK_SECONDS
    if _treatment.get() is REFUSE:
        raise NotCompiledError(f"{part.__name__} is not compiled yet")
    return True


def still_missing(part):
    """Whether a rule is known to be without machine code and need not be looked for yet."""
    return _treatment.get() is not COMPILE and _missing.get(part, 0.0) > time.monotonic()


def interpret(function, args, kws):
    """Call the Python function that a rule is made of; rules that it calls are not ordered."""
    token = _inside.set(True)
    try:
        return function(*args, **kws)
    finally:
        _inside.reset(token)


def _found(part):
    """Note that a rule has machine code: what it calls may be called from elsewhere, so look for it anew."""
    _seen.add(True)
    if _missing.pop(part, inf) < inf:
        for each in [each for each, again in list(_missing.items()) if again == inf]:
            _missing.pop(each, None)
