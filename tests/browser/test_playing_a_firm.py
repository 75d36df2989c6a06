"""Play a firm: a person takes a seat on a page, plays three rounds, and leaves."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import ALL_CHARTS_READY, button, tab, visiting

pytestmark = pytest.mark.browser


def test_a_person_plays_three_rounds_by_keyboard(new_page, server, problems):
    with visiting(new_page, server, problems) as page:
        tab(page, "Play a firm")
        start = page.get_by_role("textbox", name="Head start")
        start.fill("much")
        start.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("Must be a number from 0 to 100000 periods")
        start.fill("20")
        start.press("Enter")
        page.get_by_text("You are firm 1. Auction 21, uniform pricing.").wait_for()
        price, volume = (page.get_by_role("textbox", name=name) for name in ("Your bid", "Permits"))
        expect(price).to_be_focused()  # the field that had the focus has gone
        price.fill("1000")
        price.press("Enter")
        expect(page.get_by_role("alert").first).to_contain_text("Must be a number from 0 to 2.51 €/t")
        for number, bid in enumerate(("1,5", "0.9", "2"), 1):
            price.fill(bid)
            volume.fill("150")
            volume.press("Enter")
            page.get_by_role("heading", name=f"Round {number}", exact=True).wait_for()
            expect(page.locator(".seat__sentence")).to_contain_text("and earned")
        rows = page.locator(".seat__so-far tbody tr")
        expect(rows).to_have_count(3)
        page.wait_for_function(ALL_CHARTS_READY)
        expect(page.locator(".seat .trouble")).to_have_count(0)
        tab(page, "Data")
        tab(page, "Play a firm")
        expect(rows).to_have_count(3)
        button(page, "Leave the seat").click()
        button(page, "Sit down").wait_for()
        expect(page.locator(".seat-form").locator("select, input").first).to_be_focused()
