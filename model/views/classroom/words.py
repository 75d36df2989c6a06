"""Words that pages and reports share."""


def label(name):
    """Name of a setting as a person reads it.

    >>> label("price_cap")
    'Price cap'
    """
    return name.replace("_", " ").capitalize()


def with_unit(value, unit):
    """A value of a setting with its unit.

    >>> with_unit(3, "t"), with_unit("uniform", "")
    ('3 t', 'uniform')
    """
    shown = f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
    return f"{shown} {unit}".strip()


def announcement(session):
    """Sentences on what the teacher has announced for this round."""
    knobs = session.kind.Settings.knobs()
    return [
        f"New in this round: {label(name)} is {with_unit(value, knobs[name].unit)}."
        for name, value in session.announced().items()
    ]
