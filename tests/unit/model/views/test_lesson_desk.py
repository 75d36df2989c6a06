"""A browser's way through a lesson: what is open when, what is kept, and that its runs are those of `LessonPlay`."""

import gc
import re
import weakref
from functools import partial

import pytest

from model.lessons import LESSONS
from model.lessons.play import LessonPlay
from model.lessons.sheet import to_do
from model.views.desk import Desk
from model.views.kept_desks import KeptDesks, Page
from model.views.labels import set_text
from model.views.lessons.lesson_desk import PROGRESS, LessonDesk
from model.views.lessons.lesson_list import state_of
from model.views.lessons.lesson_page import begin
from model.views.lessons.run import number_rows
from model.views.live import stored_models
from tests.waiting import wait_until

LESSON = LESSONS["q_learning"]
CODE = re.compile(r"_|[a-z]=| = ")
"""Signs of a name from the code."""


@pytest.fixture
def way():
    """Function: open the page of a lesson; pages are closed at the end."""
    opened = []

    def open_page(lesson=LESSON, seed=4):
        desk = Desk(lesson.kind)
        opened.append(desk)
        return LessonDesk(lesson, desk, seed)

    PROGRESS.set({})
    yield open_page
    PROGRESS.set({})
    for desk in opened:
        desk.close()


def play(way):
    """Play the step shown to its end."""
    way.run()
    way.skip()
    wait_until(lambda: not way.desk.run.playing)
    way.settle()


def answer(way):
    question = way.step.question
    way.answer(question.right or ("2" if question.answer else "because"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_step_says_in_words_what_its_run_sets(lesson):
    lesson = LESSONS[lesson]
    for step in lesson.steps:
        text = to_do(lesson, step, partial(set_text, system=lesson.system))
        assert not CODE.search(text), text
        assert text.count(": ") >= len(step.changes)


def test_the_next_step_opens_when_the_question_is_answered_and_the_run_is_played(way):
    way = way()
    assert (way.answered, way.played, way.reached) == (False, False, 0)
    answer(way)
    assert (way.answered, way.played, way.reached) == (True, False, 0)
    play(way)
    assert (way.answered, way.played, way.reached) == (True, True, 1)


def test_the_whole_lesson_plays_the_runs_of_a_play_without_a_page(way):
    way, alone = way(), LessonPlay(LESSON, 4)
    for k, step in enumerate(LESSON.steps):
        way.show(k)
        answer(way)
        if step.periods:
            play(way)
        assert way.look(lambda play, step: play.revealed(step)) == alone.revealed(step)
        assert way.look(lambda play, step: play.text(step)) == alone.text(step)
    judged = sum(bool(step.question.choices or step.question.answer) for step in LESSON.steps)
    assert way.score() == (judged, judged)
    way.begin_again()
    assert (way.progress.value.at, way.reached, way.score()) == (0, 0, (0, 0))


def test_a_run_that_was_paused_goes_on_to_its_end(way):
    way = way(LESSONS["banking"])
    way.run()
    way.desk.run.pause()
    way.settle()
    assert way.left and not way.played
    way.go_on()
    way.skip()
    wait_until(lambda: not way.desk.run.playing)
    way.settle()
    assert way.played and way.desk.run.model.steps == way.step.periods and way.left == 0


def test_a_step_left_in_the_midst_of_its_run_is_not_played(way):
    way = way(LESSONS["banking"])
    way.run()
    way.show(0)
    way.settle()
    assert not way.played and not way.desk.run.playing


def test_progress_is_kept_while_the_page_is_open(way):
    first = way(seed=4)
    answer(first)
    play(first)
    first.show(1)
    assert state_of(LESSON) == f"1 of {len(LESSON.steps)} steps done"
    again = way(seed=None)
    assert (again.progress.value.at, again.reached, again.play.seed) == (1, 1, 4)
    text = again.look(lambda play, _: play.revealed(LESSON.steps[0]))  # its run is played again
    assert text == first.look(lambda play, _: play.revealed(LESSON.steps[0]))
    other = way(seed=99)
    assert (other.progress.value.at, other.reached, other.play.seed) == (0, 0, 99)


def test_a_seed_in_the_address_that_is_none_is_named():
    way = begin(LESSON, "many")
    way.desk.close()
    assert way.problem.value.startswith("seed = many: must be a whole number")


def test_what_is_no_answer_is_refused_with_the_reason(way):
    way = way(LESSONS["cap_and_price"])
    way.show(4)
    way.answer("a lot")
    assert "'a lot' is not a number" in way.problem.value and not way.answered
    way.answer("2,5")
    assert way.problem.value == "" and way.answered


def test_a_run_beside_the_step_begins_with_the_same_firms(way):
    way = way(LESSONS["banking"])
    way.show(1)
    way.run()
    way.desk.run.pause()
    own, beside = way.desk.run.models.values()
    assert list(way.desk.run.models) == ["bank", "no bank"]
    assert (own.firms.rows.choke_price == beside.firms.rows.choke_price).all()
    assert own.params.banking and not beside.params.banking


def test_numbers_of_runs_stand_beside_each_other():
    play, steps = LessonPlay(LESSON, 4), LESSON.steps
    play.run(steps[1])
    head, rows = number_rows(play, steps[2], ("clearing_price", "efficiency"))
    assert head == ["", "first", "ten"]
    assert [row[0].rpartition(", ")[2] for row in rows] == ["€/t", "%"]
    price = play.runs["first"].model.datacollector.model_vars["clearing_price"][0]
    assert rows[0][1] == f"{price:.2f}"


def test_a_lesson_put_away_goes_on_as_if_it_had_not_been(way, same_history, monkeypatch):
    monkeypatch.setattr(stored_models, "SMALL", 0)  # its runs are short
    lesson, twin = way(), way()
    for each in (lesson, twin):
        answer(each)
        play(each)
    before, memory = weakref.ref(lesson.desk.run.model), lesson.bytes_kept()
    assert lesson.put_away()
    gc.collect()
    assert before() is None and 0 < lesson.bytes_kept() < memory
    assert lesson.score() == twin.score()
    for each in (lesson, twin):
        each.show(1)
        answer(each)
        play(each)
    for step in twin.play.runs:
        same_history(lesson.play.runs[step].model, twin.play.runs[step].model)
    same_history(lesson.desk.run.model, twin.desk.run.model)


def test_a_reload_finds_the_lesson_and_its_run(way):
    desks, pages = KeptDesks(), [Page("1", "ann"), Page("2", "ann"), Page("3", "bob")]
    first, second, stranger = way(), way(), way()
    assert desks.take(pages[0], LESSON, "", lambda: first) is first
    desks.leave(pages[0], first)
    assert desks.take(pages[1], LESSON, "seed=4", lambda: second) is first
    desks.leave(pages[1], first)
    assert desks.take(pages[1], LESSON, "seed=5", lambda: second) is second
    assert desks.take(pages[2], LESSON, "", lambda: stranger) is stranger
