"""The page of the supply chains, clicked through in a browser."""

import json
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

import model.systems  # noqa: F401 - registers the supply chains
from agents.supply_chains.store import CurveStore
from model.base import SYSTEMS
from model.systems.supply_chains.curves import instance_of
from tests.browser.lab import ALL_CHARTS_READY, button, group, tab, visiting

pytestmark = pytest.mark.browser

PATH = "/supply-chains"


@pytest.fixture
def lab(new_page, server, problems):
    """The system's page in a session of its own."""
    with visiting(new_page, server, problems, PATH) as page:
        yield page


def draw_small(page, chains):
    tab(page, "Instance")
    page.get_by_label("size of the chains").select_option("small")
    count = page.get_by_label("number of chains", exact=True)
    count.fill(str(chains))
    count.blur()
    button(page, "Draw").click()


@contextmanager
def somebody_else_solving(**drawn):
    """Hold the lock of the last of the small chains drawn so, for which the page's server has to wait."""
    params = SYSTEMS["supply_chains"].Params(population="drawn", problem_set="small", **drawn)
    with CurveStore().lock(instance_of(params).chains[-1], params.highest_trading_price, params.gap):
        yield


def solve(page):
    if button(page, "Solve the plans").is_enabled():
        button(page, "Solve the plans").click()
    expect(page.get_by_text("all plans are solved")).to_be_visible()


def test_green_technology_of_the_chains_of_table_5_is_not_known_and_not_shown(lab):
    button(lab, "Step").click()
    expect(lab.get_by_text("period 1", exact=True)).to_be_visible()
    expect(lab.locator("[data-metric]").first).to_be_visible()
    expect(lab.locator('[data-metric="green_transport"]')).to_have_count(0)
    expect(lab.get_by_text("Use of green technology")).to_have_count(0)
    lab.wait_for_function(ALL_CHARTS_READY)
    expect(lab.locator(".trouble")).to_have_count(0)


def test_chains_are_drawn_solved_played_and_taken_away(lab):
    draw_small(lab, 2)
    expect(lab.locator(".table tbody tr")).to_have_count(2)
    solve(lab)
    with lab.expect_download() as got:
        button(lab, "Download JSON").click()
    assert len(json.loads(got.value.path().read_text(encoding="utf-8"))["chains"]) == 2
    button(lab, "Play in the run").click()
    tab(lab, "Market")
    flows = lab.get_by_role("figure", name="Flows of a chain, units over the horizon")
    expect(flows).to_contain_text("green transport")
    button(lab, "100").click()
    expect(lab.get_by_text("period 100", exact=True)).to_be_visible()
    for name in ("Market", "Bids and firms", "Learning"):
        tab(lab, name)
        lab.locator("[data-testid=live-chart]").first.wait_for()
        lab.wait_for_function(ALL_CHARTS_READY)
        expect(lab.locator(".card .trouble")).to_have_count(0)


def test_a_file_that_is_no_instance_is_refused_by_name(lab):
    tab(lab, "Instance")
    lab.get_by_label("Load from a JSON or CSV file").set_input_files(
        {"name": "mine.json", "mimeType": "application/json", "buffer": b'{"chains": []}'}
    )
    expect(lab.get_by_role("alert")).to_contain_text("mine.json: needs a list 'chains'")


def test_the_slider_answers_from_the_curves(lab):
    tab(lab, "Mitigation")
    numbers = lab.locator(".card--wide .table tbody td")
    expect(numbers.nth(1)).to_have_text("805")
    slider = lab.locator(".mitigation__slider [role=slider]")
    slider.press("End")
    expect(numbers.nth(1)).to_have_text("10,000")
    expect(lab.get_by_text("No price brings emissions down by 50%")).to_be_visible()
    slider.press("Home")
    expect(numbers.nth(1)).to_have_text("0")


def test_both_cases_are_played_over_mitigation_rates(lab):
    tab(lab, "Mitigation")
    length = lab.get_by_label("auctions per run", exact=True)
    length.fill("2000")
    length.blur()
    button(lab, "Play both cases").click()
    expect(lab.get_by_text("36 of 36 runs, finished")).to_be_visible()
    lab.wait_for_function(ALL_CHARTS_READY)
    expect(lab.get_by_text("Each chain at λ = 10%, case 2, caps")).to_be_visible()


def test_drawn_chains_chosen_in_the_panel_are_solved_while_the_page_stays_alive(lab):
    group(lab, "population")
    lab.locator('[data-knob="population"] select').select_option("drawn")  # makes the others act
    lab.locator('[data-knob="problem_set"] select').select_option("small")
    lab.locator('[data-knob="instance_seed"] input').last.fill("77")
    lab.locator('[data-knob="instance_seed"] input').last.blur()
    with somebody_else_solving(instance_seed=77):
        lab.get_by_role("button", name="Apply and restart").click()
        expect(lab.get_by_text("Solving the chains' plans (once)…")).to_be_visible()
        button(lab, "Step").click()
        expect(lab.get_by_text("period 1", exact=True)).to_be_visible()
    expect(lab.get_by_text("period 0", exact=True)).to_be_visible()
    expect(lab.get_by_text("Solving the chains' plans (once)…")).to_have_count(0)
    expect(lab.get_by_role("button", name="Apply and restart")).to_have_count(0)
