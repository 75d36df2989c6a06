"""The page of a market over years: one run at a time, its events, its policy in words, and a second run beside it."""

import numpy as np
import pytest

import model.views.charts
import model.views.pages  # noqa: F401 - registers charts and tabs
from learning.postponed import interpreting
from model.base import SYSTEMS
from model.scenarios import scenarios
from model.systems.emissions_trading import EmissionsTrading
from model.views.charts.base import CHARTS, charts_of
from model.views.compare_tab import runs_so_far, start
from model.views.controls import jumps_of, period_text
from model.views.desk import Desk
from model.views.key_numbers import key_numbers
from model.views.links import link_to, read_link
from model.views.live.chart_rows import ChartRows
from model.views.live.feed import plain_rows
from model.views.pages.emissions_trading.charts.auction import auction_rows
from model.views.pages.emissions_trading.charts.firms import cost_rows
from model.views.pages.emissions_trading.charts.market import limit_rows, stack_rows
from model.views.pages.emissions_trading.events import events_of
from model.views.pages.emissions_trading.least_cost import least_cost_lines
from model.views.pages.emissions_trading.tabs.events import event_lines
from model.views.pages.emissions_trading.timeline import quarters_of
from model.views.presentation import presentation_of
from model.views.single_run import is_over, start_of_run
from tests.waiting import wait_until

KIND = SYSTEMS["emissions_trading"]
PRESETS = list(scenarios(KIND.name))


def played(quarters, seed=1, scenario="", **changed):
    preset = scenarios(KIND.name)[scenario].parameters if scenario else {}
    made = KIND(KIND.Params.from_flat(preset | changed), rng=seed)
    made.advance(quarters)
    return made


@pytest.fixture
def desk():
    made = Desk(KIND, asked={"seed": "7"})
    yield made
    made.close()


# -- one run at a time ------------------------------------------------------------------------------------------------


def test_play_ends_with_the_run_and_the_next_play_is_the_next_run(desk):
    desk.run.speed = float("inf")
    for number in (1, 2):
        desk.run.play()
        wait_until(lambda: not desk.run.playing)
        assert desk.run.model.steps == 40 * number
        assert is_over(desk.run.model) and start_of_run(desk.run.model) == 40 * (number - 1)
    assert period_text(desk.run.model) == "40 of 40, run 2"


def test_the_first_pace_takes_ten_years_in_about_half_a_minute(desk):
    assert 20.0 <= desk.run.model.params.cycle / desk.run.speed <= 40.0


def test_jumps_end_with_a_run(desk):
    for quarter in (0, 1, 39):
        desk.run.model.advance(quarter)
        steps = desk.run.model.steps
        assert {(steps + periods) % 40 for _, periods in jumps_of(desk.run)} == {0}
        desk.restart()


def test_charts_show_the_present_run_only():
    model = played(43)
    assert quarters_of(model).names[-1] == "year 1, quarter 3"
    assert {row["when"] for row in stack_rows(model)["parts"]} == {"year 1, first 3 of 4 quarters"}


@pytest.mark.parametrize("name", ["", *PRESETS])
def test_every_chart_has_rows_before_and_after_every_quarter(name):
    model = played(0, scenario=name)
    for quarters in (0, 1, model.params.cycle - 1, 1):
        model.advance(quarters) if quarters else None
        for view in charts_of(KIND):
            chosen = {ask: next(iter(view.choices(model)[ask].values())) for ask in view.asks}
            for rows in ChartRows(view).update(model, **chosen).values():
                plain_rows(rows)


def test_charts_left_out_exist():
    assert set(presentation_of(KIND).without) <= set(CHARTS)


# -- numbers ----------------------------------------------------------------------------------------------------------


