"""Delivery: every browser gets all data, and nothing twice."""

import json

import altair as alt
import pytest

from model.views.live.feed import Feed
from model.views.live.live_chart import Delivery, LiveChart

SPEC = {"mark": "point", "data": {"name": "rows"}}


def told(delivery, sources, spec=SPEC, **options):
    return json.loads(delivery.message(spec, sources, **options))


def test_first_the_drawing_and_all_rows_then_only_new_rows():
    delivery, feed = Delivery(), Feed([{"x": 1}])
    first = told(delivery, {"rows": feed})
    feed.append([{"x": 2}])
    second = told(delivery, {"rows": feed})
    assert first["spec"] == SPEC
    assert first["data"]["rows"] == {"replace": True, "rows": [{"x": 1}]}
    assert second == {"epoch": 1, "number": 1, "data": {"rows": {"replace": False, "rows": [{"x": 2}]}}}


def test_no_news_is_the_same_message():
    delivery, sources = Delivery(), {"rows": Feed([{"x": 1}]), "nodes": [{"n": 1}]}
    assert delivery.message(SPEC, sources) is delivery.message(SPEC, sources)


def test_plain_rows_are_replaced_only_when_they_differ():
    delivery = Delivery()
    told(delivery, {"rows": Feed(), "nodes": [{"n": 1}]})
    message = told(delivery, {"rows": Feed(), "nodes": [{"n": 2}]})
    assert message["data"]["nodes"] == {"replace": True, "rows": [{"n": 2}]}


@pytest.mark.parametrize("change", [{"spec": {**SPEC, "mark": "bar"}}, {"request": 1}])
def test_another_drawing_or_a_request_begins_an_epoch_with_everything(change):
    delivery, sources = Delivery(), {"rows": Feed([{"x": 1}])}
    told(delivery, sources)
    message = told(delivery, sources, **change)
    assert (message["epoch"], message["number"]) == (2, 0)
    assert message["data"]["rows"]["rows"] == [{"x": 1}]


def test_another_feed_under_the_same_name_replaces_the_rows():
    delivery = Delivery()
    told(delivery, {"rows": Feed([{"x": 1}, {"x": 2}])})
    message = told(delivery, {"rows": Feed([{"x": 9}, {"x": 8}, {"x": 7}])})
    assert message["data"]["rows"] == {"replace": True, "rows": [{"x": 9}, {"x": 8}, {"x": 7}]}


def test_several_browsers_share_a_feed():
    feed, early, late = Feed([{"x": 1}]), Delivery(), Delivery()
    told(early, {"rows": feed})
    feed.append([{"x": 2}])
    assert told(early, {"rows": feed})["data"]["rows"]["rows"] == [{"x": 2}]
    assert told(late, {"rows": feed})["data"]["rows"]["rows"] == [{"x": 1}, {"x": 2}]


def test_a_chart_function_is_called_once():
    calls = []

    def author():
        calls.append(1)
        return alt.Chart(alt.NamedData("rows")).mark_point()

    first, second = (LiveChart(author, {"rows": []}, label="Rows") for _ in range(2))
    assert len(calls) == 1
    assert first.kwargs["spec"].value is second.kwargs["spec"].value


@pytest.mark.parametrize("chart", [lambda: 1 / 0, alt.Chart(alt.NamedData("rows"))])
def test_a_chart_that_cannot_be_made_is_a_problem_to_show(chart):
    element = LiveChart(chart, label="Rows")
    assert element.kwargs["problem"]


def test_rows_that_are_none_are_a_problem_to_show():
    assert "TypeError" in LiveChart(SPEC, {"rows": 3}, label="Rows").kwargs["problem"]
