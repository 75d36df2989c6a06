"""The page of the grid, clicked through in a browser: charts, looking back, a recorded file, two policies."""

import json
import re

import pytest
from playwright.sync_api import expect

import model.systems  # noqa: F401 - registers the grid
from model.base import SYSTEMS
from tests.browser.lab import ALL_CHARTS_READY, button, tab, visiting

pytestmark = pytest.mark.browser

PATH = "/grid"


@pytest.fixture
def lab(new_page, server, problems):
    """The system's page in a session of its own, after one step."""
    with visiting(new_page, server, problems, PATH, "step") as page:
        button(page, "Step").click()
        page.get_by_text("step 1", exact=True).wait_for()
        yield page


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A short recorded episode as a plain JSON file."""
    grid = SYSTEMS["grid"](rng=2, episode=40, period_length=10, height=12, width=12)
    grid.start_recording()
    grid.advance(40)
    file = tmp_path_factory.mktemp("recorded") / "short.json"
    grid.write_recording(file)
    return file


def figure(page, name):
    return page.get_by_role("figure", name=name, exact=True)


def slider(page):
    return page.get_by_label("step of the episode")


def cells(page, heading):
    return page.locator(".card", has_text=heading).last.locator("tbody tr")


def test_every_chart_of_the_page_is_drawn_while_it_plays(lab):
    for name, first in (
        ("Market", "The world"),
        ("Order book and enterprises", "Order book: open orders at each price"),
    ):
        tab(lab, name)
        expect(figure(lab, first)).to_have_attribute("data-state", "ready")
        lab.wait_for_function(ALL_CHARTS_READY)
        expect(lab.locator(".card .trouble")).to_have_count(0)
    button(lab, "100").click()
    lab.get_by_text("step 101", exact=True).wait_for()
    lab.wait_for_function(ALL_CHARTS_READY)
    tab(lab, "Data")
    lab.get_by_text("The latest steps collected").wait_for()
    expect(lab.locator(".trouble")).to_have_count(0)


def test_one_can_go_back_through_the_episode_and_play_it(lab):
    button(lab, "100").click()
    lab.get_by_text("step 101", exact=True).wait_for()
    tab(lab, "Episode")
    lab.get_by_text("step 101 of 101", exact=True).wait_for()
    period = lab.locator("tr", has_text="compliance period").locator("td").last
    expect(period).to_have_text("2")
    slider(lab).fill("60")
    lab.get_by_text("step 60 of 101", exact=True).wait_for()
    expect(period).to_have_text("1")
    slider(lab).fill("0")
    expect(cells(lab, "Enterprises after this step").first.locator("td").nth(1)).to_have_text("–")
    lab.get_by_label("speed of playing back").select_option("10")
    button(lab, "Play back").click()
    lab.get_by_text("step 101 of 101", exact=True).wait_for()
    expect(period).to_have_text("2")
    lab.wait_for_function(ALL_CHARTS_READY)


def test_a_recorded_file_is_replayed_compared_and_shown(lab, recorded):
    tab(lab, "Episode")
    slider(lab).wait_for()
    lab.get_by_label("Load a recorded episode").set_input_files(recorded)
    lab.get_by_text("40 of 40 steps agree with the rules in every number", exact=True).wait_for()
    slider(lab).fill("17")
    lab.get_by_text("step 17 of 40", exact=True).wait_for()
    logged = json.loads(recorded.read_text())["states"][17]["0"]["endogenous"]["Labor"]
    labour = cells(lab, "Enterprises after this step").first.locator("td").nth(9)
    expect(labour).to_have_text(re.compile(f"^{logged:.2f}$|^{logged:.0f}$"))


def test_a_file_that_is_none_is_refused_in_place(lab):
    tab(lab, "Episode")
    slider(lab).wait_for()
    for content, said in (
        (b"no json", "bad.json: no recorded episode"),
        (b'{"states": [1]}', "world, actions, rewards missing"),
    ):
        lab.get_by_label("Load a recorded episode").set_input_files(
            {"name": "bad.json", "mimeType": "application/json", "buffer": content}
        )
        expect(lab.locator(".knob__problem")).to_contain_text(said)
    expect(figure(lab, "The world")).to_be_visible()


def test_no_card_is_taller_than_its_chart(lab):
    """Values outside an axis, such as the equality of debtors, must not stretch the chart."""
    button(lab, "100").click()
    lab.get_by_text("step 101", exact=True).wait_for()
    for name in ("Market", "Order book and enterprises"):
        tab(lab, name)
        expect(lab.locator("[data-testid=live-chart] svg").first).to_be_visible()
        lab.wait_for_function(ALL_CHARTS_READY)
        lab.wait_for_function(
            "() => [...document.querySelectorAll('[data-testid=live-chart] svg')]"
            ".every((drawn) => drawn.getBoundingClientRect().height < 620)"
        )


def test_an_order_book_counts_in_whole_orders(lab):
    tab(lab, "Order book and enterprises")
    book = figure(lab, "Order book: open orders at each price")
    expect(book).to_have_attribute("data-state", "ready")
    labels = book.locator(".role-axis-label").last.locator("text")
    expect(labels.first).to_have_text("0")
    assert all(text.isdigit() for text in labels.all_inner_texts() if text)


def test_a_sweep_of_the_grid_is_drawn(lab):
    tab(lab, "Sweep")
    for label, number in (("seeds", 2), ("steps", 60), ("in steps of", 100)):
        lab.get_by_label(label, exact=True).fill(str(number))
        lab.get_by_label(label, exact=True).blur()
    button(lab, "Run the sweep").click()
    lab.get_by_text("24 of 24 runs, finished", exact=True).wait_for()
    shown = figure(lab, "Welfare over the sweep, coins")
    expect(shown).to_have_attribute("data-state", "ready")
    expect(shown).to_contain_text("fewer and fewer")


def test_two_policies_run_side_by_side_with_their_maps(lab):
    tab(lab, "Compare")
    button(lab, "Start both from step 0").click()
    lab.get_by_text("step 0", exact=True).wait_for()
    button(lab, "100").click()
    lab.get_by_text("step 100", exact=True).wait_for()
    runs = "the same in each period", "fewer and fewer"
    for label in runs:
        expect(figure(lab, f"The world: {label}")).to_have_attribute("data-state", "ready")
    tab(lab, "Episode")
    for label in runs:
        expect(figure(lab, f"Order book: {label}")).to_have_attribute("data-state", "ready")
    lab.wait_for_function(ALL_CHARTS_READY)


def test_enterprises_learn_on_the_page_and_then_play(lab):
    tab(lab, "Train")
    for label, value in (("improvements of enterprises", "2"), ("worlds side by side", "2")):
        lab.get_by_role("textbox", name=label).fill(value)
        lab.get_by_role("textbox", name=label).blur()
    button(lab, "Train").click()
    rows = lab.locator(".card", has_text="What was learned, in worlds").locator("tbody tr")
    expect(rows).to_have_count(4)
    for compared in ("utility", "permits traded"):
        expect(rows.filter(has_text=compared)).to_have_count(2)
    expect(rows.first).to_contain_text("heuristic enterprises")
    expect(figure(lab, "Mean utility of enterprises while training")).to_have_attribute("data-state", "ready")
    button(lab, "Play what was learned").click()
    lab.get_by_text("step 0", exact=True).wait_for()
    button(lab, "100").click()
    lab.get_by_text("step 100", exact=True).wait_for()
    tab(lab, "Episode")
    lab.get_by_text("step 100 of 100", exact=True).wait_for()
    for name in ("Why an enterprise acted so", "Permits given to whom and when"):
        expect(figure(lab, name)).to_have_attribute("data-state", "ready")
    expect(lab.locator(".card .trouble")).to_have_count(0)
