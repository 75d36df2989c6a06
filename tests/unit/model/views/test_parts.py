"""What a browser reports to a part of a page counts only if the part has offered it."""

from contextlib import suppress

import pytest
import solara

from model.base import SYSTEMS
from model.views.chart_panel import around, shown_of
from model.views.charts.base import charts_of
from model.views.desk import Desk
from model.views.page_link import Navigation
from model.views.parts import Buttons, Press

STRANGE = ("Stop", "", None, 3, ["Play"], {"label": "Play"}, True)


def test_a_click_counts_for_the_button_that_was_clicked_if_it_is_there():
    clicked = []
    row = Buttons(
        [
            Press("Play", lambda: clicked.append("play")),
            Press("Step", lambda: clicked.append("step"), disabled=True),
        ]
    )
    press = row.kwargs["_event_callbacks"]["press"]
    for label in STRANGE:
        press(label)
    press("Step")
    assert clicked == []
    press("Play")
    assert clicked == ["play"]


def test_a_row_tells_the_browser_nothing_but_looks():
    row = Buttons([Press("Play", print, "mdi-play", color="primary")], "row", lead="Try")
    assert row.kwargs["buttons"] == [
        {"label": "Play", "icon": "mdi-play", "title": None, "classes": "", "color": "primary"}
        | {"outlined": False, "text": False, "small": False, "disabled": False}
    ]


@pytest.fixture
def desk():
    desk = Desk(SYSTEMS["learning_bidders"])
    yield desk
    desk.close()


def test_only_choices_on_offer_are_taken_from_a_browser(desk):
    view = next(iter(charts_of(desk.kind)))
    choose = around(desk, view, "title", {"firm": {"firm 0": 0, "firm 1": 1}}).on_choice
    choose(["firm", "firm 1"])
    assert desk.chosen.peek() == {"firm": "firm 1"}
    choose(["a name of a stranger", "x" * 60_000])
    for strange in (None, 3, "fi", ["firm"], ["firm", "x", "y"], [["firm"], "x"]):
        with suppress(TypeError, ValueError):  # logged as a fault of this message
            choose(strange)
    assert desk.chosen.peek() == {"firm": "firm 1"}


def test_the_first_option_is_shown_unless_one_on_offer_is_chosen():
    assert shown_of({"a": 1, "b": 2}, "b") == "b"
    assert shown_of({"a": 1, "b": 2}, "c") == shown_of({"a": 1, "b": 2}, None) == "a"
    assert shown_of({}, "a") == ""


class Router:
    """A router that keeps where it was asked to go."""

    root_path = "/carbon"

    def __init__(self):
        self.pushed = []
        self.push = self.pushed.append


def test_the_navigation_leads_only_to_pages(monkeypatch):
    router = Router()
    monkeypatch.setattr(solara, "use_router", lambda: router)
    box, context = solara.render(
        Navigation([("/", "Home", True), ("/grid", "A small world", False)]), handle_error=False
    )
    (widget,) = box.children
    assert [(link["href"], link["here"]) for link in widget.links] == [
        ("/carbon/", True),
        ("/carbon/grid", False),
    ]
    go = widget._event_callbacks["go"]
    for strange in ("/elsewhere", "//evil.example", "https://evil.example", None, ""):
        go(strange)
    assert router.pushed == []
    go("/grid")
    assert router.pushed == ["/grid"]
    context.close()
