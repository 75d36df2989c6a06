"""Matrix products by one thread, so that a training has the same bits on any number of cores.

The library of matrix products shares out large products over threads in pieces whose last bits depend on how many there
are. Numpy has no setting for it, so this calls the library's own.
"""

import ctypes
from functools import cache, wraps
from importlib.util import find_spec
from pathlib import Path

NAMES = (
    "scipy_openblas_{}_num_threads64_",
    "scipy_openblas_{}_num_threads",
    "openblas_{}_num_threads64_",
    "openblas_{}_num_threads",
)
"""Functions of OpenBLAS in numpy's wheels and in the packages of systems, to get and set the number of threads."""
BUNDLED = ("../../numpy.libs", "../.dylibs")
"""Where wheels keep the library, beside the folder of numpy's linear algebra."""


def one_thread(compute):
    """Let a function compute its matrix products by one thread; without effect where numpy's are not OpenBLAS's."""

    @wraps(compute)
    def computed(*args, **named):
        get, set_to = thread_functions()
        before = get()
        if before == 1:
            return compute(*args, **named)
        set_to(1)
        try:
            return compute(*args, **named)
        finally:
            set_to(before)

    return computed


@cache
def thread_functions():
    """Return functions that get and set the threads of numpy's matrix products; they do nothing if not found."""
    for library in libraries():
        for name in NAMES:
            try:
                return getattr(library, name.format("get")), getattr(library, name.format("set"))
            except AttributeError:
                continue
    return lambda: 1, lambda threads: None


def libraries():
    """Yield the loaded libraries in which numpy's matrix products may be."""
    module = Path(find_spec("numpy.linalg._umath_linalg").origin)
    bundled = [path for folder in BUNDLED for path in (module.parent / folder).glob("*openblas*")]
    for path in (module, *bundled):  # on Linux and macOS a search through the module finds what it links to
        try:
            yield ctypes.CDLL(str(path))
        except OSError:
            continue
