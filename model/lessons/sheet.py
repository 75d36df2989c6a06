"""A lesson on paper: the pupils' sheet with room for answers, and the teacher's with answers, numbers and notes."""

import re
from html import escape

from model.lessons.lesson import LEVELS

STYLE = """
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 11pt/1.45 system-ui, sans-serif; color: #1f2933; }
h1 { margin-bottom: 0; } h2 { margin: 1.6rem 0 .3rem; font-size: 1.1rem; }
.facts, .do, .check { color: #5b6773; font-size: .9em; } .ask { font-weight: 600; }
.choice::before { content: "\\2610\\00a0"; } .right { font-weight: 600; }
.line { height: 2.1em; border-bottom: 1px solid #9aa5ad; }
.reveal, .note { margin: .5rem 0; padding: .4rem .8rem; border-left: 3px solid #1b7f4d; background: #f1f7f3; }
.note { border-color: #d9a441; background: #fdf7ea; }
section { break-inside: avoid; } @page { margin: 18mm; }
"""
LINES = 3
"""Lines for the answer to a free question."""


def sheet(lesson, play=None):
    """The sheet as one HTML page.

    play : a `LessonPlay` makes it the teacher's, with the numbers of its runs; None: the pupils'.
    """
    parts = [
        tag("h1", lesson.title),
        tag("p", lesson.question, "ask"),
        tag("p", f"{LEVELS[lesson.level].capitalize()} · {lesson.minutes} minutes", "facts"),
        f"<ul>{''.join(tag('li', goal) for goal in lesson.goals)}</ul>",
    ]
    if play:
        parts += tags(lesson.teacher, "note")
        parts.append(tag("p", f"The numbers are those of seed {play.seed}.", "facts"))
    for number, step in enumerate(lesson.steps, 1):
        parts.append(f"<section>{''.join(step_parts(lesson, number, step, play))}</section>")
    head = f'<meta charset="utf-8"><title>{escape(lesson.title)}</title><style>{STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n'
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def step_parts(lesson, number, step, play):
    """HTML of one step."""
    yield tag("h2", f"{number}. {step.title}")
    yield from tags(play.text(step) if play else step.text.blank())
    if step.periods:
        yield tag("p", to_do(lesson, step), "do")
    yield tag("p", step.question.text, "ask")
    yield from answer_parts(step.question, play and play.verdict(step, step.question.right or "0").answer)
    if play:
        yield from tags(play.revealed(step), "reveal")
        yield tag("p", f"Checked: {'; '.join(each.text for each in step.check)}", "check")
        if step.note:
            yield from tags(step.note, "note")


def answer_parts(question, right):
    """HTML of choices to tick, or of room for an answer; right : the answer to show, None on the pupils' sheet."""
    for choice in question.choices:
        yield tag("div", choice, "choice right" if choice == right else "choice")
    if question.answer is not None:
        yield tag("p", f"{'_' * 12 if right is None else f'{right:.3g}'} {question.unit}")
    elif not question.choices and right is None:
        yield tag("div", "", "line") * LINES


def to_do(lesson, step, named="{} = {}".format):
    """What a step plays, so that it can be played on the system's page as well.

    named : words for a parameter, by name, and its value.
    """
    begins = f"The run of step “{step.goes_on}” goes on" if step.goes_on else "A new run"
    set_here = "; ".join(named(name, value) for name, value in step.changes.items())
    word = lesson.kind.Params.period_name
    return f"{begins}: {step.periods:,} {word}{'s' * (step.periods > 1)}{f', with {set_here}' if set_here else ''}."


def paragraphs(text):
    """The paragraphs of a text, which empty lines separate."""
    found = (re.sub("[ \t\n]+", " ", each).strip() for each in text.split("\n\n"))
    return [each for each in found if each]


def tags(text, style=""):
    """The paragraphs of a text as HTML elements."""
    return [tag("p", each, style) for each in paragraphs(text)]


def tag(name, text, style=""):
    """An HTML element that contains plain text."""
    return f"<{name}{f' class={chr(34)}{style}{chr(34)}' if style else ''}>{escape(text)}</{name}>"
