"""Marks of live changes inside the charts that grow with a run: a line where the policy changed, and its words."""

from functools import cache

from model.views.labels import event_text

DATA = "changes"
"""Name of the rows of changes in a drawing."""

COLOUR = "#cc5500"


def change_rows(model, since=0):
    """Rows ``period, text``: changes of the policy from the period ``since`` on, each at the first period it rules."""
    return [
        {"period": event["step"] + 1, "text": event_text(event, model.name)}
        for event in model.events
        if event["step"] >= since
    ]


@cache
def with_changes(draw):
    """A function that draws the same with marks of the changes, or the same function if it has no axis of periods."""
    axis = period_axis_of(draw().to_dict())
    return (lambda: marked(draw().to_dict(), axis)) if axis else draw


def period_axis_of(spec):
    """The encoding of the axis of periods in a drawing of one view, a Vega-Lite dict; None if it has none."""
    own = spec.get("encoding", {}).get("x", {})
    if own.get("field") == "period":
        return own
    return next(filter(None, map(period_axis_of, spec.get("layer", ()))), None)


def marked(spec, axis):
    """A drawing with two more layers, which show the rows `DATA` along ``axis``."""
    frame = {name: part for name, part in spec.items() if name in ("$schema", "config", "width", "height")}
    drawing = {name: part for name, part in spec.items() if name not in frame}
    layers = drawing.pop("layer", None) or [dict(drawing)]
    rest = drawing if "layer" in spec else {}
    along = {"x": axis, "tooltip": {"field": "text", "type": "nominal", "title": "changed"}}
    line = {"type": "rule", "strokeDash": [2, 3], "color": COLOUR}
    sign = {"type": "text", "text": "✎", "fontSize": 14, "color": COLOUR, "baseline": "top"}
    more = [
        {"data": {"name": DATA}, "mark": line, "encoding": along},
        {"data": {"name": DATA}, "mark": sign, "encoding": along | {"y": {"value": 0}}},
    ]
    return frame | rest | {"layer": [*layers, *more]}
