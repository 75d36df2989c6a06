"""Information on a system: the sections of its text, `information/<system>.md`, one below the other."""

import solara

from model.views.information import sections
from model.views.parts import Div, Text


@solara.component
def InformationTab(name):
    """The system's text, each section in a card of its own."""
    found = sections(name)
    if not found:
        return Text(f"There is no text on {name.replace('_', ' ')} yet.", classes=["lead"])
    with Div(classes=["information"]):
        for title, text in found:
            with Div(classes=["information__section"]):
                solara.Markdown(f"## {title}\n\n{text}" if title else text)
