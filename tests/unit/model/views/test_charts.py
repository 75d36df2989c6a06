"""Every registered chart draws what it gets, from the first look to the last, whatever the market is like."""

import inspect
import json
import re
import tracemalloc
from functools import cache
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert

import model.systems
import model.views.charts
import model.views.pages  # fills the presentations
from learning.registry import UnknownNameError
from model.base import SYSTEMS
from model.metrics import METRICS
from model.views.charts import base, learning, network, sweep, theme
from model.views.charts import base as registry
from model.views.charts.base import SECTIONS, charts_of
from model.views.labels import value_label
from model.views.live.feed import Feed, plain_rows
from model.views.presentation import presentation_of

CHARTS = {
    name: view
    for name, view in registry.CHARTS.items()
    if view.draw.__module__.startswith("model.views.charts.")
}
"""Charts of all systems; those of single pages are tested with their page."""

MARKETS = {
    "learning_bidders": {
        "usual": {},
        "discriminatory": {"auction": "discriminatory"},
        "one firm": {"n_firms": 1},
        "many firms": {"n_firms": 50},
        "stateless": {"learner": "modified_roth_erev"},
        "no learning": {"learner": "truthful"},
        "several learners": {"learner": "q_learning+roth_erev:4"},
        "random bids": {"learner": "random"},
        "nothing traded": {"learner": "truthful", "phi": 1.0, "volume_steps": 1},
        "fined": {"compliance": "penalty", "phi": 0.7},
        "voluntary trade": {"exchange": "voluntary", "compliance": "best", "penalty": 2.5},
        "no price quoted": {"exchange": "voluntary", "learner": "truthful"},
        "one possible bid": {"price_steps": 1, "volume_steps": 1, "price_bins": 1},
        "many possible bids": {"price_steps": 60, "volume_steps": 50, "n_firms": 2},
        "a firm that cannot bid": {"reserve_price": 2.7},
    },
    "supply_chains": {
        "usual": {"population": "drawn", "problem_set": "small"},
        "one firm": {"population": "drawn", "problem_set": "small", "n_chains": 1},
        "many firms": {"population": "drawn", "problem_set": "small", "n_chains": 12},
        "table 5": {},
        "a cap that cannot be met": {"phi": 0.6},
        "more than needed": {"phi": 1.2},
        "caps on bids": {"price_cap": 140.0, "volume_cap": 3000.0},
        "chains that cannot bid": {"reserve_price": 210.0},
        "nothing to abate with": {"highest_trading_price": 1.0},
        "one possible bid": {"price_steps": 1, "volume_steps": 1, "price_bins": 1},
        "stateless": {"learner": "modified_roth_erev"},
        "discriminatory": {"auction": "discriminatory"},
    },
    "two_tier": {
        "usual": {},
        "one firm": {"n_firms": 1},
        "many firms": {"n_firms": 50},
        "vcg": {"auction": "vcg"},
        "random bids": {"policy": "random_schedule"},
        "one step": {"steps": 1},
        "more than needed": {"phi": 1.5},
        "a reserve nobody pays": {"reserve_price": 1000.0},
    },
    "emissions_trading": {
        "usual": {},
        "one firm": {"n_firms": 1},
        "many firms": {"n_firms": 50},
        "no exchange": {"exchange": "none"},
        "nothing sold": {"free_share": 1.0},
    },
    "grid": {
        "usual": {},
        "one firm": {"n_firms": 1},
        "many firms": {"n_firms": 50},
        "random actions": {"policy": "random_action"},
        "nothing happens": {"policy": "idle"},
        "sold by auction": {"issuing": "uniform"},
        "crowded": {"height": 5, "width": 5, "policy": "random_action", "pollution_threshold": 0.2},
    },
    "escape_permits": {
        "usual": {},
        "one firm": {"n_farms": 1},
        "many firms": {"n_farms": 50, "mechanism": "vcg"},
        "ten farms": {"n_farms": 10},
        "english clock": {"mechanism": "english_clock"},
        "sealed": {"mechanism": "first_price"},
        "one pollutant": {"n_pollutants": 1},
        "three pollutants": {
            "n_pollutants": 3,
            "baseline_ghg": 8,
            "baseline_nutrient": 5,
            "baseline_ammonia": 4,
        },
        "safety valve": {"valve_price": 0.3},
        "nobody buys": {"reserve_price": 1000.0},
        "nothing for sale": {"phi": 0.0, "phi_nutrient": 0.0},
        "larger farms": {"baseline_ghg": 90, "baseline_nutrient": 60},
    },
}
"""Odd markets of each system; every system has the first three."""

