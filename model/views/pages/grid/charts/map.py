"""The grid's world as a map, and the depth of its order book; also drawn at any step of a recorded episode."""

import altair as alt
import numpy as np

from model.mechanisms.exchange.double_auction import ASK, BID
from model.systems.grid.episodes.recorder import snapshot
from model.systems.grid.state import (
    FIRST_CODE,
    GREEN,
    GREEN_OWNER,
    POLLUTION,
    PROJECT,
    PROPERTY,
    PROPERTY_OWNER,
)
from model.views.charts import theme
from model.views.charts.base import chart, records
from model.views.charts.marks import value_above

SYSTEM = "grid"

SHAPES = {
    "property": "square",
    "project waiting": "diamond",
    "certified project": "triangle-up",
    "polluted": "cross",
}
"""Marks on the land, by shape; colours show the owner."""

WHOLE = "datum.value % 1 ? '' : format(datum.value, ',d')"
"""Labels of an axis of whole numbers."""

ROOM_FOR_ONE = alt.Scale(domain=alt.DomainUnionWith(unionWith=[0, 1]))
"""Vertical scale of an order book, which is often empty: it has room for one order."""

SIDE_COLOURS = {"bids": "#4477aa", "asks": "#cc5500"}

TOOLTIP = {
    "ability": "research ability",
    "scale": "size",
    "cash": "coins",
    "permits": "permits, t",
    "level": "emission level",
    "labour": "labour",
    "properties": "properties",
    "projects": "certified projects",
    "utility": "utility",
}
"""Columns of an enterprise in its tooltip, with names and units."""

PUBLIC = {
    "welfare": "welfare, coins",
    "equality": "equality",
    "average_level": "mean emission level of the last period",
    "penalty": "penalty, coins/t",
    "trade_price": "last trade, coins/t",
    "green_projects": "certified projects",
}
"""Columns of the government in its tooltip, with names and units."""


def shot_of(model):
    """`Snapshot` of the model's present world, without the step that led to it."""
    n = model.params.n_firms
    return snapshot(model.world, model.params.view, np.zeros(n, np.int64), np.zeros(n + 2, np.int64))


def world_rows(model, positions):
    """Rows of the present world."""
    return map_rows(shot_of(model))


def map_rows(shot):
    """Properties, other marks on the land, enterprises, the government above the map, and the map's corners."""
    height, width = shot.layers.shape[:2]
    government = {name: float(shot.government[0][name]) for name in PUBLIC}
    numbers = {"firm": np.arange(1, len(shot.firms) + 1)} | {name: shot.firms[name] for name in TOOLTIP}
    place = {"column": shot.firms.cell_col.astype(int), "row": shot.firms.cell_row.astype(int)}
    return {
        "properties": land_rows(shot, PROPERTY, PROPERTY_OWNER, "property"),
        "marks": land_rows(shot, PROJECT, None, "project waiting")
        + land_rows(shot, GREEN, GREEN_OWNER, "certified project")
        + land_rows(shot, POLLUTION, None, "polluted"),
        "firms": records(numbers | place),
        "government": [{"column": 0, "row": -1} | government],
        "corners": records({"column": [-0.5, width - 0.5], "row": [-1.5, height - 0.5]}),
    }


def land_rows(shot, layer, owned, what):
    """Cells of one layer: rows ``column, row, what, firm``; the firm is None where nobody owns it."""
    rows, columns = np.nonzero(shot.layers[..., layer])
    firms = [None] * len(rows)
    if owned is not None:
        firms = (shot.owners[rows, columns, owned] - FIRST_CODE + 1).tolist()
    return [
        {"column": c, "row": r, "what": what, "firm": firm}
        for c, r, firm in zip(columns.tolist(), rows.tolist(), firms, strict=True)
    ]


@chart(title="The world", rows=world_rows, system=SYSTEM, section="market")
def world():
    """Discs with numbers are enterprises, larger ones are bigger; G is the government. A coloured cell is a
    property: a cell that was produced on, in its owner's colour. Nobody enters another's property. Point at
    anything for its numbers; click an enterprise to choose it in other charts."""
    return draw_world()


def draw_world():
    """Draw the land and the enterprises above it; row 0 is at the top."""
    axis = alt.Axis(grid=False, **theme.WHOLE_NUMBERS)
    x = alt.X("column:Q").title("column").axis(axis).scale(nice=False, zero=False)
    y = alt.Y("row:Q").title("row").axis(axis).scale(nice=False, zero=False, reverse=True)
    corners = alt.Chart(alt.NamedData("corners")).mark_point(opacity=0).encode(x=x, y=y)
    layers = [corners, draw_properties(), *draw_marks(x, y), *draw_enterprises(x, y), *draw_government(x, y)]
    return theme.framed(alt.layer(*layers), height=440).properties(
        view={"stroke": "#d0d0d0", "fill": "#fbfbf8"}
    )


def enterprise_colour(symbol="circle"):
    """Colour by enterprise, with its legend."""
    legend = alt.Legend(title="enterprise", symbolType=symbol, columns=8)
    return alt.Color("firm:N").scale(theme.numbered()).legend(legend)


def cell_tooltip(owned):
    """Tooltip of a cell."""
    owner = [alt.Tooltip("firm:N", title="owner: enterprise")] if owned else []
    return [alt.Tooltip("what:N", title="cell"), *owner, alt.Tooltip("row:Q"), alt.Tooltip("column:Q")]


