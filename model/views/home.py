"""The home page: a card with a question for every system, from the easiest to the most difficult."""

import base64
from pathlib import Path

import solara

from model.base import SYSTEMS
from model.views.page_link import PageLink
from model.views.parts import Div, Text
from model.views.presentation import (
    LEVELS,
    by_difficulty,
    presentation_of,
    question_of,
    sentence_of,
    title_of_system,
)

NAME = "Carbon market lab"

LESSONS = "Lessons"
"""Label of the route to the lessons."""

THUMBNAILS = Path(__file__).with_name("thumbnails")
"""Folder of drawings, ``<system>.svg``."""


@solara.component
def Home():
    """Begin here: a card for every system."""
    solara.Title(NAME)
    with Div(classes=["home"]):
        solara.v.Html(tag="h1", children=["Markets for the right to emit"])
        Text(
            "A government issues permits; firms need one for each tonne of CO₂ they emit, so they bid for permits, "
            "trade them, and learn. Choose a question, press Play, change a policy while it runs, and watch what firms "
            "do.",
            classes=["lead"],
        )
        LessonsLink()
        with Div(classes=["home__cards"]):
            for name in by_difficulty(SYSTEMS):
                SystemCard(SYSTEMS[name]).key(name)


@solara.component
def LessonsLink():
    """The way to the lessons, where the dashboard has some."""
    for route in solara.use_router().routes:
        if route.label == LESSONS:
            with Div(classes=["home__lessons"]):
                Text("New here? A lesson shows step by step how a carbon market works: predict, try, check.")
                with PageLink(f"/{route.path}"):
                    Text("To the lessons", classes=["start"])


@solara.component
def SystemCard(kind):
    """Card of a system, a link to its page: its question, what happens there, how difficult it is."""
    shown = presentation_of(kind)
    with PageLink(f"/{path_of(kind.name)}"), Div(classes=["home__card"]):
        if drawing := thumbnail(kind.name):
            solara.v.Html(tag="img", class_="home__picture", attributes={"src": drawing, "alt": ""})
        solara.v.Html(tag="h2", class_="home__question", children=[question_of(kind)])
        Text(sentence_of(kind), classes=["home__about"])
        with Div(classes=["home__facts"]):
            level = shown.level
            Text(f"{level} {'●' * (LEVELS.index(level) + 1)}", classes=["home__level"])
            Text(f"{shown.minutes} minutes")
            Text(title_of_system(kind))
        Text("Start", classes=["start"])


def thumbnail(name):
    """Address of a system's drawing, which holds the drawing itself; "" if there is none."""
    file = THUMBNAILS / f"{name}.svg"
    if not file.exists():
        return ""
    return "data:image/svg+xml;base64," + base64.b64encode(file.read_bytes()).decode()


def path_of(name):
    """Last part of the address of a system's page."""
    return name.replace("_", "-")
