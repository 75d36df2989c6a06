"""Plain parts of a page: elements themselves, and not components around them, which take as long to draw again."""

from collections.abc import Callable
from dataclasses import dataclass

import solara


def Div(children=(), classes=(), style=None, attributes=None):
    """A block; use it with ``with``, or give its children. style : properties by name."""
    return _html("div", children, classes, style, attributes)


def Text(text, classes=()):
    """A text within a line."""
    return _html("span", [text], classes, None, None)


def _html(tag, children, classes, style, attributes):
    more = {"attributes": attributes} if attributes else {}
    if style:
        more["style_"] = "; ".join(f"{name}: {value}" for name, value in style.items())
    return solara.v.Html(tag=tag, children=list(children), class_=" ".join(filter(None, classes)), **more)


@dataclass
class Press:
    """One button of a row: its label, what a click does, and how it looks."""

    label: str
    act: Callable
    icon: str = ""
    title: str | None = None
    classes: str = ""
    color: str | None = None
    outlined: bool = False
    text: bool = False
    small: bool = False
    disabled: bool = False

    def for_browser(self):
        """What the browser needs."""
        return {name: value for name, value in vars(self).items() if name != "act"}


def Buttons(buttons, kind="buttons", lead="", lead_kind="controls__label", closing=""):
    """A row of `Press`, in one widget. kind, lead_kind : classes of the row and of the word before it."""
    acts = {button.label: button.act for button in buttons if not button.disabled}

    def press(label):
        if isinstance(label, str) and label in acts:
            acts[label]()

    shown = [button.for_browser() for button in buttons]
    return _Buttons(
        buttons=shown, kind=kind, lead=lead, leadKind=lead_kind, closing=closing, event_press=press
    )


@solara.component_vue("buttons.vue")
def _Buttons(buttons: list, kind: str, lead: str, leadKind: str, closing: str, event_press: Callable = None):
    pass
