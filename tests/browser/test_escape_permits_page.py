"""The page of the package auctions, clicked through in a browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import ALL_CHARTS_READY, button, group, tab, visiting

pytestmark = pytest.mark.browser

PATH = "/escape-permits"
CURVES = """farm,pollutant,abated,marginal_cost,correlation
a,ghg,0,1,1
a,ghg,6,3,1
a,nutrient,0,5,0.5
a,nutrient,4,9,0.5
b,ghg,0,1,1
b,ghg,6,2,1
b,nutrient,0,4,0.2
b,nutrient,4,8,0.2
c,ghg,0,2,1
c,ghg,6,4,1
c,nutrient,0,6,0
c,nutrient,4,9,0
"""


@pytest.fixture
def lab(new_page, server, problems):
    """The system's page in a session of its own."""
    with visiting(new_page, server, problems, PATH, "round") as page:
        yield page


def play_a_hundred(page):
    button(page, "100").click()
    expect(page.get_by_text("round 100", exact=True)).to_be_visible()


def slider(page):
    return page.locator(".mitigation__slider [role=slider]")


def test_clocks_rise_round_by_round_and_auctions_leave_points(lab):
    clocks = lab.get_by_role("figure", name="Clock prices round by round, €/lot")
    expect(clocks).to_contain_text("no round played yet")
    button(lab, "Step").click()
    expect(clocks).to_contain_text("auction 1, round 1")
    price = lab.locator('[data-metric="clock_price_nutrient"]')
    expect(price).to_contain_text("0.250")
    button(lab, "Step").click()
    expect(clocks).to_contain_text("auction 1, round 2")
    expect(price).to_contain_text("0.750")
    expect(lab.locator('[data-metric="auction_efficiency"]')).to_contain_text("–")
    button(lab, "100").click()
    expect(lab.get_by_text("round 102", exact=True)).to_be_visible()
    expect(lab.locator('[data-metric="auction_efficiency"]')).to_contain_text("%")
    button(lab, "Step").click()  # with the seed of these tests an auction closes in round 102
    expect(lab.locator('[data-metric="auction_efficiency"]')).to_contain_text("last")
    for name in ("Market", "Bids and farms"):
        tab(lab, name)
        lab.locator("[data-testid=live-chart]").first.wait_for()
        lab.wait_for_function(ALL_CHARTS_READY)
        expect(lab.locator(".card .trouble")).to_have_count(0)


def test_one_can_go_back_through_the_rounds(lab):
    tab(lab, "Auction")
    expect(lab.get_by_text("No round has been played yet")).to_be_visible()
    play_a_hundred(lab)
    lab.get_by_label("auction", exact=True).select_option("last")
    facts = lab.locator(".card--wide").first
    expect(facts).to_contain_text("closed: the allocation is final")
    button(lab, "first round").click()
    expect(facts).to_contain_text("Round 1, the allocation is provisional")
    expect(facts.locator("tbody tr").first).to_contain_text("0.25")
    button(lab, "one round on").click()
    expect(facts).to_contain_text("Round 2")
    book = lab.get_by_role("figure", name="Bid book of a farm, €")
    lab.locator("#choice-farm").select_option("farm 2")
    expect(book).to_contain_text("farm 2: highest bid")
    lab.wait_for_function(ALL_CHARTS_READY)


def test_the_slider_for_rounds_sends_its_value_again_if_another_round_is_shown(lab):
    play_a_hundred(lab)
    tab(lab, "Auction")
    lab.get_by_label("auction", exact=True).select_option("last")
    facts = lab.locator(".card--wide").first
    expect(facts).to_contain_text("closed: the allocation is final")
    button(lab, "one round back").click()
    expect(facts).to_contain_text("the allocation is provisional")
    place = lab.get_by_role("group", name="place in the auction")
    place.evaluate("(el) => { Object.assign(el.__vue__, { asked: 3, askedAt: Date.now() }); }")
    button(lab, "first round").click()
    expect(facts).to_contain_text("Round 1,")


