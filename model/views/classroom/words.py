"""Words that pages and reports share."""

from model.views.labels import choice_label, knob_label

SETTINGS = {
    "allocation": "Who gets the free permits",
    "bots": "How bots decide",
    "emissions": "Emissions of each seat without abatement",
    "increment": "Rise of the price",
    "information": "What everybody sees",
    "learner": "Learner to compare with",
    "permits": "Permits that each seat can use",
    "value_max": "Highest value drawn",
    "value_min": "Lowest value drawn",
    "value_rule": "Values of a seat's permits",
}
"""Labels of settings that games alone have, or mean in their own way."""


def label(name):
    """Label of a setting.

    >>> label("value_min"), label("penalty")
    ('Lowest value drawn', 'Fine for a missing permit')
    """
    return SETTINGS.get(name) or knob_label(name)


def with_unit(name, value, unit):
    """A value of a setting in words, with its unit.

    >>> with_unit("emissions", 3, "t"), with_unit("auction", "uniform", ""), with_unit("banking", False, "")
    ('3 t', 'one price for all (uniform)', 'no')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown = f"{value:g}" if isinstance(value, float) else choice_label(name, value)
    return f"{shown} {unit}".strip()


def announcement(session):
    """Sentences on what the teacher has announced for this round."""
    knobs = session.kind.Settings.knobs()
    return [
        f"New in this round. {label(name)}: {with_unit(name, value, knobs[name].unit)}."
        for name, value in session.announced().items()
    ]
