"""How much memory objects take."""

import gc
import sys
import types
import weakref

import numpy as np

SHARED = (
    *(type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType),
    *(weakref.ProxyType, weakref.CallableProxyType),
)
"""Kinds of objects that others use as well."""
PLAIN = (int, float, str, bytes, bool, type(None))
BYTES_PER_ITEM = 32
"""Of a number in a list, with its place."""


def bytes_of(root):
    """Bytes, about, of ``root`` and all that it alone refers to: arrays, tables, and lists of numbers."""
    seen, waiting, total = set(), [root], 0
    while waiting:
        each = waiting.pop()
        if id(each) in seen or issubclass(
            type(each), SHARED
        ):  # not isinstance, which asks what a proxy stands for
            continue
        seen.add(id(each))
        if isinstance(each, np.ndarray):
            total += each.nbytes if each.base is None else 0
            waiting += [each.base] if each.base is not None else []
        elif isinstance(each, (list, tuple)) and each and isinstance(each[0], PLAIN):
            total += len(each) * BYTES_PER_ITEM
        else:
            total += sys.getsizeof(each, 0)
            waiting += gc.get_referents(each)
    return total
