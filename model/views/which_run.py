"""Whose parameters the panel shows while two runs are compared."""

import solara

from model.views.labels import knob_label, value_text
from model.views.parts import Text
from model.views.rival import labels_of

MOST_NAMED = 3
"""Most differences that are named."""


def show_which_run(desk):
    """Show, above the panel while two runs are compared, which of them it shows, and which a change changes."""
    rival = desk.rival.value
    if rival is None:
        return
    first, second = labels_of(rival, desk.draft.value, desk.kind.name)
    with solara.v.Html(tag="div", class_="panel__which", attributes={"role": "note"}):
        solara.v.Html(tag="strong", children=["Parameters of the first run" + of(first, "this run") + "."])
        name = of(second, "second run")
        Text(
            f"The second{name}{',' * bool(name)} has the same but {differences(desk, rival)}. A change here is "
            "made in both; of what differs, in the first only."
        )


def of(label, plain):
    """The run's label after a comma; "" where it says only which run it is."""
    return "" if label == plain else f", “{label}”"


def differences(desk, rival):
    """In what the second run differs, in words: what it has there."""
    system = desk.kind.name
    told = [f"{knob_label(name, system)}: {other_text(name, rival, system)}" for name in rival.values]
    more = f" and {len(told) - MOST_NAMED} more" if len(told) > MOST_NAMED else ""
    return ("; ".join(told[:MOST_NAMED]) or "nothing else") + more


def other_text(name, rival, system):
    """The second run's value of a knob, in words; "" where it has that of the first."""
    return value_text(name, rival.values[name], system) if rival and name in rival.values else ""
