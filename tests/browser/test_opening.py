"""The first minute of a visitor: home page, experiments, the menu of a chart, keyboard, explanations, the dark look."""

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

from model.views.spreadsheets import harmless
from tests.browser.formulas import TEXTS, column
from tests.browser.lab import ALL_CHARTS_READY, button, jump, knob, show_all, tab, visiting

pytestmark = pytest.mark.browser

LARGER = """
    () => [...document.querySelectorAll(".card--alone text")].some((t) => parseFloat(getComputedStyle(t).fontSize) > 19)
"""
"""Whether the type of the chart that stands alone is 1.8 times as large as usual (11 px)."""

WITHOUT_NAME = """
    () => [...document.querySelectorAll("button, input, select, a, [role=button], [role=tab]")]
        .filter((e) => e.offsetParent && !e.innerText.trim() && !e.ariaLabel && !(e.labels || []).length)
        .map((e) => e.outerHTML.slice(0, 200))
"""
"""Controls that a screen reader could not name."""


@pytest.fixture
def lab(new_page, server, problems):
    with visiting(new_page, server, problems) as page:
        yield page


def test_an_unknown_address_leads_home_and_the_cards_ask_questions(new_page, server):
    page = new_page()
    page.goto(f"{server.url}/no-such-page", wait_until="domcontentloaded")
    page.get_by_text("There is no such page").wait_for()
    page.get_by_text("To the first page").click()
    questions = page.locator(".home__question")
    questions.first.wait_for()
    assert all(text.endswith("?") for text in questions.all_inner_texts())
    levels = [text.count("●") for text in page.locator(".home__level").all_inner_texts()]
    assert levels == sorted(levels)


def test_an_experiment_is_played_beside_the_policy_and_explained(lab):
    button(lab, "Cut permits by 20 %").click()
    lab.get_by_text("Price in the auction:").filter(has_text="It rises, because").wait_for()
    button(lab, "See both runs").click()
    lab.locator('[role=tab][aria-selected="true"]', has_text="Compare").wait_for()
    expect(lab.locator(".tab__content .card").first).to_be_in_viewport(ratio=0.9)
    button(lab, "Back to one run").click()
    expect(lab.locator(".finding")).to_have_count(0)
    expect(lab.locator(".controls__period")).to_have_text("period 2,000")


def test_a_chart_can_be_saved_and_shown_alone(lab):
    jump(lab, 100)
    lab.wait_for_function(ALL_CHARTS_READY)
    menu = lab.get_by_role("button", name="Menu of the chart Prices of a permit")
    found = {}
    for entry in ("Save as PNG", "Save as SVG", "Save the numbers (CSV)"):
        menu.click()
        with lab.expect_download() as download:
            lab.get_by_role("menuitem", name=entry, exact=True).click()
        found[entry] = Path(download.value.path())
    assert found["Save as PNG"].read_bytes().startswith(b"\x89PNG")
    drawn = found["Save as SVG"].read_text()
    assert drawn.startswith("<svg") and re.search(">Prices of a permit[^<]*</text>", drawn)
    assert re.search(r">[A-Z][^,<]+, period 100, seed = 1\b[^<]*</text>", drawn)  # system and run
    assert len(pd.read_csv(found["Save the numbers (CSV)"])) == 200
    lab.evaluate(  # firms may have any name
        """texts => {
          const chart = document.querySelector('figure[aria-label^="Prices of a permit"]').parentElement.__vue__;
          chart.sets = new Set(["names"]);
          chart.view.data = () => texts.map((text) => ({ firm: text, number: -1 }));
        }""",
        list(TEXTS),
    )
    menu.click()
    with lab.expect_download() as download:
        lab.get_by_role("menuitem", name="Save the numbers (CSV)", exact=True).click()
    assert column(download.value.path(), 1) == [harmless(text) for text in TEXTS]
    assert set(column(download.value.path(), 2)) == {"-1"}
    menu.click()
    lab.get_by_role("menuitem", name="Present: this chart alone").click()
    alone = lab.locator(".card--alone")
    alone.locator("text").first.wait_for()
    lab.wait_for_function(LARGER)
    back = button(lab, "Back to the page (Esc)")
    expect(back).to_be_focused()
    for _ in range(6):  # nothing behind the chart gets the focus
        lab.keyboard.press("Tab")
        assert lab.evaluate("document.activeElement.closest('.card--alone, .chart-menu__back') !== null")
    lab.keyboard.press("Escape")
    expect(alone).to_have_count(0)
    expect(menu).to_be_focused()


def test_play_is_a_few_stops_of_the_tab_key_away_and_nothing_sticks_out_on_a_phone(lab):
    lab.keyboard.press("Tab")
    lab.keyboard.press("Enter")
    focused = lab.locator(":focus")
    expect(focused).to_have_text("Play")
    expect(button(lab, "1,000")).to_have_attribute("title", "Plays 1,000 periods at once")
    lab.keyboard.press("Shift+Tab")
    expect(focused).to_have_text("Parameters")  # and not the last of the panel's fields
    lab.set_viewport_size({"width": 390, "height": 844})
    assert lab.evaluate("document.documentElement.scrollWidth") == 390
    assert lab.locator(".card").first.bounding_box()["y"] < 844


def test_keys_names_explanations_and_the_dark_look(lab):
    lab.get_by_role("tab", name="Market").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):  # faster than the server
        lab.keyboard.press(key)
    lab.locator('[role=tab][aria-selected="true"]:focus', has_text="Bids and firms").wait_for()
    tab(lab, "Market")
    knob(lab, "phi").get_by_role("button", name="Explain").focus()
    tip = lab.get_by_role("tooltip")
    expect(tip).to_contain_text("Permits issued / permits required")
    box = tip.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= lab.viewport_size["width"]
    lab.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    lab.locator(".term").first.click()  # as a tap
    expect(tip).to_contain_text("the tradable right to emit one tonne")
    assert lab.evaluate(WITHOUT_NAME) == []
    button(lab, "Dark").click()
    lab.wait_for_function(ALL_CHARTS_READY)
    button(lab, "Light").wait_for()


def test_a_beginner_sees_few_knobs_and_only_those_that_act(lab):
    expect(lab.locator("[data-knob]")).to_have_count(8)  # the seed and seven: the fine does nothing here
    expect(knob(lab, "penalty")).to_have_count(0)
    knob(lab, "compliance").locator("select").select_option("penalty")
    knob(lab, "penalty").wait_for()
    show_all(lab)
    knob(lab, "price_steps").wait_for()
    expect(knob(lab, "volume_cap_share")).to_have_count(0)
