"""What the server looks up once for all widgets of a class, and its shells of pages, are as the framework's."""

import logging
import sys

import ipyvuetify
import ipywidgets
import pytest
import solara
import solara.server.starlette
from solara.server import kernel_context, patch
from solara.server.kernel import Kernel
from traitlets import HasTraits, Int, Unicode

from model.views.frame import dashboard_routes
from model.views.parts import Buttons, Div, Press
from model.views.server import shell, widgets

FRAMEWORK_STATE = widgets._framework_state


class Dashed(ipywidgets.DOMWidget):
    """A widget with a trait that no browser gets, and one that is written in its own way."""

    secret = Unicode("mine")
    shown = Int(3).tag(sync=True, to_json=lambda value, widget: f"{value} of {widget.secret}")


def grown():
    """A widget that has got a trait of its own."""
    widget = ipywidgets.Label("text")
    widget.add_traits(later=Int(5).tag(sync=True))
    return widget


MADE = {
    "html": lambda: ipyvuetify.Html(tag="div", children=[ipyvuetify.Html(tag="b", children=["x"])]),
    "button": lambda: ipyvuetify.Btn(children=["Play"], color="primary", disabled=True),
    "template": lambda: Buttons([]).component.widget(
        buttons=[Press("Play", print).for_browser()], kind="row"
    ),
    "slider": lambda: ipywidgets.IntSlider(3),
    "own writer": Dashed,
    "grown": grown,
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_a_browser_gets_of_a_widget_what_the_framework_sends(make):
    widget = make()
    assert widgets.state_of(widget) == FRAMEWORK_STATE(widget)
    assert list(widgets.state_of(widget)) == list(FRAMEWORK_STATE(widget))
    name = widget.keys[-1]
    assert widgets.state_of(widget, name) == FRAMEWORK_STATE(widget, name)
    assert widgets.state_of(widget, {name}) == FRAMEWORK_STATE(widget, {name})
    assert widgets.state_of(widget, drop_defaults=True) == FRAMEWORK_STATE(widget, drop_defaults=True)
    for asked in ({}, {"sync": True}, {"sync": None}, {"sync": True, "to_json": None}):
        assert widgets.traits_of(widget, **asked) == HasTraits.traits(widget, **asked)


def test_what_one_asks_for_may_be_changed_without_harm_to_others():
    first, second = Dashed(), Dashed()
    widgets.traits_of(first, sync=True).clear()
    assert widgets.traits_of(second, sync=True) == HasTraits.traits(second, sync=True)


def test_a_template_knows_its_events(monkeypatch):
    usual = MADE["template"]().events
    monkeypatch.setattr(sys.modules["ipyvue.VueTemplateWidget"].Events, "__init__", widgets.listen)
    widget, heard = MADE["template"](), []
    assert widget.events == usual and "press" in usual
    widget._event_callbacks = {"press": heard.append}
    widget._handle_custom_msg({"event": "press", "data": "Play"}, [])
    assert heard == ["Play"]
    other = MADE["template"]()
    other.events.append("of the other")
    assert widget.events == MADE["template"]().events == usual


# -- the shell of a page -----------------------------------------------------------------------------------


@pytest.fixture
def context(monkeypatch):
    """A page's context as the server makes it."""
    for module, name in (
        (sys.modules["solara.server.kernel"], "SolaraInteractiveShell"),
        (patch, "FakeIPython"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    shell.leave_out_commands()
    made = kernel_context.VirtualKernelContext(id="page", session_id="visitor", kernel=Kernel())
    yield made
    made.close()


def test_a_page_has_all_that_widgets_ask_a_shell_for(context):
    usual, ours = patch.FakeIPython.__mro__[1](context), patch.FakeIPython(context)
    assert isinstance(ours, shell.PageIPython) and vars(ours).keys() == vars(usual).keys()
    assert ours.kernel is context.kernel and ours.display_pub is usual.display_pub
    for event in ("register", "unregister", "trigger"):
        getattr(ours.events, event)("post_execute", print)
    assert ours.user_ns == {} and ours.user_ns is not patch.FakeIPython(context).user_ns


def test_a_fault_of_a_page_is_logged_once_with_its_place(context, caplog):
    with caplog.at_level(logging.ERROR):
        try:
            raise ZeroDivisionError("of a page")
        except ZeroDivisionError:
            patch.FakeIPython(context).showtraceback()
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]


def test_a_message_of_a_page_reaches_its_widget_through_our_shell(context):
    heard = []
    with context:
        widget = solara.widgets.Navigator()
        widget.on_msg(lambda _, content, __: heard.append(content))
        widget._handle_msg(
            {"content": {"data": {"method": "custom", "content": {"event": "go"}}}, "buffers": []}
        )
        assert isinstance(patch.get_ipython(), shell.PageIPython)
        widget.close()
    assert heard == [{"event": "go"}]


def test_a_plain_part_is_one_element_with_its_classes():
    element = Div(["text"], ["card", "card--large"], {"max-width": "3px"}, {"role": "note"})
    assert element.kwargs == {
        "tag": "div",
        "children": ["text"],
        "class_": "card card--large",
        "style_": "max-width: 3px",
        "attributes": {"role": "note"},
    }


def test_a_widget_hears_its_events_and_does_nothing_else_that_a_message_asks_for(context, monkeypatch):
    monkeypatch.setattr(sys.modules["ipyvue.VueTemplateWidget"].Events, "_handle_event", None)
    dashboard_routes()  # with the guard or without
    widget, heard = MADE["template"](), []
    widget.vue_press = heard.append
    monkeypatch.setattr(widgets, "_events", lambda kind: ["press"])
    for content in (
        {"event": "press", "data": "Play"},
        {"event": "close"},
        {"create_widget": ["ipywidgets", "Label"], "props": {}, "id": "7"},
        {"update_ref": "x", "prop": "template_file", "id": widget.model_id},
    ):
        widget._handle_event(widget, content, [])
    assert heard == ["Play"] and not widget._component_instances and widget.template_file != "x"
