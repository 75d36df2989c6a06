"""A chart: a function that draws it once, and a function that returns its rows from a running model.

A chart is added by writing both in a file of this folder; nothing else has to be changed::

    def price_rows(model, positions):
        return {"prices": records(metric_columns(model, positions, ["clearing_price"]))}

    @chart(
        title="Price, €/t", rows=price_rows, needs=("clearing_price",), grows=True, section="market"
    )
    def prices():
        '''Clearing price of each period.'''      <- the help beside the chart
        y = alt.Y("clearing_price:Q").title("€/t")
        return theme.framed(one_line("prices", "clearing_price", y, "€/t"))

Where the rows are metrics, or a column of the firms, `chart_of_metrics` and `chart_of_firms` make them.

Contract with the page:

* **Rows.** ``rows(subject, positions, **chosen)`` returns rows (list of dicts) for every `alt.NamedData`
  of the drawing. Pass them through a Feed or `plain_rows`: they may hold NaN. Call it under the run's lock.
* **Subject.** ``of`` names the first argument: ``"model"``; ``"models"``, a mapping label -> model in
  the order to show, such as ``{"uniform": a, "discriminatory": b}``; or ``"sweep"``, a DataFrame of results.
* **Growing charts** (``grows``) get the periods to append, positions in the collector (0, 1, ...), an increasing
  integer array or `model.spans.Spans`; of two models, both must have collected them. No positions give empty
  lists. After a long run a point stands for a span: `metric_columns` and `aggregate_rows` aggregate it as the
  metric or column declares, and a note on this is added to the help where a metric needed is a flow.
  ``rows_per_period(model)`` is the number of rows of one period (one per firm in the charts by firm). Rows of
  one period follow each other, as a `Feed` that thins them requires.
* **Other charts** ignore positions and return all rows to show now, which replace the former ones.
* **Choices.** ``asks`` names keywords whose values the user may choose, such as ``("firm", "state")``. All have
  defaults. ``choices(model)`` gives for each its options, label -> value, in order.
* **Clicks.** Rows about one firm carry ``firm``: its number as shown, from 1 on (row of the population + 1).
* **Empty.** Before the first period, growing charts are empty; others show the firms at their start, or
  nothing.
* **System.** A chart is shown wherever its metrics are reported. ``system`` narrows that to one system, by name, or to
  those of a class, such as `model.systems.bidding.model.BiddingModel`: all whose firms bid on a grid.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import altair as alt
import numpy as np

from learning.registry import Registry, unknown
from model.metrics import METRICS
from model.spans import Spans, aggregate_rows
from model.views.presentation import presentation_of

CHARTS = Registry("chart")

SECTIONS = ("market", "bids", "firms", "network", "learning", "comparison", "sweep")
"""Sections of a page in the order of reading."""

SUBJECTS = ("model", "models", "sweep")

AGGREGATED = (
    "In a run too long to show every period, a point is the mean of the periods since the point before, "
    "of prices and levels the last."
)
"""Note on flows in the help of a chart."""

Rows = dict[str, list[dict[str, Any]]]


def _always(model) -> bool:
    return True


def _no_choices(model) -> dict[str, dict[str, Any]]:
    return {}


@dataclass(frozen=True)
class ChartView:
    """One chart of the dashboard; the module's head explains its use."""

    name: str
    title: str
    help: str
    draw: Callable[[], alt.TopLevelMixin]
    rows: Callable[..., Rows]
    needs: tuple[str, ...] = ()
    grows: bool = False
    section: str = "market"
    system: str | type = ""
    """Its system: a name, or a class that several systems have in common; "": every system."""
    of: str = "model"
    by_firm: bool = False
    asks: tuple[str, ...] = ()
    choices: Callable[[Any], dict[str, dict[str, Any]]] = _no_choices
    has_content: Callable[[Any], bool] = _always
    """Whether a model of the system has anything to show in it, such as a map."""

    def suits(self, system: Any) -> bool:
        """Whether the chart is for this system (class or model), which reports all metrics it needs."""
        return self._is_for(system) and set(self.needs) <= set(system.metrics)

    def _is_for(self, system: Any) -> bool:
        if isinstance(self.system, str):
            return self.system in ("", system.name)
        return issubclass(system if isinstance(system, type) else type(system), self.system)

    def rows_per_period(self, model: Any) -> int:
        """Number of rows of one period in a growing chart's longest dataset."""
        return len(model.firms) if self.by_firm else max(len(self.needs), 1)


