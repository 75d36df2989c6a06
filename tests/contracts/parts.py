"""The registered parts of the systems, in every combination: what contracts are tested with."""

import itertools

from learning.registry import Registry
from model.base import SYSTEMS


def offers(system):
    """The registries that a system's knobs choose from, by the knob's name."""
    knobs = SYSTEMS[system].Params.knobs().items()
    return {name: knob.choices for name, knob in knobs if isinstance(knob.choices, Registry)}


def needs_file(part):
    """Whether a part plays from a file that one must have made first, such as a training's checkpoint."""
    return any(knob.file for knob in part.Settings.knobs().values())


def file_knobs():
    """``(system, flat name)`` of every knob that names a file, those of parts included."""
    return [
        (system, name)
        for system, kind in SYSTEMS.items()
        for name, knob in kind.Params.all_knobs().items()
        if knob.file
    ]


def without_file(choices):
    """The names among choices that can be had without a file."""
    if not isinstance(choices, Registry):
        return list(choices)
    return [name for name, part in choices.items() if not needs_file(part)]


TAKING_TURNS = ("regulator",)
"""Knobs whose parts take turns over the combinations of the others, each with all of them in some."""


def combinations(system):
    """Every way to choose a system's registered parts, {knob: part}: all learners with all formats, say.

    Without those that need a file; their own tests make one. See `TAKING_TURNS`.
    """
    offered = {name: without_file(offer) for name, offer in offers(system).items()}
    turns = {name: offered.pop(name) for name in TAKING_TURNS if name in offered}
    found = [dict(zip(offered, chosen, strict=True)) for chosen in itertools.product(*offered.values())]
    for place, chosen in enumerate(found):
        for name, parts in turns.items():
            chosen[name] = parts[(place + place // len(parts)) % len(parts)]
    return found


EVERY_NUMBER = {"population": "drawn", "problem_set": "small", "n_chains": 3}
"""Parameters under which a system knows every number of its firms: the chains of a paper's table have no plans."""


def every_number(system):
    """The parameters of `EVERY_NUMBER` that a system has."""
    return of_system(EVERY_NUMBER, system)


def of_system(values, system):
    """Those of the values, by name, that are knobs of the system."""
    known = SYSTEMS[system].Params.all_knobs()
    return {name: value for name, value in values.items() if name in known}
