"""The frame around all systems: navigation and footer; a route for every registered system."""

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
from model.views.downloads import versions
from model.views.glossary import Terms, Tips
from model.views.home import NAME, Home, path_of
from model.views.kept_desks import KeptDesks
from model.views.lessons.lesson_list import lesson_routes
from model.views.live.rule_queue import RuleQueue
from model.views.looks import ChartMenu, DarkSwitch, Skip, SteadyPress
from model.views.page import SystemPage
from model.views.page_link import Navigation, PageLink
from model.views.pages.base import compile_all
from model.views.parts import Div, Text
from model.views.presentation import by_difficulty, title_of_system
from model.views.server.alone import decide_addresses, refusal
from model.views.server.widgets import hear_events_only

STYLE = Path(__file__).with_name("dashboard.css")
logger = logging.getLogger(__name__)


def dashboard_routes(measure=None, run=None):
    """Routes of the whole dashboard.

    measure : function (system's name, flat parameters, seed, periods) -> mean metrics at the end of that run;
        for sweeps from the page, which None leaves out.
    run : how to do many tasks for what a model needs, see `MarketModel.prepare`.
    """
    queue = RuleQueue() if is_possible() else None
    threading.Thread(target=warm_up, args=(queue,), daemon=True, name="carbon warm-up").start()
    decide_addresses()
    hear_events_only()
    desks = KeptDesks()
    desks.watch()
    home = solara.Route("/", component=Home, label="Home", layout=Frame)
    systems = [system_route(name, desks, measure, run, queue) for name in by_difficulty(SYSTEMS)]
    terms = solara.Route("terms", component=Terms, label="Terms")
    return [home, *lesson_routes(desks, queue), *systems, terms, solara.Route(AnyPath(), component=Unknown)]


class AnyPath(str):
    """A path that matches every part of an address but an empty one; the last of the routes, so nothing else did."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, part):
        return part not in ("/", "")


@solara.component
def Unknown():
    """Page of an address that leads nowhere, with the way home."""
    solara.Title(NAME)
    with Div(classes=["home"]):
        solara.v.Html(tag="h1", children=["There is no such page"])
        Text("The address may be mistyped. All systems are on the first page.", classes=["lead"])
        with PageLink("/"):
            Text("To the first page", classes=["start"])


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

    return solara.Route(path_of(name), component=Page, label=title_of_system(SYSTEMS[name]))


@solara.component
def Frame(children=[]):  # noqa: B006 - Solara's way to take children
    """Frame around every page."""
    here, routes = solara.use_route()
    refused = refusal()
    if refused:
        return Text(refused)
    with Div(classes=["frame"]):
        solara.Style(STYLE)
        Tips()
        ChartMenu()
        SteadyPress()
        with Div(classes=["frame__bar"]):
            Skip()
            Text(NAME, classes=["frame__name"])
            Navigation(
                [
                    (solara.resolve_path(each, level=0), each.label, each is here)
                    for each in routes
                    if each.label
                ]
            )
            DarkSwitch()
        Div(children=children, classes=["frame__page"])
        Text(
            " · ".join(f"{name} {version}" for name, version in versions().items()), classes=["frame__footer"]
        )