def test_key_numbers_of_amounts_are_totals_of_the_run():
    model = played(57)
    numbers = {number["name"]: number for number in key_numbers(model)}
    emissions = model.datacollector.model_vars["emissions"]
    assert numbers["emissions"]["number"] == pytest.approx(sum(emissions[40:57]))
    prices = model.datacollector.model_vars["carbon_price"]
    assert numbers["carbon_price"]["number"] == pytest.approx(np.mean(prices[40:57]))
    assert numbers["carbon_price"]["other"] == f"this quarter {prices[-1]:.2f}"
    assert set(presentation_of(KIND).labels) == set(presentation_of(KIND).key_numbers)
    assert not any("nan" in number["value"] + number["other"] for number in numbers.values())


@pytest.mark.parametrize("name", ["", "rggi_like", "eu_like", "california_like"])
def test_the_stack_of_a_year_is_what_there_was(name):
    """Emissions, bank and reserve less debts: the first bank, caps, permits added and offsets, less those cancelled."""
    model = played(40, scenario=name)
    run = quarters_of(model)
    parts = stack_rows(model)["parts"]
    tops = np.zeros(10)
    for row in parts:
        tops[int(row["from"])] += row["top"] - row["bottom"]
    government = run.government()
    added = np.maximum(run.values("sold") - run.values("offered"), 0.0)
    ends = np.flatnonzero(run.quarter == 4)
    added += run.values("offsets")
    issued = model.params.initial_bank + np.cumsum(model.setup.cap) + np.cumsum(added)[ends]
    there = issued - government.cancelled[ends]
    emitted = np.cumsum(run.by_year("emissions"))
    assert tops + emitted - run.by_year("emissions") == pytest.approx(there, rel=1e-9)


@pytest.mark.parametrize("auction", ["uniform", "discriminatory"])
@pytest.mark.parametrize("traders", [{}, {"n_traders": 3, "traders_bid": True}], ids=["firms", "traders"])
def test_areas_of_the_auction_are_what_is_paid_and_what_was_bid_beyond_that(auction, traders):
    model = played(0, auction=auction, **traders)
    with interpreting():
        for _ in range(3):
            model.step()
    areas, rows = auction_rows(model)["areas"], model.firms.rows
    paid = sum((each["to"] - each["from"]) * each["paid"] for each in areas)
    assert paid == pytest.approx(rows.auction_payment.sum(), rel=1e-6) and paid > 0.0
    beyond = [each["bid"] - each["paid"] for each in areas]
    assert min(beyond) >= -1e-9 and (max(beyond) > 1e-6) == (auction == "uniform")
    assert areas[-1]["to"] == pytest.approx(rows.award.sum())


def test_the_demand_of_the_auction_is_what_was_bid_and_its_result_what_was_sold():
    model = played(13, scenario="rggi_like")
    rows = auction_rows(model)
    assert sum(row["volume"] for row in rows["bids"]) == pytest.approx(model.room.volume.sum())
    prices = [row["price"] for row in rows["bids"]]
    assert prices == sorted(prices, reverse=True)
    (result,) = rows["result"]
    assert result["permits"] == pytest.approx(model.firms.rows.award.sum())
    served = sum(row["volume"] for row in rows["bids"] if row["series"] == "bids served")
    assert served >= result["permits"] * (1.0 - 1e-9)


def test_parts_of_a_firms_costs_add_up_to_what_it_lost():
    model = played(40, pass_through=0.5, free_share=0.3)
    rows = cost_rows(model)
    for mark in rows["marks"]:
        parts = [row["value"] for row in rows["parts"] if row["firm"] == mark["firm"]]
        assert sum(parts) == pytest.approx(mark["value"])


# -- events -----------------------------------------------------------------------------------------------------------


def test_events_of_the_stability_reserve_are_its_changes():
    model = played(40, scenario="eu_like")
    lines = event_lines(model)
    taken = [text for _, _, text in lines if "takes" in text]
    assert len(taken) == (quarters_of(model).government().change[::4] < -1e-9).sum() > 0
    assert any("cancelled" in text for _, _, text in lines)


def test_a_surprise_fines_and_a_change_of_policy_are_events():
    model = played(9, scenario="class_game")
    model.change_policy(penalty=7.0)
    model.advance(11)
    found = {(event.row, event.text) for event in events_of(quarters_of(model))}
    assert (8, "from now on emissions are 6 % above plan; nobody knew") in found
    assert (9, "Fine for a missing permit: 100.0 → 7.0") in found


