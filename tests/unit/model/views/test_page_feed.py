"""Frames of a playing run, without a browser."""

import pytest

import model.views.charts
import model.views.pages  # noqa: F401 - fill what the page shows
from model.base import SYSTEMS
from model.views.charts.base import charts_of
from model.views.desk import Desk
from model.views.live.chart_rows import ChartRows
from model.views.live.live_chart import Delivery
from model.views.live.packing import pack, shorten
from model.views.live.page_feed import Card


class Browser:
    """Keeps the frames that it gets, and shows them when it is asked to."""

    def __init__(self, feed):
        self.feed, self.frames = feed, []
        feed.widget = self

    def send(self, content):
        frame, self.number = content["args"]
        self.frames.append(frame)

    def show(self):
        self.feed.note_shown(self.feed.number)


@pytest.fixture
def desk():
    made = Desk(SYSTEMS["learning_bidders"], asked={"seed": "7"})
    yield made
    made.close()


@pytest.fixture
def browser(desk):
    """A browser that shows the first growing chart of the market, once a period has been played and drawn."""
    view = next(view for view in charts_of(desk.kind) if view.grows and not view.asks)
    rows, delivery = ChartRows(view), Delivery()
    desk.feed.cards["chart"] = Card(lambda: rows.update(desk.run.model), delivery)
    shown = Browser(desk.feed)
    desk.run.step()
    delivery.message({}, rows.update(desk.run.model))
    return shown


def unpacked(coded):
    """Rows as the browser unpacks them."""
    if "rows" in coded:
        return coded["rows"]
    rows = [{} for _ in range(coded["n"])]
    for name, column in coded["columns"].items():
        for k, row in enumerate(rows):
            listed = isinstance(column, list)
            row[name] = column[k] if listed else column["c"] if "c" in column else column["w"][column["i"][k]]
    return rows


def test_a_frame_replaces_drawing_the_page(desk, browser):
    drawn = desk.tick.peek()
    desk.run.step()
    assert desk.tick.peek() == drawn and len(browser.frames) == 1
    frame = browser.frames[0]
    assert frame["period"] == 2 and frame["numbers"] and browser.number == desk.feed.number


def test_a_frame_has_new_rows_only(desk, browser):
    for _ in range(3):
        desk.run.step()
    for k, frame in enumerate(browser.frames):
        news = frame["charts"]["chart"]
        assert news["number"] == k + 1 and not any(each["replace"] for each in news["data"].values())
        periods = {row["period"] for each in news["data"].values() for row in unpacked(each)}
        assert periods == {k + 2}


def test_charts_out_of_view_wait_and_then_get_all_they_lack(desk, browser):
    desk.feed.note_in_view([])
    for _ in range(3):
        desk.run.step()
    assert all(not frame["charts"] for frame in browser.frames)
    desk.feed.note_in_view(["chart"])
    (news,) = browser.frames[-1]["charts"]["chart"]["data"].values()
    assert {row["period"] for row in unpacked(news)} == {2, 3, 4}


def test_only_numbers_that_have_changed_are_sent(desk, browser):
    desk.run.step()
    first = browser.frames[-1]["numbers"]
    browser.show()
    desk.feed.push()
    assert first and browser.frames[-1]["numbers"] == {}
    desk.feed.push()
    assert browser.frames[-1]["numbers"] == first, "a browser that lags may have missed some"


def test_what_a_frame_does_not_carry_is_drawn(desk, browser):
    for change in (
        lambda: desk.run.change({"phi": 0.8}),
        lambda: desk.restart(),
        lambda: setattr(desk.feed, "charts_only", False) or desk.run.step(),
        lambda: desk.compare("phi", 0.7),
    ):
        drawn, sent = desk.tick.peek(), len(browser.frames)
        change()
        assert desk.tick.peek() > drawn and len(browser.frames) == sent


def test_a_browser_that_lags_has_not_caught_up(desk, browser):
    browser.show()
    desk.run.step()
    assert not desk.feed.caught_up()
    browser.show()
    assert desk.feed.caught_up()


def test_a_chart_that_fails_takes_no_frame_with_it(desk, browser):
    desk.feed.cards["broken"] = Card(lambda: 1 / 0, Delivery())
    desk.run.step()
    assert set(browser.frames[-1]["charts"]) == {"chart"}


def test_rows_are_unpacked_as_they_were_packed():
    rows = [{"period": k, "who": "ab"[k % 2], "x": None, "y": 1 / (k + 3)} for k in range(4)]
    assert unpacked(pack(False, rows)) == [row | {"y": shorten(row["y"])} for row in rows]
    uneven = [{"a": 1}, {"b": 2}]
    assert unpacked(pack(True, uneven)) == uneven and unpacked(pack(True, [])) == []


@pytest.mark.parametrize(
    ("number", "short"),
    [(0.123456, 0.1235), (2031.257, 2031.26), (12.0, 12), (1e-9, 1e-9), (True, True), (7, 7)],
)
def test_numbers_have_the_digits_that_can_be_seen(number, short):
    assert shorten(number) == short and type(shorten(number)) is type(short)
