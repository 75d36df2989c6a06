"""Live charts after each event that can occur while a model runs."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")
expect = playwright.expect


@pytest.fixture(scope="module")
def app_file():
    return Path(__file__).parent / "apps" / "chart_app.py"


@pytest.fixture
def prices(page):
    """Open the page and wait for its line chart."""
    return ready(page, "Prices")


def ready(page, label):
    chart = page.get_by_role("figure", name=label)
    expect(chart).to_have_attribute("data-state", "ready")
    return chart


def all_ready(page):
    """All charts: where one is not drawn yet, those below it will still move."""
    return {label: ready(page, label) for label in ("Prices", "Firms", "Heat")}


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def count(chart, dataset):
    return chart.evaluate("(el, name) => el.vegaView.data(name).length", dataset)


def periods(chart):
    return chart.evaluate("el => [...new Set(el.vegaView.data('prices').map(row => row.period))]")


def wait_for_rows(page, number):
    page.wait_for_function(
        "n => { const el = document.querySelector('[aria-label=Prices]');"
        " return el && el.vegaView && el.vegaView.data('prices').length === n }",
        arg=number,
    )


def test_first_rows_are_drawn_with_title_and_legend(page, prices):
    expect(prices.locator("svg")).to_contain_text("Prices by market")
    expect(prices.locator(".role-legend")).to_contain_text("A")
    assert count(prices, "prices") == 6


def test_only_new_rows_are_sent(page, prices):
    page.evaluate("document.querySelector('[aria-label=Prices]').vegaView.marked = true")
    prices.evaluate(
        "el => { el.heard = []; el.parentElement.__vue__.$watch('message', text => el.heard.push(text)) }"
    )
    press(page, "one")
    wait_for_rows(page, 8)
    message = prices.evaluate("el => JSON.parse(el.heard.at(-1))")
    assert [row["period"] for row in message["data"]["prices"]["rows"]] == [3, 3]
    assert "spec" not in message
    assert prices.evaluate("el => el.vegaView.marked"), "the chart was drawn anew"


def test_a_long_run_is_thinned_evenly_and_keeps_every_series(page, prices):
    press(page, "many")
    wait_for_rows(page, 2 * 26)  # of at most 100
    assert periods(prices) == list(range(0, 203, 8))


def test_reset_empties_the_chart_and_it_goes_on(page, prices):
    press(page, "one")
    wait_for_rows(page, 8)
    press(page, "reset")
    wait_for_rows(page, 0)
    press(page, "one")
    wait_for_rows(page, 2)
    assert periods(prices) == [0]


def test_small_datasets_are_replaced(page):
    firms = ready(page, "Firms")
    assert (count(firms, "nodes"), count(firms, "edges")) == (2, 1)
    press(page, "network")
    expect(firms.locator("svg .mark-symbol path")).to_have_count(4)
    assert (count(firms, "nodes"), count(firms, "edges")) == (4, 3)


def test_another_chart_gets_all_rows(page, prices):
    press(page, "one")
    wait_for_rows(page, 8)
    press(page, "show dots")
    expect(prices.locator("svg")).to_contain_text("Dots")
    wait_for_rows(page, 8)
    press(page, "one")
    wait_for_rows(page, 10)


def test_a_chart_that_was_away_catches_up(page, prices):
    press(page, "toggle")
    expect(page.get_by_role("figure", name="Prices")).to_have_count(0)
    press(page, "one")
    press(page, "toggle")
    ready(page, "Prices")
    wait_for_rows(page, 8)


def test_a_browser_that_missed_rows_asks_for_all(page, prices):
    prices.evaluate("el => { el.parentElement.__vue__.number -= 5 }")
    press(page, "one")
    wait_for_rows(page, 8)
    expect(prices).to_have_attribute("data-drawn", "2.0")


def test_rows_that_come_between_two_frames_are_all_drawn(page, prices):
    page.evaluate(
        "() => { held = []; soon = window.requestAnimationFrame;"
        " window.requestAnimationFrame = (draw) => held.push(draw); }"
    )
    for _ in range(3):
        press(page, "one")
    page.wait_for_function(
        "document.querySelector('[aria-label=Prices]').parentElement.__vue__.number === 3",
        polling=50,  # not by frames, which are held
    )
    assert count(prices, "prices") == 6
    page.evaluate("() => { window.requestAnimationFrame = soon; held.forEach((draw) => draw()); }")
    wait_for_rows(page, 12)


def test_pointing_at_a_mark_shows_its_tooltip(page):
    firms = all_ready(page)["Firms"]
    firms.locator("svg .mark-symbol path").first.hover()
    tooltip = page.locator("#vg-tooltip-element.visible")
    expect(tooltip).to_contain_text("mill")
    expect(tooltip).to_contain_text("5")


def test_a_click_on_a_mark_reaches_python(page):
    firms = all_ready(page)["Firms"]
    firms.locator("svg .mark-symbol path").last.click()
    expect(page.get_by_text("clicked kiln")).to_be_visible()


def test_a_chart_that_cannot_be_written_shows_the_error_in_its_place(page, prices, tolerated):
    tolerated.append("no such exhibit")
    press(page, "show broken")
    expect(prices.get_by_role("alert")).to_contain_text("no such exhibit")
    ready(page, "Firms")
    press(page, "show prices")
    ready(page, "Prices")
    wait_for_rows(page, 6)


def test_rows_under_a_name_that_the_chart_does_not_know_are_an_error_in_its_place(page, prices):
    press(page, "show misnamed")
    expect(prices.get_by_role("alert")).to_contain_text("Unrecognized data set: prices")
    expect(prices).to_have_attribute("data-state", "error")
    press(page, "show prices")
    expect(prices.get_by_role("alert")).to_have_count(0)
    ready(page, "Prices")
    expect(prices.locator("svg")).to_be_visible()


def test_a_chart_with_its_own_data_is_drawn(page):
    heat = ready(page, "Heat")
    expect(heat.locator("svg .mark-rect path")).to_have_count(4)


def test_the_vega_script_is_loaded_once(new_page, server):
    page, asked = new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.url)
    all_ready(page)
    assert len([url for url in asked if "vega" in url]) == 1


def test_a_chart_as_wide_as_its_place_follows_the_window(page, prices):
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_function("document.querySelector('[aria-label=Prices] svg').clientWidth <= 700")


def test_two_browsers_have_runs_of_their_own(new_page, server, page, prices):
    press(page, "one")
    wait_for_rows(page, 8)
    other = new_page()
    other.goto(server.url)
    ready(other, "Prices")
    wait_for_rows(other, 6)
