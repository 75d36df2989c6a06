"""Charts of a sweep: a metric against the parameter swept, with 95 % intervals over seeds."""

from functools import partial
from statistics import NormalDist

import altair as alt
import numpy as np

from model.views.charts import theme
from model.views.charts.base import chart
from model.views.charts.marks import names_above, value_above
from model.views.labels import knob_label, value_label, without_terms

SHARED = {"of": "sweep", "section": "sweep"}

T_95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
"""Student's t for 95 % intervals with 1, 2, ... degrees of freedom; beyond, an expansion is used."""


def student_t(degrees):
    """Half width of a 95 % interval in standard errors, with ``degrees`` (1, 2, ...) of freedom.

    >>> round(student_t(30), 3)
    2.042
    """
    if degrees <= len(T_95):
        return T_95[degrees - 1]
    z = NormalDist().inv_cdf(0.975)
    return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)


def swept_rows(results, positions, metric="efficiency"):
    """Mean of a metric and its 95 % interval at each value of the parameter swept, for each format.

    results : one row per run; the columns before ``seed`` were varied, the range of numbers first.
    Runs that failed (no number there) are left out; a single seed gives no interval.
    """
    if metric not in results:
        return {"points": []}
    varied = list(results.columns[: list(results.columns).index("seed")])
    results = results.dropna(subset=[metric])
    options = list(dict.fromkeys(results[varied[1]])) if len(varied) > 1 else ["all runs"]
    rows = []
    for place, option in enumerate(options):
        chosen = results[results[varied[1]] == option] if len(varied) > 1 else results
        name = value_label(varied[1], option) if len(varied) > 1 else option
        look = {"model": name, "colour": theme.colour_of(name, place), "place": place}
        for value, values in chosen.groupby(varied[0])[metric]:
            point = {"at": float(value), "parameter": without_terms(knob_label(varied[0]))}
            rows.append(
                point | look | interval(values.to_numpy(float)) | {"metric": theme.metric_label(metric)}
            )
    return {"points": rows}


def interval(values):
    """Mean, 95 % interval and number of runs."""
    n, mean = len(values), float(values.mean())
    half = student_t(n - 1) * float(values.std(ddof=1)) / np.sqrt(n) if n > 1 else 0.0
    return {"mean": mean, "low": mean - half, "high": mean + half, "runs": n}


def sweep_choices(results, first="efficiency"):
    """Metrics in the results, the default first."""
    varied = list(results.columns[: list(results.columns).index("seed") + 1])
    return {"metric": theme.metric_options([name for name in results if name not in varied], first=first)}


def swept_lines(above=None):
    """Draw mean and interval against the parameter, one colour per format.

    above : layers that name formats and metric; None: both.
    """
    x = (
        alt.X("at:Q")
        .title(None)
        .axis(format=theme.NUMBERS, grid=False)
        .scale(zero=False, nice=False, padding=8)
    )
    y = alt.Y("mean:Q").title(None).axis(format=theme.NUMBERS).scale(zero=False)
    base = alt.Chart(alt.NamedData("points")).encode(
        x=x, color=alt.Color("colour:N").scale(None), detail="model:N"
    )
    tooltip = [
        alt.Tooltip("model:N", title="format"),
        alt.Tooltip("parameter:N"),
        alt.Tooltip("at:Q", title="value", format=",.4~r"),
        alt.Tooltip("metric:N"),
        alt.Tooltip("mean:Q", format=",.4~r"),
        alt.Tooltip("low:Q", title="95 % from", format=",.4~r"),
        alt.Tooltip("high:Q", title="to", format=",.4~r"),
        alt.Tooltip("runs:Q"),
    ]
    band = base.mark_area(opacity=0.18).encode(y=y_from("low"), y2="high:Q")
    line = base.mark_line(strokeWidth=2.5).encode(y=y)
    dots = base.mark_point(filled=True, size=55, opacity=1).encode(
        y=y,
        shape=alt.Shape("model:N").scale(range=["circle", "square", "triangle-up", "diamond"]).legend(None),
    )
    dots = dots.encode(tooltip=tooltip)
    axis_name = (
        alt.Chart(alt.NamedData("points"))
        .transform_aggregate(groupby=["parameter"])
        .mark_text(
            baseline="top", fontSize=12, color="#333333", x=alt.expr("width / 2"), y=alt.expr("height + 26")
        )
        .encode(text="parameter:N")
    )
    above = [names_above("points"), value_above("points", "metric", lines=2)] if above is None else above
    layers = [band, line, dots, axis_name, *above]
    return theme.framed(alt.layer(*layers), height=250).properties(
        padding={"left": 5, "right": 5, "top": 5, "bottom": 24}
    )


def y_from(field):
    """Return an axis for ``field`` like that of the mean."""
    return alt.Y(f"{field}:Q").title(None).axis(format=theme.NUMBERS).scale(zero=False)


def swept(metric):
    """Options of a chart of one given metric."""
    return {"rows": partial(swept_rows, metric=metric), "needs": (metric,)} | SHARED


@chart(title="Clearing price over the sweep, €/t", **swept("clearing_price"))
def swept_clearing_price():
    """Clearing price at each value; means over seeds with 95 % intervals."""
    return swept_lines()


@chart(title="Government revenue over the sweep, €", **swept("revenue"))
def swept_revenue():
    """The format that earns more changes where the lines cross, provided that the bands lie apart on both
    sides."""
    return swept_lines()


@chart(title="Total profit over the sweep, €", **swept("total_profit"))
def swept_profit():
    """Profit of all firms together at each value."""
    return swept_lines()


@chart(title="Mean bid price over the sweep, €/t", **swept("mean_bid_price"))
def swept_bid_price():
    """Mean bid price at each value."""
    return swept_lines()


@chart(title="Traded volume over the sweep, t", **swept("traded_volume"))
def swept_traded_volume():
    """Permits that change hands on the secondary market after the auction, at each value."""
    return swept_lines()


@chart(
    title="Any metric over the sweep",
    rows=swept_rows,
    needs=("efficiency",),
    asks=("metric",),
    choices=sweep_choices,
    **SHARED,
)
def swept_metric():
    """Choose a metric. Bands: 95 % intervals of the mean over seeds (Student's t)."""
    return swept_lines()
