"""Charts, tables and looking back of the grid: what they show is what the model and the file hold."""

import gzip
import json

import numpy as np
import pytest

import model.systems  # noqa: F401 - registers the grid
from model.base import SYSTEMS
from model.metrics import METRICS
from model.systems.grid import Grid
from model.systems.grid.state import PROPERTY
from model.views.charts.base import charts_of
from model.views.desk import Desk
from model.views.key_numbers import present_number
from model.views.page import tabs_of
from model.views.pages.base import prepared
from model.views.pages.grid.charts.episode_lines import (
    DRAWINGS,
    MOST_POINTS,
    PUBLIC,
    PUBLIC_DRAWINGS,
    QUANTITIES,
    public_path,
    quantity_paths,
)
from model.views.pages.grid.charts.map import book_rows, map_rows, shot_of, world_rows
from model.views.pages.grid.charts.series import (
    depth_over_time,
    equality_and_level,
    permit_prices,
    price_rows,
)
from model.views.pages.grid.replay_run import ReplayRun, snapshots_fit
from model.views.pages.grid.tabs.tables import (
    BOUGHT,
    COLUMNS,
    SOLD,
    action_text,
    columns_of,
    enterprise_table,
    government_table,
    texts,
)
from model.views.presentation import word
from tests.waiting import wait_until

KIND = SYSTEMS["grid"]
SMALL = {"episode": 40, "period_length": 10, "height": 12, "width": 12}


