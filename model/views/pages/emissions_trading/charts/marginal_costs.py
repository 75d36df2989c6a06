"""Marginal cost of abatement at each firm: its curve, and where it stands."""

import altair as alt

from agents.emitters.curves import knots_of
from model.systems.emissions_trading.facts import quarter_of
from model.views.charts import theme
from model.views.charts.base import chart
from model.views.pages.emissions_trading.charts.firms import SYSTEM, largest, marks_of

ALL = "all firms"


def worth_rows(model, positions=()):
    """Price up to which each firm abates in the quarter, €/t, and the price of the market."""
    if not model.steps:
        return {"firms": [], "market": []}
    price = {"carbon_price": float(model.government.carbon_price)}
    return {"firms": marks_of(model, model.firms.rows.worth), "market": [price]}


@chart(
    title="Marginal cost of abatement of each firm, €/t",
    rows=worth_rows,
    needs=("carbon_price",),
    system=SYSTEM,
    section="firms",
)
def marginal_costs():
    """What the last tonne avoided in the quarter cost each firm. Where firms can trade, none avoids a tonne that costs
    more than the price, so all bars end at it (line). Without trade one firm may do dear things while cheap ones are
    left undone elsewhere."""
    y = alt.Y("name:N").title(None).sort(field="place")
    x = alt.X("value:Q").title("€/t").axis(format=theme.NUMBERS).scale(zero=True)
    tooltip = [alt.Tooltip("name:N", title="firm"), alt.Tooltip("value:Q", title="€/t", format=",.4~r")]
    bars = alt.Chart(alt.NamedData("firms")).mark_bar(color="#009e73").encode(x=x, y=y, tooltip=tooltip)
    price = alt.Chart(alt.NamedData("market")).mark_rule(color=theme.INK, strokeWidth=2)
    return theme.framed(bars + price.encode(x="carbon_price:Q"), alt.Step(20))


def curve_rows(model, positions=()):
    """Corners of the curves of each firm and of all: share avoided, €/t at the quarter's level of costs; the price."""
    level = 1.0
    if model.steps:
        level = float(model.setup.cost_level[quarter_of(model.public.rows, model.setup)])
    named = [(i, model.names[i]) for i in largest(model) if i < model.emitters]
    corners = [
        {"name": name, "at": at, "share": float(share), "cost": level * float(cost)}
        for row, name in [*named, (len(model.firms), ALL)]
        for at, (share, cost) in enumerate(zip(*knots_of(model.room.curves, row), strict=True))
    ]
    price = [{"carbon_price": float(model.government.carbon_price)}] if model.steps else []
    return {
        "firms": [row for row in corners if row["name"] != ALL],
        "all": [row for row in corners if row["name"] == ALL],
        "market": price,
    }


@chart(
    title="Abatement curves, €/t",
    rows=curve_rows,
    needs=("carbon_price",),
    system=SYSTEM,
    section="firms",
)
def emitters_curves():
    """What the next tonne costs each firm (thin lines) and all together (thick), by the share of emissions avoided.
    Read along the price (line across): each avoids as much as lies left of its curve there."""
    x = alt.X("share:Q").title("share of emissions avoided").axis(format="%")
    y = alt.Y("cost:Q").title("€/t").axis(format=theme.NUMBERS)
    tip = [alt.Tooltip("name:N", title="firm"), alt.Tooltip("cost:Q", title="€/t", format=",.4~r")]
    line = {"x": x, "y": y, "order": "at:Q", "detail": "name:N", "tooltip": tip}
    firms = alt.Chart(alt.NamedData("firms")).mark_line(color="#009e73", strokeWidth=1).encode(**line)
    together = alt.Chart(alt.NamedData("all")).mark_line(color=theme.INK, strokeWidth=3).encode(**line)
    price = alt.Chart(alt.NamedData("market")).mark_rule(color="#cc5500").encode(y="carbon_price:Q")
    return theme.framed(firms + together + price)