def chart(
    *,
    title: str,
    rows: Callable[..., Rows],
    section: str,
    of: str = "model",
    note: str = "",
    **more: Any,
) -> Callable:
    """Decorator: register a drawing as the chart of its name; its docstring is the help shown beside it.

    more : the other fields of `ChartView`, such as ``needs``, ``grows`` and ``system``.
    note : sentence that many charts add to their help, such as the meaning of faint lines.
    """
    if section not in SECTIONS:
        raise unknown("section", section, SECTIONS)
    if of not in SUBJECTS:
        raise unknown("subject of a chart", of, SUBJECTS)

    def add(draw):
        flows = more.get("grows") and any(METRICS[name].flow for name in more.get("needs", ()))
        notes = [note, AGGREGATED if flows else ""]
        help = " ".join([*inspect.getdoc(draw).split(), *filter(None, notes)])
        CHARTS.register(draw.__name__)(
            ChartView(draw.__name__, title, help, draw, rows, section=section, of=of, **more)
        )
        return draw

    return add


def chart_of_metrics(title: str, data: str, names: Mapping[str, str], **more: Any) -> Callable:
    """Decorator: a growing chart of some metrics. data : name of its rows, those of `metric_rows`; names : as there."""
    rows, needs = partial(_metrics_of, data=data, names=names), tuple(names)
    return chart(title=title, rows=rows, needs=needs, grows=True, section="market", **more)


def _metrics_of(model, positions, data, names):
    return {data: metric_rows(model, positions, names)}


def chart_of_firms(title: str, data: str, column: str, **more: Any) -> Callable:
    """Decorator: a growing chart of a column of the firms. data : name of its rows, those of `firm_rows`."""
    rows = partial(_firms_of, data=data, column=column)
    return chart(title=title, rows=rows, by_firm=True, grows=True, **more)


def _firms_of(model, positions, data, column):
    return {data: firm_rows(model, positions, (column,))}


def charts_of(system: Any, *, of: str = "model", section: str = "") -> list[ChartView]:
    """Charts to show for a system (class or model), in the order of sections and then of registration."""
    without = presentation_of(system).without
    found = [v for v in CHARTS.values() if v.of == of and v.suits(system) and v.name not in without]
    found.sort(key=lambda view: SECTIONS.index(view.section))
    return [view for view in found if section in ("", view.section)]


def records(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows from columns of equal length (arrays or lists).

    >>> records({"period": [1, 2], "price": np.array([3.0, 4.0])})
    [{'period': 1, 'price': 3.0}, {'period': 2, 'price': 4.0}]
    """
    lists = [np.asarray(values).tolist() for values in columns.values()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]


def periods_at(model: Any, positions: Iterable[int]) -> list[int]:
    """Numbers of the periods at these positions of the collector."""
    periods = model.datacollector.periods
    return [periods[k] for k in Spans.of(positions).last.tolist()]


def metric_columns(model: Any, positions: Iterable[int], names: Iterable[str]) -> dict[str, list]:
    """Period and metrics of the model at these positions, one column each; spans are aggregated."""
    collector, spans = model.datacollector, Spans.of(positions)
    return {"period": periods_at(model, spans)} | {
        name: METRICS[name].aggregate(collector.numbers_of(name), collector.weights, spans) for name in names
    }


def metric_rows(model: Any, positions: Iterable[int], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows ``period, series, value, unit`` of several metrics, in long form: one line per metric.

    names : label shown for each metric's name. Rows of one period follow each other.
    """
    columns = metric_columns(model, positions, names)
    series = [(label, columns[name], METRICS[name].unit) for name, label in names.items()]
    return [
        {"period": period, "series": label, "value": values[k], "unit": unit}
        for k, period in enumerate(columns["period"])
        for label, values, unit in series
    ]


def firm_rows(model: Any, positions: np.ndarray, names: Iterable[str]) -> list[dict[str, Any]]:
    """Rows ``period, firm, ...`` of columns of the firms, one row per period and firm; firms count from 1.

    Where the firms have names, ``name`` is a column.
    """
    if Spans.of(positions).size == 0:
        return []
    _, firms = aggregate_rows(model.datacollector, positions)
    n = firms.shape[1]
    columns = {
        "period": np.repeat(periods_at(model, positions), n),
        "firm": np.tile(np.arange(1, n + 1), len(firms)),
    }
    columns |= {"name": list(model.names) * len(firms)} if len(model.names) else {}
    return records(columns | {name: firms[name].ravel() for name in names})


def firm_choices(model: Any) -> dict[str, dict[str, int]]:
    """Choices of one firm."""
    return {"firm": {name: number for number, name in enumerate(model.firm_names, 1)}}
