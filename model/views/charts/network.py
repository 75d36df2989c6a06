"""Charts of the grid with government and firms, and of the trade between firms."""

import altair as alt
import networkx as nx
import numpy as np

from model.systems.bidding.model import BiddingModel
from model.views.charts import theme
from model.views.charts.base import chart, records

SYSTEM = "learning_bidders"

MOST_EDGES = 150
"""Most edges drawn, the largest ones; more would be indistinguishable."""

THICKEST = 16.0
"""Width of the largest trade's band, px."""

CURVE = np.linspace(0.0, 1.0, 9)
"""Points along an edge, from seller to buyer."""

EPSILON = 1e-6
"""Gaps below this share of the required permits count as rounding."""


def map_rows(model, positions):
    """Position, size and compliance of government and firms, and the corners of the grid."""
    places = [firm.pos for firm in model.firms]
    names = (
        "award",
        "bought",
        "required_permits",
        "emissions",
        "shortfall",
        "bid_price",
        "bid_volume",
        "profit",
    )
    columns = {
        "firm": np.arange(1, len(places) + 1),
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "status": statuses(model),
    }
    firms = model.firms.rows
    edge = {"x": [-0.5, model.grid.width - 0.5], "y": [-0.5, model.grid.height - 0.5]}
    return {
        "firms": records(columns | {name: firms[name] for name in names}),
        "government": [government_row(model)],
        "corners": records(edge),
    }


def statuses(model):
    """Compliance of each firm in the present period, as one word."""
    firms = model.firms.rows
    if not model.steps:
        return ["not yet run"] * len(model.firms)
    fined = firms.shortfall > EPSILON * firms.required_permits
    short = firms.emissions < (1.0 - EPSILON) * firms.required_permits
    return np.select([fined, short], ["fined", "curtailed"], "covered").tolist()


def government_row(model):
    """Position and public numbers of the government."""
    government = model.government
    x, y = government.pos
    names = ("cap", "clearing_price", "equilibrium_price", "trading_price", "traded_volume")
    numbers = {name: float(getattr(government, name)) for name in names}
    return {
        "x": x,
        "y": y,
        "status": "government",
        "revenue": float(model.firms.rows.auction_payment.sum()),
    } | numbers


@chart(title="Government and firms", rows=map_rows, system=SYSTEM, section="network")
def market_map():
    """The government stands in the middle. The larger a firm, the more permits it won in the auction. Colour
    and shape show compliance: covered, curtailed (it produced less because it lacked permits), or fined.
    Point at one for its numbers; click a firm to choose it in other charts."""
    cells = alt.Axis(title=None, labels=False, ticks=False, domain=False, tickMinStep=1)
    x = alt.X("x:Q").scale(nice=False, zero=False).axis(cells)
    y = alt.Y("y:Q").scale(nice=False, zero=False).axis(cells)
    corners = alt.Chart(alt.NamedData("corners")).mark_point(opacity=0).encode(x=x, y=y)
    words = list(theme.STATUS)
    colours, shapes = zip(*theme.STATUS.values(), strict=True)
    look = {
        "color": alt.Color("status:N")
        .scale(domain=words, range=colours)
        .legend(title=None, symbolOpacity=1, columns=5),
        "shape": alt.Shape("status:N").scale(domain=words, range=shapes),
    }
    size = alt.Size("award:Q").scale(range=[280, 1200], zero=True).legend(None)
    firms = alt.Chart(alt.NamedData("firms")).encode(x=x, y=y)
    government = alt.Chart(alt.NamedData("government")).encode(x=x, y=y)
    return theme.framed(
        alt.layer(
            corners,
            government.mark_point(size=900, filled=True, opacity=1).encode(
                **look, tooltip=government_tooltip()
            ),
            government.mark_text(text="G", color="white", fontWeight="bold", fontSize=14),
            firms.mark_point(filled=True, opacity=0.9).encode(**look, size=size, tooltip=firm_tooltip()),
            firms.mark_text(color=theme.INK, fontSize=12, fontWeight="bold", stroke=None).encode(
                text="firm:N"
            ),
        ),
        height=320,
    ).properties(view={"stroke": "#d0d0d0", "fill": "#fbfbf8"})


def firm_tooltip():
    """Tooltip of a firm on the map."""
    units = {
        "bid_price": "€/t",
        "bid_volume": "t",
        "award": "t",
        "bought": "t",
        "required_permits": "t",
        "emissions": "t",
        "shortfall": "t",
        "profit": "€",
    }
    return [alt.Tooltip("firm:N"), alt.Tooltip("status:N"), *number_tooltips(units)]


