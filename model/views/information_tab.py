"""What a system is about: the sections of its text, `information/<system>.md`, one below the other."""

from functools import cache
from pathlib import Path

import solara

FOLDER = Path(__file__).parent / "information"


@solara.component
def InformationTab(name):
    """The system's text with its list of sections."""
    sections = information(name)
    if not sections:
        return solara.Text(f"There is no text on {name.replace('_', ' ')} yet.", classes=["lead"])
    with solara.Div(classes=["information"]):
        for title, text in sections.items():
            with solara.Div(classes=["information__section"]):
                solara.Markdown(f"## {title}\n\n{text}" if title else text)


@cache
def information(name):
    """Sections of the text by heading, in order; what stands before the first heading under ''."""
    file = FOLDER / f"{name}.md"
    if not file.is_file():
        return {}
    sections, title = {"": []}, ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            title = line[3:].strip()
            sections[title] = []
        else:
            sections[title].append(line)
    return {title: text for title, lines in sections.items() if (text := "\n".join(lines).strip())}
