"""Rules whose machine code is not there yet: compiled on the spot, refused, or interpreted for the time being.

Usually a rule is compiled at its first call, which takes seconds. A caller that would rather go on lets another process
fill the compile cache meanwhile: in `interpreting` a rule that is not in the cache runs as the Python function that it
is made of, with the same bits. After `look_again` every rule is looked for anew.
"""

from contextlib import contextmanager
from contextvars import ContextVar

COMPILE, REFUSE, INTERPRET = "compile", "refuse", "interpret"

_treatment = ContextVar("treatment of rules without machine code", default=COMPILE)
_missing = set()
"""Rules and kernels known to be without machine code."""


class NotCompiledError(RuntimeError):
    """Raised in `refusing` by a rule that would have to be compiled."""


@contextmanager
def interpreting():
    """Context, of this thread, in which rules that are not in the compile cache run interpreted."""
    with _treating(INTERPRET):
        yield


@contextmanager
def refusing():
    """Context, of this thread, in which a rule that is not in the compile cache raises `NotCompiledError`."""
    with _treating(REFUSE):
        yield


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


def is_postponed(part, is_there):
    """Whether a rule has to run interpreted now; NotCompiledError in `refusing`.

    is_there : function that looks for its machine code; asked once until `look_again`.
    """
    treatment = _treatment.get()
    if treatment is COMPILE:
        return False
    if part not in _missing:
        if is_there():
            return False
        _missing.add(part)
    if treatment is REFUSE:
        raise NotCompiledError(f"{part.__name__} is not compiled yet")
    return True
