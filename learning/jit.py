"""Compiled rules, with an on-disk cache that cannot go stale.

Numba's own cache does not notice an edit in another file: a cached caller keeps the old callee. Ours lives in a
folder named by a digest of every source file that may hold a rule, so any edit starts a new folder.
No ``fastmath`` and no ``parallel``: they change results.
"""

import hashlib
import inspect
import os
import shutil
import time
import warnings
from contextlib import contextmanager
from functools import cache, cached_property
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import numba
import numba.experimental.function_type  # lets compiled code take kernels as arguments
from numba import njit, types
from numba.core import event
from numba.extending import is_jitted
from platformdirs import user_cache_path

KEEP_DAYS = 30
RULE_FOLDERS = ("learning", "agents", "model")
NO_RULES = "views"
"""A folder in these whose files cannot hold rules: an edit of a chart need not compile everything again."""
AS_RULE = {"_nrt": False, "forceinline": True}
"""Numba's options: no counting of references, and built into callers."""
MAKE_ARRAYS = frozenset(
    {"arange", "argsort", "array", "copy", "empty", "empty_like", "full", "ones", "zeros", "zeros_like"}
)


@cache
def cache_folder():
    """Folder of the compiled rules of exactly these sources; others are removed after a month."""
    base = Path(os.environ.get("NUMBA_CACHE_DIR") or user_cache_path("carbon-market-abm") / "compiled")
    folder = base / _digest_of_sources()
    if not folder.exists():
        _remove_old(base)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _digest_of_sources():
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(f"numba {numba.__version__}".encode())
    for name in RULE_FOLDERS:
        for file in sorted((root / name).rglob("*.py")):
            place = file.relative_to(root)
            if NO_RULES not in place.parts:
                digest.update(str(place).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _remove_old(base):
    for other in base.glob("*"):
        if len(other.name) == 16 and time.time() - other.stat().st_mtime > KEEP_DAYS * 86400:
            shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _caching_in(folder):
    """Numba reads the folder when a function is decorated; leave the user's own setting as it was."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


def jit(function):
    """Compile ``function`` on its first call, cached on disk. Callable from Python and from compiled functions."""
    with _caching_in(cache_folder()):
        return njit(function, cache=True)


def rule(function):
    """As `jit`, for a function that writes into arrays it is given, makes none, and calls only rules: much faster.

    References to arrays need not be counted then, which takes more time than most rules do. Rules are built into
    their callers, because handing over arrays does, too. TypeError if the function makes arrays.
    """
    _check_rule(function)
    with _caching_in(cache_folder()):
        return njit(function, cache=True, **AS_RULE)


def _check_rule(function):
    """TypeError if a function makes arrays, or calls a compiled one that may: nobody would ever free them."""
    names, known = function.__code__.co_names, function.__globals__
    modules = [known[name] for name in names if inspect.ismodule(known.get(name))]
    called = [known.get(name) for name in names] + [getattr(m, name, None) for m in modules for name in names]
    makers = [f.__name__ for f in called if is_jitted(f) and f.targetoptions.get("_nrt", True)]
    found = sorted({*makers, *MAKE_ARRAYS.intersection(names)})
    if found:
        raise TypeError(
            f"{function.__name__} uses {', '.join(found)}: a rule makes no arrays. Let its caller hand it the room, "
            "or say @jit instead of @rule, kernel(..., makes_arrays=True) instead of kernel(...)"
        )


class Direct:
    """A `rule` for callers in Python whose arguments are of the same types and layouts at every call.

    The types of the first call's arguments are found out; later ones are taken to be of them without a look. For
    dozens of arrays in named tuples the look takes longer than a rule needs for a hundred worlds.
    """

    def __init__(self, rule):
        self.rule, self._entry = rule, None

    def __call__(self, *args):
        """Run it, compiled on the first call."""
        if self._entry is None:
            compiled = not numba.config.DISABLE_JIT
            self._entry = self.rule.compile(tuple(map(numba.typeof, args))) if compiled else self.rule
        return self._entry(*args)

    def __reduce__(self):
        return Direct, (self.rule,)


class _Compiling(event.Listener):
    """Calls a function whenever numba starts to compile."""

    def __init__(self, tell):
        self.tell = tell

    def on_start(self, event):
        self.tell()

    def on_end(self, event):
        pass


def when_compiling(tell):
    """Context in which ``tell()`` is called whenever something is compiled, and not only read from the cache."""
    return event.install_listener("numba:compile", _Compiling(tell))


class Kernel(types.WrapperAddressProtocol):
    """A compiled function of one fixed signature, which a compiled loop may take as an argument.

    So one loop serves every learner and every auction format, and a new one needs no new loop. Called from Python it
    is an ordinary function.
    """

    def __init__(self, function, signature, makes_arrays=False):
        self.function = function
        self._signature = signature
        self._options = {} if makes_arrays else AS_RULE
        if not makes_arrays:
            _check_rule(function)
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__

    def __call__(self, *args):
        """Run it, compiled on the first call."""
        return self._compiled(*args)

    def __reduce__(self):
        return _by_name, (self.function.__module__, self.function.__qualname__)

    @cached_property
    def _compiled(self):
        if numba.config.DISABLE_JIT:
            return self.function
        with _caching_in(cache_folder()):
            return njit(self._signature, cache=True, **self._options)(self.function)

    def signature(self):
        """Numba's signature, which tells compiled callers how to call this."""
        return self._signature

    def __wrapper_address__(self):
        return self._wrapper.__wrapper_address__()

    @cached_property
    def _wrapper(self):
        """Looked up once: it is asked for whenever the kernel is passed to a compiled function."""
        return types.CompileResultWAP(self._compiled.get_compile_result(self._signature))


def _by_name(module, qualname):
    """Find a kernel again after pickling: workers import it, so it is compiled once per process."""
    return attrgetter(qualname)(import_module(module))


warnings.filterwarnings("ignore", message="First-class function type feature is experimental")


def kernel(signature, *, makes_arrays=False):
    """Decorator: compile a function of the given signature into a `Kernel` when it is first needed, as a `rule`."""
    return lambda function: Kernel(function, signature, makes_arrays)
