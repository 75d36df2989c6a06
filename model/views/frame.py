"""The frame around all systems: navigation, home page, footer; a route for every registered system."""

import logging
import threading
from pathlib import Path

import solara

import model.systems
import model.views.charts
import model.views.pages  # noqa: F401 - fill CHARTS, TABS and PRESENTATIONS as model.systems fills SYSTEMS
from learning.postponed import interpreting
from model.base import SYSTEMS
from model.compiling import is_compiled, is_possible
from model.scenarios import scenarios
from model.views.downloads import versions
from model.views.kept_desks import KeptDesks
from model.views.live.rule_queue import RuleQueue
from model.views.page import SystemPage
from model.views.pages.base import compile_all
from model.views.server.alone import decide_addresses, refusal

STYLE = Path(__file__).with_name("dashboard.css")
logger = logging.getLogger(__name__)

NAME = "Carbon market lab"


def dashboard_routes(measure=None, run=None):
    """Routes of the whole dashboard.

    measure : function (system's name, flat parameters, seed, periods) -> mean metrics at the end of that run;
        for sweeps from the page, which None leaves out.
    run : how to do many tasks for what a model needs, see `MarketModel.prepare`.
    """
    queue = RuleQueue() if is_possible() else None
    threading.Thread(target=warm_up, args=(queue,), daemon=True, name="carbon warm-up").start()
    decide_addresses()
    desks = KeptDesks()
    desks.watch()
    home = solara.Route("/", component=Home, label="Home", layout=Frame)
    return [home, *(system_route(name, desks, measure, run, queue) for name in SYSTEMS)]


def warm_up(queue=None):
    """Compile every system's rules before the first visitor presses Play; quick if they are cached.

    queue : compiles what is missing in another process, after what visitors wait for; None: compiled here.
    """
    for kind in SYSTEMS.values():
        try:
            if queue is None:
                compile_all(kind(rng=0))
                continue
            with interpreting():
                model = kind(rng=0)
            if not is_compiled(compile_all, model):
                queue.order(compile_all, kind, model.params, awaited=False)
        except Exception:
            logger.exception("%s could not be prepared; its page will say why", kind.name)


def system_route(name, desks, measure=None, run=None, queue=None):
    """The route of one system."""

    @solara.component
    def Page():
        SystemPage(name, desks, measure, run, queue).key(name)

    return solara.Route(name.replace("_", "-"), component=Page, label=title_of_system(name))


def title_of_system(name):
    """Name of a system as a title."""
    return name.replace("_", " ").capitalize()


@solara.component
def Frame(children=[]):  # noqa: B006 - Solara's way to take children
    """Frame around every page."""
    here, routes = solara.use_route()
    refused = refusal()
    if refused:
        return solara.Text(refused)
    with solara.Div(classes=["frame"]):
        solara.Style(STYLE)
        with solara.Div(classes=["frame__bar"]):
            solara.Text(NAME, classes=["frame__name"])
            with solara.Div(classes=["frame__links"]):
                for route in routes:
                    with solara.Link(route):
                        chosen = ["frame__link--here"] if route is here else []
                        solara.Text(route.label, classes=["frame__link", *chosen])
        solara.Div(children=children, classes=["frame__page"])
        solara.Text(
            " · ".join(f"{name} {version}" for name, version in versions().items()), classes=["frame__footer"]
        )


@solara.component
def Home():
    """A card for every system."""
    solara.Title(NAME)
    with solara.Div(classes=["home"]):
        solara.v.Html(tag="h1", children=["Markets for the right to emit"])
        solara.Text(
            "Agent-based models of carbon-permit markets: governments issue permits, firms bid for them, "
            "trade them, and learn. Choose a system, change a policy while it runs, and watch what firms do.",
            classes=["lead"],
        )
        with solara.Div(classes=["home__cards"]):
            for name, kind in SYSTEMS.items():
                SystemCard(name, kind).key(name)


@solara.component
def SystemCard(name, kind):
    """Card of a system, a link to its page."""
    with (
        solara.Link(f"/{name.replace('_', '-')}"),
        solara.Div(classes=["home__card"]),
    ):
        solara.Text(title_of_system(name), classes=["home__title"])
        solara.Text(first_line(kind), classes=["home__about"])
        count = len(scenarios(name))
        solara.Text(f"{len(kind.metrics)} metrics · {count} scenarios", classes=["home__facts"])


def first_line(kind):
    """The first sentence of a system's documentation."""
    return (kind.__doc__ or "").strip().splitlines()[0]
