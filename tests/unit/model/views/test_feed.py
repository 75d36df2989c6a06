"""Feeds: rows sent to a chart, and rows kept of a long run."""

import datetime
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.views.live.feed import Feed, plain_rows, plain_value


def at(period, markets="AB"):
    return [{"period": period, "market": market} for market in markets]


def test_a_new_reader_gets_everything_and_later_only_the_rest():
    feed = Feed(at(0))
    first = feed.news()
    feed.append(at(1))
    second = feed.news(first.position)
    assert (first.replace, first.rows) == (True, at(0))
    assert (second.replace, second.rows) == (False, at(1))
    assert feed.news(second.position).rows == []


def test_clear_makes_readers_start_again():
    feed = Feed(at(0))
    position = feed.news().position
    feed.clear()
    feed.append(at(7))
    assert feed.news(position)[:2] == (True, at(7))


@given(periods=st.integers(1, 400), limit=st.integers(2, 40))
def test_a_thinned_run_is_evenly_spaced_and_spans_the_run(periods, limit):
    feed = Feed(thin_by="period", limit=limit)
    for period in range(periods):
        feed.append(at(period))
    kept = [row["period"] for row in feed.rows()]
    spacing = np.diff(kept[::2])
    assert len(kept) <= limit
    assert kept[::2] == kept[1::2], "a series lost more points than the other"
    assert kept[0] == 0
    assert len(set(spacing)) <= 1
    assert periods - kept[-1] <= (spacing[0] if len(spacing) else limit + periods)


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(2, 20))
def test_a_reader_who_follows_the_news_has_what_the_feed_has(batches, limit):
    feed, seen, position = Feed(thin_by="period", limit=limit), [], None
    for number, size in enumerate(batches):
        feed.append({"period": number * 100 + i} for i in range(size))
        replace, rows, position = feed.news(position)
        seen = rows if replace else seen + rows
    assert seen == feed.rows()


def test_without_a_time_the_latest_rows_stay():
    feed = Feed(limit=10)
    for number in range(100):
        feed.append([{"n": number}])
    kept = [row["n"] for row in feed.rows()]
    assert kept == list(range(kept[0], 100))
    assert 5 <= len(kept) <= 10


def test_more_rows_at_one_time_than_the_limit_are_a_window():
    feed = Feed(({"period": 0, "n": n} for n in range(30)), thin_by="period", limit=10)
    assert [row["n"] for row in feed.rows()][-1] == 29
    assert len(feed.rows()) <= 10


def test_a_limit_too_small_is_refused():
    with pytest.raises(ValueError, match="limit = 1: below its minimum 2"):
        Feed(limit=1)


def test_rows_can_be_sent_as_json_whatever_a_model_puts_into_them():
    frame = pd.DataFrame({"n": np.arange(2), "price": [np.nan, np.inf], "ok": [True, False]})
    assert plain_rows(frame)[0] == {"n": 0, "price": None, "ok": True}
    json.dumps(plain_rows(frame), allow_nan=False)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (float("-inf"), None),
        (pd.NaT, None),
        (pd.NA, None),
        (np.array([1.0, np.nan]), [1.0, None]),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (np.datetime64("2026-01-02"), "2026-01-02"),
    ],
)
def test_a_value_becomes_plain(value, plain):
    assert plain_value(value) == plain
