"""Charts of the grid's market and government over time: welfare, price, permits, emissions, land."""

import altair as alt

from model.spans import Spans, aggregate_rows, periods_in
from model.views.charts import theme
from model.views.charts.base import chart, chart_of_metrics, metric_rows, periods_at
from model.views.charts.marks import plain_lines

SYSTEM = "grid"

WELFARE = {"welfare": "welfare", "mean_coins": "mean coins"}
SHARES = {"equality": "equality", "emission_level": "mean emission level"}
PERMITS = {"permits_held": "held", "permits_traded": "traded in the episode", "open_deficit": "missing"}
EMISSIONS = {"episode_emissions": "emissions", "settled_shortfall": "settled without permits"}
LAND = {"properties": "properties"}
CLEAN = {"certified_projects": "certified projects", "effective_investments": "investments remembered"}
DEPTH = {"bids": "bids", "asks": "asks"}

COLOURS = ("#4477aa", "#cc5500", "#228833")
"""Colours of the first, second and third series of a chart."""


def step_axis():
    """Horizontal axis: steps since the run began."""
    return theme.period_axis().title("step")


def paths(data, names, y, height=240):
    """Draw rows ``period, series, value, unit``: a line for each series."""
    colours = dict(zip(names.values(), COLOURS, strict=False))
    return theme.framed(plain_lines(data, colours, y, "step"), height)


def value(title, **scale):
    """Vertical axis of `paths`."""
    return alt.Y("value:Q").title(title).axis(format=theme.NUMBERS).scale(**scale)


def series(title, names):
    """Decorator: a chart of metrics over steps."""
    return chart_of_metrics(title, "series", names, system=SYSTEM)


@series("Welfare of the government and mean coins, coins", WELFARE)
def welfare_and_coins():
    """Welfare is equality times mean coins, less the climate damage of emissions without permits. The gap
    between the lines is the loss from inequality and climate damage. Everything begins anew with each
    episode."""
    return paths("series", WELFARE, value("coins"), height=440)


def price_rows(model, positions):
    """Price of the last trade, none before the first of an episode; permits traded since the point before."""
    rows = metric_rows(model, positions, {"permit_price": "last trade"})
    made = public_rows(model, positions, lambda government, firms: {"trades": government.trades})
    for row, now, steps in zip(rows, made, periods_in(model.datacollector, positions).tolist(), strict=True):
        row["trades"] = round(now["value"] * steps)
    return {"series": rows}


@chart(
    title="Price of a permit, coins/t",
    rows=price_rows,
    needs=("permit_price",),
    system=SYSTEM,
    grows=True,
    section="market",
)
def permit_prices():
    """A point for every step with a trade in the double auction. Between them the line keeps the price of the
    last trade; it begins with the first one of an episode. In a run too long to show every step, a point has
    the last price since the point before, if anything was traded."""
    tooltip = [
        alt.Tooltip("period:Q", title="step", format=",d"),
        alt.Tooltip("value:Q", title="price, coins/t", format=",.4~r"),
        alt.Tooltip("trades:Q", title="permits traded"),
    ]
    colour = alt.value(COLOURS[0])
    base = alt.Chart(alt.NamedData("series")).encode(
        x=step_axis(), y=value("coins/t", zero=True), color=colour
    )
    line = base.mark_line(strokeWidth=1.2, interpolate="step-after")
    trades = base.transform_filter("datum.trades > 0").mark_point(filled=True, size=40, opacity=1)
    # the axis goes on above the highest price, or the frame would cut its points in half
    above = base.transform_calculate(above="datum.value + 1").mark_point(opacity=0)
    above = above.encode(y=alt.Y("above:Q").title("coins/t"))
    return theme.framed(line + above + trades.encode(tooltip=tooltip))


@series("Permits, t", PERMITS)
def permit_stock():
    """Permits held by enterprises less those missing; permits missing now; permits traded in the episode. An
    allocation replaces all holdings: permits left over or missing are gone."""
    return paths("series", PERMITS, value("t"))


@series("Emissions of the episode, t", EMISSIONS)
def grid_emissions():
    """All emissions since the episode began, and those that were not covered when a compliance period was
    settled. The latter lower welfare for the rest of the episode."""
    return paths("series", EMISSIONS, value("t", zero=True))


@series("Equality of coins and emission level, share", SHARES)
def equality_and_level():
    """Equality: 1 when all have the same coins; debts can take it beyond 0 and 1, where it is cut off here.
    Level: emissions per unit of production relative to those without any investment, mean of the
    enterprises."""
    return paths("series", SHARES, value("share", domain=[0, 1]))


@series("Properties", LAND)
def land_use():
    """Cells produced on in the episode: one for each production."""
    return paths("series", LAND, value("cells", zero=True))


@series("Certified projects and investments", CLEAN)
def clean_technology():
    """Certified projects completed in the episode, and how many successful investments an enterprise
    remembers on average. Both lower emission levels."""
    return paths("series", CLEAN, value("number", zero=True))


def reward_rows(model, positions):
    """The government's reward in each step, coins."""
    return {"series": public_rows(model, positions, lambda government, firms: {"reward": government.reward})}


def public_rows(model, positions, read):
    """Rows for `paths` of numbers computed from what was collected; read : (government, firms) -> columns."""
    if Spans.of(positions).size == 0:
        return []
    government, firms = aggregate_rows(model.datacollector, positions)
    columns = {name: values.ravel().tolist() for name, values in read(government, firms).items()}
    return [
        {"period": period, "series": name, "value": values[k], "unit": ""}
        for k, period in enumerate(periods_at(model, positions))
        for name, values in columns.items()
    ]


@chart(
    title="Reward of the government, coins per step",
    rows=reward_rows,
    system=SYSTEM,
    grows=True,
    section="market",
)
def government_reward():
    """Change of welfare in each step. The drops every compliance period are fines and settled shortfalls. In
    a run too long to show every step, a point is the mean of the steps since the point before: drops are as
    many, but less deep."""
    return paths("series", {"reward": "reward"}, value("coins per step"))


def depth_over_time(model, positions):
    """Open bids and asks in each step."""

    def read(government, firms):
        asks = firms.permits_escrow.sum(-1)  # every ask is for one permit
        return {"bids": firms.open_orders.sum(-1) - asks, "asks": asks}

    return {"series": public_rows(model, positions, read)}


@chart(
    title="Depth of the order book, orders",
    rows=depth_over_time,
    system=SYSTEM,
    grows=True,
    section="bids",
)
def book_depth():
    """Open bids and asks after each step's trades. Many asks and no bids: permits are worth little to
    anybody."""
    return paths("series", DEPTH, value("orders", zero=True))
