"""Every page of the dashboard on a phone: nothing is wider than the screen, and every control has a name."""

from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError

from model.base import SYSTEMS
from model.lessons import LESSONS
from model.views.home import path_of
from tests.browser.lab import ALL_CHARTS_READY

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
TOO_WIDE = """
    () => {
        const scrolls = (e) => !e.matches(".frame") && (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX)
            || scrolls(e.parentElement));
        const all = [...document.querySelectorAll(".frame *")], width = document.documentElement.scrollWidth;
        const wide = all.filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e.parentElement));
        return width <= innerWidth ? [] : [width, ...wide.map((e) => e.outerHTML.slice(0, 150))];
    }
"""
NAMELESS = """
    () => [...document.querySelectorAll("button, input, select, a[href], [role=slider], [role=tab]")]
        .filter((e) => e.checkVisibility() && !e.closest("[aria-hidden=true]"))
        .filter((e) => !e.textContent.trim() && !(e.labels || []).length)
        .filter((e) => !e.ariaLabel && !e.getAttribute("aria-labelledby"))
        .map((e) => e.outerHTML.slice(0, 200))
"""
PATHS = ["", "lessons", "terms", *(f"lesson/{name}" for name in LESSONS), *map(path_of, SYSTEMS)]


@pytest.fixture
def phone(new_page):
    page = new_page()
    page.set_viewport_size(PHONE)
    return page


def look(page):
    page.wait_for_function(ALL_CHARTS_READY)
    with suppress(TimeoutError):  # charts are drawn anew once they know their width
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth", timeout=20_000)
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(NAMELESS) == []


def test_every_page_fits_a_phone_and_names_its_controls(phone, server):
    for path in PATHS:
        phone.goto(f"{server.url}/{path}", wait_until="domcontentloaded")
        phone.locator("h1, h2").first.wait_for()
        if path in map(path_of, SYSTEMS):
            phone.get_by_role("tab").first.wait_for()
        look(phone)


@pytest.mark.slow
@pytest.mark.parametrize("name", SYSTEMS)
def test_every_tab_fits_a_phone_and_names_its_controls(phone, server, name):
    phone.goto(f"{server.url}/{path_of(name)}", wait_until="domcontentloaded")
    tabs = phone.get_by_role("tab")
    tabs.first.wait_for()
    for k in range(tabs.count()):
        tabs.nth(k).click()
        phone.locator('[role=tab][aria-selected="true"]', has_text=tabs.nth(k).inner_text()).wait_for()
        look(phone)
