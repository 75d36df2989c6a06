"""The words of a step: its text, its question, and what is revealed once it is answered and its run is played."""

from collections.abc import Callable

import solara

from model.lessons.expressions import written
from model.lessons.lesson import AFTER
from model.lessons.sheet import paragraphs
from model.views.links import link_to
from model.views.page_link import PageLink
from model.views.parts import Div, Text


@solara.component
def Words(way):
    """Text and question of the step, and what is revealed."""
    step, at = way.step, way.progress.value.at
    title = f"{at + 1} of {len(way.lesson.steps)}. {step.title}"
    solara.v.Html(tag="h2", children=[title])
    Paragraphs(way.look(lambda play, step: play.text(step)))
    if step.when == AFTER and not way.played:
        Text("Play the run first, and look at the picture.", classes=["lesson__hint"])
        return
    given, over = way.progress.value.answers.get(step.name, ""), way.answered and way.played
    verdict = way.look(lambda play, step: play.verdict(step, given)) if over else None
    Question(
        step=step.name,
        ask=step.question.text,
        choices=list(step.question.choices),
        unit=step.question.unit if step.question.answer else None,
        answer=given,
        right=step.question.right if over else "",
        over=over,
        at=at,
        problem=way.problem.value,
        event_answered=way.answer,
    )
    if over:
        Revealed(way, verdict)
    elif way.answered:
        Text("Now play the run and see.", classes=["lesson__hint"])


@solara.component
def Paragraphs(text, style="lesson__text"):
    """The paragraphs of a text."""
    for paragraph in paragraphs(text):
        solara.v.Html(tag="p", class_=style, children=[paragraph])


@solara.component_vue("question.vue", vuetify=False)
def Question(
    step: str,
    ask: str,
    choices: list,
    unit: str,
    answer: str,
    right: str,
    over: bool,
    at: int,
    problem: str,
    event_answered: Callable = None,
):
    """A question as a form; an ``answer`` closes it, the ``right`` choice is marked. unit : None if no number.

    step, at : name of the step, with which the form is filled in anew, and its number from 0; over : whether it is
    answered and played.
    """


@solara.component
def Revealed(way, verdict):
    """What the run says to the answer, and the way to the next step."""
    failures = way.look(lambda play, step: play.failures(step))
    with solara.v.Html(tag="div", class_="lesson__reveal", attributes={"role": "status"}):
        solara.v.Html(tag="p", class_="lesson__verdict", children=[verdict_text(way.step.question, verdict)])
        if failures:
            Text(
                "Chance has made this run an exception: it does not show what such runs nearly always show. Compare "
                "the sentences below with its numbers, or begin the lesson again with another seed.",
                classes=["lesson__exception"],
            )
        Paragraphs(way.look(lambda play, step: play.revealed(step)))
    at, last = way.progress.value.at, len(way.lesson.steps) - 1
    if at < last:
        solara.Button("Next", on_click=lambda: way.show(at + 1), color="primary", icon_name="mdi-arrow-right")
    else:
        End(way)


def verdict_text(question, verdict):
    """What an answer was worth, in words."""
    if verdict.right is None:
        return "There is more than one good answer. Compare yours with this:"
    start = "Right." if verdict.right else "Not quite."
    return (
        start if question.choices else f"{start} In this run it is {written(verdict.answer)} {question.unit}."
    )


@solara.component
def Goals(lesson):
    """What a lesson is to show."""
    goals = [solara.v.Html(tag="li", children=[goal]) for goal in lesson.goals]
    solara.v.Html(tag="ul", class_="lesson__goals", children=goals)


@solara.component
def End(way):
    """The end of a lesson: how many answers were right, what it was to show, and where to go on."""
    right, judged = way.score()
    model = way.look(lambda play, step: play.run(step).model)
    with Div(classes=["lesson__end"]):
        Text(f"The end. You were right in {right} of {judged} questions.", classes=["lesson__verdict"])
        Goals(way.lesson)
        with PageLink("/lessons"):
            solara.Button("Another lesson", color="primary")
        with PageLink(f"/{way.lesson.system.replace('_', '-')}{link_to(model)}"):
            solara.Button("Go on with this market by yourself", outlined=True)
        solara.Button("Begin again", on_click=way.begin_again, text=True)
