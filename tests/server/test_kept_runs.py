"""The run belongs to the visitor: another page view of the same browser finds it, and nobody else does."""

from urllib.parse import parse_qsl

import pytest

import model.systems  # noqa: F401 - fills SYSTEMS
from model.base import SYSTEMS
from tests.server.visitor import Visitor

PATH = "/learning-bidders"


@pytest.fixture(scope="module")
def first(dashboard):
    """A visitor whose run has come to period 100, with a change, and whose page has gone."""
    with Visitor(dashboard.url, f"{PATH}?seed=7&phi@40=0.8") as opened:
        opened.until(lambda: opened.period() == "period 40" and opened.shows("paused"))
        opened.click("100")
        opened.until(lambda: opened.period() == "period 140")
    return opened


LINKS = {
    "learning_bidders": "seed=7&scenario=esmaeili2021_penalty&phi=0.85",
    "two_tier": "seed=7&phi=0.85",
    "supply_chains": "seed=7&phi=0.85",
    "grid": "seed=7&total_permits=900",
    "escape_permits": "seed=7&phi=0.85",
    "emissions_trading": "seed=7&penalty=77",
}
"""A link to each page, with a parameter that acts at once."""
CHANGED = {"grid": "total_permits", "emissions_trading": "penalty"}


def address(visitor):
    """The query that the page shows in the address bar."""
    return visitor.widgets[visitor.find("path", "query")]["query"]


def number(text):
    """A text as the page writes it, if it is a number."""
    try:
        return text if text.isdigit() and len(text) == 1 else str(float(text))
    except ValueError:
        return text


def returns(first, dashboard, query=""):
    """Another page view of the same browser."""
    return Visitor(dashboard.url, f"{PATH}{query}", cookie=first.browser)


def test_the_address_says_how_the_run_came_about(first):
    assert address(first) == "?seed=7&phi@40=0.8"


def test_a_reload_finds_the_run_and_goes_on(first, dashboard):
    with returns(first, dashboard, "?seed=7&phi%4040=0.8") as again:
        assert again.shows("period 140") and again.shows("0.9 → 0.8") and address(again) == address(first)
        again.click("Step")
        again.until(lambda: again.period() == "period 141")
        with returns(first, dashboard) as second:  # the first tab has the run
            assert second.period() == "period 0"
            assert address(second) != address(first)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_address_of_every_page_follows_its_run_and_a_reload_finds_it(system, dashboard):
    path, knob = f"/{system.replace('_', '-')}", CHANGED.get(system, "phi")
    with Visitor(dashboard.url, f"{path}?{LINKS[system]}") as opened:
        assert parse_qsl(address(opened)[1:]) == [(name, number(v)) for name, v in parse_qsl(LINKS[system])]
        before = opened.period()
        opened.click("Step")
        opened.until(lambda: opened.period() != before)
        opened.set_knob(knob, 0.8 if knob == "phi" else 80)
        opened.until(lambda: f"{knob}@1=" in address(opened))
        here, period = address(opened), opened.period()
    with Visitor(dashboard.url, f"{path}{here}", cookie=opened.browser) as again:
        assert (address(again), again.period()) == (here, period)
    with Visitor(dashboard.url, f"{path}{here}") as stranger:  # plays what the link says, on its own
        stranger.until(lambda: stranger.period() == period)
        assert address(stranger) == here


def test_strangers_do_not_find_it(first, dashboard):
    for query in ("", "?seed=7&phi@40=0.8"):
        with Visitor(dashboard.url, f"{PATH}{query}") as stranger:
            assert stranger.period() not in ("period 140", "period 141")


def test_a_link_plays_no_further_than_its_visitor_watches(dashboard):
    with Visitor(
        dashboard.url, f"{PATH}?seed=7&n_firms=50&learner=regret_matching&phi@1000000=0.8"
    ) as opened:
        opened.until(lambda: opened.shows("making the changes of the link"))
        opened.click("Pause")
        opened.until(lambda: opened.shows("paused"))
        assert opened.shows("to come after period 1,000,000: ")
