"""The page of the two-tier auctions, clicked through in a browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import ALL_CHARTS_READY, button, tab, visiting

pytestmark = pytest.mark.browser

PATH = "/two-tier"


@pytest.fixture
def lab(new_page, server, problems):
    """The system's page in a session of its own, after one auction."""
    with visiting(new_page, server, problems, PATH) as page:
        button(page, "Step").click()
        page.get_by_text("period 1", exact=True).wait_for()
        yield page


def table(page):
    return page.locator(".table tbody tr").all_inner_texts()


def test_every_chart_of_the_page_is_drawn_while_it_plays(lab):
    for name in ("Market", "Bids and firms"):
        tab(lab, name)
        lab.locator("[data-testid=live-chart]").first.wait_for()
        lab.wait_for_function(ALL_CHARTS_READY)
        expect(lab.locator(".card .trouble")).to_have_count(0)
    button(lab, "100").click()
    lab.get_by_text("period 101", exact=True).wait_for()
    lab.wait_for_function(ALL_CHARTS_READY)


def test_another_bid_changes_award_payment_and_profit(lab):
    tab(lab, "What if")
    lab.locator(".table tbody tr").nth(3).wait_for()
    before = table(lab)
    changes = lab.locator(".table tbody tr td:last-child")
    expect(changes).to_have_text(["+0.00"] * 4)
    lab.locator(".what-if__slider [role=slider]").first.press("Home")
    lab.get_by_text("Price of step 1, €/t: 0", exact=True).wait_for()
    # The page is redrawn piece by piece: the slider's number may stand before the table's.
    expect(changes).not_to_have_text(["+0.00"] * 4)
    assert table(lab) != before
    button(lab, "The firm's own bid").click()
    lab.get_by_text("Price of step 1, €/t: 0", exact=True).wait_for(state="detached")
    expect(changes).to_have_text(["+0.00"] * 4)
    assert table(lab) == before


def test_bidders_trained_on_the_page_play_in_the_run(lab):
    tab(lab, "Train")
    length = lab.get_by_label("auctions", exact=True)
    length.fill("2048")
    length.blur()
    button(lab, "Train the bidders").click()
    lab.get_by_text("2,048 of 2,048 auctions").wait_for()
    lab.wait_for_function(ALL_CHARTS_READY)
    lab.get_by_role("button", name="Play what was learned").click()
    lab.get_by_text("period 0", exact=True).wait_for()
    button(lab, "Step").click()
    lab.get_by_text("period 1", exact=True).wait_for()
    expect(lab.locator('[data-knob="policy"] select')).to_have_value("ppo_schedule")
