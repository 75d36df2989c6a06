"""A page with one button for each thing that may happen to a chart while a model runs."""

import altair as alt
import pandas as pd
import solara

from model.views.live.feed import Feed
from model.views.live.live_chart import LiveChart


def prices() -> alt.Chart:
    """Draw the lines."""
    return (
        alt.Chart(alt.NamedData("prices"), title="Prices by market")
        .mark_line(point=True)
        .encode(x=alt.X("period:Q", title="period"), y="price:Q", color="market:N")
        .properties(width="container", height=200)
    )


def dots() -> alt.Chart:
    """Draw the same rows as points."""
    return alt.Chart(alt.NamedData("prices"), title="Dots").mark_point().encode(x="period:Q", y="price:Q")


def firms() -> alt.Chart:
    """Draw a small network over two datasets."""
    edges = alt.Chart(alt.NamedData("edges")).mark_rule().encode(x="x0:Q", y="y0:Q", x2="x1:Q", y2="y1:Q")
    nodes = (
        alt.Chart(alt.NamedData("nodes"))
        .mark_circle(size=600, opacity=1)
        .encode(
            x=alt.X("x:Q").scale(domain=[0, 4]),
            y=alt.Y("y:Q").scale(domain=[0, 4]),
            tooltip=["firm:N", "permits:Q"],
        )
    )
    return edges + nodes


def broken() -> alt.Chart:
    """Fail while the chart is written."""
    raise ValueError("no such exhibit")


def heat() -> alt.Chart:
    """Draw a chart that carries its own data."""
    frame = pd.DataFrame({"x": [0, 0, 1, 1], "y": [0, 1, 0, 1], "share": [0.1, 0.4, float("nan"), 0.9]})
    return alt.Chart(frame, title="Heat").mark_rect().encode(x="x:O", y="y:O", color="share:Q")


def at(period: int) -> list[dict]:
    """Make the rows of one period."""
    return [{"period": period, "market": name, "price": 20.0 + period % 7 + i} for i, name in enumerate("AB")]


NETWORKS = [
    {
        "nodes": pd.DataFrame({"firm": ["mill", "kiln"], "x": [1, 3], "y": [1, 3], "permits": [5, 7]}),
        "edges": [{"x0": 1, "y0": 1, "x1": 3, "y1": 3}],
    },
    {
        "nodes": [
            {"firm": f"works {i}", "x": i, "y": 2, "permits": float("nan") if i else 4} for i in range(4)
        ],
        "edges": [{"x0": i, "y0": 2, "x1": i + 1, "y1": 2} for i in range(3)],
    },
]

MISNAMED = {"data": {"name": "price"}, "mark": "point"}
CHARTS = {"prices": prices, "dots": dots, "broken": broken, "misnamed": MISNAMED}


@solara.component
def Page():
    """Show the charts above their buttons."""
    feed = solara.use_memo(
        lambda: Feed([row for p in range(3) for row in at(p)], thin_by="period", limit=100), []
    )
    period, chart = solara.use_reactive(3), solara.use_reactive("prices")
    network, shown, clicked = (
        solara.use_reactive(0),
        solara.use_reactive(True),
        solara.use_reactive("nothing"),
    )

    def run(periods: int) -> None:
        for now in range(period.value, period.value + periods):
            feed.append(at(now))
        period.value += periods

    def reset() -> None:
        feed.clear()
        period.value = 0

    solara.Text(f"period {period.value}, clicked {clicked.value}")
    with solara.Row():
        solara.Button("one", on_click=lambda: run(1))
        solara.Button("many", on_click=lambda: run(200))
        solara.Button("reset", on_click=reset)
        solara.Button("network", on_click=lambda: network.set(1 - network.value))
        solara.Button("toggle", on_click=lambda: shown.set(not shown.value))
        for name in CHARTS:
            solara.Button(f"show {name}", on_click=lambda name=name: chart.set(name))
    if shown.value:
        LiveChart(CHARTS[chart.value], {"prices": feed}, label="Prices")
    LiveChart(
        firms, NETWORKS[network.value], label="Firms", on_click=lambda row: clicked.set(str(row["firm"]))
    )
    LiveChart(heat, label="Heat")
