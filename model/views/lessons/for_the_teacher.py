"""What a teacher finds on the page of a lesson: notes, and sheets to print."""

import solara

from model.lessons.play import LessonPlay
from model.lessons.sheet import sheet
from model.views.lessons.words import Paragraphs
from model.views.parts import Div, Text


@solara.component
def ForTheTeacher(way):
    """Notes on the lesson and on the step shown, and the sheets as files, closed until somebody opens it."""
    name = way.lesson.name.replace("_", "-")
    with solara.v.Html(tag="details", class_="lesson__teacher"):
        solara.v.Html(tag="summary", children=["For the teacher"])
        Paragraphs(way.lesson.teacher)
        Paragraphs(way.step.note)
        Text(
            f"For the same numbers on every screen of the class: /lesson/{way.lesson.name}?seed={way.seed}",
            classes=["lesson__text"],
        )
        with Div(classes=["lesson__buttons"]):
            with solara.FileDownload(
                lambda: sheet(way.lesson), filename=f"{name}.html", mime_type="text/html"
            ):
                solara.Button("Sheet for pupils", icon_name="mdi-printer", outlined=True)
            with solara.FileDownload(
                lambda: teachers_sheet(way), filename=f"{name}-teacher.html", mime_type="text/html"
            ):
                solara.Button("Sheet with answers", icon_name="mdi-printer", outlined=True)


def teachers_sheet(way):
    """The sheet with answers and numbers of the seed on this page; all steps are played for it."""
    with way.desk.run.rules.treating():
        return sheet(way.lesson, LessonPlay(way.lesson, way.seed))
