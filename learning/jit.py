"""Compiled rules, with an on-disk cache that cannot go stale.

Numba's own cache does not notice an edit in another file: a cached caller keeps the old callee. This one finds
machine code by a digest of everything it is compiled from (`fingerprint`), so an edit compiles the functions that it
affects and nothing else, and a second copy of the same sources compiles nothing.
No ``fastmath`` and no ``parallel``: they change results.
"""

import inspect
import pickle
import shutil
import sys
import warnings
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import llvmlite
import numba
import numpy as np
from numba import njit
from numba.core import event
from numba.extending import is_jitted

from learning.callees import is_stored, translate_as_callee
from learning.compile_cache import cache_base, digest, digest_of_sources, load_bytes, save_bytes, stored
from learning.direct import form_of
from learning.fingerprint import UnknownContentError, compiled_callees, describe_types, fingerprint
from learning.lowering import ENTRIES
from learning.passing import Arguments, KernelType, Passed, fit
from learning.postponed import interpret, is_postponed

try:  # internals of numba: `_keep` manages without them
    from numba.core.caching import NullCache
    from numba.core.compiler import CompileResult
    from numba.core.compiler_lock import global_compiler_lock
    from numba.core.serialize import dumps
except ImportError:
    CompileResult = None

AS_RULE = ENTRIES | {"_nrt": False, "forceinline": True}
"""Numba's options: no reference counting, and inlining into callers."""
MAKE_ARRAYS = frozenset(
    {"arange", "argsort", "array", "copy", "empty", "empty_like", "full", "ones", "zeros", "zeros_like"}
)
COMPILER = ("jit.py", "passing.py", "lanes.py", "lowering.py", "callees.py", "fingerprint.py")
"""Files that determine how a rule is compiled and found."""
SWITCHES = ("BOUNDSCHECK", "DEBUGINFO_DEFAULT", "LOOP_VECTORIZE", "OPT", "SLP_VECTORIZE")
"""Numba's switches that change machine code; the environment sets each as NUMBA_ and its name."""


def jit(function):
    """Compile ``function`` on its first call, cached on disk, for callers in Python and in compiled functions."""
    return _keep(translate_as_callee(njit(function, **ENTRIES)))


def rule(function):
    """As `jit`, for a function that writes into its array arguments, makes none, and calls only rules: much faster.

    References to arrays then need no counting, which takes more time than most rules do. Rules are inlined into
    their callers, because passing arrays is as costly. TypeError if the function makes arrays.
    """
    _check_rule(function)
    return _keep(translate_as_callee(njit(function, **AS_RULE)))


def driver(function):
    """As `rule`, for the loop over periods that Python calls: other threads of Python go on while it runs.

    It must not write what another thread may use at the same time, such as arrays that two models share. For calls that
    take long: a thread that has let others go on may wait for milliseconds until it is its turn again.
    """
    _check_rule(function)
    return _keep(translate_as_callee(njit(function, **AS_RULE, nogil=True)))


def _check_rule(function):
    """TypeError if a function makes arrays, or calls a compiled one that may: they would never be freed."""
    names, known = function.__code__.co_names, function.__globals__
    modules = [known[name] for name in names if inspect.ismodule(known.get(name))]
    called = [known.get(name) for name in names] + [getattr(m, name, None) for m in modules for name in names]
    makers = [f.__name__ for f in called if is_jitted(f) and f.targetoptions.get("_nrt", True)]
    found = sorted({*makers, *MAKE_ARRAYS.intersection(names)})
    if found:
        raise TypeError(
            f"{function.__name__} uses {', '.join(found)}: a rule makes no arrays. Let its caller pass the arrays, or "
            "use @jit instead of @rule, kernel(..., makes_arrays=True) instead of kernel(...)"
        )


class _Compiling(event.Listener):
    """Calls a function whenever numba starts to compile."""

    def __init__(self, callback):
        self.callback = callback

    def on_start(self, event):
        self.callback()

    def on_end(self, event):
        pass


def when_compiling(callback):
    """Context in which ``callback()`` is called whenever a function is compiled instead of read from the cache."""
    return event.install_listener("numba:compile", _Compiling(callback))


class Kernel(Passed):
    """A compiled function of one fixed signature, which compiled loops can take as an argument.

    One loop therefore serves every learner and every auction format, including new ones. Python calls it as an
    ordinary function.
    """

    def __init__(self, function, signature, makes_arrays=False):
        self.function = function
        self.type = KernelType(signature)
        self._signature = signature.return_type(Arguments(signature.args))
        self._options = ENTRIES if makes_arrays else AS_RULE
        self._fitting = set()
        if not makes_arrays:
            _check_rule(function)
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__

    def __call__(self, *args):
        """Run it, compiled on the first call, or interpreted while it is postponed; TypeError for other arguments."""
        if numba.config.DISABLE_JIT:
            return self.function(*args)
        if self.is_postponed():
            return interpret(self.function, args, {})
        form = form_of(args)
        if form not in self._fitting:
            self._check(args)
            self._fitting.add(form)
        return self._compiled.entry_point(args)

    def _check(self, args):
        given, wanted = tuple(map(numba.typeof, args)), self.type.signature.args
        if not fit(self._dispatcher.typingctx, given, wanted):
            raise TypeError(f"No matching definition: {self.__name__} takes {wanted}, got {given}")

    def __reduce__(self):
        return _by_name, (self.function.__module__, self.function.__qualname__)

    def is_postponed(self):
        """Whether it has to run interpreted now, see `learning.postponed`."""
        known = "_compiled" in self.__dict__
        return not known and is_postponed(self, lambda: is_stored(self._dispatcher, self._signature))

    @cached_property
    def _dispatcher(self):
        function = translate_as_callee(njit(**self._options)(self.function))

        def kernel(arguments):
            return function(*arguments)

        for name in ("__module__", "__name__", "__qualname__"):
            setattr(kernel, name, getattr(self.function, name))
        return _keep(translate_as_callee(njit(**self._options)(kernel)))

    @cached_property
    def _compiled(self):
        self._dispatcher.compile(self._signature)
        return self._dispatcher.get_compile_result(self._signature)

    @cached_property
    def address(self):
        """Address of the machine code, for compiled callers."""
        return self._compiled.library.get_pointer_to_function(self._compiled.fndesc.llvm_func_name)

    def compile(self, signature=None):
        """Compile it now; ``signature`` : as for a rule, it has only one."""
        return self._compiled