def government_tooltip():
    """Tooltip of the government on the map."""
    units = {
        "cap": "t",
        "clearing_price": "€/t",
        "equilibrium_price": "€/t",
        "revenue": "€",
        "trading_price": "€/t",
        "traded_volume": "t",
    }
    return [alt.Tooltip("status:N", title="agent"), *number_tooltips(units)]


def number_tooltips(units):
    """Tooltips of numbers; units : unit by field."""
    return [
        alt.Tooltip(f"{name}:Q", title=f"{name.replace('_', ' ')}, {unit}", format=",.2f")
        for name, unit in units.items()
    ]


def trade_rows(model, positions, last=1):
    """Firms on a circle and trades between them over the last ``last`` periods collected, t and €."""
    graph = model.trades(last)
    places = nx.circular_layout(graph)
    # the circle starts at the top and goes clockwise, like a clock
    at = {node: np.array([place[1], place[0]]) for node, place in places.items()}
    if len(at) == 1:
        at = {node: np.zeros(2) for node in at}
    nodes = [
        {"firm": node + 1, "x": float(at[node][0]), "y": float(at[node][1])}
        | {"sold": data["sold"], "bought": data["bought"], "net": data["bought"] - data["sold"]}
        for node, data in graph.nodes(data=True)
    ]
    edges = sorted(graph.edges(data=True), key=lambda edge: -edge[2]["volume"])[:MOST_EDGES]
    px = min(THICKEST, 150 / len(nodes)) / edges[0][2]["volume"] if edges else 0.0
    return {"edges": [row for edge in edges for row in edge_rows(edge, at, px)], "nodes": nodes}


def edge_rows(edge, at, px):
    """Points of one trade's curve, which is thick at the seller and thin at the buyer: ``px`` per t."""
    seller, buyer, data = edge
    start, end = at[seller], at[buyer]
    along = end - start
    bend = (start + end) / 2 + 0.18 * np.array([along[1], -along[0]])
    t = CURVE[:, None]
    points = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
    facts = {"firm": seller + 1, "buyer": buyer + 1, "volume": data["volume"], "value": data["value"]}
    facts["edge"] = f"{seller + 1}-{buyer + 1}"
    return [
        facts
        | {"place": k, "x": float(x), "y": float(y), "width": px * data["volume"] * (1 - 0.9 * CURVE[k])}
        for k, (x, y) in enumerate(points)
    ]


def trade_choices(model):
    """Choices of the number of periods over which trades are added up."""
    return {
        "last": {
            "this period": 1,
            "last 10 collected": 10,
            "last 100 collected": 100,
            "last 500 collected": 500,
        }
    }


@chart(
    title="Who sells permits to whom, t",
    rows=trade_rows,
    needs=("traded_volume",),
    system=BiddingModel,
    section="network",
    asks=("last",),
    choices=trade_choices,
)
def trade_network():
    """Each band runs from the seller (thick end, in the seller's colour) to the buyer (thin end); its width
    is the volume. Filled circles: firms that bought more than they sold; empty circles: the others."""
    scale = alt.Scale(domain=[-1.25, 1.25], nice=False, zero=False)
    x, y = alt.X("x:Q").scale(scale).axis(None), alt.Y("y:Q").scale(scale).axis(None)
    bands = (
        alt.Chart(alt.NamedData("edges"))
        .mark_trail(opacity=0.6)
        .encode(
            x=x,
            y=y,
            order="place:Q",
            detail="edge:N",
            size=alt.Size("width:Q").scale(None).legend(None),
            color=theme.firm_colour(legend=False),
            tooltip=[
                alt.Tooltip("firm:N", title="seller"),
                alt.Tooltip("buyer:N"),
                alt.Tooltip("volume:Q", title="volume, t", format=",.1f"),
                alt.Tooltip("value:Q", title="value, €", format=",.2f"),
            ],
        )
    )
    nodes = alt.Chart(alt.NamedData("nodes")).encode(x=x, y=y)
    tooltip = [
        alt.Tooltip("firm:N"),
        alt.Tooltip("sold:Q", title="sold, t", format=",.1f"),
        alt.Tooltip("bought:Q", title="bought, t", format=",.1f"),
        alt.Tooltip("net:Q", title="net, t", format="+,.1f"),
    ]
    fill = alt.when("datum.net > 0").then(alt.value("#d9e4ec")).otherwise(alt.value("white"))
    discs = nodes.mark_circle(size=520, opacity=1).encode(fill=fill)
    rings = nodes.mark_point(size=520, strokeWidth=2.5, opacity=1, fill="transparent").encode(
        color=theme.firm_colour(legend=False), tooltip=tooltip
    )
    names = nodes.mark_text(fontSize=12, fontWeight="bold", color=theme.INK).encode(text="firm:N")
    return theme.framed(bands + discs + rings + names, height=340)