RIVALS = {
    "grid": ("schedule", "flat", "decreasing"),
    "escape_permits": ("mechanism", "vcg", "english_clock"),
}
"""Difference of the two compared models: knob and values; by default the auction format."""

FEW = ("usual", "one firm")
"""Markets for charts that do not look at single firms."""


def systems_of(view):
    """The systems whose models a chart is shown for."""
    suiting = [name for name, system in SYSTEMS.items() if view.suits(system)]
    return [name for name in suiting if view.name not in presentation_of(SYSTEMS[name]).without]


def cases(charts):
    """Parametrize over charts and the systems that show them."""
    pairs = [(view, system) for view in charts for system in systems_of(view)]
    return pytest.mark.parametrize("view, system", pairs, ids=lambda part: getattr(part, "name", part))


shown = cases(CHARTS.values())

EVERYWHERE = [
    (view, system, name)
    for view in CHARTS.values()
    for system in systems_of(view)
    for name in (MARKETS[system] if view.of == "model" and (view.by_firm or not view.grows) else FEW)
]


def market(periods, system="learning_bidders", **parameters):
    """A model that has played some periods; it is only looked at, so tests can share it."""
    return _market(periods, system, tuple(parameters.items()))


@cache
def _market(periods, system, parameters):
    parameters = dict(parameters)
    made = SYSTEMS[system](rng=4, **parameters)
    made.advance(periods)
    return made


def results(seeds=3):
    """Rows of a sweep: phi and format on several seeds, and one run that failed."""
    rng = np.random.default_rng(1)
    rows = [
        {"phi": phi, "auction": auction, "seed": seed} | {name: rng.random() for name in METRICS}
        for seed in range(seeds)
        for phi in (0.8, 0.9, 1.0)
        for auction in ("uniform", "discriminatory")
    ]
    return pd.DataFrame([*rows, {"phi": 0.9, "auction": "uniform", "seed": 99, "error": "no market"}])


def subject(view, system, periods=30, case="usual"):
    """Subject of a chart: a model, two models, or a sweep."""
    if view.of == "sweep":
        return results()
    parameters = MARKETS[system][case]
    if view.of == "models":
        name, *values = RIVALS.get(system, ("auction", "uniform", "discriminatory"))
        return {value: market(periods, system, **parameters | {name: value}) for value in values}
    return market(periods, system, **parameters)


def rows_of(view, about, **chosen):
    """All rows of a chart, as a page gets them."""
    if view.of == "sweep":
        return view.rows(about, (), **chosen)
    one = next(iter(about.values())) if view.of == "models" else about
    return view.rows(about, np.arange(len(one.datacollector.periods)), **chosen)


def datasets(spec):
    """Names of the data that a specification reads."""
    found = {spec["data"]["name"]} if "data" in spec else set()
    return found.union(*(datasets(layer) for layer in spec.get("layer", [])))


