"""What the page adds to charts: marks of live changes, names of firms; and that legends show the marks of the chart."""

import json

import pytest
import vl_convert

import model.systems
import model.views.charts
import model.views.pages  # noqa: F401 - registers the charts
from model.base import SYSTEMS
from model.views.charts.base import CHARTS, charts_of
from model.views.charts.changes import DATA, change_rows, with_changes
from model.views.charts.names import SHOWN_AS, with_names
from model.views.live.feed import plain_rows

NAMES = ("steel", "cement", "paper")
SYMBOLS = {
    frozenset({"bar", "rect", "area"}): {"square", "default"},
    frozenset({"line", "rule", "tick"}): {"stroke", "default"},
    frozenset({"circle", "point"}): {"circle", "default"},
}
"""Symbols of a legend whose entries are drawn with these marks only."""

every_chart = pytest.mark.parametrize("name", list(CHARTS))


def market(**parameters):
    made = SYSTEMS["learning_bidders"](rng=1, n_firms=3, **parameters)
    made.advance(10)
    return made


def drawn(spec, rows):
    return vl_convert.vegalite_to_svg(json.dumps(spec | {"width": 420, "datasets": rows}))


def rows_of(view, made):
    positions = range(len(made.datacollector.periods)) if view.grows else ()
    return {name: plain_rows(rows) for name, rows in view.rows(made, positions).items()}


@pytest.mark.parametrize(
    "view", [v for v in charts_of(SYSTEMS["learning_bidders"]) if v.grows], ids=lambda v: v.name
)
def test_growing_charts_mark_the_changes_of_the_policy(view):
    made = market()
    made.change_policy(phi=0.5)
    made.advance(10)
    marks = change_rows(made)
    assert marks == [{"period": 11, "text": "Permits issued / needed (phi): 0.9 → 0.5"}]
    assert not change_rows(made, since=11)
    spec = with_changes(view.draw)()
    rows = rows_of(view, made)
    assert drawn(spec, rows | {DATA: marks}).count("✎") == drawn(spec, rows | {DATA: []}).count("✎") + 1


def test_a_chart_without_an_axis_of_periods_stays_as_it_is():
    draw = CHARTS["market_map"].draw
    assert with_changes(draw) is draw and with_names(draw, ()) is draw


@pytest.mark.parametrize(
    "view",
    [
        v
        for v in charts_of(SYSTEMS["learning_bidders"])
        if '"field": "firm"' in json.dumps(v.draw().to_dict())
    ],
    ids=lambda v: v.name,
)
def test_charts_show_the_names_of_firms(view):
    spec = with_names(view.draw, NAMES)()
    text, rows = json.dumps(spec), rows_of(view, market())
    assert "steel" in text
    shown = drawn(spec, rows)
    if '"tooltip"' in text:
        assert SHOWN_AS in text and '"title": "firm"' in text
    if view.name in ("market_map", "trade_network"):
        assert f'"text": {{"field": "{SHOWN_AS}"' in text and "cement" in shown
    if "|| datum.label" in text:  # an axis or a legend by firm
        assert "cement" in shown


def uses(view, found, legends):
    """Marks and symbols of legends, by channel and field, of a view and those inside it."""
    mark = view.get("mark", {})
    kind = mark.get("type") if isinstance(mark, dict) else mark
    for channel in ("color", "fill", "stroke"):
        encoding = view.get("encoding", {}).get(channel, {})
        if kind and "field" in encoding:
            legend = encoding.get("legend", {})
            if not (isinstance(mark, dict) and mark.get("opacity") == 0):
                found.setdefault((channel, encoding["field"]), set()).add(kind)
            if legend is not None:
                legends.setdefault((channel, encoding["field"]), set()).add(
                    legend.get("symbolType", "default")
                )
    for inner in (*view.get("layer", ()), *view.get("hconcat", ()), *view.get("vconcat", ())):
        uses(inner, found, legends)
    return found, legends


@every_chart
def test_a_legend_shows_the_marks_of_its_chart(name):
    found, legends = uses(CHARTS[name].draw().to_dict(), {}, {})
    for entry, symbols in legends.items():
        for marks, allowed in SYMBOLS.items():
            if found.get(entry) and found[entry] <= marks:
                assert symbols <= allowed, entry
