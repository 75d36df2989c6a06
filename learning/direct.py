"""Compiled rules for callers in Python that always pass arguments of the same types."""

from weakref import WeakKeyDictionary

import numba

from learning.passing import Passed, type_of
from learning.postponed import compiling, interpret

try:  # by which numba itself recognizes the types of arguments
    from numba._dispatcher import compute_fingerprint
except ImportError:
    compute_fingerprint = numba.typeof


class Direct:
    """A `rule` for callers in Python whose arguments have the same types and layouts at every call.

    The first call determines the types of the arguments; later calls do not check them. For dozens of arrays in named
    tuples the check takes longer than a rule needs for a hundred worlds.
    """

    def __init__(self, rule):
        self.rule, self._entry = rule, None

    def __call__(self, *args):
        """Run it, compiled on the first call, or interpreted while it is postponed."""
        if self._entry is None:
            self._entry = self.rule if numba.config.DISABLE_JIT else _machine_code(self.rule, args)
            if self._entry is None:
                return interpret(self.rule.py_func, args, {})
        return self._entry(*args)

    def __reduce__(self):
        return Direct, (self.rule,)


_MACHINE_CODE = WeakKeyDictionary()
"""Of every rule that a `Direct` called: machine code by the `form_of` of the arguments."""


def _machine_code(rule, args):
    """Machine code of a rule for the types of ``args``, one for every form of arguments, whoever calls.

    None while the rule is postponed. That is looked up only where no machine code is known, as it needs the types.
    """
    known, form = _MACHINE_CODE.setdefault(rule, {}), form_of(args)
    if form not in known:
        if hasattr(rule, "is_postponed") and rule.is_postponed(args):
            return None
        with compiling():  # kernels, too, that nobody else compiles
            form = form_of(args)
            if form not in known:
                known[form] = rule.compile(tuple(map(numba.typeof, args)))
    return known[form]


def form_of(value):
    """Hashable value, the same for values of the same numba type, found in a twentieth of the time of the type."""
    if isinstance(value, Passed):
        return type_of(value).name  # of every signature another; the type's own hash is that of all its parts
    try:
        return compute_fingerprint(value)
    except RuntimeError:  # no fingerprint of a kernel, or of a tuple with one
        return (type(value), *map(form_of, value)) if isinstance(value, tuple) else numba.typeof(value)
