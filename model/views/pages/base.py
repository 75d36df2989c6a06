"""Tabs: Solara components that the pages of some systems show under a title of their own.

A tab is added by writing it in a file of the system's folder; nothing else has to be changed::

    @tab(title="What if", system="two_tier")
    @solara.component
    def WhatIf(desk):
        '''Result of another bid.'''

It gets the page's `Desk`. It touches the model through ``desk.run.look`` or in ``desk.run.reading()``, and
reads ``desk.tick.value`` to be drawn again at every refresh. Values that should outlive a change of tabs go
through ``desk.keep`` to ``desk.kept``. ``prepare`` gets every new model of the page and begins whatever the tab
needs from the first period on, such as a recording. ``warm`` gets a model, too, and calls once every compiled
function that the tab will call, so that it is compiled with the rules of the run and not when the tab is opened.
"""

from collections.abc import Callable
from dataclasses import dataclass

from learning.registry import Registry

TABS = Registry("tab of a page")


@dataclass(frozen=True)
class Tab:
    """A tab: its title, its system ("": all), and the component that fills it; see the module's head."""

    title: str
    system: str
    component: Callable
    prepare: Callable | None = None
    warm: Callable | None = None


def tab(*, title, system="", prepare=None, warm=None):
    """Decorator: register a component as the tab of this title."""

    def add(component):
        TABS.register(f"{system} {title}".strip())(Tab(title, system, component, prepare, warm))
        return component

    return add


def prepared(model):
    """Return the model after the tabs of its system have prepared it."""
    for part in TABS.values():
        if part.prepare and part.system in ("", model.name):
            part.prepare(model)
    return model


def compile_all(model):
    """Compile the rules of a model and the functions of its system's tabs; the model does not change."""
    model.compile_rules()
    for part in TABS.values():
        if part.warm and part.system in ("", model.name):
            part.warm(model)


def own_tabs(kind):
    """Title -> component of every tab registered for a system, in the order of registration."""
    found = [part for part in TABS.values() if part.system in ("", kind.name)]
    return {part.title: part.component for part in found}
