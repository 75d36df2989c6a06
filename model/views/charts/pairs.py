"""Differences between two models that met the same firms and random numbers with many seeds: numbers and chart."""

from typing import NamedTuple

import altair as alt

from model.reported import adds_up
from model.views.charts import theme
from model.views.charts.base import ChartView
from model.views.charts.sweep import interval
from model.views.labels import metric_label
from model.views.presentation import key_metrics

ALSO = (
    "award_concentration",
    "public_revenue",
    "efficiency",
    "cost_efficiency",
    "climate_welfare",
    "total_profit",
)
"""Metrics shown beside a system's key numbers, if it reports them."""
LEAST_LEVEL = 1e-6
"""Level of the first model below which no share of it is shown."""


class Pair(NamedTuple):
    """One metric of two models over many seeds: mean and 95 % interval, as `charts.sweep.interval` gives them."""

    metric: str
    first: dict
    second: dict
    difference: dict


def shown_metrics(kind):
    """Names of the metrics shown."""
    return [
        *key_metrics(kind),
        *(name for name in ALSO if name in kind.metrics and name not in key_metrics(kind)),
    ]


def pairs_of(kind, results, periods=1):
    """`Pair` of each metric that is a number, over the seeds that both models have played.

    results : one row per run with ``model``, ``seed`` and metrics; periods : over which amounts add up.
    """
    found, labels = [], list(dict.fromkeys(results["model"]))
    for name in shown_metrics(kind):
        if len(labels) < 2 or name not in results:
            continue
        table = results.pivot_table(index="seed", columns="model", values=name, dropna=False)[labels].dropna()
        if len(table):
            values = table.to_numpy(float).T * (periods if adds_up(name) else 1)
            found.append(Pair(name, *map(interval, (*values, values[1] - values[0]))))
    return found


def in_per_cent(pairs):
    """Rows of the chart: differences as % of the first model's mean, where that is not next to 0."""
    rows = []
    for place, pair in enumerate(pairs):
        level = abs(pair.first["mean"])
        if level > LEAST_LEVEL:
            share = {key: 100.0 * pair.difference[key] / level for key in ("mean", "low", "high")}
            rows.append({"metric": metric_label(pair.metric), "place": place} | share)
    return rows


def drawing():
    """Draw a dot and an interval for each metric beside the line of no difference."""
    y = alt.Y("metric:N").title(None).sort(alt.SortField("place")).axis(labelLimit=260)
    base = alt.Chart(alt.NamedData("points")).encode(y=y, color=alt.value(theme.SERIES_COLOURS["mean bid"]))
    x = {"title": "%", "axis": alt.Axis(format=theme.NUMBERS)}
    tooltip = [
        alt.Tooltip("metric:N"),
        alt.Tooltip("mean:Q", title="difference, %", format="+,.3~r"),
        alt.Tooltip("low:Q", title="95 % from", format="+,.3~r"),
        alt.Tooltip("high:Q", title="to", format="+,.3~r"),
    ]
    none = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color=theme.MUTED).encode(x=alt.X("x:Q"))
    bars = base.mark_rule(strokeWidth=2.5).encode(x=alt.X("low:Q", **x), x2="high:Q")
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(x=alt.X("mean:Q", **x), tooltip=tooltip)
    return theme.framed(none + bars + dots, 320)


def view_of(kind, periods):
    """The chart of a system; its subject are the results that `pairs_of` takes."""
    return ChartView(
        name="paired_differences",
        title="Second less first, % of the first",
        help="Means over the seeds with 95 % intervals, seed by seed: chance that both have in common cancels. "
        "An interval that leaves out zero is a clear difference; one in twenty does so by chance.",
        draw=drawing,
        rows=lambda results, positions: {"points": in_per_cent(pairs_of(kind, results, periods))},
        section="comparison",
        of="sweep",
    )
