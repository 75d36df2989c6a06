"""A tab: a Solara component that the pages of some systems show under a title of its own.

A tab is added by writing it in a file of the system's folder; nothing else has to be changed::

    @tab(title="What if", system="two_tier")
    @solara.component
    def WhatIf(desk):
        '''What another bid would have brought.'''

It gets the page's `Desk`. It touches the model through ``desk.run.look`` or under ``desk.run.lock``, and
reads ``desk.tick.value`` to be drawn again at every refresh. What should outlive a change of tabs goes
through ``desk.keep`` to ``desk.kept``. What it needs of a model from its first period on, such as a
recording, is begun by ``prepare``, which gets every new model of the page. ``warm`` gets a model, too: it calls once
what the tab will call, so that it is compiled together with the rules of the run and not when the tab is opened.
"""

from collections.abc import Callable
from dataclasses import dataclass

from learning.registry import Registry

TABS = Registry("tab of a page")


@dataclass(frozen=True)
class Tab:
    """A tab: its title, the system it is for ("": every one), the component that fills it; see the head."""

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
    """The model, after the tabs of its system have prepared it."""
    for part in TABS.values():
        if part.prepare and part.system in ("", model.name):
            part.prepare(model)
    return model


def compile_all(model):
    """Compile the rules of a model, and what the tabs of its system call; the model stays as it is."""
    model.compile_rules()
    for part in TABS.values():
        if part.warm and part.system in ("", model.name):
            part.warm(model)


def own_tabs(kind):
    """Title -> component of every tab registered for a system, in the order of registration."""
    found = [part for part in TABS.values() if part.system in ("", kind.name)]
    return {part.title: part.component for part in found}
