"""Rules met as callees: typed and lowered for the caller that inlines them, not compiled for themselves as well.

Numba optimises every function that a compiled one calls, and makes machine code of it, before it is inlined. Of the
compilations of a model nine in ten are rules that nobody calls from Python, so most of the first run's waiting was for
code that never runs. Such a rule is only translated here; the caller's optimiser sees the same instructions. A rule
that Python does call is compiled in full at that call, and callers still take its translation: what is optimised twice
may be slower, and machine code must not depend on what was called before.
"""

from contextlib import contextmanager

from learning.frames import call_with_room
from learning.passing import Passed
from learning.postponed import compiling, interpret, is_postponed, still_missing

try:  # internals of numba: without them every rule is compiled in full
    from numba.core import sigutils
    from numba.core.compiler_lock import global_compiler_lock
    from numba.core.dispatcher import Dispatcher, NullCache, OmittedArg
    from numba.core.registry import CPUDispatcher
    from numba.core.types import unliteral

    from learning.lowering import RuleCompiler, Translated, Translator, remembering_types, seldom_collecting

    NEEDED = (
        "_compile_for_args",
        "add_overload",
        "compile",
        "get_call_template",
        "get_overload",
        "nopython_signatures",
        "typeof_pyval",
    )
    AVAILABLE = all(hasattr(Dispatcher, name) for name in NEEDED)
except ImportError:
    AVAILABLE = False


def translate_as_callee(compiled):
    """Let numba's dispatcher ``compiled`` be translated only when a compiled function calls it; return it."""
    if (
        AVAILABLE
        and type(compiled) is CPUDispatcher
        and hasattr(getattr(compiled, "_compiler", None), "pipeline_class")
    ):
        compiled.__class__ = RuleDispatcher
        compiled._compiler.pipeline_class = RuleCompiler
        compiled._is_callee, compiled.translations = False, {}
    return compiled


def is_stored(compiled, signature):
    """Whether machine code of ``compiled`` is in its cache; True, too, if its cache cannot say."""
    cache = getattr(compiled, "_cache", None)
    return not hasattr(cache, "has") or cache.has(signature, compiled.targetctx)


if AVAILABLE:

    class RuleDispatcher(CPUDispatcher):
        """A compiled rule that is only translated when a compiled function calls it."""

        def get_call_template(self, args, kws):
            """Type a call in a compiled function, for which a translation is enough.

            Numba knows the value of a constant argument by its type: each would have a translation of its own, of
            which the optimiser makes nothing more.
            """
            args = tuple(map(unliteral, args))
            kws = {name: unliteral(kind) for name, kind in dict(kws).items()}
            with global_compiler_lock:
                self._is_callee = True
                try:
                    return super().get_call_template(args, kws)
                finally:
                    self._is_callee = False

        def compile(self, sig):
            """Compile for argument types: in full, unless the caller is a compiled function."""
            with global_compiler_lock, seldom_collecting(), remembering_types():
                if not self._is_callee:
                    return call_with_room(super().compile, sig)
                self._is_callee = False  # not for what is called meanwhile
                with self._translating():
                    return super().compile(sig)

        def add_overload(self, cres):
            """Keep a result; a translation is unknown to calls from Python, which compile in full."""
            if isinstance(cres.entry_point, Translated):
                self.overloads[tuple(cres.signature.args)] = cres
            else:
                super().add_overload(cres)

        def get_overload(self, sig):
            """Return what a compiled caller links in: the translation, if there is one."""
            args = tuple(sigutils.normalize_signature(sig)[0])
            known = self.translations.get(args)
            return super().get_overload(sig) if known is None else known.entry_point

        @property
        def nopython_signatures(self):
            """Signatures of translations and of machine code."""
            return [each.signature for each in (self.overloads | self.translations).values()]

        def _compile_for_args(self, *args, **kws):
            """Find machine code for a call from Python that has none; numba then calls what is returned."""
            if not self.is_postponed(args):
                with compiling():  # kernels, too, that nobody else compiles
                    return super()._compile_for_args(*args, **kws)
            self.__class__ = PostponedDispatcher
            return lambda *args: interpret(self.py_func, map(_without_default, args), {})

        def is_postponed(self, args):
            """Whether a call with these arguments has to run interpreted now, see `learning.postponed`."""
            return is_postponed(self, lambda: self._is_there(args), lambda: self._types_of(args))

        def _types_of(self, args):
            with compiling():  # types of kernels as the machine code knows them
                return tuple(map(self.typeof_pyval, args))

        def _is_there(self, args):
            # each kernel is asked for, so that all are ordered
            postponed = [kernel.is_postponed() for kernel in _kernels_in(args)]
            if any(postponed):
                return False
            signature = self._types_of(args)
            return signature in self.overloads or is_stored(self, signature)

        @contextmanager
        def _translating(self):
            """Context in which results are translations, and are neither looked up nor stored on disk."""
            kept, full, made = self._cache, self._compiler.pipeline_class, self.overloads
            self._cache = kept.for_callee() if hasattr(kept, "for_callee") else NullCache()
            self._compiler.pipeline_class, self.overloads = Translator, self.translations
            try:
                yield
            finally:
                self._cache, self._compiler.pipeline_class, self.overloads = kept, full, made

    class PostponedDispatcher(RuleDispatcher):
        """A rule found without machine code, while calls from Python run it interpreted.

        A class of its own, because numba's way to the machine code must not become longer for all rules.
        """

        def __call__(self, *args, **kws):
            """Run the rule interpreted; as usual from when its machine code may be there."""
            if still_missing(self):
                return interpret(self.py_func, args, kws)
            self.__class__ = RuleDispatcher
            return self(*args, **kws)

    def _without_default(value):
        """Return the value of an argument that the caller left to its default, which numba wraps."""
        return value.value if isinstance(value, OmittedArg) else value

    def _kernels_in(values):
        """Yield the kernels among arguments and inside tuples; compiled code takes their addresses."""
        for value in values:
            if isinstance(value, Passed):
                yield value
            elif isinstance(value, tuple):
                yield from _kernels_in(value)
