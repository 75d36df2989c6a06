"""Imports of large libraries put off until something of them is used, so that a command starts at once.

Mesa imports pandas, NetworkX and SciPy whatever a program does with it; a run needs none of them before its tables
are written. Only the ``carbon`` command does this: a program that imports our packages gets its imports as usual.
"""

import importlib
import importlib.util
import sys
import threading
from types import ModuleType

LARGE = ("pandas", "networkx", "highspy", "mesa.experimental", "mesa.discrete_space")
"""Libraries of which a run that writes no table uses nothing."""
BLAS = "scipy.linalg.cython_blas"
"""Numba imports it, and so all of scipy.linalg, to see whether there is one; only products of matrices use it."""


def import_lazily(*names):
    """Let each of these modules run when its first attribute is read, not when it is imported."""
    sys.meta_path.insert(0, _Finder(names))


def stand_in_for(name):
    """Let a part of a package be found without importing the package, until its first attribute is read."""
    package = name.partition(".")[0]
    if name not in sys.modules and importlib.util.find_spec(package):
        sys.modules[name] = _StandIn(name)


def import_alone(*names):
    """Import modules of one package without its ``__init__``, which would import the whole package; return them.

    They are forgotten again, so that a later import of the package finds itself as usual: use what is returned, and
    let none of its classes out. A package that has been imported already is used as it is.
    """
    package = names[0].partition(".")[0]
    if package in sys.modules:
        return [importlib.import_module(name) for name in names]
    sys.modules[package] = importlib.util.module_from_spec(importlib.util.find_spec(package))
    try:
        return [importlib.import_module(name) for name in names]
    finally:
        for name in [each for each in sys.modules if each.partition(".")[0] == package]:
            del sys.modules[name]


class _Finder:
    """Finds the named modules as usual, and gives them a loader that waits."""

    def __init__(self, names):
        self.names = set(names)

    def find_spec(self, name, path=None, target=None):
        """Return the module's usual spec with a loader that waits; None for every other module."""
        # the whole, run for the sake of this part, has imported it
        if name in sys.modules and target is None:
            return importlib.util.spec_from_loader(name, _Present())
        if name not in self.names:
            return None
        self.names.remove(name)  # the search below comes here again
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Waiting(spec.loader)
        return spec


class _Waiting:
    """Loader that makes a module and leaves it empty until it is used."""

    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        """Make the module as its own loader does."""
        return self.loader.create_module(spec)

    def exec_module(self, module):
        """Leave the module empty."""
        # whoever imports a part of it reads this first, and so runs the whole
        module.__dict__.pop("__path__", None)
        module.__class__ = _Unused

    def __getattr__(self, name):
        return getattr(self.loader, name)


class _Present:
    """Loader of a module that has been imported meanwhile."""

    def create_module(self, spec):
        """Return the module as it is."""
        self.before = sys.modules[spec.name].__spec__
        return sys.modules[spec.name]

    def exec_module(self, module):
        """Leave the module as it is."""
        module.__spec__ = self.before


CYTHON = "__pyx_capi__"
"""Where Cython keeps the functions that C may call."""
_FILLING = ("__version__", "__all__", "__path__")
"""Special names that a module has only after it ran; for others, such as ``__wrapped__``, it need not run."""


class _Unused(ModuleType):
    """A module that nobody has used: the first attribute that it lacks fills it.

    Not `importlib.util.LazyLoader`, whose modules load as soon as `inspect` walks over ``sys.modules``, as in Mesa.
    """

    def __getattr__(self, name):
        special = name.startswith("__") and name.endswith("__")
        if not special or name in _FILLING:
            _load(self)
            if name in self.__dict__:
                return self.__dict__[name]
            if "__getattr__" in self.__dict__:  # the library's own
                return self.__dict__["__getattr__"](name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __dir__(self):
        _load(self)
        return dir(self)


class _StandIn(ModuleType):
    """Takes the place of a module; the first attribute that it lacks imports the module itself and is read there."""

    def __getattr__(self, name):
        if name.startswith("__") and name not in ("__all__", CYTHON):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        with _loading:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
            return getattr(importlib.import_module(self.__name__), name)


_loading = threading.RLock()


def _load(module):
    """Run the module's own code, once; other threads wait, and the code itself may read what it has made so far."""
    with _loading:
        spec, waiting = module.__spec__, module.__spec__.loader
        if not isinstance(waiting, _Waiting):
            return
        spec.loader = module.__loader__ = waiting.loader
        if spec.submodule_search_locations is not None:
            module.__path__ = spec.submodule_search_locations
        waiting.loader.exec_module(module)
        module.__class__ = ModuleType
