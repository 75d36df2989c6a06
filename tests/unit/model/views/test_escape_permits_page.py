"""Charts and tabs of the package auctions: their numbers are those of the auction, round by round."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import model.systems
import model.views.charts
import model.views.pages  # noqa: F401 - registers charts and tabs
from agents.farms.curves import MONEY, NO_BID
from agents.farms.files import write_curves
from model.base import SYSTEMS
from model.systems.escape_permits.comparison import compare
from model.systems.escape_permits.what_if import (
    farm_at,
    joint_abatement,
    marginal_costs,
    surface_of,
    total_costs,
    uncorrelated,
    with_correlation,
    worth_of_one_more,
)
from model.views.chart_panel import known_charts
from model.views.charts.base import CHARTS, charts_of
from model.views.desk import Desk
from model.views.key_numbers import key_numbers
from model.views.pages.base import own_tabs, prepared
from model.views.pages.escape_permits.auctions_run import AuctionsRun
from model.views.pages.escape_permits.charts import mechanisms as drawn
from model.views.pages.escape_permits.charts.pollutants import auction_rows, closings, round_rows
from model.views.pages.escape_permits.tabs.auction import fact_table, farm_table, headline_of, look
from tests.waiting import PATIENCE

SYSTEM = SYSTEMS["escape_permits"]
ROOT = Path(__file__).parents[3]


def played(rounds=50, **parameters):
    """A run of the page, with its rounds recorded."""
    made = prepared(SYSTEM(rng=3, **parameters))
    made.advance(rounds)
    return made


@pytest.fixture(scope="module")
def usual():
    return played()


def test_the_page_has_the_charts_and_tabs_of_the_system():
    names = {view.name for view in charts_of(SYSTEM)}
    assert {"clock_prices", "excess_demand", "headline_demand", "bid_book", "provisional_allocation"} <= names
    assert {"district", "shares_sold", "permit_fates", "farm_payments"} <= names
    assert {"Auction", "Farm", "Mechanisms"} <= own_tabs(SYSTEM).keys()
    assert not names & {view.name for view in charts_of(SYSTEMS["learning_bidders"])}


# -- rounds and auctions -----------------------------------------------------------------------------------


def test_there_is_a_point_for_every_auction_that_closed_and_no_other(usual):
    closed = usual.datacollector.rows()[0].closed[:, 0]
    assert closings(usual).tolist() == np.flatnonzero(closed).tolist()
    rows = auction_rows(usual, {"auction_revenue": "revenue", "share_sold_ammonia": "ammonia"})
    assert [row["auction"] for row in rows] == list(range(1, int(closed.sum()) + 1))
    assert all(row["series"] == "revenue" and row["value"] > 0 for row in rows)


def test_rounds_of_this_auction_are_marked(usual):
    rows = round_rows(usual)
    now = [row for row in rows if row["state"] == "this auction"]
    assert {row["auction"] for row in now} == {int(usual.government.auction)}
    assert [row["round"] for row in now if row["pollutant"] == "GHG"] == list(
        range(1, int(usual.government.clock_round) + 1)
    )
    assert {row["auction"] for row in rows} > {row["auction"] for row in now}


def test_sealed_bids_have_no_clock():
    assert round_rows(played(5, mechanism="vcg")) == []


def test_unsold_permits_valve_and_sales_add_up_to_the_cap():
    made = played(200, n_farms=10, valve_price=0.1)
    rows = CHARTS["permit_fates"].rows(made, ())["fates"]
    last = made.datacollector.rows_at(closings(made)[-1:])[0][0, 0]
    assert sum(row["lots"] for row in rows if row["pollutant"] == "GHG") == last.cap_ghg
    assert any(row["fate"] == "sold by the safety valve" and row["lots"] > 0 for row in rows)


def test_key_numbers_are_means_over_auctions_with_the_last_one(usual):
    numbers = {number["name"]: number for number in key_numbers(usual)}
    rounds = np.array(usual.datacollector.model_vars["rounds"])
    assert closings(usual)[-1] < usual.steps - 1, "the present auction must be open"
    assert numbers["rounds"]["number"] == pytest.approx(np.nanmean(rounds))
    assert numbers["rounds"]["other"].startswith(("last", "in round"))
    assert numbers["clock_price_ghg"]["other"] == ""


# -- looking back ------------------------------------------------------------------------------------------


def test_recorded_rounds_are_those_that_were_collected(usual):
    instance, rounds, names, _, closed, asks = look(usual, "last")
    assert (names, closed, asks) == (["GHG", "nutrient"], True, "packages")
    end = int(closings(usual)[-1])
    government, farms = usual.datacollector.rows_at(range(end - len(rounds) + 1, end + 1))
    lots = instance.terms.packages.lots
    assert [each.price[1] / MONEY for each in rounds] == pytest.approx(government.clock_price_nutrient[:, 0])
    assert [lots[each.headline].sum(0)[0] for each in rounds] == government.demand_ghg[:, 0].tolist()
    assert [each.revenue / MONEY for each in rounds] == pytest.approx(government.provisional_revenue[:, 0])
    assert lots[rounds[-1].leader][:, 0].tolist() == farms.award_ghg[-1].tolist()
    assert [each.closed for each in rounds] == [False] * (len(rounds) - 1) + [True]


def test_an_auction_that_has_just_closed_is_the_present_and_the_last_one():
    model = prepared(SYSTEM(rng=3))
    assert look(model, "last") is None
    model.step()
    assert not look(model, "last")[4]
    while not model.recorder.rounds[-1].closed:
        model.step()
    instance, rounds, _, _, closed, _ = look(model, "present")
    assert closed and rounds[-1].closed
    assert look(model, "last")[:2] == (instance, rounds)
    model.step()
    assert look(model, "last")[0] is instance is not look(model, "present")[0]


def test_bids_in_a_book_never_fall_from_round_to_round(usual):
    _, rounds, *_ = look(usual, "last")
    books = [each.book for each in rounds]
    assert len(books) > 5
    assert all((later >= earlier).all() for earlier, later in pairwise(books))
    assert (books[-1] > books[0]).any()


def test_recording_changes_nothing_and_agrees_between_steps_and_blocks():
    plain, blocks, steps = SYSTEM(rng=3), played(25), prepared(SYSTEM(rng=3))
    plain.advance(25)
    for _ in range(25):
        steps.step()
    assert plain.firms.numbers.tolist() == blocks.firms.numbers.tolist() == steps.firms.numbers.tolist()
    for one, other in zip(blocks.recorder.rounds, steps.recorder.rounds, strict=True):
        assert one.number == other.number and (one.book == other.book).all()


def test_old_bid_books_are_dropped_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr("model.systems.escape_permits.recorder.MOST_NUMBERS", 3 * 2 * 231)
    made = played(9)
    assert [each.book is not None for each in made.recorder.rounds] == [False] * 6 + [True] * 3
    head, lines = farm_table(made.instance, made.recorder.rounds[0], ["GHG", "nutrient"], "packages")
    assert "packages bid" not in head and len(lines) == 2


@pytest.mark.parametrize("mechanism", ["cmra", "english_clock", "vcg", "first_price", "separate_uniform"])
def test_tables_of_a_closed_auction_show_its_outcome(mechanism):
    made = played(40, mechanism=mechanism, n_farms=4)
    instance, rounds, names, _, _, asks = look(made, "last")
    last, end = rounds[-1], closings(made)[-1:]
    government, farms = made.datacollector.rows_at(end)
    head, lines = farm_table(instance, last, names, asks)
    assert [float(line[head.index("pays, €")]) for line in lines] == pytest.approx(
        farms.auction_payment[0], abs=0.006
    )
    assert f"Revenue {farms.auction_payment.sum():,.2f} €" in headline_of(last, asks)
    head, lines = fact_table(instance, last, names, asks)
    assert [int(line[head.index("in the allocation")]) for line in lines] == [
        government.sold_ghg[0, 0],
        government.sold_nutrient[0, 0],
    ]
    assert ("clock price, €/lot" in head) == (asks != "sealed")


def test_an_english_clock_allocates_nothing_before_demand_fits():
    made = played(3, mechanism="english_clock")
    instance, rounds, names, _, _, asks = look(made, "present")
    assert not rounds[-1].closed and not rounds[-1].leader.any()
    assert "in the allocation" not in fact_table(instance, rounds[-1], names, asks)[0]
    rows = CHARTS["provisional_allocation"].rows(made, ())["farms"]
    assert all(row["lots"] == 0 for row in rows) and any(row["demand"] > 0 for row in rows)


def test_the_bid_book_shows_the_auctions_numbers(usual):
    data = CHARTS["bid_book"].rows(usual, (), farm=2)
    book, packages = usual.auction.book[1], usual.instance.terms.packages
    shown = {(row["ghg"], row["second"]): row["amount"] for row in data["cells"]}
    told = {tuple(packages.lots[k].tolist()): book[k] / MONEY for k in np.flatnonzero(book != NO_BID)}
    assert shown == pytest.approx(told)
    headline = packages.lots[usual.auction.headline[1]].tolist()
    assert {"mark": "headline demand", "ghg": headline[0], "second": headline[1]} in data["marked"]


# -- what if -----------------------------------------------------------------------------------------------


def test_another_correlation_changes_only_values(usual):
    same = with_correlation(usual.params, usual.instance, 0.5, [0])
    assert (same.value[0] == usual.instance.value[0]).all(), "farm 1 has 0.5"
    other = with_correlation(usual.params, usual.instance, 0.0, [0])
    assert (other.value[1] == usual.instance.value[1]).all()
    assert (other.value[0] != usual.instance.value[0]).any()
    assert other.terms is usual.instance.terms
    assert usual.instance.curves.correlation[0, 1] == 0.5, "the run keeps its own"


def test_without_correlation_packages_are_worth_the_sum_of_their_parts(usual):
    alone = with_correlation(usual.params, usual.instance, 0.0)
    amount = surface_of(alone.value[0], alone, 0).amount
    assert amount == pytest.approx(amount[:1] + amount[:, :1], abs=1e-5)
    for *_, worth in worth_of_one_more(surface_of(alone.value[0], alone, 0)):
        assert np.ptp(worth) == pytest.approx(0.0, abs=1e-5)


def test_with_correlation_ghg_permits_are_worth_more_beside_nutrient_permits(usual):
    for row in (0, 1):
        surface = surface_of(usual.instance.value[row], usual.instance, row)
        for *_, worth in worth_of_one_more(surface):
            assert (np.diff(worth) >= -1e-5).all()
        assert max(np.ptp(worth) for *_, worth in worth_of_one_more(surface)) > 0.1


def test_joint_costs_are_never_above_separate_ones_which_are_areas_of_marginal_costs(usual):
    farm = farm_at(usual.instance, 0)
    _, joint = total_costs(farm)
    _, alone = total_costs(uncorrelated(farm))
    assert (joint <= alone + 1e-9).all() and joint[-1] < 0.5 * alone[-1]
    areas = [np.trapezoid(cost, lots) for lots, cost in marginal_costs(farm)]
    assert alone[-1] == pytest.approx(sum(areas), rel=1e-3)


def test_permits_beyond_what_is_abated_anyway_are_worth_nothing(usual):
    instance, row = usual.instance, 0
    held = instance.terms.expected[row]
    found = joint_abatement(farm_at(instance, row), held)
    left = found.cost < found.saved - 1e-9
    assert (found.abated[left] <= found.best + 1e-9).all() and left.any()
    value = surface_of(instance.value[row], instance, row).amount[held[1]]
    useful = instance.curves.baseline[row, 0] - found.best
    first = int(np.ceil(useful))
    assert np.ptp(value[first:]) == pytest.approx(0.0, abs=2e-6)
    assert value[first] > value[first - 2]


def test_formats_compared_report_shares_prices_and_money(usual):
    results = compare(usual.params, usual.instance)
    rows = drawn.pollutant_rows(results, ["GHG", "nutrient"])
    assert {row["mechanism"] for row in rows} == set(drawn.TITLES.values())
    money = drawn.money_rows(results)
    for name, result in results.items():
        mine = [row["amount"] for row in money if row["mechanism"] == drawn.title_of(name)]
        assert sum(mine) == pytest.approx(result.value.sum())
    assert len(drawn.surplus_rows(results)) == 2 * len(results)


def test_the_share_of_ghg_sold_falls_with_the_correlation(usual):
    results = {
        r: compare(usual.params, with_correlation(usual.params, usual.instance, r), ["cmra"])["cmra"]
        for r in (0.0, 0.5)
    }
    pollutants, farms = drawn.over_rows(results, ["GHG", "nutrient"])
    share = {row["r"]: row["share"] for row in pollutants if row["pollutant"] == "GHG"}
    assert share[0.0] == 1.0 and share[0.5] < 0.8
    assert {row["firm"] for row in farms} == {1, 2}


# -- played in a thread ------------------------------------------------------------------------------------


def wait_for(run):
    for thread in [run.thread] if run.thread else []:
        thread.join(PATIENCE)
    assert not run.running


def test_a_question_is_worked_on_once_and_another_one_replaces_it():
    run, played_for, news = AuctionsRun(), [], []
    run.listen(lambda: news.append(dict(run.results)))
    subject = object()
    work = {k: lambda k=k: played_for.append(k) or k * k for k in (1, 2, 3)}
    run.ask(subject, "a", work)
    wait_for(run)
    run.ask(subject, "a", work)
    wait_for(run)
    assert played_for == [1, 2, 3] and run.results == {1: 1, 2: 4, 3: 9} and news[-1] == run.results
    run.ask(object(), "a", {5: lambda: 5})
    wait_for(run)
    assert run.results == {5: 5}
    run.ask(subject, "b", {7: lambda: 1 // 0})
    wait_for(run)
    assert run.results == {} and "ZeroDivisionError" in run.error


@pytest.mark.slow
def test_tabs_compile_nothing_once_the_rules_are_compiled(tmp_path):
    """In a process of its own with an empty cache."""
    script = """
