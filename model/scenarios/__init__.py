"""Presets: one TOML file each, which lists only what differs from the defaults.

system = "learning_bidders"
title = "…"
source = "Esmaeili2021, Section 4"
about = "…"
[parameters]
phi = 0.8
"q_learning.epsilon" = 0.5
"""

from dataclasses import dataclass
from pathlib import Path

import model.systems  # noqa: F401 - presets name systems, so these must be registered
from learning.files import check_texts, read_toml
from learning.knobs import ParameterError, own_names
from learning.registry import unknown
from model.base import SYSTEMS

FOLDER = Path(__file__).parent
HEADINGS = {"system", "title", "source", "about", "parameters"}


@dataclass(frozen=True)
class Scenario:
    """A named preset of a system's parameters."""

    name: str
    system: str
    title: str
    source: str
    about: str
    parameters: dict

    def params(self, **overrides):
        """Return the system's parameters with this preset and then ``overrides`` (flat names) applied."""
        kind = SYSTEMS[self.system].Params
        return kind.from_flat(self.parameters | own_names(overrides, kind.all_knobs()))


def read_scenario(path):
    """Read a scenario from a TOML file.

    ParameterError naming the file for unknown headings, systems or parameters, missing headings, and wrong values.
    """
    path = Path(path)
    written = read_toml(path)
    for heading in written:
        if heading not in HEADINGS:
            raise ParameterError(f"{path.name}: {unknown('heading', heading, sorted(HEADINGS))}")
    missing = sorted(HEADINGS - set(written))
    if missing:
        raise ParameterError(f"{path.name}: heading {missing[0]!r} is missing")
    try:
        check_texts(written, HEADINGS - {"parameters"})
        if not isinstance(written["parameters"], dict):
            raise ParameterError("parameters must be a table of names and values")
        scenario = Scenario(path.stem, **written)
        scenario.params()
    except ValueError as error:
        raise ParameterError(f"{path.name}: {error}") from None
    return scenario


def scenarios(system=None):
    """Return every preset by name, or those of one system."""
    found = (read_scenario(file) for file in sorted(FOLDER.glob("*.toml")))
    return {s.name: s for s in found if system in (None, s.system)}
