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

    >>> with_unit("emissions", 3, "t"), with_unit("auction", "uniform", ""), with_unit("phi", 0.6, "share")
    ('3 t', 'one price for all (uniform)', '60 %')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if unit == "share":
        return f"{100 * value:g} %"
    shown = f"{value:g}" if isinstance(value, float) else choice_label(name, value)
    return f"{shown} {unit}".strip()


def settings_in_words(kind, values):
    """Settings of a game and their values in words; kind : its class.

    >>> from model.classroom.games.clock import Clock
    >>> settings_in_words(Clock, {"phi": 0.5, "increment": 2.0})
    {'Permits issued / needed (phi)': '50 %', 'Rise of the price': '2 €/permit'}
    """
    knobs = kind.Settings.knobs()
    return {label(name): with_unit(name, value, knobs[name].unit) for name, value in values.items()}


def comparison(kind, finding):
    """What a class did beside a published finding, as from `Game.published`, in words; "" if it did nothing like it."""
    name, means = finding["setting"], finding["here"].items()
    parts = [
        f"{mean:.2f} ({with_unit(name, value, kind.Settings.knobs()[name].unit)})" for value, mean in means
    ]
    return f"{label(name)}: {', '.join(parts)}; competitive market: 1" if parts else ""


def announcement(session):
    """Sentences on what the teacher has announced for this round, with what held before, and on its shocks."""
    before = settings_in_words(session.kind, session.settings_before())
    now = settings_in_words(session.kind, session.announced())
    news = [f"New in this round. {name}: {value}; before: {before[name]}." for name, value in now.items()]
    return news + (session.shocks[-1] if session.shocks else [])
