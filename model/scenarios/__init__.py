"""Presets: one TOML file each, which lists only what differs from the defaults.

system = "learning_bidders"
title = "…"
source = "Esmaeili2021, Section 4"
about = "…"
[parameters]
phi = 0.8
"q_learning.epsilon" = 0.5
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import model.systems  # noqa: F401 - presets name systems, so these must be registered
from learning.files import check_texts, read_toml
from learning.knob_names import own_names
from learning.knobs import ParameterError
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
        knobs = SYSTEMS[written["system"]].Params.all_knobs()
        written["parameters"] = own_names(written["parameters"], knobs)
        scenario = Scenario(path.stem, **written)
        scenario.params()
    except ValueError as error:
        raise ParameterError(f"{path.name}: {error}") from None
    return scenario


def scenarios(system=None):
    """Return every preset by name, or those of one system."""
    with os.scandir(FOLDER) as files:
        there = sorted((file.path, file.stat().st_mtime_ns) for file in files if file.name.endswith(".toml"))
    found = (_read_once(*file) for file in there)
    return {s.name: s for s in found if system in (None, s.system)}


@lru_cache(maxsize=1_000)
def _read_once(path, changed):
    """Read a scenario, again only if the file has changed: every page that is opened lists them all."""
    del changed
    return read_scenario(path)
