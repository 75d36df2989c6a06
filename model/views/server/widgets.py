"""Widgets made for less: what is the same for all of a class is found once, and not anew for each on a page.

The framework searches all traits of a widget for those that a browser gets, twice, and each of these for how it is
written: a third of the time in which a widget is made, and a page has a hundred.
"""

import sys
from functools import lru_cache
from operator import attrgetter

import ipyvue.VueTemplateWidget  # noqa: F401 - found in sys.modules: the package has classes of these names
from ipywidgets import Widget
from traitlets import HasTraits

MOST_CLASSES = 1_000
"""Classes of widgets remembered."""


def look_up_once():
    """Let all widgets ask their class, and not themselves, what a browser gets of them."""
    Widget.traits, Widget.get_state = traits_of, state_of
    sys.modules["ipyvue.VueTemplateWidget"].Events.__init__ = listen


def hear_events_only():
    """Let no message of a browser do more than cause an event of a widget, with the guard or without."""
    sys.modules["ipyvue.VueTemplateWidget"].Events._handle_event = hear


def traits_of(widget, **metadata):
    """Traits of a widget by name, those with such metadata."""
    if metadata == {"sync": True}:
        return dict(_sent(type(widget)))
    return HasTraits.traits(widget, **metadata)


def state_of(widget, key=None, drop_defaults=False):
    """What a browser gets of a widget, by name: of the traits in ``key``, of one, or of all."""
    if drop_defaults:
        return _framework_state(widget, key, drop_defaults)
    names = widget.keys if key is None else [key] if isinstance(key, str) else key
    writers = _writers(type(widget))
    return {name: writers[name](widget) for name in names}


def listen(widget, **_):
    """Let a widget hear its browser, and name the events that it knows."""
    widget.on_msg(widget._handle_event)
    widget.events = list(_events(type(widget)))


def hear(widget, _, content, buffers):
    """Let a browser's event reach its function, if the widget has one.

    The framework's own also makes objects of any class that a message names, and calls any method: whoever has a page
    open could read every file.
    """
    event = content.get("event")
    if event in _events(type(widget)):
        getattr(widget, f"vue_{event}")(content.get("data", {}))


_framework_state = Widget.get_state


@lru_cache(MOST_CLASSES)
def _sent(kind):
    return {name: trait for name, trait in kind.class_traits().items() if trait.metadata.get("sync")}


@lru_cache(MOST_CLASSES)
def _writers(kind):
    """Function widget -> what the browser gets, for every trait of a class by its name."""
    return {name: _writer(name, trait) for name, trait in kind.class_traits().items()}


def _writer(name, trait):
    read, write = attrgetter(name), trait.metadata.get("to_json")
    return read if write is None else lambda widget: write(read(widget), widget)


@lru_cache(MOST_CLASSES)
def _events(kind):
    return [name.removeprefix("vue_") for name in dir(kind) if name.startswith("vue_")]
