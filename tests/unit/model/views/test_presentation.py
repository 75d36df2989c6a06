"""Presentation of systems on their pages: of the registered ones, and of one from a plug-in."""

import subprocess
import sys

import pytest

import model.systems
import model.views.pages  # noqa: F401 - registers the presentations
from learning.registry import UnknownNameError
from model.base import SYSTEMS, MarketModel
from model.systems.bidding.model import BiddingModel
from model.systems.grid import Grid
from model.views.charts.base import SECTIONS, charts_of
from model.views.presentation import (
    MOST_CARDS,
    PRESENTATIONS,
    Presentation,
    key_metrics,
    present,
    presentation_of,
    word,
    words,
)
from tests.waiting import PATIENCE


@pytest.mark.parametrize("name", PRESENTATIONS)
def test_a_presentation_names_what_its_system_has(name):
    kind, presented = SYSTEMS[name], PRESENTATIONS[name]
    assert set(presented.key_numbers) <= set(kind.metrics)
    assert len(set(presented.key_numbers)) == len(presented.key_numbers)
    assert set(presented.words) <= {"bids", "firms"}
    grouped = [section for group in presented.tabs for section in group]
    assert set(grouped) <= set(SECTIONS) and len(set(grouped)) == len(grouped)


def test_words_of_the_grid_are_its_own_and_the_others_are_themselves():
    assert [word(Grid, name) for name in ("period", "bids", "firms", "metrics")] == [
        "step",
        "order book",
        "enterprises",
        "metrics",
    ]
    assert words(Grid(rng=1), "period") == "steps"
    assert word(SYSTEMS["two_tier"], "firms") == "firms"


def test_a_system_without_a_presentation_has_defaults():
    class Plain(MarketModel):
        """No system, and nothing presented."""

        metrics = tuple("abcdefghijkl")

    assert presentation_of(Plain) == Presentation()
    assert key_metrics(Plain) == Plain.metrics[:MOST_CARDS]
    assert (word(Plain, "period"), word(Plain, "firms")) == ("period", "firms")


def test_a_system_derived_from_another_is_presented_like_that():
    class Other(Grid):
        """A grid of another kind."""

    assert presentation_of(Other) is PRESENTATIONS["grid"]
    assert key_metrics(Other) == PRESENTATIONS["grid"].key_numbers


def test_a_presentation_is_given_once_and_only_in_known_fields():
    with pytest.raises(ValueError, match="registered already"):
        present("grid", words={})
    with pytest.raises(TypeError, match="colour"):
        present("nothing", colour="red")
    with pytest.raises(UnknownNameError):
        PRESENTATIONS["nothing"]


def test_charts_of_bids_on_a_grid_are_for_every_system_of_such_bids():
    class Other(BiddingModel):
        """Not registered, but it bids on a grid."""

        name = "other"
        metrics = ("mean_bid_volume", "mean_profit")

    class Stranger(MarketModel):
        """Reports the same, but bids in another way."""

        name = "stranger"
        metrics = Other.metrics

    assert {view.name for view in charts_of(Other)} >= {"bid_volumes", "profits", "learned_values"}
    assert not charts_of(Stranger)


SYSTEM = """
from model.base import SYSTEMS
from model.systems.learning_bidders import LearningBidders


class Town(LearningBidders, name="town"):
    "A market of a plug-in."

    metrics = LearningBidders.metrics
"""

PAGE = """
import altair as alt
import solara
from model.views.charts.base import chart, metric_rows
from model.views.pages.base import tab


def town_rows(model, positions):
    return {"town": metric_rows(model, positions, {"cap": "cap"})}


@chart(title="Cap of the town", rows=town_rows, needs=("cap",), grows=True, section="market", system="town")
def town_cap():
    "Permits of the town."
    return alt.Chart(alt.NamedData("town")).mark_line().encode(x="period:Q", y="value:Q")


@tab(title="Town hall", system="town")
@solara.component
def TownHall(desk):
    "Says where we are."
    solara.Text("welcome to the town hall")
"""

DRAWN = """
import sys
import solara
from batch_runs.work.plugins import load_plugins
load_plugins([sys.argv[1]])
from model.base import SYSTEMS
from model.views.charts.base import charts_of
from model.views.key_numbers import key_numbers
from model.views.frame import dashboard_routes
from model.views.kept_desks import KeptDesks
from model.views.page import SystemPage, tabs_of
kind = SYSTEMS["town"]
assert "town" in [route.path for route in dashboard_routes()]
box, context = solara.render(SystemPage("town", KeptDesks()), handle_error=False)
context.close()
print(*tabs_of(kind, None), sep="|")
print(*(view.name for view in charts_of(kind)), sep="|")
print(*(number["name"] for number in key_numbers(kind(rng=1))), sep="|")
"""


def printed(script, *arguments):
    """Lines that a script prints in a process of its own, which keeps plug-ins out of this one's registries."""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return [line.split("|") for line in done.stdout.splitlines()]


def test_a_system_with_chart_and_tab_from_a_plugin_has_a_page(tmp_path):
    file = tmp_path / "town.py"
    file.write_text(SYSTEM + PAGE)
    tabs, charts, numbers = printed(DRAWN, file)
    assert {"Market", "Bids and firms", "Learning", "Town hall", "Compare", "Data"} <= set(tabs)
    assert {"town_cap", "bid_volumes", "learned_values", "prices"} <= set(charts)
    assert tuple(numbers) == PRESENTATIONS["learning_bidders"].key_numbers


PRESENTED = """
from model.views.presentation import present

present("town", words={"firms": "shops"}, key_numbers=("cap", "revenue"))
"""

RUN = """
import sys
from batch_runs.__main__ import main
pictures = ("solara", "altair", "reacton", "mesa.visualization")
code = main(["run", "town", "--periods", "3", "--seed", "1", "--plugin", sys.argv[1]])
print(code or 0, *(name for name in sys.modules if name.startswith(pictures)), sep="|")
"""


def test_a_plugin_that_presents_its_system_runs_without_pictures_and_shows_its_words(tmp_path):
    file = tmp_path / "town.py"
    file.write_text(SYSTEM + PRESENTED)
    assert printed(RUN, file)[-1] == ["0"]
    tabs, _, numbers = printed(DRAWN, file)
    assert "Bids and shops" in tabs and numbers == ["cap", "revenue"]
