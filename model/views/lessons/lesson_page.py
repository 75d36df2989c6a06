"""The page of a lesson: text and question beside the run with its pictures, and what the run says to the answer."""

from pathlib import Path
from urllib.parse import parse_qsl

import solara

from learning.knobs import ParameterError
from model.lessons import LESSONS
from model.lessons.lesson import LEVELS
from model.views.desk import Desk
from model.views.lessons.for_the_teacher import ForTheTeacher
from model.views.lessons.lesson_desk import LessonDesk
from model.views.lessons.run import Run
from model.views.lessons.words import Goals, Words
from model.views.links import seed_from
from model.views.page import Feed, use_desk
from model.views.page_link import PageLink
from model.views.pages.base import compile_all, prepared
from model.views.parts import Div, Text

STYLE = Path(__file__).with_name("lessons.css")


@solara.component
def LessonPage(name, desks, queue=None):
    """Page of one lesson. desks : the `KeptDesks`; queue : compiles rules in the background, see `RunController`.

    The query of its address may name a seed, so that a whole class sees the same numbers.
    """
    query = solara.use_router().search or ""
    seed = dict(parse_qsl(query)).get("seed")
    way = use_desk(desks, LESSONS[name], query, lambda: begin(LESSONS[name], seed, queue))
    desk = way.desk
    solara.use_effect(way.settle, [desk.tick.value])
    solara.Title(f"{way.lesson.title} · carbon-market-abm")
    with Div(classes=["lesson"]):
        solara.Style(STYLE)
        Feed(desk)
        Head(way)
        with Div(classes=["lesson__step"]):
            with Div(classes=["lesson__words"]):
                Words(way).key(way.step.name)
            with Div(classes=["lesson__run"]):
                Run(way)
        ForTheTeacher(way)


def begin(lesson, asked, queue=None):
    """Begin a lesson, or go on where the browser left it; asked : the seed in the address, a text, or None."""
    seed, wrong = None, ""
    try:
        seed = seed_from(asked) if asked else None
    except ParameterError as error:
        wrong = str(error)
    desk = Desk(lesson.kind, prepare=prepared, compile_model=compile_all, queue=queue)
    way = LessonDesk(lesson, desk, seed, prepared)
    way.problem.set(wrong)
    return way


@solara.component
def Head(way):
    """Title of the lesson, its goals at first, and its steps: those reached can be chosen."""
    lesson, at = way.lesson, way.progress.value.at
    with Div(classes=["lesson__head"]):
        with PageLink("/lessons"):
            Text("← All lessons", classes=["lesson__back"])
        solara.v.Html(tag="h1", children=[lesson.title])
        Text(lesson.question, classes=["lead"])
        if at == 0:
            about = f"{LEVELS[lesson.level].capitalize()} · {lesson.minutes} minutes · seed {way.seed}"
            Text(about, classes=["controls__label"])
            Goals(lesson)
    with solara.v.Html(tag="nav", class_="lesson__steps", attributes={"aria-label": "Steps of the lesson"}):
        for k, step in enumerate(lesson.steps):
            here = {"aria-current": "step"} if k == at else {}
            solara.Button(
                str(k + 1),
                on_click=lambda k=k: way.show(k),
                disabled=k > way.reached,
                text=True,
                small=True,
                classes=["lesson__dot"] + ["lesson__dot--here"] * (k == at),
                attributes={"aria-label": f"Step {k + 1}: {step.title}", "title": step.title} | here,
            )
