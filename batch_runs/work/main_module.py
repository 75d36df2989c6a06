"""The main module of a program that starts workers: they import it again, unless it is typed in and no file.

A notebook, ``python -c`` and standard input have no file. Workers start without them, and without what they define.
"""

import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from learning.registry import registries


def can_be_imported():
    """Whether a worker process can import the main module."""
    main = sys.modules["__main__"]
    return getattr(main, "__spec__", None) is not None or Path(getattr(main, "__file__", "")).is_file()


@contextmanager
def left_out_if_typed_in():
    """Context in which processes start without a main module that they cannot import."""
    main = sys.modules["__main__"]
    file = vars(main).get("__file__")
    if file is None or can_be_imported():
        yield
        return
    del main.__file__
    try:
        yield
    finally:
        main.__file__ = file


def not_found(name):
    """Return the message that other processes do not find what `only_here` returned."""
    place = "a notebook or typed in, where other processes do not find it"
    return f"{name} is defined in {place}: write it to a file and name the file as a plug-in"


def only_here(function):
    """Return the name of something that workers need and do not find, as a typed-in main module defines it; or ""."""
    if can_be_imported():
        return ""
    while isinstance(function, partial):
        function = function.func
    used = {getattr(function, "__name__", str(function)): function}
    for registry in registries():
        used |= {name: getattr(part, "compute", part) for name, part in registry.items()}
    return next((name for name, part in used.items() if getattr(part, "__module__", "") == "__main__"), "")