def fields_by_dataset(spec, data=None):
    """Fields that a specification takes from each dataset, those it computes itself left out."""
    data = spec.get("data", {}).get("name", data)
    found = {}
    text = json.dumps({k: v for k, v in spec.items() if k not in ("layer", "datasets", "config")})
    text = re.sub(
        r'"labelExpr": "(?:[^"\\]|\\.)*"', "", text
    )  # of an axis: it knows its labels, not the rows
    used = set(re.findall(r'"(?:field|fields|groupby)": "(\w+)"', text))
    for listed in re.findall(r'"(?:fields|groupby)": \[([^\]]*)\]', text):
        used |= set(re.findall(r'"(\w+)"', listed))
    used |= set(re.findall(r"datum\.(\w+)", text))
    computed = set(re.findall(r'"as": "(\w+)"', text))
    if data:
        found[data] = used - computed
    for layer in spec.get("layer", []):
        for name, fields in fields_by_dataset(layer, data).items():
            found[name] = found.get(name, set()) | fields
    return found


@cache
def specification(view):
    """A chart's Vega-Lite, made once: making it takes as long as drawing it."""
    return view.draw().to_dict()


def drawn(view, rows):
    """The chart with its rows as SVG; raises if Vega cannot draw it or does not know where."""
    data = {name: plain_rows(table) for name, table in rows.items()}
    spec = specification(view) | {"width": theme.WIDTH, "datasets": data}
    svg = vl_convert.vegalite_to_svg(json.dumps(spec))
    assert "NaN" not in svg
    return svg


def test_every_chart_has_a_description():
    for view in CHARTS.values():
        assert view.section in SECTIONS, view.name
        assert len(view.help) > 15 and view.help.endswith("."), view.name
        assert view.title == view.title.strip() and len(view.title) < 70, view.name
        assert set(view.needs) <= set(METRICS), view.name


@shown
def test_chart_names_exactly_the_data_that_its_rows_give(view, system):
    assert datasets(specification(view)) == set(rows_of(view, subject(view, system)))


@shown
def test_rows_have_the_fields_that_the_drawing_uses(view, system):
    used = fields_by_dataset(specification(view))
    for name, rows in rows_of(view, subject(view, system)).items():
        given = set(rows[0])
        assert all(set(row) == given for row in rows), f"{name}: rows differ in their fields"
        assert used[name] <= given, f"{name}: not given: {used[name] - given}"


@pytest.mark.parametrize("view, system, case", EVERYWHERE, ids=lambda part: getattr(part, "name", part))
def test_chart_can_be_drawn_in_every_market(view, system, case):
    rows = rows_of(view, subject(view, system, case=case))
    assert "<svg" in drawn(view, rows)


def test_a_drawing_becomes_a_picture():
    spec = CHARTS["auction_picture"].draw().to_dict() | {"width": theme.WIDTH}
    rows = rows_of(CHARTS["auction_picture"], market(30))
    picture = vl_convert.vegalite_to_png(json.dumps(spec | {"datasets": rows}))
    assert picture.startswith(b"\x89PNG")


@cases([view for view in CHARTS.values() if view.of != "sweep"])
def test_chart_can_be_drawn_before_the_first_period(view, system):
    rows = rows_of(view, subject(view, system, periods=0))
    assert not (view.grows and any(rows.values()))
    assert "<svg" in drawn(view, rows)


@shown
def test_rows_can_travel_to_the_browser(view, system):
    for name, rows in rows_of(view, subject(view, system, case="many firms")).items():
        json.dumps(plain_rows(rows), allow_nan=False)
        if view.grows:
            feed = Feed(rows, thin_by="period", limit=40)
            assert feed.rows(), name


@cases([view for view in CHARTS.values() if view.grows])
def test_growing_rows_are_those_of_their_positions(view, system):
    about = subject(view, system)
    whole = rows_of(view, about)
    parts = [view.rows(about, np.arange(start, start + 10)) for start in (0, 10, 20)]
    for name, rows in whole.items():
        assert [row for part in parts for row in part[name]] == rows
        assert {row["period"] for row in rows} == set(range(1, 31))
    assert not any(view.rows(about, np.arange(0)).values())


