"""Map of the chains' facilities, and the flows between them."""

from math import hypot

import altair as alt

from model.views.charts import theme
from model.views.charts.base import chart, firm_choices
from model.views.pages.supply_chains.charts.chains import SYSTEM, chain_colour

SHAPES = {
    "centre": "square",
    "warehouse": "triangle-up",
    "zone": "circle",
    "chain": "diamond",
    "government": "cross",
}
"""Shapes of the facilities; ``chain`` for chains without facilities."""
FLOW_COLOURS = {"regular": "#8c6d46", "green": "#1b9e4b"}
THICKEST = 11.0
"""Width of the largest flow, px."""
APART = 0.11
"""Distance between the regular and the green flow on a link, in units of the map."""
LEAST_FLOW = 0.05
"""Units; less is rounding of the solver."""
PRICES = (0.0, 140.0, 500.0, 1000.0)
"""€/t: trading prices at which a chain can be looked at, besides the one now and the highest."""
NOW = -1.0
"""Stands for the present trading price."""


def map_rows(model, positions):
    """Position and kind of every facility, of the government, and of chains without facilities."""
    rows = [government_place(model)]
    for agent in model.facilities:
        data = model.instance.chains[agent.chain]
        x, y = (float(getattr(data, f"{agent.kind}_{axis}")[agent.number]) for axis in "xy")
        name = f"{agent.kind} {agent.number + 1}"
        rows.append({"firm": agent.chain + 1, "kind": agent.kind, "name": name, "x": x, "y": y})
    for chain in () if model.facilities else model.firms:
        x, y = (place + 0.5 for place in chain.pos)
        rows.append({"firm": chain.row + 1, "kind": "chain", "name": "facilities not known", "x": x, "y": y})
    side = [{"x": 0.0, "y": 0.0}, {"x": float(model.grid.width), "y": float(model.grid.height)}]
    return {"places": rows, "corners": side}


def government_place(model):
    """The government in the middle; it belongs to no chain."""
    x, y = (place + 0.5 for place in model.government.pos)
    return {"firm": None, "kind": "government", "name": "permit authority", "x": x, "y": y}


def has_facilities(model):
    """Whether there are facilities to show; those of Table 5 are not public."""
    return bool(model.facilities)


@chart(
    title="Facilities of all chains on the map",
    rows=map_rows,
    system=SYSTEM,
    section="network",
    has_content=has_facilities,
)
def facility_map():
    """Squares: manufacturing centres. Triangles: warehouses. Dots: customer zones, in the colour of their
    chain. The cross is the authority that issues permits. The chains of Table 5 have no facilities: each is
    shown as a diamond. Click one to see that chain's flows."""
    x, y = axes()
    tooltip = [
        alt.Tooltip("firm:N", title="chain"),
        alt.Tooltip("name:N"),
        alt.Tooltip("x:Q", format=".2f"),
        alt.Tooltip("y:Q", format=".2f"),
    ]
    kinds = list(SHAPES)
    shape = alt.Shape("kind:N").scale(domain=kinds, range=list(SHAPES.values()))
    shape = shape.legend(title=None, symbolFillColor=theme.MUTED, values=kinds[:3])
    corners = alt.Chart(alt.NamedData("corners")).mark_point(opacity=0).encode(x=x, y=y)
    own = alt.Chart(alt.NamedData("places")).encode(x=x, y=y, tooltip=tooltip)
    chains = own.transform_filter("isValid(datum.firm)").mark_point(size=130, filled=True, opacity=0.9)
    alone = own.transform_filter("!isValid(datum.firm)").mark_point(size=260, filled=True, opacity=1)
    return theme.framed(
        alt.layer(
            corners,
            chains.encode(color=chain_colour("circle"), shape=shape),
            alone.encode(shape=shape, color=alt.value(theme.GOVERNMENT)),
        ),
        height=380,
    ).properties(view={"stroke": "#d0d0d0", "fill": "#fbfbf8"})


def axes():
    """Axes of the map, without numbers."""
    cells = alt.Axis(title=None, labels=False, ticks=False, domain=False, tickMinStep=1)
    scale = alt.Scale(nice=False, zero=False, padding=14)
    return alt.X("x:Q").scale(scale).axis(cells), alt.Y("y:Q").scale(scale).axis(cells)


def flow_choices(model):
    """Choices of a chain and of a trading price."""
    highest = model.plans.price_max
    prices = {"now": NOW} | {f"{price:g} €/t": price for price in PRICES if price < highest}
    return firm_choices(model) | {"price": prices | {f"{highest:,.0f} €/t": highest}}


