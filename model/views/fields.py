"""Fields, tables and messages that panel, tabs and cards share."""

from collections.abc import Callable

import solara


@solara.component
def Problem(text):
    """A message in the place where something is wrong."""
    solara.v.Html(tag="div", class_="knob__problem", attributes={"role": "alert"}, children=[text])


@solara.component
def ChoiceFields(desk, options):
    """A list for each thing that a chart or tab lets the user choose; options : by name, label -> value."""
    with solara.Div(classes=["card__choices"]):
        for name, values in options.items():
            labels = list(values)
            chosen = desk.chosen.value.get(name)
            ChoiceField(
                label=name,
                options=[{"value": label, "text": label} for label in labels],
                value=chosen if chosen in labels else labels[0],
                event_change=lambda label, name=name: desk.choose(name, label),
            )


@solara.component_vue("choice_field.vue", vuetify=False)
def ChoiceField(label: str, options: list, value: str, about: str = "", event_change: Callable = None):
    """A list to choose from; options : dicts of ``value`` and ``text``."""


@solara.component_vue("file_upload.vue", vuetify=False)
def FileUpload(
    label: str,
    most_bytes: int,
    accept: str = ".csv,text/csv",
    packed: bool = False,
    event_loaded: Callable = None,
    event_refused: Callable = None,
):
    """A button that hands in a file, as ``name`` and ``text``; packed : compressed on its way."""


@solara.component_vue("number_table.vue", vuetify=False)
def NumberTable(head: list, rows: list):
    """A table of texts, the first column the names."""