from model.views.pages import escape_farm, escape_mechanisms
from learning.jit import when_compiling
from model.systems.escape_permits import EscapePermits
from model.systems.escape_permits.comparison import compare
from model.systems.escape_permits.what_if import farm_at, surface_of, with_correlation, worth_of_one_more
from model.views.pages.base import compile_all
model, found = EscapePermits(rng=1), []
compile_all(model)
with when_compiling(lambda: found.append(1)):
    model.advance(30)
    asked = with_correlation(model.params, model.instance, 0.3, [0])
    escape_farm.marginal_rows(farm_at(asked, 0), ["GHG", "nutrient"])
    escape_farm.joint_rows(farm_at(asked, 0), asked.terms.expected[0])
    escape_farm.total_rows(farm_at(asked, 0))
    worth_of_one_more(surface_of(asked.value[0], asked, 0))
    compare(model.params, asked)
print(len(found))
"""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert run.stdout.strip() == "0", run.stderr[-2000:]


def test_charts_of_what_a_format_does_not_have_are_left_out():
    sealed, clock, wanted = (
        played(3, mechanism="vcg"),
        played(3, mechanism="english_clock"),
        charts_of(SYSTEM),
    )
    gone = {"clock_prices", "excess_demand", "headline_demand", "provisional_revenue"}
    left = {view.name for view in known_charts(wanted, [sealed])}
    assert left == {view.name for view in wanted} - gone
    assert "provisional_revenue" not in {view.name for view in known_charts(wanted, [clock])}
    assert len(known_charts(wanted, [sealed, played(3)])) == len(wanted)


def test_key_numbers_are_those_of_the_pollutants_auctioned():
    for m, ammonia in ((2, set()), (3, {"clock_price_ammonia"})):
        names = {number["name"] for number in key_numbers(played(3, n_pollutants=m))}
        assert {name for name in names if name.endswith("ammonia")} >= ammonia
        assert any(name.endswith("ammonia") for name in names) == bool(ammonia)


def test_an_upload_takes_back_what_it_replaces(tmp_path):
    desk = Desk(SYSTEM)
    try:
        write_curves(played(1, n_farms=3).curves, tmp_path / "farms.csv")
        text = (tmp_path / "farms.csv").read_text(encoding="utf-8")
        desk.change("n_farms", 7)
        desk.upload("curves", "mine.csv", text.encode())
        assert (len(desk.run.model.firms), desk.draft.value["n_farms"], desk.problems.value) == (3, 2, {})
        desk.change("n_farms", 7)
        assert "n_farms = 7: of no effect" in desk.problems.value[""]
        desk.apply_scenario("goyal_district")
        assert (len(desk.run.model.firms), desk.run.model.params.valve_price) == (3, 0.3)
        desk.drop_file("curves")
        assert len(desk.run.model.firms) == 2
    finally:
        desk.close()