def played(steps=60, **parameters):
    grid = KIND(rng=3, **parameters)
    grid.start_recording()
    grid.advance(steps)
    return grid


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A short episode and its file."""
    grid, file = played(40, **SMALL), tmp_path_factory.mktemp("recorded") / "short.json"
    grid.write_recording(file)
    return grid, file.read_bytes()


def finished(run, name, data):
    run.start(name, data)
    wait_until(lambda: not run.running)
    return run


def test_tables_show_what_was_bought_at_auction_where_permits_are_sold():
    sold, free = (Grid(rng=2, issuing=way) for way in ("uniform", "free"))
    for grid in (sold, free):
        grid.start_recording()
        grid.advance(60)
    shot, public = sold.recorder.shots[51], dict(government_table(sold.recorder.shots[51], sold.params))
    bought, paid = (list(columns_of(sold.params)).index(name) + 2 for name in BOUGHT)
    rows = enterprise_table(shot, sold.params)
    assert [row[bought] for row in rows] == texts(shot.firms.allocation)
    assert [row[paid] for row in rows] == texts(shot.firms.auction_payment)
    assert shot.firms.auction_payment.sum() > 0
    assert public["last auction of permits, coins/t"] == texts([shot.government[0].clearing_price])[0]
    assert public["paid in auctions of permits, coins"] == texts([shot.government[0].auction_proceeds])[0]
    assert columns_of(free.params) == COLUMNS
    assert not set(SOLD.values()) & set(dict(government_table(free.recorder.shots[51], free.params)))
    prices = np.array(sold.datacollector.model_vars["auction_price"])
    assert np.flatnonzero(np.isfinite(prices)).tolist() == [0, 50]
    price, proceeds = METRICS["auction_price"], METRICS["auction_proceeds"]
    assert "given away" in price.why_unknown(free) and "no auction" in price.why_unknown(sold)
    assert not price.applies(free) and not proceeds.applies(free)
    assert price.applies(sold) and proceeds.applies(sold) and not proceeds.why_unknown(sold)


def test_reasons_end_when_a_price_is_known():
    grid = Grid(rng=2, issuing="uniform")
    assert "no trade yet" in METRICS["permit_price"].why_unknown(grid)
    known = dict.fromkeys(("auction_price", "permit_price", "mean_permit_price"), 0)
    for _ in range(60):
        grid.advance(1)
        for name in known:
            value = METRICS[name](grid.public.rows, grid.firms.rows)
            assert np.isnan(value) == bool(METRICS[name].why_unknown(grid)), (name, grid.steps)
            known[name] += not np.isnan(value)
    assert 0 < known["auction_price"] < 60 and all(known.values())


def test_the_page_has_all_that_the_sources_figure_shows():
    names = {view.name for view in charts_of(KIND)}
    assert {
        "world",
        "enterprise_skills",
        "enterprise_permits",
        "enterprise_coins",
        "enterprise_levels",
    } <= names
    assert {"enterprise_labour", "permit_prices", "order_book", "book_depth", "government_reward"} <= names
    assert {"enterprise_rewards", "enterprise_utilities", "welfare_and_coins"} <= names
    assert "compared_welfare" in {view.name for view in charts_of(KIND, of="models")}


def test_the_map_is_the_first_chart():
    assert charts_of(KIND)[0].name == "world"


def test_the_map_shows_every_property_with_its_owner():
    grid = played(policy="random_action")
    rows = world_rows(grid, ())
    owners = [row["firm"] for row in rows["properties"]]
    assert np.bincount(owners, minlength=6)[1:].tolist() == grid.firms.rows.properties.tolist()
    margin = grid.params.view
    for row in rows["properties"]:
        assert grid.world.layers[row["row"] + margin, row["column"] + margin, PROPERTY] == 1
    places = [(row["column"], row["row"]) for row in rows["firms"]]
    assert places == [(int(f.cell_col), int(f.cell_row)) for f in grid.firms]


def test_the_map_shows_projects_before_and_after_they_are_built():
    grid = played(400)
    marks = [row["what"] for row in world_rows(grid, ())["marks"]]
    assert marks.count("certified project") == grid.government.green_projects > 0
    assert all(
        (row["firm"] is None) == (row["what"] != "certified project") for row in world_rows(grid, ())["marks"]
    )


def test_the_book_has_the_open_orders_at_their_prices():
    grid = played(37, policy="random_action")
    rows = book_rows(grid, ())["orders"]
    open_orders = int(grid.firms.rows.open_orders.sum())
    assert sum(row["orders"] for row in rows) == open_orders > 0
    depth = depth_over_time(grid, np.array([36]))["series"]
    for series in ("bids", "asks"):
        now = sum(row["orders"] for row in rows if row["side"] == series)
        assert now == next(row["value"] for row in depth if row["series"] == series)


def test_the_price_begins_with_the_first_trade_of_an_episode_and_marks_every_trade():
    grid = played(60, policy="random_action", **SMALL)
    rows = price_rows(grid, np.arange(60))["series"]
    made = np.array([row["trades"] for row in rows])
    first = int(np.flatnonzero(made)[0])
    assert all(np.isnan(row["value"]) for row in rows[:first])
    assert not any(np.isnan(row["value"]) for row in rows[first:40])
    assert made[:40].sum() == grid.recorder.finished[-1].firms.purchases.sum() > 0
    second = 40 + int(np.flatnonzero(made[40:])[0])
    assert all(np.isnan(row["value"]) for row in rows[40:second])


def test_values_outside_a_fixed_axis_are_cut_off():
    """An equality of -18, when some are in debt, would make the picture many pages tall."""
    drawn = equality_and_level().to_dict()
    assert all(layer["mark"]["clip"] for layer in drawn["layer"])


def test_axes_of_an_episode_have_titles():
    for said, draw in {**DRAWINGS, **PUBLIC_DRAWINGS}.items():
        assert f'"title": "{said}"' in json.dumps(draw().to_dict())


def test_the_page_of_the_grid_has_its_own_words():
    assert (word(KIND, "period"), word(KIND, "firms"), word(KIND, "bids")) == (
        "step",
        "enterprises",
        "order book",
    )
    assert "Order book and enterprises" in tabs_of(KIND, None)
    assert "Bids and firms" in tabs_of(SYSTEMS["learning_bidders"], None)
    assert word(SYSTEMS["two_tier"], "period") == "period"


def test_a_recorded_step_is_drawn_as_the_model_was_then():
    grid = KIND(rng=3)
    recorder = grid.start_recording()
    grid.advance(33)
    then = map_rows(shot_of(grid))
    grid.advance(50)
    assert map_rows(recorder.shots[33]) == then != world_rows(grid, ())


def test_lines_of_an_episode_are_the_recorded_numbers():
    shots = played(500).recorder.shots
    paths = quantity_paths(shots, QUANTITIES["coins"])
    assert len(paths) <= MOST_POINTS * 5 and paths[-1]["period"] == 500
    for row in paths[::97]:
        firm = shots[row["period"]].firms[row["firm"] - 1]
        assert row["value"] == firm.cash + firm.cash_escrow
    for said, number in PUBLIC.items():
        rows = public_path(shots, number)
        if not number.flow:
            assert rows[-1]["value"] == number.read(shots[-1])
            continue
        lengths = np.diff([-1, *(row["period"] for row in rows)])
        total = sum(number.read(shot) for shot in shots)
        assert np.isclose([row["value"] for row in rows] @ lengths, total), said


def test_a_line_of_an_episode_has_no_price_before_the_first_trade():
    shots = played(500).recorder.shots
    first = next(k for k, shot in enumerate(shots) if shot.government[0].trades)
    for row in public_path(shots, PUBLIC["last trade, coins/t"]):
        assert np.isnan(row["value"]) == (row["period"] < first)


def test_the_table_shows_actions_of_enterprises():
    grid = played(30)
    rows = enterprise_table(grid.recorder.shots[30], grid.params)
    actions = [action_text(int(firm.action), grid.params.max_price) for firm in grid.firms]
    assert [row[:2] for row in rows] == [[str(k + 1), action] for k, action in enumerate(actions)]
    assert all(len(row) == 2 + len(COLUMNS) for row in rows)
    in_allocation = enterprise_table(grid.recorder.shots[1], grid.params)
    assert {row[1] for row in in_allocation} == {"–"}


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_is_replayed_and_agrees(recorded, tmp_path, pack):
    grid, data = recorded
    run = finished(ReplayRun(tmp_path), "short.json", pack(data))
    assert (run.error, run.first, run.agreeing, run.total) == ("", "", 40, 40)
    assert map_rows(run.shots[25]) == map_rows(grid.recorder.shots[25])
    assert (run.shots[25].book.price == grid.recorder.shots[25].book.price).all()


def test_a_changed_file_is_shown_to_disagree(recorded, tmp_path):
    log = json.loads(recorded[1])
    log["states"][7]["2"]["inventory"]["Coin"] += 1
    run = finished(ReplayRun(tmp_path), "changed.json", json.dumps(log).encode())
    assert run.agreeing == 39 and run.first.startswith("step 7: state.2.inventory.Coin")


def broken(recorded, name):
    log = json.loads(recorded[1])
    log["states"][0]["0"].pop(name)
    return json.dumps(log).encode()


def test_a_file_that_is_none_is_refused_in_words(recorded, tmp_path):
    run = ReplayRun(tmp_path)
    for data in (b"", b"hello", b"3", b"[]", b"{}", b"\x1f\x8bxx", broken(recorded, "loc")):
        finished(run, "mine.json", data)
        assert run.error.startswith("mine.json: no recorded episode"), data[:9]
        assert str(tmp_path) not in run.error and not run.shots
    assert not finished(run, "short.json", recorded[1]).error


def test_models_of_the_page_are_recorded_from_their_start_unless_too_large():
    desk = Desk(KIND, prepare=prepared)
    try:
        assert len(desk.run.model.recorder.shots) == 1
        desk.compare("schedule", "convex")
        desk.run.step()
        assert [len(model.recorder.shots) for model in desk.run.models.values()] == [2, 2]
    finally:
        desk.close()
    assert not snapshots_fit(KIND.Params(height=200, width=200, episode=5_000), episodes=2)


def test_a_price_that_there_is_not_yet_is_explained():
    grid = played(1)
    for name in ("permit_price", "mean_permit_price"):
        number = present_number(grid, name)
        assert (number["value"], number["other"]) == ("–", "no trade yet in this episode")
    grid.advance(400)
    assert present_number(grid, "permit_price")["other"] == ""
    assert float(present_number(grid, "mean_permit_price")["value"]) > 0


def test_numbers_of_a_column_have_the_same_decimals():
    assert texts([1.0, 1.2, -0.001]) == ["1.00", "1.20", "0.00"]
    assert texts([3.0, -0.0]) == ["3", "0"]
    assert texts([1234.5, 7.0]) == ["1,234", "7"]
    grid = played(130)
    rows = enterprise_table(grid.recorder.shots[-1], grid.params)
    for column in list(zip(*rows, strict=True))[2:]:
        assert len({text.partition(".")[2] and 2 for text in column}) == 1
        assert not any(text.startswith("-0") and not float(text) for text in column)


def test_the_governments_table_leaves_out_missing_numbers():
    grid = played(1)
    table = dict(government_table(grid.recorder.shots[-1], grid.params))
    assert table["last trade, coins/t"] == "–"
    assert "permits left to an active government, t" not in table
    active = played(30, government="even")
    assert "permits left to an active government, t" in dict(
        government_table(active.recorder.shots[-1], active.params)
    )


def test_the_axis_of_prices_goes_on_above_the_highest():
    drawn = permit_prices().to_dict()
    fields = {layer["encoding"]["y"]["field"] for layer in drawn["layer"]}
    assert fields == {"value", "above"}
    assert {layer["encoding"]["y"]["title"] for layer in drawn["layer"]} == {"coins/t"}


def test_steps_are_counted_in_whole_numbers():
    """Vega's own SI format gives all labels of an axis one prefix: 0k, 0.2k, 0.4k."""
    for layer in permit_prices().to_dict()["layer"]:
        axis = layer["encoding"]["x"]["axis"]
        assert "format" not in axis and "',d'" in axis["labelExpr"]
