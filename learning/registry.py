"""Names for interchangeable parts: learners, auction formats, kinds of firm, systems, metrics."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from weakref import WeakSet

_all = WeakSet()


def registries():
    """Every registry of this process."""
    return list(_all)


class UnknownNameError(ValueError):
    """Raised for a name that is not registered; the message offers the nearest registered one."""


def unknown(kind, name, known):
    """Error for an unknown ``name``, with the kind, the value, and the nearest or all known names."""
    near = get_close_matches(str(name), [str(k) for k in known], n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(map(str, known))}"
    return UnknownNameError(f"unknown {kind} {name!r}; {hint}")


class Registry(Mapping):
    """Parts of one kind by name, in the order of registration.

    >>> formats = Registry("auction format")
    >>> @formats.register("uniform")
    ... def uniform(): ...
    >>> list(formats)
    ['uniform']
    """

    def __init__(self, kind):
        self.kind = kind
        self._parts = {}
        _all.add(self)

    def register(self, name):
        """Decorator: register the class or function as ``name``. ValueError if the name is taken."""

        def add(part):
            if name in self._parts:
                raise ValueError(f"{self.kind} {name!r} is registered already, by {self._parts[name]!r}")
            self._parts[name] = part
            return part

        return add

    @contextmanager
    def temporarily(self, name, part):
        """Context in which ``part`` is registered as ``name``. ValueError if the name is taken.

        >>> formats = Registry("auction format")
        >>> with formats.temporarily("uniform", object()):
        ...     list(formats)
        ['uniform']
        >>> list(formats)
        []
        """
        with self.unchanged():
            yield self.register(name)(part)

    @contextmanager
    def unchanged(self):
        """Context after which the registry is as before: parts registered in it are removed."""
        before = dict(self._parts)
        try:
            yield
        finally:
            self._parts.clear()
            self._parts.update(before)

    def __getitem__(self, name):
        try:
            return self._parts[name]
        except (KeyError, TypeError):
            raise unknown(self.kind, name, self._parts) from None

    def __contains__(self, name):
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self):
        return len(self._parts)

    __hash__ = object.__hash__  # each is one of its own, whatever it holds


def import_modules(package, path):
    """Import every module of a package, so that every file in the folder registers its parts."""
    for module in sorted(m.name for m in pkgutil.iter_modules(path)):
        importlib.import_module(f"{package}.{module}")
