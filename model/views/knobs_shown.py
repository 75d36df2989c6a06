"""Knobs that the panel shows: by group, without those that have no effect, and few of them to a beginner."""

from collections.abc import Mapping

from model.views.presentation import presentation_of

ALL = "all parameters"
"""Name under which the desk keeps whether all parameters are shown."""


def groups_shown(params, values):
    """Names of the knobs by group: the system's own, and those of the chosen parts."""
    groups = {}
    parts = {name: knob for name, knob in params.knobs().items() if isinstance(knob.choices, Mapping)}
    chosen = {part for name, knob in parts.items() for part in knob.chosen(name, values[name])}
    for name, knob in params.all_knobs().items():
        part, dot, _ = name.rpartition(".")
        if not dot:
            groups.setdefault(knob.group or "other", []).append(name)
        elif part in chosen:
            groups.setdefault(part, []).append(name)
    last = {"run": groups.pop("run")} if "run" in groups else {}
    return {group.replace("_", " "): names for group, names in (groups | last).items()}


def without_effect(params, values):
    """Names of the knobs that change nothing under these values.

    They have one choice, or are replaced by a file, or act only under other values of other knobs (`Knob.when`).
    """
    knobs = params.all_knobs()
    replaced = {each for name, knob in knobs.items() if knob.file and values[name] for each in knob.replaces}
    return replaced | {
        name
        for name, knob in knobs.items()
        if (knob.choices is not None and len(knob.choices) == 1)
        or not knob.acts(lambda other, name=name: values[beside(name, other)])
    }


def beside(name, other):
    """Flat name of another knob of the same settings.

    >>> beside("q_learning.alpha_exponent", "alpha_schedule")
    'q_learning.alpha_schedule'
    """
    part, dot, _ = name.rpartition(".")
    return part + dot + other


def is_for_beginners(desk):
    """Whether the panel shows the few knobs of the presentation; changes with the switch."""
    return bool(presentation_of(desk.kind).basic) and not desk.kept.value.get(ALL)


def shown(desk):
    """Names of the knobs that the panel shows now, by group; files in use and knobs with a problem are always there."""
    values, problems = desk.draft.value, desk.problems.value
    idle = without_effect(desk.kind.Params, values) - set(problems)
    groups = groups_shown(desk.kind.Params, values)
    if is_for_beginners(desk):
        used = [name for name, knob in desk.knobs.items() if knob.file and values[name]]
        wanted = [n for n in (*presentation_of(desk.kind).basic, *used) if n not in idle]
        offered = {name for names in groups.values() for name in names}
        groups = {"": wanted + [n for n in problems if n in offered and n not in wanted]}
    kept = {group: [n for n in names if n not in idle] for group, names in groups.items()}
    return {group: names for group, names in kept.items() if names}