def flow_rows(model, positions, firm=1, price=NOW):
    """Facilities of one chain, and its flows at a trading price as bands: regular and green side by side."""
    if model.instance is None:
        return {
            "nodes": [],
            "flows": [],
            "about": [{"caption": "The chains of Table 5 have no facilities: see the tab Instance."}],
        }
    price = float(model.government.trading_price) if price == NOW else price
    graph, curve = model.flows(firm - 1, price), model.curves[firm - 1]
    plan = int(curve.plan_at(min(price, curve.price_max)))
    flows = [row for edge in graph.edges(data=True) for row in bands(graph, edge, firm)]
    most = max(row["units"] for row in flows)
    nodes = [
        {"firm": firm, "kind": kind, "number": k + 1, "name": f"{kind} {k + 1}", "x": at["x"], "y": at["y"]}
        | {"units": handled(graph, (kind, k)), "open": "open" if graph.degree((kind, k)) else "closed"}
        for (kind, k), at in graph.nodes(data=True)
    ]
    caption = f"at {price:,.4g} €/t: {curve.emissions[plan]:,.0f} t, {curve.green_transport[plan]:.0%} green transport"
    return {
        "nodes": nodes,
        "flows": [row | {"width": max(0.8, THICKEST * row["units"] / most)} for row in flows],
        "about": [{"caption": caption}],
    }


def bands(graph, edge, firm):
    """One or two rows of a link: the regular and the green flow, moved apart sideways."""
    start, end, units = edge
    from_x, from_y, to_x, to_y = *place(graph, start), *place(graph, end)
    length = max(hypot(to_x - from_x, to_y - from_y), 1e-9)
    aside = -(to_y - from_y) / length * APART, (to_x - from_x) / length * APART
    link = f"{start[0]} {start[1] + 1} to {end[0]} {end[1] + 1}"
    return [
        {"firm": firm, "link": link, "mode": mode, "units": units[mode]}
        | {"x": from_x + side * aside[0], "y": from_y + side * aside[1]}
        | {"to_x": to_x + side * aside[0], "to_y": to_y + side * aside[1]}
        for mode, side in (("regular", -1.0), ("green", 1.0))
        if units[mode] > LEAST_FLOW
    ]


def place(graph, node):
    """Position of a node."""
    return graph.nodes[node]["x"], graph.nodes[node]["y"]


def handled(graph, node):
    """Units that arrive at a node, or that leave it if none arrive."""
    into = sum(flow["regular"] + flow["green"] for _, _, flow in graph.in_edges(node, data=True))
    return into or sum(flow["regular"] + flow["green"] for _, _, flow in graph.out_edges(node, data=True))


@chart(
    title="Flows of a chain, units over the horizon",
    rows=flow_rows,
    system=SYSTEM,
    section="network",
    has_content=has_facilities,
    asks=("firm", "price"),
    choices=flow_choices,
)
def chain_flows():
    """Goods that the best plan ships from centres (squares) over warehouses (triangles) to customer zones
    (dots): brown by regular transport, green by green transport, wider for more. Faint facilities are closed.
    Choose a higher trading price to see the plan become greener."""
    x, y = axes()
    modes = alt.Color("mode:N").scale(domain=list(FLOW_COLOURS), range=list(FLOW_COLOURS.values()))
    flows = alt.Chart(alt.NamedData("flows")).mark_rule(opacity=0.75, strokeCap="round")
    flows = flows.encode(
        x=x,
        y=y,
        x2="to_x:Q",
        y2="to_y:Q",
        size=alt.Size("width:Q").scale(None).legend(None),
        color=modes.legend(title=None, symbolType="stroke"),
        tooltip=[alt.Tooltip("link:N"), alt.Tooltip("mode:N"), alt.Tooltip("units:Q", format=",.0f")],
    )
    kinds = ["centre", "warehouse", "zone"]
    shape = alt.Shape("kind:N").scale(domain=kinds, range=[SHAPES[kind] for kind in kinds])
    own = alt.Chart(alt.NamedData("nodes")).encode(x=x, y=y)
    tooltip = [
        alt.Tooltip("name:N"),
        alt.Tooltip("open:N", title="state"),
        alt.Tooltip("units:Q", title="units handled", format=",.0f"),
    ]
    shown = alt.when("datum.open == 'open'").then(alt.value(1.0)).otherwise(alt.value(0.35))
    marks = own.mark_point(size=420, filled=True, fill="white", stroke=theme.INK, strokeWidth=1.5)
    numbers = own.mark_text(fontSize=11, fontWeight="bold", color=theme.INK).encode(text="number:N")
    return theme.framed(
        alt.layer(
            flows,
            marks.encode(shape=shape.legend(None), opacity=shown, tooltip=tooltip),
            numbers,
            caption_below("about"),
        ),
        height=380,
    ).properties(view={"stroke": "#d0d0d0", "fill": "#fbfbf8"})


def caption_below(data):
    """Caption at the bottom of the map."""
    base = alt.Chart(alt.NamedData(data)).mark_text(
        align="left", baseline="bottom", fontSize=11, color="#333333", x=6, y=alt.expr("height - 4")
    )
    return base.encode(text="caption:N")
