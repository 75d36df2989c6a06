"""Parameters, each declared once: default, range, unit, help and source in one place.

The declaration gives the Python default, validation, the slider, the command-line flag, the sweep range, the check
of presets and the tables of the documentation.
"""

import hashlib
import math
from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import dataclass_transform

from learning.registry import unknown
from learning.regular_files import read_regular
from learning.shares import read_shares, write_shares


class ParameterError(ValueError):
    """Raised for a parameter that does not exist or a value that is not allowed."""


@dataclass(frozen=True)
class File:
    """A kind of file that a knob can name, declared beside its reader."""

    holds: str
    """Plural noun for the contents, such as firms."""
    read: Callable
    """Function that reads the file at a path; ValueError naming file and place if the contents are wrong."""
    form: str = "CSV file"
    suffixes: tuple = (".csv",)
    """Allowed endings of an upload; a template has the first one."""
    usual: str = ""
    """Plural noun for the default without a file, such as firms drawn at random; empty: none."""
    by_firm: bool = True
    """Whether it holds as many as there are firms, so that a page can say how many."""
    template: Callable | None = None
    """Function of a model that returns the text of an example file, which `read` accepts."""
    largest: int = 2_000_000
    """Largest size of an upload, bytes, unpacked."""

    @staticmethod
    def digest(path):
        """Digest of the contents, because results depend on these and not on the name."""
        return hashlib.sha256(read_regular(path)).hexdigest()[:16]


def name_file(name, path):
    """Name a file, and the parameter that gives it if there is one, as the beginning of an error message."""
    return f"{name} = {path}" if name else str(path)


@dataclass(frozen=True)
class Knob:
    """Declaration of one parameter, without its name."""

    default: object
    low: float | None = None
    high: float | None = None
    unit: str = ""
    help: str = ""
    source: str = ""
    group: str = ""
    choices: object = None
    """Allowed names: a tuple, or a registry whose members may bring settings of their own."""
    mixed: bool = False
    """Whether several of the choices may share the players, as in q_learning:1+roth_erev:4 (`learning.shares`)."""
    step: float | None = None
    """Step of the slider; None: the page chooses one."""
    live: bool = False
    """Whether it may change while the model runs: a policy, not a fact about the population."""
    file: File | None = None
    """Kind of file that the value names; an empty value means no file."""
    replaces: tuple = ()
    """Names of knobs that have no effect if a file is given."""
    when: Mapping | tuple = field(default_factory=dict)
    """Values under which it has an effect, by the name of another knob of the same settings: a tuple of them, or a
    function that is true for them, such as `positive`; empty: always. Several of these: under any of them."""
    complement: str = ""
    """Another name under which 1 less the value can be given: mitigation = 0.2 for phi = 0.8."""

    def __post_init__(self):
        if self.file is not None and self.default != "":
            raise ValueError(f"a knob that names a file needs the default '', not {self.default!r}")

    @property
    def type(self):
        """Type of the value: bool, int, float or str."""
        return type(self.default)

    def check(self, name, value):
        """Return ``value`` in the knob's type; ParameterError naming field, value, unit and limit otherwise."""
        value = self._convert(name, value)
        for choice in self.chosen(name, value):
            if choice not in self.choices:
                raise ParameterError(f"{name} = {value}: {unknown('choice', choice, list(self.choices))}")
        if self.type in (int, float):
            self._check_range(name, value)
        return value

    def acts(self, value_of):
        """Whether it can have an effect; value_of : function that returns the value of another knob of its settings."""
        return any(
            all(
                allowed(value_of(name)) if callable(allowed) else value_of(name) in allowed
                for name, allowed in way.items()
            )
            for way in self.ways()
        )

    def ways(self):
        """Return what ``when`` consists of, a tuple of mappings: it acts under any of them."""
        return (self.when,) if isinstance(self.when, Mapping) else self.when

    def chosen(self, name, value):
        """Names among the choices that a value consists of, each once; empty for a knob without choices."""
        if self.choices is None:
            return ()
        return tuple(dict.fromkeys(each for each, _ in _shares(name, value))) if self.mixed else (value,)

    def _convert(self, name, value):
        if self.mixed:
            return write_shares(_shares(name, value))
        if self.type is str:
            return str(value)
        if self.type is bool:
            return _as_bool(name, value)
        try:
            number = float("no number" if isinstance(value, bool) else value)
        except (TypeError, ValueError, OverflowError):
            raise ParameterError(f"{name} = {value!r}: not a number") from None
        if self.type is float:
            return number
        if not number.is_integer():
            raise ParameterError(f"{name} = {value}: must be a whole number")
        return int(number)

    def _check_range(self, name, value):
        unit = f" {self.unit}" if self.unit else ""
        if not math.isfinite(value):
            raise ParameterError(f"{name} = {value}: must be a finite number")
        if self.low is not None and value < self.low:
            raise ParameterError(f"{name} = {value}{unit}: below its minimum {self.low}{unit}")
        if self.high is not None and value > self.high:
            raise ParameterError(f"{name} = {value}{unit}: above its maximum {self.high}{unit}")


