"""The page of a market over years in a browser: a run to its end, its charts, and two policies side by side."""

import pytest

from tests.browser.lab import ALL_CHARTS_READY, button, metric_text, tab

PATH = "/emissions-trading"


@pytest.fixture
def opened(new_page, server, problems):
    """Return a function that opens the page with values in its address; what its server prints is watched."""
    before = len(server.text())

    def open_with(asked):
        page = new_page()
        page.goto(f"{server.url}{PATH}?{asked}", wait_until="domcontentloaded")
        page.get_by_text("quarter 0 of", exact=False).wait_for()
        return page

    yield open_with
    printed = server.text()[before:]
    if "Traceback" in printed:
        problems.append(f"server: {printed[-2000:]}")


def test_a_run_ends_and_the_page_offers_another(opened):
    page = opened("seed=3&scenario=class_game")
    button(page, "Step").click()
    page.get_by_text("quarter 1 of 20", exact=True).wait_for()
    button(page, "end of the run").click()
    page.get_by_text("The run is over after 20 quarters.").wait_for()
    for title in ("Market", "Firms"):
        tab(page, title)
        page.wait_for_function(ALL_CHARTS_READY)
    tab(page, "Events")
    page.get_by_text("emissions are 6 % above plan").wait_for()
    assert "nan" not in " ".join(page.locator(".number").all_inner_texts()).lower()
    button(page, "The same again").click()
    page.get_by_text("quarter 0 of 20", exact=True).wait_for()


def test_the_policy_is_there_in_words(opened):
    page = opened("seed=3&reserve_price=20&free_share=0.25")
    page.locator(".policy summary").click()
    page.get_by_role("cell", name="25 % are given away").wait_for()
    page.get_by_role("cell", name="reserve price 20 €/t, rising 5 % a year").wait_for()


def test_a_link_opens_two_policies_on_one_seed(opened):
    page = opened("seed=3&years=2&against.free_share=0.5")
    button(page, "end of the run").click()
    page.get_by_text("The run is over after 8 quarters.").wait_for()
    assert "(−" in metric_text(page, "public_revenue")
    assert "Permits given away, share of the cap 0.5" in page.locator(".numbers__caption").inner_text()
    tab(page, "Compare")
    page.wait_for_function(ALL_CHARTS_READY)
    assert "against.free_share=0.5" in page.get_by_role("link", name="Link to this comparison").get_attribute(
        "href"
    )