@cases([view for view in CHARTS.values() if view.asks])
def test_every_choice_can_be_shown_and_the_first_is_the_default(view, system):
    about = subject(view, system)
    choices = view.choices(about)
    assert set(choices) == set(view.asks) <= set(inspect.signature(view.rows).parameters)
    default = rows_of(view, about)
    for name, options in choices.items():
        for place, value in enumerate(options.values()):
            rows = rows_of(view, about, **{name: value})
            assert place or rows == default
            assert rows.keys() == default.keys()


def test_drawing_twice_is_the_same_and_takes_the_width_of_its_place():
    for view in CHARTS.values():
        again = view.draw().to_dict()
        assert again == specification(view), view.name
        assert again["width"] == "container", view.name


def test_charts_of_a_system_need_only_what_it_reports():
    system = SYSTEMS["learning_bidders"]
    shown = charts_of(system)
    assert [v.section for v in shown] == sorted((v.section for v in shown), key=SECTIONS.index)
    assert {v.section for v in shown} == {"market", "bids", "firms", "network", "learning"}

    class Other:
        name = "other"
        metrics = ("clearing_price", "trading_price")

    assert [view.name for view in charts_of(Other)] == ["prices"]


def test_a_section_that_is_none_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'bids'"):
        base.chart(title="x", rows=dict, section="bid")


def test_bids_in_merit_order_fall_and_are_as_wide_as_their_volumes():
    made = market(50)
    lines = CHARTS["auction_picture"].rows(made, ())["lines"]
    bids = sorted((row for row in lines if row["series"].startswith("bid")), key=lambda row: row["start"])
    prices = [row["bid"] for row in bids]
    assert prices == sorted(prices, reverse=True)
    assert sum(row["end"] - row["start"] for row in bids) == pytest.approx(made.firms.rows.bid_volume.sum())
    assert {row["firm"] for row in bids} == {1, 2, 3, 4, 5}


def test_firms_that_do_not_bid_stand_at_the_end_of_the_picture_with_what_permits_are_worth():
    made = market(1, learner="truthful", reserve_price=5.0, n_firms=10)
    rows, firms = CHARTS["auction_picture"].rows(made, ()), made.firms.rows
    refused = np.flatnonzero(firms.bid_volume == 0.0)
    assert len(refused) > 2
    worth = [row for row in rows["lines"] if row["series"] == "worth"]
    last = sorted(worth, key=lambda row: row["start"])[-len(refused) :]
    assert [row["height"] for row in last] == sorted(firms.private_value[refused], reverse=True)
    assert [row["volume"] for row in last] == [0.0] * len(refused)
    assert {row["firm"] - 1 for row in rows["lines"] if row["series"] != "worth"}.isdisjoint(refused)
    assert worth[-1]["end"] == pytest.approx(firms.required_permits.sum())


def test_status_on_the_map_is_that_of_compliance():
    curtailed = network.statuses(market(50, phi=0.7))
    fined = network.statuses(market(50, phi=0.7, compliance="penalty"))
    assert "curtailed" in curtailed and "fined" not in curtailed
    assert "fined" in fined and "curtailed" not in fined
    assert set(network.statuses(market(0))) == {"not yet run"}
    assert set(network.statuses(market(5, learner="truthful", phi=1.0, volume_steps=1))) == {"covered"}


def test_bands_of_trade_are_thick_at_the_seller():
    made = market(20)
    edges = network.trade_rows(made, ())["edges"]
    sellers = {row["firm"] for row in edges}
    assert sellers == {k + 1 for k in np.flatnonzero(made.firms.rows.bought < 0)}
    first = [row for row in edges if row["edge"] == edges[0]["edge"]]
    assert first[0]["width"] > first[-1]["width"] > 0


