"""Machine code of rules, from numba with what a rule needs: three tenths of its time go into what none does.

Numba writes a second entry of every function, for callers in C. It runs the optimiser on functions that are only
named, too. Its objects are many, so that Python's search for garbage takes a tenth of the time and finds little.
"""

import gc
from contextlib import contextmanager
from types import CodeType

from numba import types
from numba.extending import models, register_model

from learning.compile_cache import RULE_FOLDERS
from learning.garbage import collect_after

try:  # internals of numba: without them every rule is compiled in full, as numba does it
    from llvmlite.binding.newpassmanagers import FunctionPassManager, create_new_function_pass_manager
    from numba.core.codegen import CPUCodegen, JITCodeLibrary
    from numba.core.compiler import Compiler, DefaultPassBuilder
    from numba.core.compiler_machinery import register_pass
    from numba.core.targetconfig import ConfigStack
    from numba.core.typed_passes import NativeLowering, NopythonRewrites
    from numba.core.types.functions import BaseFunction
    from numba.core.untyped_passes import InlineClosureLikes

    NEEDED = (
        (
            JITCodeLibrary,
            ("_finalize_dynamic_globals", "_get_module_for_linking", "_optimize_functions", "finalize"),
        ),
        (CPUCodegen, ("_pass_builder",)),
        (FunctionPassManager, ("add_simplify_cfg_pass", "add_sroa_pass", "run")),
        (BaseFunction, ("get_call_type",)),
        (ConfigStack, ("top_or_none",)),
    )
    AVAILABLE = all(hasattr(kind, name) for kind, names in NEEDED for name in names)
except ImportError:
    AVAILABLE = False

ENTRIES = {"no_cfunc_wrapper": True}
"""Numba's option: no entry for callers in C, which has the arguments of every array spelled out once more."""
MANY = 1_000_000
"""Objects made, and not yet of no use, after which Python looks for garbage while rules are compiled: it takes about
as many, and 80 MB more, to compile a model."""