def _by_name(module, qualname):
    """Import a kernel by name after unpickling, so that a worker process compiles it only once."""
    return attrgetter(qualname)(import_module(module))


def kernel(signature, *, makes_arrays=False):
    """Decorator: make a `Kernel` of the given signature, compiled as a `rule` when it is first needed."""
    return lambda function: Kernel(function, signature, makes_arrays)


def _keep(compiled):
    """Attach a cache on disk: `RuleCache`, or numba's own in a folder per state of all sources if it does not fit."""
    if not is_jitted(compiled):  # NUMBA_DISABLE_JIT
        return compiled
    needed = (CompileResult, "_reduce"), (CompileResult, "_rebuild"), (compiled, "_cache")
    if all(hasattr(*each) for each in needed):
        compiled._cache = RuleCache(compiled)
        return compiled
    folder = cache_base() / digest(_compiler(), digest_of_sources())
    with suppress(OSError), _caching_in(folder):
        folder.mkdir(parents=True, exist_ok=True)
        compiled.enable_caching()
    return compiled


@contextmanager
def _caching_in(folder):
    """Context in which numba's cache folder is ``folder``; numba reads the setting when caching is enabled."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


@cache
def _compiler():
    """Digest of the compiler: versions, and our part of it."""
    versions = [module.__version__ for module in (numba, llvmlite, np)]
    own = [Path(__file__).with_name(name).read_bytes() for name in COMPILER]
    return digest(sys.implementation.cache_tag, getattr(sys, "abiflags", ""), versions, own)


class RuleCache:
    """Machine code of one function on disk: a folder per fingerprint of the function, a file per argument types.

    Numba calls `load_overload` before it compiles the function for new types, and `save_overload` afterwards.
    """

    def __init__(self, compiled):
        self._compiled = compiled
        self._missed = {}
        self._compiled_in = set()

    @property
    def cache_path(self):
        """Folder of the function in its present state; numba shows it in its statistics."""
        made_of = (fingerprint(self._compiled), [getattr(numba.config, name, None) for name in SWITCHES])
        return str(cache_base() / digest(_compiler(), *made_of))

    def has(self, signature, context):
        """Whether there is nothing to gain by waiting: machine code is stored, or can never be."""
        with global_compiler_lock:  # two threads at once would find numba's registrations half read
            context.refresh()
        try:
            return stored(self._file(signature, context)).exists()
        except UnknownContentError:
            return True

    def load_overload(self, signature, context):
        """Machine code for these argument types; None if it has to be compiled."""
        context.refresh()
        try:
            file = self._file(signature, context)
        except UnknownContentError as error:
            name = f"{self._compiled.__module__}.{self._compiled.__qualname__}"
            warnings.warn(f"{name} is compiled anew in every process: {error}", stacklevel=2)
            return None
        self._compiled_in.add(str(file.parent))
        self._missed[signature] = file
        with suppress(Exception):  # a file that cannot be read is compiled again
            kept_for, code = pickle.loads(load_bytes(stored(file)))
            if kept_for == signature:
                return CompileResult._rebuild(context, *pickle.loads(code))
        return None

    def save_overload(self, signature, result):
        """Store machine code, unless it holds addresses of this process or values that have changed since."""
        file = self._missed.pop(signature, None)
        movable = all(part.can_cache for part in result.lifted) and not result.library.has_dynamic_globals
        with suppress(UnknownContentError):
            if file and movable and all(map(_is_current, compiled_callees(self._compiled))):
                save_bytes(file, dumps((signature, dumps(result._reduce()))))

    def for_callee(self):
        """Cache for a function that is only translated for its caller: nothing is stored, its state is noted."""
        with suppress(UnknownContentError):  # the caller reads the same content, and warns
            self._compiled_in.add(self.cache_path)
        return NullCache()

    def is_current(self):
        """Whether all code compiled in this process comes from the function in its present state."""
        return self._compiled_in <= {self.cache_path}

    def flush(self):
        """Remove the function's files; numba calls this before it compiles the function again."""
        shutil.rmtree(self.cache_path, ignore_errors=True)

    def _file(self, signature, context):
        call = digest(describe_types(signature), context.codegen().magic_tuple())
        return Path(self.cache_path) / f"{self._compiled.__name__}-{call}.nbc"


def _is_current(compiled):
    """Whether this process's machine code is of the function in its present state; True if the cache is not ours."""
    return not isinstance(compiled._cache, RuleCache) or compiled._cache.is_current()
