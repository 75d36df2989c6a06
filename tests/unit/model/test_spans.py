"""Periods brought together: levels are those of the last, flows the mean, what is not always known the last known."""

import numpy as np
import pytest

import model.views.pages  # noqa: F401 - registers the charts of all systems
from model.collector import keep_within
from model.metrics import METRICS
from model.spans import Spans, aggregate_numbers, aggregate_rows, periods_in
from model.systems.grid import Grid
from model.views.charts.base import AGGREGATED, CHARTS, charts_of
from model.views.live import run_controller
from model.views.live.chart_rows import ChartRows

NAN = float("nan")
SMALL = {"height": 12, "width": 12, "n_firms": 3, "policy": "random_action"}


@pytest.mark.parametrize(
    ("sort", "values", "wanted"),
    [
        ({}, [1.0, 2.0, 6.0, 4.0], [2.0, 4.0]),
        ({"flow": True}, [1.0, 2.0, 6.0, 4.0], [1.5, 4.5]),  # 4 stands for three periods
        ({"flow": True}, [NAN, 2.0, NAN, NAN], [2.0, NAN]),
        ({"sparse": True}, [1.0, NAN, NAN, NAN], [1.0, NAN]),
        ({"sparse": True}, [NAN, 2.0, 6.0, NAN], [2.0, 6.0]),
        ({"sparse": True, "flow": True}, [1.0, NAN, 6.0, 8.0], [1.0, 7.5]),
    ],
)
def test_numbers_by_hand(sort, values, wanted):
    found = aggregate_numbers(values, [1, 1, 1, 3], Spans.ending([1, 3]), **sort)
    assert np.array_equal(found, wanted, equal_nan=True)


def test_plain_positions_are_each_by_themselves():
    spans = Spans.of(np.array([2, 5]))
    assert aggregate_numbers([0, 1, 2, 3, 4, 5], [1] * 6, spans, flow=True) == [2, 5]
    assert Spans.of(spans) is spans
    assert Spans.ending([], 3).size == Spans.of([]).size == 0


def watched(steps, most=None, **parameters):
    """A grid played as on a page, and rewards of government and enterprises and trades of every single step."""
    grid, seen = Grid(rng=3, **SMALL, **parameters), []
    for _ in range(steps // 100):
        grid.advance(100)
        government, firms = grid.datacollector.rows(100)
        both = np.column_stack([government.reward, government.trades, firms.reward])
        seen.append(both)
        keep_within(grid, run_controller.MOST_COLLECTED)
    return grid, np.concatenate(seen)


def points(grid, name):
    """Rows of a chart by dataset, after all that was played."""
    return {k: feed.rows() for k, feed in ChartRows(CHARTS[name]).update(grid).items()}


def in_spans(numbers, periods):
    """Sums of the numbers of steps up to each period."""
    ends = np.concatenate([[0.0], np.cumsum(numbers)])[[0, *periods]]
    return np.diff(ends)


@pytest.fixture(scope="module", params=[1_300, 10_600])
def long(request):
    """Runs longer than charts show every step of, and than a page keeps every step of."""
    return watched(request.param)


def test_nothing_that_the_government_earns_is_missed_between_points(long):
    grid, steps = long
    rows = points(grid, "government_reward")["series"]
    periods = [row["period"] for row in rows]
    assert len(rows) <= 600 and periods[0] > 1
    lengths = np.diff([0, *periods])
    assert np.allclose([row["value"] for row in rows] * lengths, in_spans(steps[:, 0], periods), atol=1e-8)
    # a sample of every k-th step would show none of the falls at steps 50, 51, 101, …
    falls = min(row["value"] for row in rows)
    sample = steps[np.array(periods) - 1, 0]
    assert falls < 0 and not np.allclose([row["value"] for row in rows], sample)


def test_rewards_of_single_enterprises_add_up_as_well(long):
    grid, steps = long
    rows = [row for row in points(grid, "enterprise_rewards")["paths"] if row["firm"] == 2]
    periods = [row["period"] for row in rows]
    lengths = np.diff([0, *periods])
    assert np.allclose([row["value"] for row in rows] * lengths, in_spans(steps[:, 3], periods), atol=1e-8)


def test_every_trade_is_in_a_point(long):
    grid, steps = long
    rows = points(grid, "permit_prices")["series"]
    periods = [row["period"] for row in rows]
    assert [row["trades"] for row in rows] == in_spans(steps[:, 1], periods).astype(int).tolist()
    assert all(row["value"] is not None for row in rows if row["trades"])
    assert sum(row["trades"] for row in rows) == steps[: periods[-1], 1].sum() > 100


def test_a_page_that_follows_sees_what_one_that_comes_later_sees():
    grid, rows = Grid(rng=3, **SMALL), ChartRows(CHARTS["government_reward"])
    for _ in range(13):
        grid.advance(107)
        following = rows.update(grid)["series"].rows()
    assert following == points(grid, "government_reward")["series"]


def test_a_long_run_is_brought_together_within_bounds(monkeypatch):
    monkeypatch.setattr(run_controller, "MOST_COLLECTED", 150)
    grid, steps = watched(900)
    collector = grid.datacollector
    assert len(collector.periods) <= 150 and collector.periods[-1] == 900 and grid.collect_every == 1
    assert sum(collector.weights) == 900
    assert len(collector.rows()[0]) == len(collector.periods) == len(collector.model_vars["welfare"])
    government, firms = collector.rows()
    weights = np.array(collector.weights)
    assert np.allclose(government.reward[:, 0] @ weights, steps[:, 0].sum())
    assert np.allclose(weights @ firms.reward, steps[:, 2:].sum(axis=0))
    assert government.welfare[-1, 0] == grid.government.welfare  # levels are those of the last step
    assert (METRICS["welfare"](government, firms) == collector.model_vars["welfare"]).all()


def test_rows_of_single_periods_are_as_collected(same_bits):
    grid = Grid(rng=3, **SMALL)
    grid.advance(20)
    collector = grid.datacollector
    for alone, raw in zip(aggregate_rows(collector, [3, 7]), collector.rows_at([3, 7]), strict=True):
        assert same_bits(alone, raw)
    assert periods_in(collector, [3, 7]).tolist() == [1.0, 1.0]


def test_the_help_of_a_chart_of_flows_explains_its_points():
    for view in charts_of(Grid) + list(CHARTS.values()):
        flows = view.grows and any(METRICS[name].flow for name in view.needs)
        assert (AGGREGATED in view.help) == flows
    assert "mean of the steps since the point before" in CHARTS["government_reward"].help
