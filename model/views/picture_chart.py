"""Draws the pictures of seats and games: `model.classroom.base.picture` -> a chart."""

import altair as alt
import solara

from model.views.charts import theme
from model.views.live.live_chart import LiveChart

ROLES = {
    "demand": ("#228833", 2.0, [1, 0]),
    "supply": ("#aa3377", 2.0, [1, 0]),
    "price": (theme.INK, 1.5, [5, 4]),
    "mine": ("#0072b2", 3.5, [1, 0]),
    "theory": ("#d55e00", 2.0, [2, 3]),
    "shade": (theme.MUTED, 1.5, [2, 2]),
}
"""Colour, width, px, and dashes of a line by its role."""


def Picture(picture):
    """Show a picture and keep it: a Solara element."""
    chart = solara.use_memo(lambda: drawn(picture), [picture])
    LiveChart(chart, label=picture["title"])


def drawn(picture):
    """Make the chart, a Vega-Lite dict."""
    rows = [
        {"series": series["name"], "at": k, "x": x, "y": y}
        for series in picture["series"]
        for k, (x, y) in enumerate(series["points"])
    ]
    names = [series["name"] for series in picture["series"]]
    colours, widths, dashes = zip(*(ROLES[series["role"]] for series in picture["series"]), strict=True)
    legend = alt.Legend(title=None, symbolType="stroke", labelLimit=240, columns=2)
    kind = "ordinal" if picture["kind"] == "bars" else "quantitative"
    counted = all(row["x"] == int(row["x"]) for row in rows) if kind == "quantitative" else False
    axis = theme.WHOLE_NUMBERS if counted else {"format": theme.NUMBERS}
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("x", type=kind).title(picture["x"]).axis(grid=False, **axis),
        y=alt.Y("y:Q").title(picture["y"]).axis(format=theme.NUMBERS),
        color=alt.Color("series:N").scale(domain=names, range=list(colours)).legend(legend),
        tooltip=[
            alt.Tooltip("series:N", title=" "),
            alt.Tooltip("x", type=kind, title=picture["x"], format=",.4~r"),
            alt.Tooltip("y:Q", title=picture["y"], format=",.4~r"),
        ],
    )
    if picture["kind"] == "bars":
        return theme.framed(base.mark_bar().encode(xOffset="series:N"), height=260).to_dict()
    lines = base.mark_line().encode(
        order="at:Q",
        detail="series:N",
        strokeWidth=alt.StrokeWidth("series:N").scale(domain=names, range=list(widths)).legend(None),
        strokeDash=alt.StrokeDash("series:N").scale(domain=names, range=list(dashes)).legend(None),
    )
    return theme.framed(lines + base.mark_point(size=60, opacity=0), height=260).to_dict()
