"""The numbers behind the charts: downloads, the latest periods, and measures of the trade network."""

import numpy as np
import solara

from model.metrics import METRICS
from model.trade_graph import measures, trade_graph
from model.views.controls import number_text, unit_text
from model.views.downloads import firms_csv, metrics_csv
from model.views.fields import NumberTable
from model.views.labels import metric_label
from model.views.parts import Div, Text
from model.views.presentation import word, words

LATEST = 10
"""Periods shown in the table."""

LOOKED_BACK = 1_000
"""Periods collected that are searched for values of sparse metrics."""

TRADED_OVER = 100
"""Periods collected over which the trade network is measured."""


@solara.component
def DataTab(desk):
    """Downloads, the latest periods and the measures of the trade network."""
    with Div(classes=["chooser"]):
        for label in list(desk.run.models):
            _Downloads(desk, label)
    Text(
        "Each file begins with comment lines: parameters, seed, changes made during the run, versions. "
        'Read it with pandas.read_csv(file, comment="#").',
        classes=["lead"],
    )
    _Link(desk)
    _Latest(desk)
    if "traded_volume" in desk.kind.metrics:
        _Network(desk)


@solara.component
def _Downloads(desk, label):
    """Buttons for one model's files."""
    tail = f" ({label})" if len(desk.run.models) > 1 else ""
    for what, write in (("metrics", metrics_csv), ("firms", firms_csv)):
        name = f"{desk.kind.name}-{what}{'-' + label.replace(' ', '-') if tail else ''}.csv"
        with solara.FileDownload(
            lambda write=write: written(desk, label, write), filename=name, mime_type="text/csv"
        ):
            solara.Button(f"Download {word(desk.kind, what)}{tail}", icon_name="mdi-download", outlined=True)


def written(desk, label, write):
    """Text of the file for the model with this label; no period is played while it is written."""
    with desk.run.reading():
        models = desk.run.models
        return write(models.get(label, desk.run.model), label if len(models) > 1 else "")


@solara.component
def _Link(desk):
    """Link to a page that plays the run shown again, and where it holds."""
    desk.tick.value  # noqa: B018
    with Div(classes=["lead"]):
        Text("The address of this page plays the run again: its seed, parameters and changes. ")
        attributes = {"href": desk.link(), "target": "_blank"}
        solara.v.Html(tag="a", attributes=attributes, children=["Link to this run"])
        own = desk.folder.names_in(desk.run.model.params)
        if own:
            Text(
                f" Your own files ({', '.join(own)}) are in it on this server only, and only as long as you keep this "
                "page or have left it for less than 15 minutes; elsewhere the link says that they are missing."
            )


@solara.component
def _Latest(desk):
    """The latest periods collected, one per column, and the latest ones with values of sparse metrics."""
    desk.tick.value  # noqa: B018
    unit, (latest, seldom) = words(desk.kind, "period"), desk.run.look(latest_tables)
    for title, (head, rows) in (
        (f"The latest {unit} collected", latest),
        (f"Metrics that only some {unit} have: the latest values", seldom),
    ):
        if rows:
            with Div(classes=["card", "card--wide"]):
                Text(title, classes=["card__title"])
                NumberTable(head=head, rows=rows)


def latest_tables(model):
    """Head and lines of two tables: metrics of every period, and sparse ones in periods in which they have
    values.

    Metrics that do not apply to the model are left out; a sparse one without any value stands in the first table.
    """
    recorded, periods = model.datacollector.model_vars, model.datacollector.periods
    known = {
        name: np.asarray(recorded[name][-LOOKED_BACK:], float)
        for name in model.metrics
        if METRICS[name].applies(model)
    }
    seldom = {name: values for name, values in known.items() if is_seldom(name, values)}
    first = max(len(periods) - LOOKED_BACK, 0)
    last = range(max(len(periods) - LATEST, 0) - first, len(periods) - first)
    return (
        table_of(
            {name: values for name, values in known.items() if name not in seldom}, last, periods[first:]
        ),
        table_of(seldom, shared_positions(seldom), periods[first:]),
    )


def is_seldom(name, values):
    """Whether a sparse metric has values in some periods and none in others."""
    there = ~np.isnan(values)
    return METRICS[name].sparse and there.any() and not there.all()


def shared_positions(columns):
    """The last positions at which most of the metrics have numbers."""
    if not columns:
        return []
    count = sum(~np.isnan(values) for values in columns.values())
    return np.flatnonzero(count > count.max() / 2)[-LATEST:].tolist()


def table_of(columns, positions, periods):
    """Head and lines of metrics, float64[periods] by name, at some positions."""
    head = ["metric", "unit", *(f"{periods[k]:,}" for k in positions)]
    units = {name: METRICS[name].unit for name in columns}
    return head, [
        [
            metric_label(name),
            unit_text(units[name]),
            *(number_text(values[k], units[name]) for k in positions),
        ]
        for name, values in columns.items()
    ]


@solara.component
def _Network(desk):
    """Usual measures of the trade network, for systems that report trades."""
    desk.tick.value  # noqa: B018
    if not desk.run.model.steps or not hasattr(desk.kind, "trades"):
        return
    found = desk.run.look(lambda model: measures(trade_graph(model, TRADED_OVER)))
    with Div(classes=["card", "card--wide"]):
        Text(f"Trade network over the last {TRADED_OVER} periods collected", classes=["card__title"])
        NumberTable(
            head=["measure", "value"], rows=[[n.replace("_", " "), number_text(v)] for n, v in found.items()]
        )
