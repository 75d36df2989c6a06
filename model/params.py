"""Parameters of a system: its own knobs, and the settings of the parts that a knob chooses.

Every reader sees flat names: ``phi``, ``learner``, ``q_learning.alpha``.
"""

from collections.abc import Mapping
from dataclasses import field
from functools import cache
from itertools import chain

from learning.knob_names import own_names
from learning.knobs import ParameterError, Settings, knob, settings
from learning.registry import unknown

READ_OUTS = ("greedy", "exploring")
"""How learned behaviour is read out: without experiments and further learning, or with both as before."""


@settings
class Params(Settings):
    """Base of a system's parameters. ``parts`` holds the settings of every part that a knob could choose."""

    period_name = "period"
    """Name of one period in outputs and on the page, such as step."""
    usual_periods = 10_000
    """Default length of a run, periods; a property where it follows from the parameters."""
    usual_window = 100
    """Number of last periods over which the means of a run are taken."""
    read_out = READ_OUTS[0]
    """How `MarketModel.read_out` plays, one of `READ_OUTS`; a knob where the sources leave it open."""
    cycle = 1
    """Periods after which the same events recur. If more than 1, a long run is kept as means over
    consecutive periods: a sample of every k-th would miss events at a fixed place of the cycle."""

    @property
    def accounts(self):
        """Periods over which reports add up amounts, and the name of so many."""
        return 1, self.period_name

    parts: Mapping[str, Settings] = field(default_factory=dict, repr=False)
    collect_every: int = knob(
        1,
        low=1,
        high=100_000_000,
        unit="periods",
        help="interval of data collection; doubled when the record exceeds 64 MB",
        group="run",
    )

    def __post_init__(self):
        super().__post_init__()
        parts = {name: cls() for name, cls in self.part_settings().items()}
        object.__setattr__(self, "parts", parts | dict(self.parts))
        self._check_replaced()
        self.check()

    def check(self):
        """Raise ParameterError for values that are allowed singly but not together."""

    def in_words(self):
        """Words on each part of the policy, by its title, for pages and outputs; none by default."""
        return {}

    def _check_replaced(self):
        """Raise ParameterError if a file is named and a knob that it replaces has been changed, to no effect."""
        for name, declared in self.knobs().items():
            usual = {each: self.knobs()[each].default for each in declared.replaces}
            changed = {k: v for k, v in usual.items() if getattr(self, k) != v} if getattr(self, name) else {}
            if changed:
                given = ", ".join(f"{each} = {getattr(self, each)}" for each in changed)
                right = ", ".join(f"{each} = {default}" for each, default in changed.items())
                raise ParameterError(
                    f"{given}: of no effect, as {declared.file.holds} are those of {name} = {getattr(self, name)}; "
                    f"leave {right}"
                )

    @classmethod
    def part_settings(cls):
        """Settings class of every registered part that a knob of this class may choose, by the part's name.

        Parts of one name, such as learned enterprises and a learned government, must share their settings.
        """
        found = {}
        for declared in cls.knobs().values():
            for name, part in declared.choices.items() if isinstance(declared.choices, Mapping) else ():
                if found.get(name, part.Settings) is not part.Settings:
                    raise ValueError(
                        f"{declared.choices.kind} {name!r}: another part of {cls.__name__} has the name"
                    )
                found[name] = part.Settings
        return found

    @classmethod
    def all_knobs(cls):
        """Return every knob by flat name: the system's own, then those of each part."""
        own = dict(cls.knobs())
        for part, part_settings in cls.part_settings().items():
            own |= {f"{part}.{name}": declared for name, declared in part_settings.knobs().items()}
        return own

    @classmethod
    def from_flat(cls, values):
        """Make parameters from flat names and values (numbers or text); ParameterError for an unknown name."""
        known, kinds = cls.all_knobs(), cls.part_settings()
        own, parts = {}, {}
        for name, value in own_names(values, known).items():
            if name not in known:
                raise ParameterError(str(unknown("parameter", name, known)))
            part, dot, knob_name = name.rpartition(".")
            if dot:
                parts.setdefault(part, {})[knob_name] = known[name].check(name, value)
            else:
                own[name] = value
        made = {part: kinds[part](**chosen) for part, chosen in parts.items()}
        return cls(**own, parts=made)

    @classmethod
    def with_files(cls, values, files):
        """Return flat values with these files, paths by knob; knobs that the files replace return to their defaults."""
        known = cls.all_knobs()
        usual = {each: known[each].default for name in files for each in known[name].replaces}
        return values | usual | files

    def files(self):
        """Return the paths, by flat name, of the files named by parameters in effect."""
        known = self.all_knobs()
        return {name: value for name, value in self.flat().items() if known[name].file and value}

    def check_members(self, knob, count, file):
        """ParameterError if the file of the knob ``file`` has more members than the knob ``knob`` could draw."""
        most = self.knobs()[knob].high
        if count > most:
            raise ParameterError(
                f"{file} = {getattr(self, file)}: {count:,} {self.knobs()[file].file.holds}, at most {most:,}"
            )

    def flat(self):
        """Return values by flat name: the system's own, then those of the chosen parts, the only ones with effect."""
        flat = self.values()
        for part in self.chosen_parts():
            flat |= {f"{part}.{k}": v for k, v in self.parts[part].values().items()}
        return flat

    def chosen_parts(self):
        """Return the names of the parts that the values choose, which are those with effect, in order."""
        chosen = [
            declared.chosen(name, getattr(self, name))
            for name, declared in self.knobs().items()
            if isinstance(declared.choices, Mapping)
        ]
        return tuple(dict.fromkeys(chain.from_iterable(chosen)))

    def everything(self):
        """Values by flat name, those of parts not chosen included."""
        parts = {f"{part}.{k}": v for part, chosen in self.parts.items() for k, v in chosen.values().items()}
        return self.values() | parts

    def changed(self):
        """Values that differ from the defaults, by flat name: `from_flat` makes the same parameters of them."""
        known = self.all_knobs()
        return {name: value for name, value in self.everything().items() if value != known[name].default}

    def replace(self, values):
        """Return a copy with the flat names in ``values`` changed."""
        return self.from_flat(self.everything() | own_names(values, self.all_knobs()))

    def fill(self, setup, **derived):
        """Make a named tuple of type ``setup``, each field from the knob of its name or from ``derived``.

        Compiled rules thus get parameters by name. TypeError for a field that is in neither, and for a surplus value.
        """
        mine = vars(self)
        values = {name: mine[name] for name in self._fields_of(setup)} | derived
        for name in sorted(values.keys() ^ setup._fields):
            problem = "no field of that name" if name in values else "neither a knob nor a derived value"
            raise TypeError(f"{setup.__name__}.{name}: {problem}")
        return setup(**values)

    @classmethod
    @cache
    def _fields_of(cls, setup):
        """Fields of a named tuple that are knobs."""
        return [name for name in setup._fields if name in cls.knobs()]
