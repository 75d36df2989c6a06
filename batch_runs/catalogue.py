"""Everything that can be chosen, by section: each a function that returns a list of rows (dicts).

Sections of parts (learners, auctions, firms, policies, …) follow from the registries that knobs choose from, so a new
registry has a section without a change here.
"""

from functools import partial

import model.systems  # noqa: F401 - fills SYSTEMS and the registries of parts
from batch_runs.commands.train import find_trainer, trained_systems
from batch_runs.experiments import experiments
from learning.base import LEARNERS
from learning.registry import Registry
from model.base import SYSTEMS
from model.lessons import lessons_in_order
from model.metrics import METRICS
from model.scenarios import scenarios

AUCTION_KINDS = ("auction format", "package auction", "way of issuing")


def systems(system=None):
    """Systems, each with the number of its parameters."""
    rows = {
        name: {"name": name, "knobs": len(kind.Params.all_knobs()), "about": first_line(kind)}
        for name, kind in SYSTEMS.items()
    }
    return list(rows.values()) if system is None else [rows[system]]


def presets(system=None):
    """Scenarios, of all systems or of one."""
    found = scenarios(system).values()
    return [{"name": s.name, "system": s.system, "title": s.title, "source": s.source} for s in found]


def lessons(system=None):
    """Lessons, the easiest first, of all systems or of one."""
    found = (each for each in lessons_in_order() if system in (None, each.system))
    return [
        {"name": each.name, "system": each.system, "level": each.level, "minutes": each.minutes}
        | {"question": each.question}
        for each in found
    ]


def learners(system=None):
    """Learners; compiled ones run a thousand times faster than those in plain Python."""
    return [
        {
            "name": name,
            "compiled": "yes" if part.is_compiled() else "no",
            "knobs": len(part.Settings.knobs()),
            "about": first_line(part),
        }
        for name, part in LEARNERS.items()
    ]


def metrics(system=None):
    """Metrics of all systems or of one."""
    names = METRICS if system is None else SYSTEMS[system].metrics
    return [{"name": name, "unit": METRICS[name].unit, "about": METRICS[name].help} for name in names]


def sweeps(system=None):
    """Named sweeps, of all systems or of one."""
    found = (e for e in experiments().values() if system in (None, e.target.system))
    return [{"name": e.name, "system": e.target.system, "title": e.title, "source": e.source} for e in found]


def replications(system=None):
    """Published sources whose exhibits can be run again."""
    from batch_runs.replications import REPLICATIONS

    return [{"name": name, "title": part.title} for name, part in REPLICATIONS.items()]


def knobs(system=None):
    """Every parameter of one system or of all, with default, range or choices, unit, source and help."""
    names = SYSTEMS if system is None else [system]
    return [
        {"system": name, "name": flat} | _about(knob)
        for name in names
        for flat, knob in SYSTEMS[name].Params.all_knobs().items()
    ]


def trainings(system=None):
    """Knobs of trainings, of one system or of all that have one."""
    return [
        {"system": name, "name": flat} | _about(knob)
        for name in trained_systems()
        if system in (None, name)
        for flat, knob in find_trainer(name).training_knobs().items()
    ]


def sections():
    """Return the function of each section by its name, in the order of reading."""
    parts = {section_of(offer.kind): None for offer in registries().values()}
    return (
        {"systems": systems, "scenarios": presets, "lessons": lessons}
        | {name: partial(parts_in, name) for name in parts}
        | {"learners": learners, "metrics": metrics, "sweeps": sweeps, "replications": replications}
        | {"knobs": knobs, "trainings": trainings}
    )


def section_of(kind):
    """Return the section for parts of a kind: formats together, kinds of firm, policies; else one of its own.

    >>> section_of("package auction"), section_of("kind of farm"), section_of("enterprise policy")
    ('auctions', 'firms', 'policies')
    >>> section_of("mood")
    'moods'
    """
    if kind.startswith("kind of "):
        return "firms"
    if kind.endswith(" policy"):
        return "policies"
    return "auctions" if kind in AUCTION_KINDS else f"{kind}s"


def registries(system=None):
    """Return the registries that knobs of all systems, or of one, choose from, by their kind."""
    names = SYSTEMS if system is None else [system]
    offers = [knob.choices for name in names for knob in SYSTEMS[name].Params.all_knobs().values()]
    return {offer.kind: offer for offer in offers if isinstance(offer, Registry)}


def parts_in(section, system=None):
    """Return the parts of a section, each once, that knobs of all systems, or of one, choose from."""
    found = {}
    smallest_first = sorted(registries(system).items(), key=lambda item: len(item[1]))
    for kind, offer in smallest_first:  # before a registry that includes it, such as the ways of issuing
        if section_of(kind) == section:
            for name, part in offer.items():
                found.setdefault(id(part), {"name": name, "kind": kind} | _facts(part))
    return list(found.values())


def first_line(part):
    """First line of the docstring of a part."""
    return (part.__doc__ or "").strip().split("\n")[0]


def _facts(part):
    settings = getattr(part, "Settings", None)
    return {"knobs": len(settings.knobs()) if settings else 0, "about": first_line(part)}


def _about(knob):
    return {
        "default": knob.default,
        "allowed": allowed(knob),
        "unit": knob.unit,
        "source": knob.source,
        "help": knob.help + ("; may change while the model runs" if knob.live else ""),
    }


def allowed(knob):
    """Values a knob may have, as text: its choices, its range, its file format, or its type."""
    if knob.file is not None:
        return knob.file.form
    if knob.choices is not None:
        return ", ".join(knob.choices)
    if knob.low is not None or knob.high is not None:
        return f"{_limit(knob.low)} to {_limit(knob.high)}"
    return {bool: "true, false", str: "text", int: "whole number", float: "number"}[knob.type]


def _limit(value):
    return "any" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:g}"