def test_heat_map_shows_the_learners_own_numbers():
    made = market(200)
    rows = learning.table_rows(made, (), firm=2, state=0)
    values = np.array([row["value"] for row in rows["bids"]])
    assert values == pytest.approx(made.learner.table(1)[0])
    best = next(row for row in rows["marked"] if row["bid"] == "best")
    assert (best["bid_price"], best["bid_volume"]) == pytest.approx(made.bid_of(1, int(values.argmax())))


def test_profit_map_agrees_with_the_profit_made_when_the_margin_is_certain():
    made = market(30, trade_margin=0.0)
    rows = learning.payoff_rows(made, (), firm=3)["bids"]
    made_last = min(
        rows,
        key=lambda r: (
            abs(r["bid_price"] - made.firms[2].bid_price) * 1e3
            + abs(r["bid_volume"] - made.firms[2].bid_volume)
        ),
    )
    assert made_last["value"] == pytest.approx(made.firms[2].profit)


def test_interval_of_a_sweep_is_students():
    found = sweep.interval(np.array([1.0, 2.0, 3.0]))
    assert found["mean"] == 2.0 and found["runs"] == 3
    assert found["high"] - 2.0 == pytest.approx(4.303 / np.sqrt(3), abs=1e-3)
    assert sweep.interval(np.array([1.0]))["low"] == 1.0
    assert [sweep.student_t(d) for d in (15, 29, 100)] == pytest.approx([2.131, 2.045, 1.984], abs=2e-3)


def test_sweep_without_formats_has_one_line_and_failed_runs_are_left_out():
    rows = sweep.swept_rows(results().drop(columns="auction"), (), metric="revenue")["points"]
    assert [row["at"] for row in rows] == [0.8, 0.9, 1.0]
    assert {row["runs"] for row in rows} == {6}
    named = sweep.swept_rows(results(), (), metric="revenue")["points"]
    assert {row["model"] for row in named} <= {value_label("auction", each) for each in theme.FORMAT_COLOURS}
    assert {row["parameter"] for row in named} == {"Permits issued / needed"}


def test_formats_keep_their_colours_whatever_the_order():
    assert theme.colour_of("discriminatory", 0) == theme.FORMAT_COLOURS["discriminatory"]
    assert theme.colour_of("phi = 0.8", 0) != theme.colour_of("phi = 0.9", 1)


def test_rows_stay_quick_after_a_long_run():
    made = SYSTEMS["learning_bidders"](rng=4)
    made.keeps_all = True
    made.advance(60_000)
    positions = np.arange(59_990, 60_000)
    for view in charts_of(type(made)):
        view.rows(made, positions)  # whatever is computed once
    tracemalloc.start()
    for view in charts_of(type(made)):
        view.rows(made, positions)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1e6, "reading the last rows must not copy all of them, 70 MB"


def labels_of(axis):
    """Labels of a horizontal axis from 0 to 1."""
    chart = alt.Chart(alt.Data(values=[{"x": 0}, {"x": 1}])).mark_point().encode(x=alt.X("x:Q").axis(**axis))
    return re.findall(
        r"<text[^>]*>([^<]*)</text>", vl_convert.vegalite_to_svg(chart.properties(width=420).to_dict())
    )


@pytest.mark.parametrize(
    "axis", [theme.WHOLE_NUMBERS, theme.PERIODS, theme.YEARS], ids=["counts", "periods", "years"]
)
def test_between_0_and_1_no_count_has_a_label(axis):
    assert "0.5" in "".join(labels_of({"tickMinStep": 1}))  # Vega's own idea of a smallest step
    assert [label for label in labels_of(axis) if label] == ["0", "1", "x"]


def test_axes_of_counts_are_those_of_the_theme():
    """Others would label 0.5, or round it to a second 1."""
    sources = [
        path for path in Path(model.views.charts.__file__).parents[1].rglob("*.py") if path.name != "theme.py"
    ]
    assert sources
    for path in sources:
        for line in path.read_text(encoding="utf-8").splitlines():
            assert "tickMinStep" not in line or "labels=False" in line, f"{path}: {line}"