def _shares(name, value):
    try:
        return read_shares(value)
    except ValueError as error:
        raise ParameterError(f"{name} = {value}: {error}") from None


_BOOLS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _as_bool(name, value):
    try:
        return _BOOLS[str(value).lower()]
    except KeyError:
        raise ParameterError(f"{name} = {value!r}: must be true or false") from None


def positive(value):
    """Whether a number is above zero, for `Knob.when`."""
    return value > 0


def among(names):
    """A function for `Knob.when`: whether one of the names is, or has a share in, the value of a choice."""
    return lambda value: any(each in names for each, _ in read_shares(value))


def changes(value):
    """Whether a number is not zero, for `Knob.when`."""
    return value != 0


def given(value):
    """Whether a file or a list is given, for `Knob.when`."""
    return value != ""


def knob(default, **about):
    """Declare one parameter of a ``@settings`` class; keywords as the fields of `Knob`."""
    return field(default=default, metadata={"knob": Knob(default, **about)})


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(knob,))
def settings(cls):
    """Class decorator: a frozen, keyword-only dataclass whose fields are knobs.

    TypeError if knobs of its base class have other positions here, because rules read them by position.
    """
    made = dataclass(frozen=True, kw_only=True)(cls)
    for base in made.__bases__:
        if hasattr(base, "knobs"):
            _check_begins_like(made, base)
    return made


def _check_begins_like(made, base):
    """TypeError unless the knobs of ``made`` begin with those of ``base``, and their choices with the same ones."""
    for (name, known), (found, new) in zip(base.knobs().items(), made.knobs().items(), strict=False):
        if found != name:
            raise TypeError(f"{made.__name__} has the knob {found} where {base.__name__} has {name}")
        choices = list(known.choices or ())
        if list(new.choices or ())[: len(choices)] != choices:
            raise TypeError(f"{made.__name__}.{name}: its choices must begin with {', '.join(choices)}")


@settings
class Settings:
    """Base class of everything with knobs. Values are checked and converted when an object is made."""

    def __post_init__(self):
        for name, declared in self.knobs().items():
            object.__setattr__(self, name, declared.check(name, getattr(self, name)))

    @classmethod
    @cache
    def knobs(cls):
        """The knobs by name, in the order of declaration."""
        return {f.name: f.metadata["knob"] for f in fields(cls) if "knob" in f.metadata}

    def values(self):
        """The values by name, in the order of declaration."""
        return {name: getattr(self, name) for name in self.knobs()}

    def vector(self):
        """The values as numbers for compiled rules, in the order of declaration; a choice is its position.

        Rules read it by the names in `positions` and compare choices with `numbers_of`.
        """
        return list(self._vector)

    @cached_property
    def _vector(self):
        return [
            self._number(k, v) for k, v in zip(self.knobs().values(), self.values().values(), strict=True)
        ]

    @staticmethod
    def _number(declared, value):
        return float(list(declared.choices).index(value)) if declared.choices is not None else float(value)

    @classmethod
    @cache
    def positions(cls):
        """Position of every knob in `vector`, by name: a named tuple of ints, which is a constant to compiled rules.

        A subclass adds its knobs after those of its base, so a base's positions hold in every subclass.

        >>> @settings
        ... class Example(Settings):
        ...     alpha: float = knob(0.9)
        ...     schedule: str = knob("decay", choices=("decay", "stages"))
        >>> Example().vector()[Example.positions().schedule]
        0.0
        """
        return namedtuple("Positions", cls.knobs())(*range(len(cls.knobs())))

    @classmethod
    @cache
    def numbers_of(cls, name):
        """Number that stands in `vector` for each choice of the knob ``name``: a named tuple of floats by choice.

        >>> @settings
        ... class Example(Settings):
        ...     schedule: str = knob("decay", choices=("decay", "stages"))
        >>> Example.numbers_of("schedule").stages
        1.0
        """
        declared = cls.knobs()[name]
        return namedtuple("Numbers", declared.choices)(*(cls._number(declared, c) for c in declared.choices))
