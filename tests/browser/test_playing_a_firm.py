"""Play a firm: a person takes a seat on a page, plays three rounds, and leaves."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import ALL_CHARTS_READY, button, group, tab, upload, visiting

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
        page.get_by_text("You are firm 5. Auction 21, uniform pricing.").wait_for()
        price, volume = (page.get_by_role("textbox", name=name) for name in ("Your bid", "Permits"))
        expect(price).to_be_focused()  # the field that had the focus has gone
        price.fill("1000")
        price.press("Enter")
        expect(page.get_by_role("alert").first).to_contain_text("Must be a number from 0 to 3.03 €/t")
        for number, bid in enumerate(("1,5", "0.9", "2"), 1):
            price.fill(bid)
            volume.fill("150")
            volume.press("Enter")
            page.get_by_role("heading", name=f"Round {number}", exact=True).wait_for()
            expect(page.locator(".seat__sentence")).to_contain_text("and earned")
            labels = page.locator(".seat__last .number__label")
            expect(labels).to_have_text(["You", "Best reply", "Learner in your place"])
        rows = page.locator(".seat__so-far tbody tr")
        expect(rows).to_have_count(3)
        page.wait_for_function(ALL_CHARTS_READY)
        expect(page.locator(".seat .trouble")).to_have_count(0)
        tab(page, "Data")
        tab(page, "Play a firm")
        expect(rows).to_have_count(3)
        button(page, "Leave the seat").click()
        expect(page.locator(".seat__summary .seat__sentence")).to_contain_text("In 3 rounds you earned")
        expect(page.locator(".seat__summary tbody tr").first).to_be_visible()
        button(page, "Sit down").wait_for()


def test_a_year_is_played_by_keyboard_and_what_is_left_open_is_said(new_page, server, problems):
    path, period = "/emissions-trading", "quarter"
    with visiting(new_page, server, problems, path, period) as page:
        tab(page, "Play a firm")
        page.get_by_role("textbox", name="Head start").press("Enter")
        price, volume = (page.get_by_role("textbox", name=name) for name in ("Price 1", "Volume 1"))
        open_ones = page.locator(".seat-form__open")
        expect(open_ones).to_contain_text("played as your firm plans, with the values in grey: the bid")
        expect(price).to_have_attribute("placeholder", re.compile(r"^\d+\.\d\d$"))
        price.fill("150")
        expect(open_ones).to_have_count(0)  # now the bid is one's own
        expect(volume).to_have_attribute("placeholder", "")
        volume.fill("1")
        volume.press("Enter")
        expect(page.locator(".seat__news")).to_contain_text("You won 1 t in the auction")
        trade = page.get_by_role("combobox", name="On the exchange")
        expect(trade).to_be_focused()
        expect(trade.locator("option").first).to_contain_text("as planned: buy about")
        trade.press("d")  # do not trade
        expect(trade).to_have_value("none")
        page.get_by_role("textbox", name="Abate up to").press("Enter")
        said = page.locator(".seat__last")
        expect(said).to_contain_text(
            "Decided by you: the bid, trade on the exchange. As your firm planned: abatement."
        )
        expect(said).to_contain_text("are missing, due in 3 quarters")
        expect(said.locator(".number__label")).to_have_text(
            ["You", "Best reply", "Price taker in your place"]
        )
        expect(price).to_be_focused()
        for number in (2, 3, 4):
            price.press("Enter")  # as planned, and nothing is bought
            trade.press("d")
            trade.press("Tab")
            page.keyboard.press("Enter")
            page.get_by_role("heading", name=f"Round {number}", exact=True).wait_for()
        expect(page.locator(".seat__so-far tbody tr")).to_have_count(4)
        button(page, "Leave the seat").press("Enter")
        summary = page.locator(".seat__summary")
        expect(summary).to_contain_text("In 4 rounds you earned")
        expect(summary).to_contain_text("Where the difference to the price taker came from: mostly")
        expect(summary.locator(".number__label")).to_have_text(
            ["You", "Best reply of each round", "Price taker in your place"]
        )


def test_firms_of_a_file_keep_their_names_in_the_seat(new_page, server, problems):
    head = "name,selling_price,unit_cost,emission_intensity,full_output"
    rows = "Old mill,13.5,8,1.8,110\nBrickworks,12,7,1.6,140\nDairy,14,7.5,1.7,120"
    with visiting(new_page, server, problems) as page:
        group(page, "population")
        upload(page, "mine.csv", f"{head}\n{rows}\n")
        page.get_by_text("mine.csv: 3 firms").wait_for()
        tab(page, "Play a firm")
        place = page.get_by_role("combobox", name="Your firm")
        expect(place.locator("option")).to_have_text(
            [re.compile(n) for n in ("Old mill", "Brickworks", "Dairy")]
        )
        place.select_option(index=1)
        start = page.get_by_role("textbox", name="Head start")
        start.fill("5")
        start.press("Enter")
        page.get_by_text("You are Brickworks. Auction 6").wait_for()
