"""Plain parts of a page: elements themselves, and not components around them, which take as long to draw again."""

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
