"""Marginal cost of abatement at each firm."""

import altair as alt

from model.views.charts import theme
from model.views.charts.base import chart
from model.views.pages.emissions_trading.charts.firms import SYSTEM, marks_of


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
