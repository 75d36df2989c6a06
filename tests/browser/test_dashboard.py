"""The page of the learning bidders, clicked through in a browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.lab import (
    ALL_CHARTS_READY,
    button,
    group,
    jump,
    knob,
    metric,
    open_lab,
    period,
    set_number,
    set_seed,
    tab,
    until_period,
    upload,
    visiting,
)

FIRMS = "selling_price,unit_cost,emission_intensity,full_output\n13,8,1.8,120\n12,7,1.6,110\n14,9,2,150\n"

PHI = "Permits issued / needed (phi)"

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(new_page, server, problems):
    with visiting(new_page, server, problems) as page:
        yield page


def test_the_home_page_leads_to_the_system(new_page, server):
    page = new_page()
    page.goto(server.url, wait_until="domcontentloaded")
    page.get_by_text("Should winners pay one price, or their own bid?").click()
    until_period(page, 0)
    page.get_by_text("Home", exact=True).click()
    page.get_by_text("Markets for the right to emit").wait_for()


def test_play_and_pause(lab):
    button(lab, "Play").click()
    button(lab, "Pause").wait_for()
    lab.wait_for_function("document.querySelector('.controls__period').innerText > 'period 0'")
    button(lab, "Pause").click()
    button(lab, "Play").wait_for()
    set_number(lab, "phi", 0.5)
    told = lab.get_by_text(f"{PHI}: 0.9 → 0.5").inner_text()
    set_number(lab, "phi", 0.4)
    lab.get_by_text(
        told.replace("0.5", "0.4"), exact=True
    ).wait_for()  # after the same period: none was played
    until_period(lab, int(re.search("after period ([0-9,]+):", told)[1].replace(",", "")))


TYPE_TWICE = """field => {
    for (const [text, ...events] of [["0.5", "input", "change"], ["0.4", "input"]]) {
        field.value = text;
        events.forEach(name => field.dispatchEvent(new Event(name)));
    }
}"""
"""At once, so that the answer to the first value comes while the second one is being typed."""


def test_what_is_being_typed_is_not_replaced_by_the_answer_to_what_was_typed_before(lab):
    field = knob(lab, "phi").locator("input[type=number]")
    field.focus()
    field.evaluate(TYPE_TWICE)
    lab.wait_for_function("document.querySelector('[data-knob=phi]').__vue__.field.value == 0.5")
    lab.get_by_text(f"{PHI}: 0.9 → 0.5").wait_for()
    assert field.input_value() == "0.4"
    field.dispatch_event("change")
    lab.get_by_text(f"{PHI}: 0.9 → 0.4").wait_for()
    assert float(field.input_value()) == 0.4


MOVE_DOWN = "() => document.querySelector('.stage').insertAdjacentHTML('afterbegin', '<p style=\"height: 200px\"></p>')"


@pytest.mark.parametrize("hand_moves", [False, True])
def test_a_press_counts_although_the_page_moves_but_not_if_the_hand_does(lab, hand_moves):
    """As when a new run begins, and there are fewer notices above what is being pressed."""
    for role, name in (("tab", "Information"), ("button", "Step")):
        target = lab.get_by_role(role, name=name, exact=True)
        target.hover()
        lab.mouse.down()
        lab.evaluate(MOVE_DOWN)
        if hand_moves:
            lab.mouse.move(5, 5)
        lab.mouse.up()
    if hand_moves:
        button(lab, "Step").click()
    until_period(lab, 1)
    chosen = lab.get_by_role("tab", name="Information", exact=True).get_attribute("aria-selected")
    assert chosen == str(not hand_moves).lower()


def test_a_step_is_one_period(lab):
    for expected in (1, 2):
        button(lab, "Step").click()
        until_period(lab, expected)


def test_jump_ahead_and_reset(lab):
    jump(lab, 1_000)
    assert metric(lab, "clearing_price").endswith("€/t")
    button(lab, "Reset").click()
    until_period(lab, 0)
    assert metric(lab, "clearing_price").startswith("–")


def test_a_long_jump_can_be_cancelled(lab):
    group(lab, "population")
    set_number(lab, "n_firms", 100)
    knob(lab, "learner").locator("select").select_option("regret_matching")  # so that it would take an hour
    lab.get_by_role("button", name="Apply and restart (2 changed)").click()
    lab.get_by_text("100 firms drawn at random").wait_for()
    button(lab, "100,000").click()
    button(lab, "Pause").click()
    button(lab, "Play").wait_for()
    assert period(lab) < 100_000


def test_phi_acts_at_once_and_is_logged(lab):
    jump(lab, 100)
    cap = float(metric(lab, "cap").split()[0].replace(",", ""))
    set_number(lab, "phi", 0.45)
    lab.get_by_text(f"after period 100: {PHI}: 0.9 → 0.45").wait_for()
    button(lab, "Step").click()
    until_period(lab, 101)
    assert float(metric(lab, "cap").split()[0].replace(",", "")) == pytest.approx(cap / 2, rel=0.002)
    expect(lab.get_by_role("button", name="Apply and restart")).to_have_count(0)


def test_the_slider_moves_with_the_keys(lab):
    knob(lab, "phi").get_by_role("slider").press("ArrowLeft")
    lab.get_by_text(f"after period 0: {PHI}: 0.9 → 0.89").wait_for()
    expect(knob(lab, "phi").locator("input[type=number]")).to_have_value("0.89")


def test_the_auction_changes_with_a_restart(lab):
    set_seed(lab, 7)
    jump(lab, 100)
    uniform = metric(lab, "clearing_price")
    knob(lab, "auction").locator("select").select_option("discriminatory")
    assert period(lab) == 100
    lab.get_by_role("button", name="Apply and restart (1 changed)").click()
    until_period(lab, 0)
    jump(lab, 100)
    assert metric(lab, "clearing_price") != uniform


def test_the_same_seed_gives_the_same_run(lab):
    shown = []
    for seed in (11, 12, 11):
        set_seed(lab, seed)
        for _ in range(5):
            button(lab, "Step").click()
        until_period(lab, 5)
        shown.append(metric(lab, "clearing_price") + metric(lab, "trading_price"))
        button(lab, "Reset").click()
        until_period(lab, 0)
    assert shown[0] == shown[2] != shown[1]


def test_a_link_opens_the_run_again_elsewhere(new_page, server):
    first = open_lab(new_page, server, asked="seed=5&phi=0.7&learner=roth_erev&colour=red")
    first.get_by_text(
        "colour: a link may set seed, scenario and the parameters of learning_bidders"
    ).wait_for()
    expect(knob(first, "phi").locator("input[type=number]")).to_have_value("0.7")
    expect(first.locator("#knob-seed")).to_have_value("5")
    jump(first, 100)
    tab(first, "Data")
    with first.expect_popup() as opened:
        first.get_by_role("link", name="link to this run").click()
    again = opened.value
    until_period(again, 0)
    jump(again, 100)
    assert metric(again, "clearing_price") == metric(first, "clearing_price")
    expect(knob(again, "learner").locator("select")).to_have_value("roth_erev")


def test_a_new_seed_and_a_bad_one(lab):
    before = lab.locator("#knob-seed").input_value()
    lab.get_by_role("button", name="new seed").click()
    lab.get_by_role("button", name="Apply and restart (1 changed)").wait_for()
    expect(lab.locator("#knob-seed")).not_to_have_value(before)
    knob(lab, "seed").get_by_text("restart", exact=True).wait_for()
    lab.locator("#knob-seed").fill("tomorrow")
    lab.locator("#knob-seed").blur()
    lab.get_by_text("seed = tomorrow: must be a whole number").wait_for()


def test_a_scenario_sets_the_knobs(lab):
    lab.locator('[data-choice="scenario"] select').select_option("esmaeili2021_penalty")
    lab.get_by_text("pay 5 €/t").wait_for()
    lab.wait_for_function("document.getElementById('knob-compliance').value === 'penalty'")


def test_a_value_out_of_range_is_reported_at_its_knob(lab):
    set_number(lab, "phi", 7)
    knob(lab, "phi").get_by_text("phi = 7.0 share: above its maximum 2.0 share").wait_for()
    jump(lab, 100)


def test_an_impossible_combination_is_reported_and_the_run_continues(lab):
    group(lab, "population")
    set_number(lab, "unit_cost_max", 13)
    lab.get_by_text("must be below selling_price_min").wait_for()
    jump(lab, 100)


def test_knobs_of_the_learner_follow_the_learner(lab):
    group(lab, "q learning")
    knob(lab, "q_learning.alpha").wait_for()
    knob(lab, "learner").locator("select").select_option("roth_erev")
    knob(lab, "q_learning.alpha").wait_for(state="detached")
    group(lab, "roth erev")
    knob(lab, "roth_erev.recency").wait_for()


def test_own_firms(lab):
    group(lab, "population")
    upload(lab, "bad.csv", FIRMS.replace("1.6", "-1"))
    lab.get_by_text("bad.csv, row 2, column emission_intensity").wait_for()
    lab.get_by_text("5 firms drawn at random").wait_for()
    upload(lab, "mine.csv", FIRMS)
    lab.get_by_text("mine.csv: 3 firms").wait_for()
    jump(lab, 100)
    with lab.expect_download() as download:
        button(lab, "Download firms as a template").click()
    assert Path(download.value.path()).read_text().count("\n") == 4
    button(lab, "Back to firms drawn at random").click()
    lab.get_by_text("5 firms drawn at random").wait_for()


def test_charts_follow_the_run(lab):
    chart = lab.get_by_role("figure", name="Prices of a permit")
    chart.wait_for()
    jump(lab, 1_000)
    lab.wait_for_function(ALL_CHARTS_READY)
    tick = chart.locator("text", has_text=re.compile(r"^(1k|1\.0k|1,000|0\.9k|900)$"))
    tick.first.wait_for(state="attached")


def test_every_tab_draws_its_charts(lab):
    jump(lab, 1_000)
    for name in lab.get_by_role("tab").all_inner_texts():
        tab(lab, name)
        lab.wait_for_function(ALL_CHARTS_READY)
        expect(lab.get_by_role("alert")).to_have_count(0)


def test_two_sessions_have_separate_models(new_page, server):
    first, second = (open_lab(new_page, server, asked=f"seed={seed}") for seed in (1, 2))
    expect(first.locator("#knob-seed")).to_have_value("1")
    expect(second.locator("#knob-seed")).to_have_value("2")
    jump(first, 1_000)
    set_number(first, "phi", 0.5)
    first.get_by_text(f"after period 1,000: {PHI}").wait_for()
    assert period(second) == 0
    expect(knob(second, "phi").locator("input[type=number]")).to_have_value("0.9")


def test_it_can_be_used_on_a_small_screen(new_page, server):
    page = open_lab(new_page, server)
    page.set_viewport_size({"width": 420, "height": 900})
    jump(page, 100)
    page.wait_for_function("document.documentElement.scrollWidth <= 430")  # charts are drawn anew
    expect(knob(page, "phi")).to_be_hidden()
    button(page, "Parameters").click()
    knob(page, "phi").wait_for()
