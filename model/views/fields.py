"""Fields, tables and messages that panel, tabs and cards share."""

import base64
from collections.abc import Callable

import solara

from model.views.parts import Div

MOST_UPLOAD = 5_000_000
"""Most bytes of an upload, packed."""


@solara.component
def Problem(text):
    """A message at the place of the error."""
    solara.v.Html(tag="div", class_="knob__problem", attributes={"role": "alert"}, children=[text])


@solara.component
def ChoiceFields(desk, options):
    """A list for each choice of a chart or tab; options : by name, label -> value."""
    with Div(classes=["card__choices"]):
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


def upload_button(label, file, event_loaded, event_refused):
    """Show a button that loads a `learning.knobs.File`: event_loaded gets name and bytes, event_refused the reason."""
    FileUpload(
        label=label,
        most_bytes=min(file.largest, MOST_UPLOAD),
        accept=",".join(file.suffixes),
        event_loaded=lambda sent: event_loaded(sent["name"], base64.b64decode(sent["data"])),
        event_refused=event_refused,
    )


@solara.component_vue("file_upload.vue", vuetify=False)
def FileUpload(
    label: str,
    most_bytes: int,
    accept: str,
    event_loaded: Callable = None,
    event_refused: Callable = None,
):
    """A button that uploads a file as ``name`` and ``data``, its bytes in base 64; accept : endings,
    comma-separated."""


@solara.component_vue("number_table.vue", vuetify=False)
def NumberTable(head: list, rows: list):
    """A table of texts; the first column holds names."""
