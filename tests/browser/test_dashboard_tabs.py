"""Comparison, sweep, downloads and information, clicked through in a browser."""

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

import model.systems  # noqa: F401 - fills AUCTIONS
from model.mechanisms.auctions.base import AUCTIONS
from model.views.controls import number_text
from tests.browser.lab import (
    button,
    jump,
    knob,
    set_seed,
    tab,
    visiting,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(new_page, server, problems):
    with visiting(new_page, server, problems) as page:
        yield page


def test_two_formats_side_by_side(lab):
    tab(lab, "Compare")
    button(lab, "Start both from period 0").click()
    lab.get_by_text("both models move together").wait_for()
    which, own = lab.locator(".panel__which"), "their own bids"
    expect(which).to_contain_text("Parameters of the first run, “one price for all”")
    expect(which).to_contain_text(f"The second, “their own bids”, has the same but What winners pay: {own}.")
    expect(knob(lab, "auction").locator(".knob__other")).to_have_text(f"second run: {own}")
    expect(lab.locator(".knob__other")).to_have_count(1)
    jump(lab, 1_000)
    table = lab.locator(".table table")
    table.wait_for()
    runs = ["one price for all", "their own bids"]
    assert table.locator("th").all_inner_texts() == ["", "unit", *runs, "difference"]
    cap = table.locator("tr", has_text=re.compile("^Permits issued")).locator("td").all_inner_texts()
    assert cap[2] == cap[3]
    expect(lab.locator(".card__title", has_text=re.compile(f": ({'|'.join(runs)})$"))).to_have_count(2)
    button(lab, "End the comparison").click()
    table.wait_for(state="detached")
    expect(lab.locator(":is(.panel__which, .knob__other)")).to_have_count(0)


def test_a_sweep_runs_and_is_drawn(lab):
    tab(lab, "Sweep")
    lab.get_by_label("seeds").fill("2")
    lab.get_by_label("seeds").blur()
    lab.get_by_role("textbox", name="periods").fill("200")
    lab.get_by_role("textbox", name="periods").blur()
    button(lab, "Run the sweep").click()
    runs = 6 * len(AUCTIONS) * 2
    lab.get_by_text(f"{runs} of {runs} runs, finished").wait_for()
    lab.locator("[data-testid=live-chart][data-state=ready]").first.wait_for()
    with lab.expect_download() as download:
        button(lab, "Results as CSV").click()
    table = pd.read_csv(Path(download.value.path()), comment="#")
    assert len(table) == runs and set(table.auction) == set(AUCTIONS)
    assert table.groupby(["phi", "auction"]).clearing_price.count().eq(2).all()
    tab(lab, "Market")
    tab(lab, "Sweep")
    lab.get_by_text(f"{runs} of {runs} runs, finished").wait_for()


def test_a_sweep_can_be_cancelled_and_a_bad_one_is_reported(lab):
    tab(lab, "Sweep")
    lab.get_by_label("in steps of").fill("0")
    lab.get_by_label("in steps of").blur()
    button(lab, "Run the sweep").click()
    lab.get_by_text("the step must be above 0").wait_for()
    lab.get_by_label("in steps of").fill("0.01")
    lab.get_by_label("in steps of").blur()
    lab.get_by_role("textbox", name="periods").fill("1000000")  # so that it would take an hour
    lab.get_by_role("textbox", name="periods").blur()
    button(lab, "Run the sweep").click()
    button(lab, "Cancel").click()
    lab.get_by_text(re.compile("runs, cancelled")).wait_for()


def test_downloads_contain_parameters_seed_and_versions(lab):
    set_seed(lab, 42)
    jump(lab, 100)
    tab(lab, "Data")
    shown = lab.locator('tr:has(td:text-is("Price in the auction"))').first.locator("td").last.inner_text()
    with lab.expect_download() as download:
        button(lab, "Download metrics").click()
    text = Path(download.value.path()).read_text()
    assert "# seed: 42" in text and "# parameter: phi = 0.9" in text and "# version: mesa " in text
    table = pd.read_csv(io.StringIO(text), comment="#")
    assert table.period.tolist() == list(range(1, 101))
    assert number_text(float(table.clearing_price.iloc[-1]), "€/t") == shown
    with lab.expect_download() as download:
        button(lab, "Download firms").click()
    assert len(pd.read_csv(Path(download.value.path()), comment="#")) == 500


def test_the_information_has_its_sections(lab):
    tab(lab, "Information")
    lab.locator(".information h2").last.wait_for()
    headings = lab.locator(".information h2").all_inner_texts()
    for expected in ("What is it?", "How it works", "How to use it", "Things to notice", "Things to try"):
        assert any(expected.rstrip("?").lower() in heading.lower() for heading in headings), headings
