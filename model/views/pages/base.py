"""What an extra is: a Solara component that gets a tab of its own on the pages of some systems.

An extra is added by writing it in a file of this folder; nothing else has to be told of it::

    @extra(title="What if", system="two_tier")
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

EXTRAS = Registry("extra of a page")


@dataclass(frozen=True)
class Extra:
    """A tab: its title, the system it is for ("": every one), the component that fills it; see the head."""

    title: str
    system: str
    component: Callable
    prepare: Callable | None = None
    warm: Callable | None = None


def extra(*, title, system="", prepare=None, warm=None):
    """Decorator: register a component as the extra of this title."""

    def add(component):
        EXTRAS.register(f"{system} {title}".strip())(Extra(title, system, component, prepare, warm))
        return component

    return add


def prepared(model):
    """The model, after the extras of its system have prepared it."""
    for part in EXTRAS.values():
        if part.prepare and part.system in ("", model.name):
            part.prepare(model)
    return model


def compile_all(model):
    """Compile the rules of a model, and what the extras of its system call; the model stays as it is."""
    model.compile_rules()
    for part in EXTRAS.values():
        if part.warm and part.system in ("", model.name):
            part.warm(model)


def extras_of(kind):
    """Title -> component of every extra that a system has, in the order of registration."""
    found = [part for part in EXTRAS.values() if part.system in ("", kind.name)]
    return {part.title: part.component for part in found}