def test_marks_fill_rows_from_the_top():
    """A kind of event that does not happen leaves no row free: marks would come down into the lines."""
    for scenario in ("loose_cap", "rggi_like"):
        places = {each.place for each in events_of(quarters_of(played(40, scenario=scenario)))}
        assert places == set(range(len(places))) and places


def test_after_a_run_with_projects_its_least_cost_is_told():
    model = EmissionsTrading(rng=1, years=2, quarters=2, projects=2, project_lead=1, reserve_price=0.0)
    model.advance(3)
    assert least_cost_lines(model) == []
    model.advance(1)
    cost, price, number = least_cost_lines(model)
    assert "an efficiency of" in cost and "A permit would have cost about" in price
    assert number.startswith(f"Firms began {np.isfinite(model.room.projects.works_from).sum()} projects; ")
    assert least_cost_lines(EmissionsTrading(rng=1, years=1)) == []


def test_a_loose_cap_leaves_permits_unsold():
    texts = [text for _, _, text in event_lines(played(8, scenario="loose_cap"))]
    assert any("unsold at the reserve price" in text for text in texts)


# -- two runs ---------------------------------------------------------------------------------------------------------


def test_a_scenario_as_second_run_meets_the_same_firms_and_shocks(desk):
    start(desk, "scenario", "rggi_like")
    first, second = desk.run.models.values()
    assert second.params.ecr_price == 6.0 and second.params.choke_mean == first.params.choke_mean
    desk.run.step()
    assert (first.firms.rows.baseline == second.firms.rows.baseline).all()
    labels, numbers, collected = runs_so_far(desk)
    assert labels == ["this run", "rggi like"] and collected == 1
    assert numbers[0]["revenue"] != numbers[1]["revenue"]


def test_runs_of_other_lengths_are_refused(desk):
    start(desk, "scenario", "two_periods")
    assert "40 and 2 quarters" in desk.problems.value["rival"]
    assert desk.rival.value is None and len(desk.run.models) == 1


def test_a_second_run_may_differ_in_several_knobs_and_a_link_says_so(desk):
    desk.compare("free_share", "0.5")
    desk.compare("reserve_price", "0", also=True)
    assert list(desk.run.models) == ["this run", "second run"]
    query = dict(each.split("=") for each in link_to(desk.run.model, desk.rival.value)[1:].split("&"))
    assert read_link(KIND, query).against == {"free_share": 0.5, "reserve_price": 0.0}
    again = Desk(KIND, asked=query)
    assert [m.params for m in again.run.models.values()] == [m.params for m in desk.run.models.values()]
    again.close()


# -- what a chart says is what was in force --------------------------------------------------------


def lines_of(model, name):
    """Value of a limit in each year, as it is drawn."""
    known, limits = limit_rows(quarters_of(model))
    return [row["value"] for row in known + limits if row["series"] == name][::2]


def test_no_reserve_price_is_drawn_where_nothing_is_offered():
    assert lines_of(played(5, years=2, free_share=0.5), "reserve price") == pytest.approx([32.0, 33.6])
    assert lines_of(played(5, years=2, free_share=1.0), "reserve price") == []
    assert len(lines_of(played(5, years=2, free_share=1.0, consigned_share=0.5), "reserve price")) == 2


def test_triggers_caps_and_events_follow_the_regulator():
    always = {"regulator": "fixed", "fixed.action": 4, "lever_most": 0.5, "years": 3}
    model = played(5, lever="ccr_price", ccr_price=60.0, **always)
    assert lines_of(model, "permits added from here on") == pytest.approx([90.0, 90.0, 60.0])
    assert [each.text for each in events_of(quarters_of(model))][:1] == [
        "the regulator makes the trigger of cost containment 50 % stricter than announced"
    ]
    halved = played(5, lever="cap", **always)
    caps = [row["value"] for row in stack_rows(halved)["levels"] if row["series"] == "cap"]
    assert caps == pytest.approx([0.5 * 95.0, 0.5 * 75.0, 55.0])
