"""The list of lessons, the easiest first."""

import solara

from model.lessons import LESSONS, lessons_in_order
from model.lessons.lesson import LEVELS
from model.views.lessons.lesson_desk import PROGRESS
from model.views.lessons.lesson_page import STYLE, LessonPage
from model.views.page_link import PageLink
from model.views.parts import Div, Text


def lesson_routes(desks, queue=None):
    """Routes of the list and of every lesson. desks, queue : see `LessonPage`."""

    @solara.component
    def LessonAt(name: str = ""):
        if name.replace("-", "_") in LESSONS:
            LessonPage(name.replace("-", "_"), desks, queue).key(name)
        else:
            LessonList(f"There is no lesson {name!r}. These are all:" if name else "")

    lessons = solara.Route("lessons", component=LessonList, label="Lessons")
    return [lessons, solara.Route("lesson", component=LessonAt)]


@solara.component
def LessonList(remark=""):
    """A card for every lesson; remark : a line above them."""
    solara.Title("Lessons · carbon-market-abm")
    with Div(classes=["home", "lessons"]):
        solara.Style(STYLE)
        solara.v.Html(tag="h1", children=["Lessons"])
        Text(
            remark
            or "Each lesson is a few steps: say what you expect, play the market, and see what it says.",
            classes=["lead"],
        )
        LessonCards()


@solara.component
def LessonCards():
    """Cards of all lessons, links to them."""
    with Div(classes=["home__cards"]):
        for lesson in lessons_in_order():
            LessonCard(lesson).key(lesson.name)


@solara.component
def LessonCard(lesson):
    """Card of a lesson: its question, its title, how difficult and how long it is, and how far one has come."""
    with PageLink(f"/lesson/{lesson.name}"), Div(classes=["home__card"]):
        Text(lesson.question, classes=["home__question"])
        Text(lesson.title, classes=["home__about"])
        level = f"{LEVELS[lesson.level]} {'●' * lesson.level}"
        Text(f"{level} · {lesson.minutes} minutes · {state_of(lesson)}", classes=["home__facts"])


def state_of(lesson):
    """How far the browser has come in a lesson, in words."""
    done, count = (
        len(PROGRESS.value[lesson.name].answers) if lesson.name in PROGRESS.value else 0,
        len(lesson.steps),
    )
    if not done:
        return f"{count} steps"
    return "done" if done == count else f"{done} of {count} steps done"
