"""Names on the command line: of a system, or of a scenario (a system with parameters set)."""

from dataclasses import dataclass, field
from pathlib import Path

import mesa  # noqa: F401 - first: it looks at all modules that wait for its import

import model.systems  # noqa: F401 - fills SYSTEMS
from batch_runs.usage import UsageError
from learning.knob_names import own_names
from learning.registry import unknown
from model.base import SYSTEMS
from model.scenarios import read_scenario, scenarios


@dataclass(frozen=True)
class Target:
    """A system, and the parameters that its scenario sets."""

    system: str
    scenario: str | None = None
    parameters: dict = field(default_factory=dict)

    def with_values(self, *values):
        """Parameters of the scenario, and over them values by flat name, later ones over earlier ones."""
        knobs, found = SYSTEMS[self.system].Params.all_knobs(), self.parameters
        for each in values:
            found = found | own_names(each, knobs)
        return found


def is_file_name(name):
    """Whether a name is that of a TOML file and not of a registered part."""
    return name.endswith(".toml")


def find_target(name, others=()):
    """Find the target of a system's or scenario's name, or of a TOML file; ``others``: more names to suggest."""
    if name in SYSTEMS:
        return Target(name)
    if is_file_name(name):
        return _of_scenario(read_scenario(Path(name)))
    presets = scenarios()
    if name not in presets:
        raise UsageError(str(unknown("system or scenario", name, [*SYSTEMS, *presets, *others])))
    return _of_scenario(presets[name])


def named_target(names, scenario=None):
    """Find the target of the names typed (one, or none with ``--scenario``); UsageError if they disagree."""
    if len(names) > 1:
        raise UsageError(f"{names[1]!r}: expected key=value after the system")
    if not names and scenario is None:
        raise UsageError(f"name a system or scenario; systems: {', '.join(SYSTEMS)}")
    target = find_target(names[0] if scenario is None else scenario)
    if scenario is None:
        return target
    if not target.scenario:
        raise UsageError(f"--scenario {scenario}: that is a system, not a scenario")
    if names and find_target(names[0]) not in (target, Target(target.system)):
        raise UsageError(f"--scenario {scenario}: belongs to {target.system}, not to {names[0]}")
    return target


def _of_scenario(scenario):
    return Target(scenario.system, scenario.name, dict(scenario.parameters))
