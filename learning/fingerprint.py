"""Digest of everything that machine code is compiled from: a function, the values it reads, the functions it calls.

Numba freezes the globals of a function when it compiles it: constants, and the machine code of other compiled
functions, which freeze their own globals. This module looks them up as numba does, by name in the globals of the
function itself, so it does not matter through which import, package or registry a value got there. A value of an
unknown kind raises `UnknownContentError`; none is skipped.
"""

import hashlib
from enum import Enum
from types import BuiltinFunctionType, CodeType, EllipsisType, FunctionType, ModuleType, NoneType

import numpy as np
from numba import types

PLAIN = (NoneType, EllipsisType, bool, int, float, complex, str, bytes, range, slice)
"""Types whose ``repr`` shows the whole value and its type."""
VERSIONED = frozenset({"builtins", "cmath", "llvmlite", "math", "numba", "numpy", "operator"})
"""Packages identified by their version: the names of their functions and classes are enough."""
HOLDERS = (types.Type, tuple, list, dict)
"""Kinds of attributes of a numba type that are, or contain, types."""


class UnknownContentError(ValueError):
    """Raised if a compiled function reads a value of a kind without a digest; the message names both."""


def fingerprint(function):
    """Digest, hexadecimal, of a function and everything it reads and calls; the same in every process."""
    digest = hashlib.sha256()
    for line in _Walk().function(function):
        digest.update(repr(line).encode() + b"\n")
    return digest.hexdigest()


def compiled_callees(function):
    """Compiled functions that a function calls, directly or through others; itself included if it is compiled."""
    walk = _Walk()
    for _ in walk.function(function):
        pass
    return walk.compiled


def describe_types(part):
    """Text that distinguishes types and signatures; numba's own names omit the fields of named tuples."""
    if hasattr(part, "return_type"):
        return describe_types((part.return_type, *part.args))
    if isinstance(part, dict):
        return describe_types(tuple(part.items()))
    if isinstance(part, tuple | list):
        return f"({', '.join(map(describe_types, part))})"
    if not isinstance(part, types.Type):
        return str(part)
    held = vars(part).values()
    holds = [each for each in held if isinstance(each, HOLDERS) or hasattr(each, "return_type")]
    return f"{part}{_named(part)}{describe_types(holds)}"


def _named(part):
    if not isinstance(part, types.BaseNamedTuple):
        return ""
    kind = part.instance_class
    return f"{kind.__module__}.{kind.__qualname__}{kind._fields}"


class _Walk:
    """Describes a function and everything it reads, line by line; each function once, because calls may be mutual."""

    def __init__(self):
        self.seen = {}
        """Functions, and (module, names looked up in it) -> their number."""
        self.compiled = []

    def function(self, value):
        """Describe a function and everything it reads."""
        function = getattr(value, "py_func", value)
        if function in self.seen:
            yield "as above", self.seen[function]
            return
        self.seen[function] = len(self.seen)
        if _is_compiled(value):
            self.compiled.append(value)
        yield function.__module__, function.__qualname__
        yield getattr(value, "targetoptions", None), getattr(value, "locals", None)
        yield from self.code(function.__code__)
        names, where = _names(function.__code__), f"{function.__module__}.{function.__qualname__}"
        defaults = function.__defaults__, function.__kwdefaults__
        yield from self.content(defaults, names, f"a default of {where}")
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
            yield from self.content(cell.cell_contents, names, f"{name} in {where}")
        known = function.__globals__
        for name in names:
            if name in known:
                yield name
                yield from self.content(known[name], names, f"{name} in {where}")

    def code(self, code):
        """Describe bytecode and its line numbers, which appear in tracebacks from machine code."""
        yield code.co_code, code.co_exceptiontable, code.co_flags, code.co_argcount, code.co_kwonlyargcount
        yield code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
        yield code.co_firstlineno, code.co_linetable
        yield from self.each(code.co_consts, (), code.co_name)

    def content(self, value, names, where):
        """Describe a value; of a module, only its attributes in ``names``, those that the function uses."""
        kind = type(value)
        if kind in PLAIN:
            yield repr(value)
        elif kind is CodeType:
            yield from self.code(value)
        elif kind is FunctionType or _is_compiled(value):
            yield from self.function(value)
        elif kind in (tuple, list, dict, set, frozenset):
            yield from self.collection(value, names, where)
        elif isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
            flags = value.flags.writeable, value.flags.aligned
            yield repr(value.dtype), value.shape, value.strides, flags, value.tobytes()
        elif isinstance(value, types.Type | np.dtype):
            yield kind.__name__, describe_types(value)
        elif isinstance(value, ModuleType):
            yield from self.module(value, names, where)
        elif isinstance(value, type):
            yield from self.type(value, names, where)
        elif isinstance(value, Enum) or (isinstance(value, tuple) and hasattr(value, "_fields")):
            yield from self.type(kind, names, where)
            yield from self.content(value.value if isinstance(value, Enum) else tuple(value), names, where)
        elif isinstance(value, BuiltinFunctionType | np.ufunc) and _is_versioned(value):
            yield kind.__name__, value.__name__
        else:
            raise UnknownContentError(f"{where} is of {kind.__module__}.{kind.__qualname__}")

    def each(self, values, names, where):
        """Describe values in their order."""
        yield len(values)
        for value in values:
            yield from self.content(value, names, where)

    def collection(self, value, names, where):
        """Describe a tuple, list, dict or set; sets sorted, because their order differs between processes."""
        yield type(value).__name__
        if isinstance(value, dict):
            yield from self.each([part for item in value.items() for part in item], names, where)
        elif isinstance(value, set | frozenset):
            yield sorted(repr(list(self.content(part, names, where))) for part in value)
        else:
            yield from self.each(value, names, where)

    def module(self, module, names, where):
        """Describe the attributes of a module that a function may read."""
        yield module.__name__
        if (module, names) in self.seen or _top(module.__name__) in VERSIONED:
            return
        self.seen[module, names] = len(self.seen)
        for name in names:
            if hasattr(module, name):
                yield name
                yield from self.content(getattr(module, name), names, f"{where}.{name}")

    def type(self, kind, names, where):
        """Describe a class that compiled code can use: a named tuple, an enumeration, an exception, a numpy class."""
        yield kind.__module__, kind.__qualname__
        if issubclass(kind, Enum):
            members = {name: member.value for name, member in kind.__members__.items()}
            yield from self.content(members, names, where)
        elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
            yield kind._fields
            yield from self.content(kind._field_defaults, names, where)
        elif not (issubclass(kind, BaseException) or _top(kind.__module__) in VERSIONED):
            raise UnknownContentError(f"{where} is the class {kind.__qualname__}")


def _names(code):
    """Names of globals and attributes in bytecode, including those in functions defined inside it."""
    inner = [name for const in code.co_consts if isinstance(const, CodeType) for name in _names(const)]
    return tuple(dict.fromkeys((*code.co_names, *inner)))


def _is_compiled(value):
    return isinstance(getattr(value, "_numba_type_", None), types.Dispatcher)


def _is_versioned(value):
    return isinstance(value, np.ufunc) or _top(value.__module__ or "") in VERSIONED


def _top(module):
    return module.partition(".")[0]
