"""Charts that stay on the page while a model runs: the drawing is sent once, afterwards only new rows.

Write a chart as a function that returns an Altair chart over *named* data, and give the rows beside it::

    def prices() -> alt.Chart:
        data = alt.NamedData("prices")
        return alt.Chart(data).mark_line().encode(x="period:Q", y="price:Q", color="market:N")

    history = Feed(thin_by="period")             # the model's side appends to it

    @solara.component
    def Page():
        LiveChart(prices, {"prices": history}, label="Prices")

Named data has no types that Altair could look up: write ``period:Q``, not ``period``.
"""

import functools
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import solara
import solara.server.settings

from model.views.live.feed import Feed, Table, plain_rows
from model.views.offline import BUNDLE_NAME, vega_bundle

Spec = dict[str, Any]
Chart = Spec | alt.TopLevelMixin | Callable[[], alt.TopLevelMixin | Spec]

logger = logging.getLogger(__name__)


def LiveChart(
    chart: Chart,
    data: Mapping[str, Feed | Table] | None = None,
    *,
    label: str,
    on_click: Callable[[dict[str, Any]], None] | None = None,
    renderer: str = "svg",
    menu: bool = True,
    delivery: "Delivery | None" = None,
    key: str = "",
    around: "Around | None" = None,
    problem: str = "",
):
    """Show a chart and keep it up to date: a Solara element; write it where it should stand on the page.

    chart : a function without parameters (called once; define it at module level), an Altair chart or a
        Vega-Lite dict (converted at each render, so keep them in `solara.use_memo`). Another chart, or one
        with other data inside (``alt.Chart(frame)``), is drawn anew.
    data : rows for each name in the chart's `alt.NamedData`: a `Feed`, of which only new rows are sent, or
        dicts or a DataFrame, which replace the former ones when they differ.
    label : what the chart shows, for screen readers and tests (``get_by_role("figure", name=label)``).
    on_click : called with the row behind the mark that was clicked; not called for a click beside the marks.
    renderer : "svg" (its text can be read and searched) or "canvas" (quicker above some thousand marks).
    menu : offer to save the picture (PNG, SVG) and its numbers (CSV), to copy it, and to show it alone.
    delivery, key : the record of what the browser has, and the chart's name in frames, if it gets rows by frames too.
    around : what stands around it. problem : shown instead of the chart.

    A `Feed` is read when the component that contains the chart renders, so let that component read
    a reactive value that changes at each refresh. The page may be reloaded, slow or hidden: a browser that missed
    rows asks for all of them. An error, here or in the browser, is shown in the chart's place.
    """
    spec, wrong = _authored_once(chart) if callable(chart) else _authored(lambda: chart)
    sources, other_problem = _sources(data or {})
    return _LiveChart(
        spec=Opaque(spec),
        sources=Opaque(sources),
        positions={name: feed.position for name, feed in sources.items() if isinstance(feed, Feed)},
        problem=problem or wrong or other_problem,
        options={"renderer": renderer, "menu": menu, "clicks": on_click is not None},
        label=label,
        on_click=on_click,
        shared=delivery,
        key=key,
        around=around or Around(),
    )


@dataclass
class Around:
    """What stands around a chart: a part of its widget, since every widget costs the server as much as the chart.

    choices : dicts of ``label``, ``options`` and ``value``, which ``on_choice`` gets as a list of label and value.
    notice : a line above the chart; help : HTML of the text below it.
    """

    title: str = ""
    classes: str = ""
    style: dict[str, str] = field(default_factory=dict)
    choices: list[dict[str, Any]] = field(default_factory=list)
    notice: str = ""
    help: str = ""
    on_choice: Callable[[list[str]], None] | None = None

    def for_browser(self) -> dict[str, Any]:
        """Return what the browser needs."""
        return {name: value for name, value in vars(self).items() if name != "on_choice"}


@dataclass
class Opaque:
    """A value in which the framework need not search for parts of the page, as it does in lists and dicts."""

    value: Any


