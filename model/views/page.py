"""The page of one system: parameters on the left, controls and key numbers above, and tabs below."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import solara
from reacton.core import get_render_context
from solara.server.kernel_context import PageStatus, get_current_context, has_current_context
from solara.toestand import Context

from model.base import SYSTEMS
from model.views.address import Address
from model.views.chart_panel import Picture, Section, title_of
from model.views.charts.base import charts_of
from model.views.compare_tab import CompareTab
from model.views.controls import Controls, show_error, show_events, show_preparation, show_warnings
from model.views.data_tab import DataTab
from model.views.desk import Desk
from model.views.home import path_of
from model.views.information_tab import InformationTab
from model.views.kept_desks import Page
from model.views.key_numbers import KeyNumbers
from model.views.opening import Experiments, Question
from model.views.pages.base import compile_all, own_tabs, prepared
from model.views.parameter_panel import ParameterPanel
from model.views.parts import Buttons, Div, Press
from model.views.policy_words import show_policy
from model.views.presentation import presentation_of, title_of_system, word
from model.views.run_over import show_end
from model.views.sweep_tab import SweepTab


@solara.component
def SystemPage(name, desks, measure=None, run=None, queue=None):
    """Page of one system. The desk that it shows belongs to the visitor, and is kept when the page is left.

    desks : the `KeptDesks`. measure : function (system's name, flat parameters, seed, periods) -> metrics, for sweeps;
    None: none. run : how to do many tasks, see `MarketModel.prepare`.
    queue : compiles rules in the background, see `RunController`.
    """
    kind, query = SYSTEMS[name], solara.use_router().search or ""
    asked = parse_qsl(query)
    desk = use_desk(
        desks,
        kind,
        query,
        lambda: Desk(kind, measure, prepared, asked, run, compile_model=compile_all, queue=queue),
    )
    folded, set_folded = solara.use_state(False)
    solara.Title(f"{title_of_system(kind)} · carbon-market-abm")
    with Div(classes=["system", "system--folded" if folded else "system--unfolded"]):
        Stage(desk, name, measure, lambda: set_folded(not folded))
        with Div(classes=["panel"]):  # on the left, and behind Play for who goes by the Tab key
            ParameterPanel(desk)


@solara.component
def Stage(desk, name, measure, fold):
    """All of a page but its panel of parameters, which ``fold`` hides and shows."""
    with Div(classes=["stage"]):
        Question(desk)
        with Div(classes=["stage__top"]):
            Buttons([Press("Parameters", fold, "mdi-tune", text=True, small=True, classes="fold")])
            Controls(desk)
        Feed(desk)
        Experiments(desk)
        Address(desk, path_of(name))
        Notices(desk, (show_error, show_preparation, show_end))
        KeyNumbers(desk)
        Notices(desk, (show_policy, show_warnings, show_events))
        Tabs(desk, measure)


@solara.component
def Notices(desk, shows):
    """What is on the page now and then; in one part, since an empty one costs as much as another."""
    desk.tick.value  # noqa: B018 - read to be drawn again at every refresh
    with Div(classes=["notices"]):
        for show in shows:
            show(desk)


def use_desk(desks, kind, query, make):
    """The visitor's desk of a system or lesson, from when the page is opened until it is left; see `KeptDesks.take`."""
    page, here = page_here(), drawn_together()
    desk = solara.use_memo(lambda: desks.take(page, kind, query, make), [kind.name])

    def show():
        desk.show_on(here, watcher())
        return lambda: desks.leave(page, desk)

    solara.use_effect(show, [kind.name])
    return desk


@solara.component
def Feed(desk):
    """Pass on frames to the browser; it reports what it has shown, so that a slow one is not flooded."""
    element = _Feed(
        tick=desk.tick.value,
        event_shown=desk.note_shown,
        event_in_view=desk.feed.note_in_view,
    )

    def connect():
        widget = desk.feed.widget = solara.get_widget(element)

        def disconnect():  # unless another page shows the desk by now
            if desk.feed.widget is widget:
                desk.feed.widget = None

        return disconnect

    solara.use_effect(connect, [])


@solara.component_vue("page_feed.vue", vuetify=False)
def _Feed(
    tick: int,
    event_shown: Callable = None,
    event_in_view: Callable = None,
):
    pass


def page_here():
    """The present `Page`; without a server one of nobody."""
    if not has_current_context():
        return Page("", "")
    context = get_current_context()
    return Page(context.id, context.session_id)


def drawn_together():
    """A context in which changes of the present page are drawn together, also from the threads of another one."""
    return Context(get_render_context(), get_current_context() if has_current_context() else None)


def watcher():
    """A function that returns whether a browser shows the present session; without a server always True."""
    if not has_current_context():
        return lambda: True
    pages = get_current_context().page_status
    return lambda: PageStatus.CONNECTED in pages.copy().values()


@solara.component
def Tabs(desk, measure):
    """One tab per section of charts and per task; only the tab shown is kept up to date."""
    tabs = tabs_of(desk.kind, measure)
    at = desk.tab.value or next(iter(tabs))
    desk.feed.charts_only = hasattr(tabs[at], "sections")
    _TabList(titles=list(tabs), chosen=at, event_choose=desk.tab.set)
    with Div(classes=["tab__content"]).key(at):
        tabs[at](desk)


@solara.component_vue("tab_list.vue", vuetify=False)
def _TabList(titles: list, chosen: str, event_choose: Callable = None):
    pass


def tabs_of(kind, measure):
    """Title -> function that fills the tab: sections of charts, the system's own tabs, those of all systems."""
    sections = dict.fromkeys(view.section for view in charts_of(kind))
    grouped = presentation_of(kind).tabs
    named = {section for group in grouped for section in group}
    groups = (*grouped, *((section,) for section in sections if section not in named))
    tabs = {}
    for group in groups:
        shown = [section for section in group if section in sections]
        if shown:
            tabs[title_of_tab(group, kind)] = sections_shown(shown, with_picture=not tabs)
    tabs |= own_tabs(kind)
    tabs["Compare"] = CompareTab
    if measure:
        tabs["Sweep"] = SweepTab
    return tabs | {"Data": DataTab, "Information": lambda desk: InformationTab(desk.kind.name)}


def title_of_tab(group, kind):
    """Title of a tab: that of its last section, or of both where a system's bids and firms share one."""
    if group == ("bids", "firms"):
        return f"{word(kind, 'bids')} and {word(kind, 'firms')}".capitalize()
    return title_of(group[-1], kind)


def sections_shown(group, with_picture):
    """A function that shows these sections, with headings if there are several, below the system's picture or not."""

    def show(desk):
        if with_picture:
            Picture(desk)
        for section in group:
            Section(desk, section, heading=len(group) > 1)

    show.sections = group
    return show