def draw_properties():
    """Draw whole cells in their owners' colours."""
    return (
        alt.Chart(alt.NamedData("properties"))
        .transform_calculate(
            left="datum.column - 0.5",
            right="datum.column + 0.5",
            top="datum.row - 0.5",
            bottom="datum.row + 0.5",
        )
        .mark_rect(opacity=0.5, stroke="white", strokeWidth=0.5)
        .encode(
            x="left:Q",
            x2="right:Q",
            y="top:Q",
            y2="bottom:Q",
            color=enterprise_colour(),
            tooltip=cell_tooltip(True),
        )
    )


def draw_marks(x, y):
    """Draw projects and pollution, by shape."""
    legend = alt.Legend(title=None, orient="bottom", symbolStrokeWidth=1.2)
    shape = alt.Shape("what:N").scale(domain=list(SHAPES), range=list(SHAPES.values())).legend(legend)
    base = alt.Chart(alt.NamedData("marks")).encode(x=x, y=y, shape=shape)
    look = {"size": 75, "opacity": 1, "stroke": theme.INK, "strokeWidth": 1}
    waiting = base.transform_filter("datum.what === 'project waiting'").mark_point(fill="white", **look)
    polluted = base.transform_filter("datum.what === 'polluted'").mark_point(
        size=45, opacity=0.8, fill=theme.GOVERNMENT, stroke=None
    )
    built = base.transform_filter("datum.what === 'certified project'").mark_point(filled=True, **look)
    return [  # the legend looks like the first
        waiting.encode(tooltip=cell_tooltip(False)),
        polluted.encode(tooltip=cell_tooltip(False)),
        built.encode(color=enterprise_colour(), tooltip=cell_tooltip(True)),
    ]


def numbers_tooltip(names):
    """Columns by name -> what they are called."""
    return [alt.Tooltip(f"{name}:Q", title=label, format=",.4~r") for name, label in names.items()]


def draw_enterprises(x, y):
    """Draw a disc and a number for each enterprise."""
    tooltip = [alt.Tooltip("firm:N", title="enterprise"), *numbers_tooltip(TOOLTIP)]
    size = alt.Size("scale:Q").scale(domain=[1.0, 1.6], range=[170, 280], zero=False).legend(None)
    base = alt.Chart(alt.NamedData("firms")).encode(x=x, y=y, tooltip=tooltip)
    discs = base.mark_circle(opacity=1, stroke=theme.INK, strokeWidth=1.2)
    names = base.mark_text(color="white", fontSize=10, fontWeight="bold").encode(text="firm:N")
    return [discs.encode(color=enterprise_colour(), size=size), names]


def draw_government(x, y):
    """Draw a square with a G in the row above the map."""
    tooltip = numbers_tooltip(PUBLIC)
    base = alt.Chart(alt.NamedData("government")).encode(x=x, y=y, tooltip=tooltip)
    seat = base.mark_point(shape="square", filled=True, size=260, opacity=1, color=theme.GOVERNMENT)
    return [seat, base.mark_text(text="G", color="white", fontSize=11, fontWeight="bold")]


# -- order book -----------------------------------------------------------------------------------------------------


def book_rows(model, positions):
    """Open orders at each price now, and the price of the last trade."""
    return depth_rows(shot_of(model), model.params.max_price)


def depth_rows(shot, max_price):
    """Rows ``side, price, orders`` of the book's two sides, and the last trade's price if there was one."""
    book, price = shot.book, float(shot.government[0].trade_price)
    counts = {
        name: np.bincount(book.price[book.side == side], minlength=max_price + 1)
        for name, side in (("bids", BID), ("asks", ASK))
    }
    orders = [
        {"side": name, "price": k, "orders": int(n)}
        for name, all_ in counts.items()
        for k, n in enumerate(all_)
    ]
    if not shot.firms.sales.sum():
        return {"orders": orders, "trade": [{"price": None, "caption": "no trade yet"}]}
    return {"orders": orders, "trade": [{"price": price, "caption": f"last trade at {price:g} coins/t"}]}


@chart(title="Order book: open orders at each price", rows=book_rows, system=SYSTEM, section="bids")
def order_book():
    """Every order is for one permit. Where a bid meets an ask they trade at the older one's price, so the
    two sides do not overlap for long, except for orders of one enterprise. The book is emptied whenever
    permits are allocated. The line marks the last trade."""
    return draw_book()


def draw_book():
    """Draw bids and asks as bars beside each other."""
    x = alt.X("price:O").title("price, coins/t").axis(labelAngle=0)
    y = alt.Y("orders:Q").title("orders").axis(labelExpr=WHOLE).scale(ROOM_FOR_ONE)
    sides = list(SIDE_COLOURS)
    colour = alt.Color("side:N").scale(domain=sides, range=list(SIDE_COLOURS.values()))
    tooltip = [alt.Tooltip("side:N"), alt.Tooltip("price:O", title="price, coins/t"), alt.Tooltip("orders:Q")]
    bars = (
        alt.Chart(alt.NamedData("orders"))
        .mark_bar()
        .encode(
            x=x,
            xOffset=alt.XOffset("side:N").scale(domain=sides),
            y=y,
            color=colour.legend(title=None, symbolType="square"),
            tooltip=tooltip,
        )
    )
    traded = alt.Chart(alt.NamedData("trade")).transform_filter("isValid(datum.price)").encode(x=x)
    rule = traded.mark_rule(strokeDash=[5, 4], color=theme.INK)
    return theme.framed(alt.layer(bars, rule, value_above("trade", "caption")))
