"""Information on a system: the sections of its text, `information/<system>.md`, one below the other."""

import solara

from model.views.information import sections


@solara.component
def InformationTab(name):
    """The system's text, each section in a card of its own."""
    found = sections(name)
    if not found:
        return solara.Text(f"There is no text on {name.replace('_', ' ')} yet.", classes=["lead"])
    with solara.Div(classes=["information"]):
        for title, text in found:
            with solara.Div(classes=["information__section"]):
                solara.Markdown(f"## {title}\n\n{text}" if title else text)
