"""Orders: rules by name and types of arguments, so that another process can compile them into the shared cache."""

import pickle
import sys
from importlib import import_module
from operator import attrgetter
from typing import NamedTuple

from learning.compile_cache import ROOT


class Order(NamedTuple):
    """A rule of a module of this project to be compiled, picklable and hashable."""

    module: str
    name: str
    """Its name in the module, with dots."""
    signature: tuple | None
    """Numba's types of the arguments; None for a kernel, which has its own."""

    def compile(self):
        """Compile it in this process, which stores the machine code."""
        attrgetter(self.name)(import_module(self.module)).compile(self.signature)


def order_of(part, signature):
    """Return the `Order` of a rule or kernel; None if another process would not find it, such as one of a plug-in."""
    function = getattr(part, "py_func", None) or part.function
    module, name = function.__module__, function.__qualname__
    try:
        known = attrgetter(name)(sys.modules[module])
        order = Order(module, name, signature)
        pickle.dumps(order)
    except (AttributeError, KeyError, TypeError, pickle.PicklingError):
        return None
    return order if known is part and _is_ours(module) else None


def _is_ours(module):
    """Whether a module of this name, in another process that has the project in its path, is the same file."""
    file, expected = getattr(sys.modules[module], "__file__", None), ROOT.joinpath(*module.split("."))
    return file in (str(expected.with_suffix(".py")), str(expected / "__init__.py"))
