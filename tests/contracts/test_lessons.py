"""Every lesson: it plays to its end, and what it says after each answer holds, over 20 seeds."""

import pytest

from model.lessons import LESSONS, lessons_in_order
from model.lessons.play import LessonPlay, failures_by_seed
from model.lessons.sheet import sheet
from model.views.lessons.charts import charts_of_step

SEEDS = range(1, 21)

every_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))


@every_lesson
def test_every_check_holds_over_twenty_seeds(lesson):
    assert failures_by_seed(lesson, SEEDS) == {}


@every_lesson
def test_a_lesson_has_the_form_of_one(lesson):
    assert 5 <= len(lesson.steps) <= 8
    assert 10 <= lesson.minutes <= 45 and lesson.question.endswith("?")
    assert all(step.question.text.endswith(("?", ".")) for step in lesson.steps)
    assert any(step.periods for step in lesson.steps[1:]), "nothing is changed and tried"


@every_lesson
def test_answers_are_those_of_the_run(lesson):
    play = LessonPlay(lesson, seed=3)
    for step in lesson.steps:
        question, text = step.question, play.revealed(step)
        assert text and "–" not in text and "nan" not in text, step.name
        if question.choices:
            assert {c for c in question.choices if play.verdict(step, c).right} == {question.right}
        elif question.answer is not None:
            right = play.verdict(step, "0").answer
            assert play.verdict(step, f"{right:.6g}").right and not play.verdict(step, 2.0 * right).right


@every_lesson
def test_every_chart_named_is_one_of_the_page(lesson):
    for step in lesson.steps:
        assert [view.name for view in charts_of_step(lesson, step)] == list(step.charts)


@every_lesson
def test_both_sheets_have_every_step_and_only_the_teachers_the_answers(lesson):
    play = LessonPlay(lesson, seed=1)
    pupils, teachers = sheet(lesson), sheet(lesson, play)
    for step in lesson.steps:
        revealed = play.revealed(step)[:40].replace("'", "&#x27;")
        assert revealed not in pupils and revealed in teachers


def test_lessons_begin_with_the_easiest():
    levels = [lesson.level for lesson in lessons_in_order()]
    assert levels == sorted(levels) and levels[0] == 1
    assert len(levels) >= 8
