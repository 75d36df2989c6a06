"""Names of firms in charts, on axes and marks, in legends and tooltips, for numbers, where the firms have names."""

import json
from functools import lru_cache

FIRM = "firm"
"""Field of the rows that numbers the firms from 1 on (`model.views.charts.base`)."""

SHOWN_AS = "name of the firm"
"""Field that stands for it in tooltips and on marks."""


@lru_cache(maxsize=512)
def with_names(draw, names):
    """A function that draws the same with these names, a tuple in the order of the firms; without any, the same."""
    if not names:
        return draw
    named = json.dumps({str(number): name for number, name in enumerate(names, 1)})

    def drawn():
        spec = draw()
        return _renamed(spec if isinstance(spec, dict) else spec.to_dict(), named)

    return drawn


def _renamed(part, named):
    """A view and those inside it, with names for numbers; named : object of the names by number, as an expression."""
    if isinstance(part, list):
        return [_renamed(each, named) for each in part]
    if not isinstance(part, dict):
        return part
    inside = {
        name: _renamed(each, named) for name, each in part.items() if name not in ("encoding", "transform")
    }
    encoding = {
        channel: _with_labels(channel, each, named) for channel, each in part.get("encoding", {}).items()
    }
    more = {"encoding": encoding} if encoding else {}
    transforms = part.get("transform", [])
    before = part.get("encoding", {})
    if any(encoding.get(channel) != before.get(channel) for channel in ("tooltip", "text")):
        transforms = [*transforms, {"calculate": f"({named})[datum.{FIRM}] || datum.{FIRM}", "as": SHOWN_AS}]
    return inside | more | ({"transform": transforms} if transforms else {})


def _with_labels(channel, encoding, named):
    """The encoding of a channel; where it shows the firm, by name."""
    if channel == "tooltip":
        listed = encoding if isinstance(encoding, list) else [encoding]
        return [_in_tooltip(each) for each in listed]
    if not isinstance(encoding, dict) or encoding.get("field") != FIRM:
        return encoding
    if channel == "text":
        return encoding | {"field": SHOWN_AS, "type": "nominal"}
    guide = "axis" if channel in ("x", "y") else "legend"
    if channel in ("detail", "order") or encoding.get(guide, {}) is None:
        return encoding
    labels = {"labelExpr": f"({named})[datum.label] || datum.label", "labelLimit": 90}
    return encoding | {guide: encoding.get(guide, {}) | labels}


def _in_tooltip(entry):
    if entry.get("field") != FIRM:
        return entry
    return entry | {"field": SHOWN_AS, "type": "nominal", "title": entry.get("title") or FIRM}