def test_the_farms_correlation_redraws_its_costs_and_values(lab):
    tab(lab, "Farm")
    expect(lab.get_by_text("Correlation r of farm 1: 0.50")).to_be_visible()
    lab.wait_for_function(ALL_CHARTS_READY)
    told = lab.locator(".card__help").nth(1)
    expect(told).not_to_contain_text("abates 0.0 lots")
    slider(lab).press("Home")
    expect(lab.get_by_text("Correlation r of farm 1: 0.00")).to_be_visible()
    expect(told).to_contain_text("abates 0.0 lots without any cap on GHG")
    button(lab, "As in the run").click()
    expect(lab.get_by_text("Correlation r of farm 1: 0.50")).to_be_visible()
    lab.wait_for_function(ALL_CHARTS_READY)


def test_formats_are_compared_on_the_same_farms_and_the_slider_plays_them_again(lab):
    tab(lab, "Mechanisms")
    rows = lab.locator(".card--wide .table tbody tr")
    expect(rows).to_have_count(5)
    cmra = rows.filter(has_text="CMRA").locator("td")
    expect(cmra.nth(5)).not_to_have_text("100.0")
    before = cmra.nth(5).inner_text()
    slider(lab).press("Home")
    expect(lab.get_by_text("Correlation r of all farms: 0.00")).to_be_visible()
    expect(cmra.nth(5)).to_have_text(re.compile(r"^(9\d|100)\.\d$"))
    figure = lab.get_by_role("figure", name="Share of the permits sold over r")
    expect(figure).to_have_attribute("data-state", "ready")
    button(lab, "As in the run").click()
    expect(cmra.nth(5)).to_have_text(before)
    format_chosen = lab.get_by_label("auction", exact=True)
    expect(format_chosen).to_have_count(1)  # while the tab is drawn anew, its old field may still be there
    format_chosen.select_option("vcg")
    lab.wait_for_function(ALL_CHARTS_READY)


def test_own_cost_curves_are_taken_from_a_file_and_bad_ones_refused(lab):
    group(lab, "population")
    upload = lab.get_by_label("Use farms from a CSV file")
    bad = CURVES.replace("a,ghg,6,3,1", "a,ghg,6,0.5,1")
    upload.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": bad.encode()})
    expect(lab.get_by_role("alert")).to_contain_text("marginal costs that do not fall")
    upload.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": CURVES.encode()})
    expect(lab.get_by_text("mine.csv: 3 farms")).to_be_visible()
    play_a_hundred(lab)
    lab.wait_for_function(ALL_CHARTS_READY)
    tab(lab, "Mechanisms")
    expect(lab.locator(".card--wide .table tbody tr")).to_have_count(5)


def test_a_second_format_and_a_sweep_show_results_of_auctions(lab):
    tab(lab, "Compare")
    button(lab, "Start both from round 0").click()
    expect(button(lab, "End the comparison")).to_be_visible()
    play_a_hundred(lab)
    expect(lab.get_by_role("figure", name="Revenue of each auction compared, €")).to_contain_text(
        "rising prices, no packages"
    )
    lab.wait_for_function(ALL_CHARTS_READY)
    tab(lab, "Sweep")
    expect(button(lab, "Run the sweep")).to_be_visible()  # until then the field "seeds" is that of Compare
    seeds = lab.get_by_label("seeds", exact=True)
    seeds.fill("1")
    seeds.blur()
    button(lab, "Run the sweep").click()
    expect(lab.get_by_text(re.compile(r"(\d+) of \1 runs, finished"))).to_be_visible()
    expect(lab.get_by_role("figure", name="Share of GHG permits sold over the sweep")).to_contain_text(
        "the harm to others"
    )
    lab.wait_for_function(ALL_CHARTS_READY)
    expect(lab.locator(".trouble")).to_have_count(0)
