"""A lesson, played to its end in a browser, with the keyboard where one can."""

from html import unescape

import pytest
from playwright.sync_api import expect

from model.lessons import LESSONS, lessons_in_order
from tests.browser.lab import button

LESSON = LESSONS["cap_and_price"]

pytestmark = pytest.mark.browser


def open_lesson(new_page, server, size):
    page = new_page()
    page.set_viewport_size({"width": size, "height": 900})
    page.goto(f"{server.url}/lesson/{LESSON.name}?seed=3", wait_until="domcontentloaded")
    return page


def answer(page, question):
    """Answer with the keyboard alone: the first choice, or a number."""
    if question.choices:
        page.locator(".question input[type=radio]").first.press("Space")
    else:
        page.locator(".question__number").fill("2,5")
    page.locator(".question input").first.press("Enter")


def go_on(page):
    """Go to the next step with two keys, and be at its question: no button that goes takes the focus along."""
    expect(page.locator(".question:focus, .lesson__buttons :focus")).to_have_count(1)
    page.keyboard.press("Tab" if page.locator(".question:focus").count() else "Shift+Tab")
    expect(button(page, "Next")).to_be_focused()
    page.keyboard.press("Enter")
    expect(button(page, "Next")).to_have_count(0)
    expect(page.locator(".question")).to_be_focused()


def test_a_lesson_is_played_to_its_end(new_page, server):
    page = open_lesson(new_page, server, 1400)
    for number, step in enumerate(LESSON.steps, 1):
        page.get_by_role("heading", name=f"{number} of {len(LESSON.steps)}. {step.title}").wait_for()
        expect(button(page, "Next")).to_have_count(0)
        if step.periods:
            expect(button(page, "Play")).to_be_disabled()
        expect(button(page, "Answer")).to_be_disabled()
        if not step.question.choices:
            expect(page.locator(".question__number")).to_have_value("")
        answer(page, step.question)
        if step.periods:
            expect(button(page, "Play")).to_be_enabled()
            button(page, "Play").press("Enter")
        right = step.question.choices[:1] == (step.question.right,)
        if step.question.choices:
            expect(page.locator(".lesson__reveal .lesson__verdict")).to_have_text(
                "Right." if right else "Not quite."
            )
            expect(page.locator(".question__choice--right")).to_contain_text(step.question.right)
        else:
            expect(page.locator(".lesson__reveal .lesson__verdict")).to_contain_text("In this run it is")
        if number < len(LESSON.steps):
            go_on(page)
            expect(page.locator(".lesson__words h2")).to_be_in_viewport()
    page.get_by_text("The end. You were right in").wait_for()
    page.locator(".frame__links").get_by_text("Lessons", exact=True).click()
    page.get_by_text(f"{LESSON.minutes} minutes · done").wait_for()


def test_lessons_are_listed_from_the_easiest_and_fit_a_phone(new_page, server):
    page = open_lesson(new_page, server, 390)
    page.get_by_role("heading", name=LESSON.steps[0].title).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".frame__links").get_by_text("Lessons", exact=True).click()
    expect(page.locator(".home__question")).to_have_text([lesson.question for lesson in lessons_in_order()])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_unknown_lesson_is_answered_with_the_list(new_page, server):
    page = new_page()
    page.goto(f"{server.url}/lesson/nonsense", wait_until="domcontentloaded")
    page.get_by_text("There is no lesson 'nonsense'. These are all:").wait_for()
    page.get_by_text(LESSON.question).click()
    page.get_by_role("heading", name=LESSON.title, exact=True).wait_for()


def test_the_teacher_gets_a_sheet_with_answers(new_page, server):
    page = new_page(accept_downloads=True)
    page.goto(f"{server.url}/lesson/{LESSON.name}?seed=3", wait_until="domcontentloaded")
    page.get_by_text("For the teacher").click()
    with page.expect_download() as got:
        button(page, "Sheet with answers").click()
    text = unescape(got.value.path().read_text(encoding="utf-8"))
    assert "seed 3" in text and all(step.title in text for step in LESSON.steps)