class Delivery:
    """Record of the rows that one browser has of one chart, so that only the rest is sent.

    Messages are numbered within an epoch that begins with a full one (drawing and all rows). A browser
    that sees a gap reports it, and gets a new epoch.
    """

    def __init__(self) -> None:
        """Start with nothing sent."""
        self._epoch = self._number = 0
        self._drawing: Any = None
        self._sent: dict[str, Any] = {}
        self._message = ""

    def message(self, spec: Spec, sources: Mapping[str, Any], *, request: int = 0) -> str:
        """Return the next message as JSON, or the last one again if nothing is new.

        request : rises with each request of the browser to get everything again.
        """
        drawing = (spec, sorted(sources), request)
        if drawing != self._drawing:
            self._drawing, self._sent = drawing, {}
            self._epoch, self._number = self._epoch + 1, 0
            return self._encode(spec=spec, data=self._news(sources))
        news = self._news(sources)
        if not news:
            return self._message
        self._number += 1
        return self._encode(data=news)

    def news(self, sources: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the next message without the drawing, for a frame; None if nothing is new or drawn."""
        if self._drawing is None:
            return None
        news = self._news({k: v if isinstance(v, Feed) else plain_rows(v) for k, v in sources.items()})
        if not news:
            return None
        self._number += 1
        return {"epoch": self._epoch, "number": self._number, "data": news}

    def _news(self, sources: Mapping[str, Any]) -> dict[str, Any]:
        news = {}
        for name, source in sources.items():
            if isinstance(source, Feed):
                replace, rows, self._sent[name] = source.news(self._sent.get(name))
                changed = replace or bool(rows)
            else:
                replace, rows, changed = True, source, source != self._sent.get(name)
                self._sent[name] = source
            if changed:
                news[name] = {"replace": replace, "rows": rows}
        return news

    def _encode(self, **content: Any) -> str:
        head = {"epoch": self._epoch, "number": self._number}
        self._message = json.dumps(head | content, separators=(",", ":"), allow_nan=False)
        return self._message


@solara.component
def _LiveChart(spec, sources, positions, problem, options, label, on_click, shared, key, around):
    """Send the browser's part (live_chart.vue) the rows that are new since the last render."""
    own = solara.use_memo(Delivery, [])
    delivery = shared or own
    request, set_request = solara.use_state(0)
    message = "" if problem else delivery.message(spec.value, sources.value, request=request)
    _Canvas(
        message=message,
        problem=problem,
        options=options,
        label=label,
        card=key,
        around=around.for_browser(),
        bundle=bundle_url(),
        event_resend=lambda _: set_request(lambda number: number + 1),
        event_clicked=on_click or _ignore,
        event_choose=around.on_choice or _ignore,
    )


@solara.component_vue("live_chart.vue", vuetify=False)
def _Canvas(
    message: str,
    problem: str,
    options: dict,
    label: str,
    card: str,
    around: dict,
    bundle: str,
    event_resend: Callable[[Any], None] = None,
    event_clicked: Callable[[dict], None] = None,
    event_choose: Callable[[list], None] = None,
):
    pass


@functools.cache
def bundle_url() -> str:
    """Let this process's Solara server serve the Vega bundle, and return its address below the root path."""
    bundle = vega_bundle()
    assets, folder = solara.server.settings.assets, str(bundle.parent)
    if folder not in assets.extra_locations:
        assets.extra_locations = [*assets.extra_locations, folder]
    return f"/static/assets/{BUNDLE_NAME}?version={bundle.parent.name}"


def _authored(author: Callable[[], alt.TopLevelMixin | Spec]) -> tuple[Spec, str]:
    """Return the chart's Vega-Lite and no problem, or no chart and the problem."""
    try:
        chart = author()
        return (chart if isinstance(chart, dict) else chart.to_dict()), ""
    except Exception as error:  # the page must survive any chart
        return {}, _error_text(error)


_authored_once = functools.lru_cache(maxsize=256)(_authored)


def _sources(data: Mapping[str, Feed | Table]) -> tuple[dict[str, Any], str]:
    """Return feeds as they are and other rows as plain dicts, and no problem; or nothing and the problem."""
    try:
        return {name: rows if isinstance(rows, Feed) else plain_rows(rows) for name, rows in data.items()}, ""
    except Exception as error:  # the page must survive any rows
        return {}, _error_text(error)


def _error_text(error: Exception) -> str:
    logger.exception("a chart could not be made")
    return f"{type(error).__name__}: {error}"


def _ignore(_: Any) -> None:
    """Do nothing on a click."""
