"""Every page of the dashboard on a phone: nothing is wider than the screen, and every control has a name."""

import pytest

from model.base import SYSTEMS
from model.lessons import LESSONS
from model.views.home import path_of

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
DRAWN = """
    () => [...document.querySelectorAll("[data-testid=live-chart]")].every((c) => c.dataset.state === "ready")
"""
TOO_WIDE = """
    () => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll(".frame *")]
        .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
        .map((e) => `${e.tagName}.${e.className.baseVal ?? e.className}`)
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
    page.wait_for_function(DRAWN)
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(NAMELESS) == []


def test_every_page_fits_a_phone_and_names_its_controls(phone, server):
    for path in PATHS:
        phone.goto(f"{server.url}/{path}", wait_until="domcontentloaded")
        phone.locator("h1, h2").first.wait_for()
        look(phone)


@pytest.mark.slow
@pytest.mark.parametrize("name", SYSTEMS)
def test_every_tab_fits_a_phone_and_names_its_controls(phone, server, name):
    phone.goto(f"{server.url}/{path_of(name)}", wait_until="domcontentloaded")
    tabs = phone.get_by_role("tab")
    tabs.first.wait_for()
    for k in range(tabs.count()):
        tabs.nth(k).click()
        phone.locator('[role=tab][aria-selected="true"] >> nth=0').wait_for()
        look(phone)
