"""Common look of all charts: colours that colour-blind readers can distinguish, one set of fonts, one frame.

Each firm, auction format, price, and side of the market has the same colour in every chart.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt

from model.metrics import METRICS
from model.views import labels

FIRM_COLOURS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#882255",
    "#999933",
    "#332288",
    "#7f7f7f",
)
"""Colours of firm 1, 2, ...; they repeat after the tenth (the first six are those of Okabe and Ito)."""


FORMAT_COLOURS = {
    "uniform": "#004488",
    "discriminatory": "#bb5566",
    "vcg": "#b8860b",
    "cmra": "#0072b2",
    "english_clock": "#117733",
    "first_price": "#aa4499",
    "separate_uniform": "#7f4f24",
}
OTHER_COLOURS = ("#117733", "#aa4499", "#44aa99", "#661100")
"""Colours of labels that are no auction format, when two runs differ in something else."""

INK = "#1a1a1a"
MUTED = "#8a8a8a"
GOVERNMENT = "#4d4d4d"

SERIES_COLOURS = {
    "clearing price": INK,
    "equilibrium price": INK,
    "trading price": "#cc5500",
    "mean bid": "#4477aa",
    "revenue": "#6a3d9a",
    "total profit": "#228833",
    "efficiency": "#6a3d9a",
    "government's share": "#4477aa",
    "profit lost": "#cc5500",
    "supply": "#228833",
    "demand": "#aa3377",
    "traded": INK,
    "cap": INK,
    "emissions": "#cc5500",
    "without regulation": MUTED,
}
"""Colours of everything that is neither a firm nor a format."""

STATUS = {
    "covered": ("#009e73", "circle"),
    "curtailed": ("#e69f00", "triangle-down"),
    "fined": ("#d55e00", "diamond"),
    "not yet run": ("#bdbdbd", "circle"),
    "government": (GOVERNMENT, "square"),
}
"""Colour and shape of agents on the grid by compliance; shapes too, because not every reader can distinguish the
colours."""

FONT = "Roboto, Helvetica Neue, Arial, sans-serif"

CONFIG: dict[str, Any] = {
    "background": "white",
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 11,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titleColor": "#333333",
        "labelColor": "#444444",
        "gridColor": "#ececec",
        "domainColor": "#9a9a9a",
        "tickColor": "#9a9a9a",
        "labelOverlap": True,
        "labelSeparation": 5,
        "titlePadding": 6,
    },
    "legend": {
        "orient": "top",
        "direction": "horizontal",
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titleOrient": "left",
        "titlePadding": 6,
        "labelFontSize": 11,
        "labelLimit": 150,
        "symbolSize": 90,
        "symbolStrokeWidth": 2.5,
        "columnPadding": 10,
        "offset": 6,
        "symbolLimit": 12,
        "symbolOpacity": 1,
    },
    "line": {"strokeWidth": 2},
    "header": {"labelFontSize": 12},
}

WIDTH = 420
"""Smallest width at which every chart must be readable, px."""


def framed(chart: alt.Chart | alt.LayerChart, height: int = 240) -> alt.Chart | alt.LayerChart:
    """Give a drawing the common look; it takes the width of its place on the page, and ``height`` px."""
    return chart.properties(width="container", height=height, config=CONFIG)


NUMBERS = ",~r"
"""Format of axis labels: 2,500 and 0.5 rather than 2.5k and 500m."""


WHOLE_NUMBERS = {"tickMinStep": 1, "labelExpr": "datum.value % 1 ? '' : format(datum.value, ',d')"}
"""Axis of counts: only whole numbers have a label, because Vega sets a tick at 0.5 if the axis ends at 1."""

PERIODS = WHOLE_NUMBERS | {
    "labelExpr": f"datum.value < 1e5 ? ({WHOLE_NUMBERS['labelExpr']}) : format(datum.value, '~s')"
}
"""Axis of periods: 200 and 1,200, and 150k where there are many; Vega's own format would say 0.2k beside 1k."""

YEARS = WHOLE_NUMBERS | {"labelExpr": "datum.value % 1 ? '' : datum.value"}
"""Axis of years, whose labels have no commas."""


def period_axis() -> alt.X:
    """Horizontal axis of all charts that grow with the run."""
    return alt.X("period:Q").title("period").axis(grid=False, **PERIODS).scale(nice=False, zero=True)


def firm_colour(legend: bool = True, symbol: str = "stroke") -> alt.Color:
    """Colour by firm; the data must contain every firm, so that each gets its own place in the scale."""
    shown = alt.Legend(title="firm", symbolType=symbol, columns=6) if legend else None
    return alt.Color("firm:N").scale(numbered()).legend(shown)


def numbered() -> alt.Scale:
    """Scale of firms by number. Firm 1 is always in it, because Vega cannot place a legend without entries,
    as there would be before the first rows."""
    return alt.Scale(domain=alt.DomainUnionWith(unionWith=[1]), range=FIRM_COLOURS)


def series_colour(names: Iterable[str], colours: Mapping[str, str] = SERIES_COLOURS) -> alt.Color:
    """Colour by series, in the order of ``names`` (keys of ``colours``)."""
    names = list(names)
    legend = alt.Legend(title=None, symbolType="stroke")
    return alt.Color("series:N").scale(domain=names, range=[colours[n] for n in names]).legend(legend)


def as_series(layer: alt.Chart, series: str, names: tuple[str, ...]) -> alt.Chart:
    """Give a layer that draws one series of ``names`` its colour and its entry in the legend."""
    return layer.transform_calculate(series=f"'{series}'").encode(color=series_colour(names))


def colour_of(label: str, position: int) -> str:
    """Colour of a model in a comparison: that of the auction format that names it, or one by its position."""
    own = {labels.value_label("auction", name): colour for name, colour in FORMAT_COLOURS.items()}
    return (FORMAT_COLOURS | own).get(label, OTHER_COLOURS[position % len(OTHER_COLOURS)])


def metric_label(name: str) -> str:
    """Label of a metric on axes and in lists: with its unit."""
    return f"{labels.metric_label(name)}, {METRICS[name].unit}"


def metric_options(names: Iterable[str], first: str) -> dict[str, str]:
    """Choices of metrics by label, ``first`` before the others."""
    known = sorted((name for name in names if name in METRICS), key=lambda name: name != first)
    return {metric_label(name): name for name in known}


def note_mark():
    """Words in the middle of a drawing, from rows ``note`` with ``text``: why there is nothing to see."""
    middle = {"x": alt.value(alt.expr("width / 2")), "y": alt.value(alt.expr("height / 2"))}
    return alt.Chart(alt.NamedData("note")).mark_text(color=INK, fontSize=13).encode(text="text:N", **middle)
