"""Each firm over the run shown: emissions and abatement, permits held and due, and what the policy costs it."""

import altair as alt
import numpy as np

from model.views.charts import theme
from model.views.charts.base import chart
from model.views.pages.emissions_trading.timeline import SPECK, quarters_of

SYSTEM = "emissions_trading"
MOST_FIRMS = 25
"""Firms shown, the largest first."""
EMISSIONS = {"emitted": "#cc5500", "avoided": "#009e73"}
COSTS = {
    "abatement": "abatement_cost",
    "auctions": "auction_payment",
    "exchange": "trade_payment",
    "fines": "penalty_payment",
}
"""Column of each part of the costs; whatever else changes a firm's profit is shown as one more part."""
OTHER = "other"
COST_COLOURS = {
    "abatement": "#009e73",
    "auctions": "#332288",
    "exchange": "#88ccee",
    "fines": "#b71c1c",
    OTHER: "#bbbbbb",
}


def totals(run, *columns):
    """Sums of flows of the firms over the run, float64[n] each."""
    _, firms = run.model.datacollector.rows_at(run.positions)
    return [run.weight @ firms[name] for name in columns]


def largest(model):
    """Rows of the firms to show, the largest first."""
    return np.argsort(-model.firms.rows.weight, kind="stable")[:MOST_FIRMS].tolist()


def stacked(model, parts):
    """Rows ``firm, place, part, from, to, value`` of bars; what is below zero goes to the left."""
    rows = []
    for place, i in enumerate(largest(model)):
        ends = [0.0, 0.0]
        for part, values in parts.items():
            value, side = float(values[i]), int(values[i] < 0.0)
            rows.append({"firm": i + 1, "name": model.names[i], "place": place, "part": part, "value": value})
            rows[-1] |= {"from": ends[side], "to": ends[side] + value}
            ends[side] += value
    return rows


def marks_of(model, values):
    """Rows ``firm, place, value``: a mark on each firm's bar."""
    return [
        {"firm": i + 1, "name": model.names[i], "place": place, "value": float(values[i])}
        for place, i in enumerate(largest(model))
    ]


def bars(colours, unit, mark):
    """Draw stacked bars by firm, and a mark named ``mark``."""
    y = alt.Y("name:N").title(None).sort(field="place")
    x = alt.X("from:Q").title(unit).axis(format=theme.NUMBERS)
    scale = {"domain": list(colours), "range": list(colours.values())}
    tooltip = [alt.Tooltip("name:N", title="firm"), alt.Tooltip("value:Q", title=unit, format=",.4~r")]
    parts = alt.Chart(alt.NamedData("parts")).mark_bar().encode(
        x=x, x2="to:Q", y=y, tooltip=[*tooltip, alt.Tooltip("part:N")],
        fill=alt.Fill("part:N").scale(**scale).legend(title=None, symbolType="square"),
    )  # fmt: skip
    legend = alt.Legend(title=None, symbolType="stroke", symbolStrokeColor=theme.INK)
    tick = alt.Chart(alt.NamedData("marks")).mark_tick(thickness=3, size=16).encode(
        x="value:Q", y=y, tooltip=tooltip,
        color=alt.Color("mark:N").scale(domain=[mark], range=[theme.INK]).legend(legend),
    )  # fmt: skip
    tick = tick.transform_calculate(mark=f"'{mark}'")
    return theme.framed(parts + tick, alt.Step(20))


def emission_rows(model, positions=()):
    """Emissions and abatement of each firm so far, and planned emissions."""
    run = quarters_of(model)
    if not len(run.positions):
        return {"parts": [], "marks": []}
    emitted, baseline = totals(run, "emissions", "baseline")
    planned = model.setup.planned[: int((run.year[-1] - 1) * model.params.quarters + run.quarter[-1])].sum()
    parts = {"emitted": emitted, "avoided": baseline - emitted}
    return {"parts": stacked(model, parts), "marks": marks_of(model, planned * model.firms.rows.weight)}


@chart(
    title="What each firm emitted and avoided in the run, t",
    rows=emission_rows,
    needs=("emissions", "abatement"),
    system=SYSTEM,
    section="firms",
)
def firm_emissions():
    """The whole bar is what the firm would have emitted without abatement, the mark what was planned. Firms whose
    abatement is cheap avoid more."""
    return bars(EMISSIONS, "t", "planned emissions")


def holding_rows(model, positions=()):
    """Permits on each firm's account now, and what it has to surrender."""
    if not model.steps:
        return {"parts": [], "marks": []}
    firms = model.firms.rows
    due, held = (
        firms.uncovered + firms.owed,
        np.where(firms.permits > SPECK * model.setup.cap[0], firms.permits, 0.0),
    )
    used = np.minimum(held, due)
    parts = {"for emissions of the year": used, "banked": held - used}
    return {"parts": stacked(model, parts), "marks": marks_of(model, due)}


@chart(
    title="Permits each firm holds now, t",
    rows=holding_rows,
    needs=("bank", "debt"),
    system=SYSTEM,
    section="firms",
)
def firm_holdings():
    """Permits on the firm's account. The mark is what it has to surrender at the end of the year; where the bar
    does not reach it, permits are still missing. After compliance only banked permits are left."""
    return bars({"for emissions of the year": "#cc5500", "banked": "#4477aa"}, "t", "to be surrendered")


def cost_rows(model, positions=()):
    """Costs of each firm so far by part, and their sum."""
    run = quarters_of(model)
    if not len(run.positions):
        return {"parts": [], "marks": []}
    *known, profit = totals(run, *COSTS.values(), "profit")
    parts = dict(zip(COSTS, known, strict=True))
    other = -profit - sum(known)
    parts[OTHER] = np.where(np.abs(other) > 1e-9 * np.abs(profit), other, 0.0)
    return {"parts": stacked(model, parts), "marks": marks_of(model, -profit)}


@chart(
    title="What the policy cost each firm in the run, €",
    rows=cost_rows,
    needs=("abatement_cost", "revenue", "total_profit"),
    system=SYSTEM,
    section="firms",
)
def firm_costs():
    """Costs to the right, receipts to the left of zero (permits sold, higher prices of products), and the sum as a
    mark. Permits that were given away cost nothing here; what they are worth appears when they are sold."""
    return bars(COST_COLOURS, "€", "sum")
