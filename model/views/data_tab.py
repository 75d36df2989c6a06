"""The numbers behind the charts, to look at and to take away."""

import solara

from model.metrics import METRICS
from model.trade_graph import measures, trade_graph
from model.views.compare_tab import _Numbers
from model.views.controls import number_text, unit_text
from model.views.downloads import firms_csv, metrics_csv
from model.views.links import link_to
from model.views.words import word, words

LATEST = 10
"""Periods shown in the table."""

TRADED_OVER = 100
"""Periods collected over which the trade network is measured."""


@solara.component
def DataTab(desk):
    """Downloads, the latest periods and the measures of the trade network."""
    with solara.Div(classes=["chooser"]):
        for label in list(desk.run.models):
            _Downloads(desk, label)
    solara.Text(
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
    """The file's text for the model with this label, while no period is being played."""
    with desk.run.lock:
        models = desk.run.models
        return write(models.get(label, desk.run.model), label if len(models) > 1 else "")


@solara.component
def _Link(desk):
    """An address that begins the run shown again."""
    desk.tick.value  # noqa: B018
    with solara.Div(classes=["lead"]):
        solara.Text("A page that begins with the same seed and parameters, own files apart: ")
        solara.v.Html(
            tag="a",
            attributes={"href": desk.run.look(link_to), "target": "_blank"},
            children=["link to this run"],
        )


@solara.component
def _Latest(desk):
    """The latest periods collected, one per column."""
    desk.tick.value  # noqa: B018
    with desk.run.lock:
        collector = desk.run.model.datacollector
        periods = collector.periods[-LATEST:]
        rows = [
            [
                name.replace("_", " "),
                unit_text(METRICS[name].unit),
                *(number_text(v, METRICS[name].unit) for v in collector.model_vars[name][-LATEST:]),
            ]
            for name in desk.kind.metrics
        ]
    with solara.Div(classes=["card", "card--wide"]):
        solara.Text(f"The latest {words(desk.kind, 'period')} collected", classes=["card__title"])
        _Numbers(head=["metric", "unit", *(f"{period:,}" for period in periods)], rows=rows)


@solara.component
def _Network(desk):
    """The usual measures of who traded with whom, where the system tells."""
    desk.tick.value  # noqa: B018
    if not desk.run.model.steps or not hasattr(desk.kind, "trades"):
        return
    found = desk.run.look(lambda model: measures(trade_graph(model, TRADED_OVER)))
    with solara.Div(classes=["card", "card--wide"]):
        solara.Text(f"Trade network over the last {TRADED_OVER} periods collected", classes=["card__title"])
        _Numbers(
            head=["measure", "value"], rows=[[n.replace("_", " "), number_text(v)] for n, v in found.items()]
        )