@contextmanager
def seldom_collecting():
    """Context, under numba's lock, in which Python seldom looks for garbage; at its end what was made counts as old."""
    before = collect_after(MANY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if gc.get_count()[0] > before[0] and not gc.get_freeze_count():
            gc.freeze()  # else Python would look at everything new at once
            gc.unfreeze()


class _Whole:
    """How numba passes a tuple to a compiled function: as it is, where it would take every array in it apart."""

    def get_argument_type(self):
        """Type of what is passed."""
        return self.get_value_type()

    def as_argument(self, builder, value):
        """Take what to pass from the tuple."""
        return value

    def from_argument(self, builder, value):
        """Make the tuple from what was passed."""
        return value


class WholeTuple(_Whole, models.TupleModel):
    """How numba keeps named tuples of different types."""


class WholeUniTuple(_Whole, models.UniTupleModel):
    """How numba keeps named tuples of one type."""


def _pass_whole(kind, whole, usual):
    """Let named tuples of our modules be passed whole; code of others, in numba's own cache, expects the usual."""

    def model_of(manager, named):
        ours = named.instance_class.__module__.partition(".")[0] in RULE_FOLDERS
        return (whole if ours else usual)(manager, named)

    register_model(kind)(model_of)


_pass_whole(types.NamedTuple, WholeTuple, models.TupleModel)
_pass_whole(types.NamedUniTuple, WholeUniTuple, models.UniTupleModel)


if AVAILABLE:

    @contextmanager
    def remembering_types():
        """Context, under numba's lock, in which numba types an operation on like operands once.

        It does so for every operation of a function, and again when it writes the instructions. What is remembered ends
        with the outermost of nested contexts, as new implementations may be registered afterwards.
        """
        usual = BaseFunction.get_call_type
        if hasattr(usual, "known"):
            yield
            return
        BaseFunction.get_call_type = _remembering(usual)
        try:
            yield
        finally:
            BaseFunction.get_call_type = usual

    def _remembering(find):
        known, number = {}, _numbering()

        def get_call_type(function, context, args, kws):
            flags = number(ConfigStack.top_or_none())
            asked = function, context, tuple(args), tuple(kws.items()), flags
            if asked not in known:
                known[asked] = find(function, context, args, kws)
            return known[asked]

        get_call_type.known = known
        return get_call_type

    def _numbering():
        """Return a function that gives equal flags equal numbers, as to compare them takes long."""
        different, numbers = [], {}

        def number(flags):
            if id(flags) not in numbers:
                if flags not in different:
                    different.append(flags)
                numbers[id(flags)] = different.index(flags), flags  # kept, so that no other gets its id
            return numbers[id(flags)][0]

        return number

    class Translated:
        """Stands for the machine code that a translated rule does not have; callers know the rule by it."""

    class RuleLibrary(JITCodeLibrary):
        """Instructions of a rule and its callees; what the rule only names is not optimised."""

        def _optimize_functions(self, module):
            """Keep variables in registers and join blocks, as often as each function is linked.

            Numba optimises every function in full before it is linked, and again afterwards with its callers.
            """
            module.data_layout = self._codegen._data_layout
            for function in module.functions:
                if not function.is_declaration:
                    passes = create_new_function_pass_manager()
                    passes.add_sroa_pass()
                    passes.add_simplify_cfg_pass()
                    passes.run(function, self._codegen._pass_builder())

    class TranslatedLibrary(RuleLibrary):
        """Instructions of a rule and its callees, linked, neither optimised together nor made machine code."""

        def finalize(self):
            """Link the callees in; the caller that this library is linked into optimises everything together."""
            for library in dict.fromkeys(self._linking_libraries):
                self._reload_init.update(library._reload_init)
                self._final_module.link_in(library._get_module_for_linking(), preserve=True)
            self._finalize_dynamic_globals()
            self._finalized = True

    @register_pass(mutates_CFG=True, analysis_only=False)
    class RuleLowering(NativeLowering):
        """Numba's pass that writes instructions and makes machine code of them."""

        _name = "rule_lowering"
        library = RuleLibrary

        def run_pass(self, state):
            """Write the instructions into a library of our kind."""
            if state.library is None:
                state.library = state.targetctx.codegen().create_library(state.func_id.func_qualname)
                state.library.__class__ = self.library
                state.library.enable_object_caching()
            return super().run_pass(state)

    @register_pass(mutates_CFG=True, analysis_only=False)
    class Translation(RuleLowering):
        """The pass that writes instructions, without entries for Python and without machine code."""

        _name = "translation"
        library = TranslatedLibrary

        @property
        def lowering_class(self):
            """Numba's writer of instructions; from here on, when the function has its name, nothing else is made.

            Flags are part of the name, by which functions that call each other find one another.
            """
            self.flags.no_compile = self.flags.no_cpython_wrapper = self.flags.no_cfunc_wrapper = True
            return super().lowering_class

        def run_pass(self, state):
            """Write the instructions, and let callers find them by a key of their own."""
            self.flags = state.flags
            super().run_pass(state)
            made = state["cr"]
            state["cr"] = made._replace(cfunc=Translated())
            state.targetctx.insert_user_function(state["cr"].cfunc, made.fndesc, [state.library])
            return True

    @register_pass(mutates_CFG=True, analysis_only=False)
    class RuleClosures(InlineClosureLikes):
        """Numba's pass that inlines functions within functions, and lists of which arrays are made."""

        _name = "rule_closures"

        def run_pass(self, state):
            """Inline, where there is a function within, or a list."""
            code = state.func_id.code
            without = not state.flags.nrt and not any(isinstance(each, CodeType) for each in code.co_consts)
            return not without and super().run_pass(state)

    @register_pass(mutates_CFG=True, analysis_only=False)
    class RuleRewrites(NopythonRewrites):
        """Numba's pass that computes with whole arrays in one loop, and looks up fields named by a text."""

        _name = "rule_rewrites"

        def run_pass(self, state):
            """Rewrite, where arrays are made, or there is a text."""
            without = not state.flags.nrt and not any(
                isinstance(each, types.StringLiteral) for each in state.typemap.values()
            )
            return not without and super().run_pass(state)

    class RuleCompiler(Compiler):
        """Numba's compiler with our passes."""

        last = RuleLowering

        def define_pipelines(self):
            """Return the usual passes, but for ours."""
            ours = {
                NativeLowering: self.last,
                InlineClosureLikes: RuleClosures,
                NopythonRewrites: RuleRewrites,
            }
            passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
            passes.passes = [(ours.get(each, each), about) for each, about in passes.passes]
            passes._finalized = False
            passes.finalize()
            return [passes]

    class Translator(RuleCompiler):
        """Numba's compiler up to the translation."""

        last = Translation
