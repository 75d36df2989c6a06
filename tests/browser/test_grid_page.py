"""The page of the grid, clicked through in a browser."""

import pytest

pytestmark = pytest.mark.browser

PATH = "/grid"
SLOW = 120_000
"""Milliseconds for what may include compiling the rules."""


@pytest.fixture
def lab(new_page, server, problems):
    """The system's page in a session of its own, after one step."""
    before = len(server.text())
    page = new_page()
    page.goto(server.url + PATH, wait_until="domcontentloaded")
    page.get_by_text("period 0", exact=True).wait_for(timeout=SLOW)
    button(page, "Step").click()
    page.get_by_text("period 1", exact=True).wait_for(timeout=SLOW)
    yield page
    printed = server.text()[before:]
    if "Traceback" in printed:
        problems.append(f"server: {printed[-2000:]}")


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_every_tab_opens_without_trouble_and_the_grid_plays(lab):
    names = lab.get_by_role("tab").all_inner_texts()
    assert names
    for name in names:
        lab.get_by_role("tab", name=name, exact=True).click()
        lab.wait_for_timeout(500)
        assert not lab.locator(".trouble").count(), name
    button(lab, "100").click()
    lab.get_by_text("period 101", exact=True).wait_for(timeout=SLOW)
    assert not lab.locator(".trouble").count()


def test_the_information_tells_of_the_source(lab):
    lab.get_by_role("tab", name="Information", exact=True).click()
    lab.get_by_text("Carbon Market Simulation with Adaptive Mechanism Design").first.wait_for(timeout=SLOW)
