"""Everything that can be chosen, read off the registries: one function per section, a list of rows (dicts)."""

import model.systems  # noqa: F401 - fills SYSTEMS and the registries of parts
from batch_runs.experiments import experiments
from learning.base import LEARNERS
from learning.registry import Registry
from model.base import SYSTEMS
from model.metrics import METRICS
from model.scenarios import scenarios


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


def auctions(system=None):
    """Auction formats, of all systems or of one."""
    return _parts(system, "auction format", "package auction")


def firms(system=None):
    """Kinds of firm, bidder, supply chain, enterprise and farm, of all systems or of one."""
    return _parts(system, *(kind for kind in _registries(system) if kind.startswith("kind of")))


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


SECTIONS = {
    "systems": systems,
    "scenarios": presets,
    "learners": learners,
    "auctions": auctions,
    "firms": firms,
    "metrics": metrics,
    "sweeps": sweeps,
    "replications": replications,
    "knobs": knobs,
}


def first_line(part):
    """First line of the docstring of a part."""
    return (part.__doc__ or "").strip().split("\n")[0]


def _registries(system):
    """Registries that knobs of all systems, or of one, choose from, by their kind."""
    names = SYSTEMS if system is None else [system]
    offers = [knob.choices for name in names for knob in SYSTEMS[name].Params.knobs().values()]
    return {offer.kind: offer for offer in offers if isinstance(offer, Registry)}


def _parts(system, *kinds):
    found = _registries(system)
    return [
        {"name": name, "kind": kind, "knobs": len(part.Settings.knobs()), "about": first_line(part)}
        for kind in kinds
        if kind in found
        for name, part in found[kind].items()
    ]


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
