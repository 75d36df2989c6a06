"""Charts of single firms: profits, and the origin of the permits they use."""

import altair as alt
import numpy as np

from model.systems.bidding.model import BiddingModel
from model.views.charts import theme
from model.views.charts.base import chart, chart_of_firms, metric_columns, records
from model.views.charts.marks import MEAN_NOTE, firm_lines, flat_rule, one_line, y_of

SOURCES = {"award used": "#4477aa", "bought": "#66ccee", "award sold": "#bbbbbb", "unused": "#eeddaa"}
"""Origin and use of a firm's permits, with colours."""


@chart_of_firms(
    "Profits, €",
    "profits",
    "profit",
    needs=("mean_profit",),
    system=BiddingModel,
    section="firms",
    note=MEAN_NOTE,
)
def profits():
    """Profit of each firm in a period: the margin on its output, less payments for permits and fines, plus
    receipts for permits sold."""
    y = alt.Y("profit:Q").title("€ per period").axis(format=theme.NUMBERS)
    return theme.framed(firm_lines("profits", "profit", y, "€"))


def balance_rows(model, positions):
    """Permits of every firm in the present period by origin and use, t."""
    firms = model.firms.rows
    if not model.steps:
        return {"parts": [], "needs": []}
    numbers = np.arange(1, len(model.firms) + 1)
    sold, bought = np.maximum(-firms.bought, 0.0), np.maximum(firms.bought, 0.0)
    held = firms.award - sold
    used = np.minimum(held, firms.emissions)
    parts = {"award used": used, "bought": bought, "award sold": sold, "unused": held - used}
    shares = [
        {"firm": int(firm), "part": part, "permits": float(permits), "place": place}
        for place, (part, volumes) in enumerate(parts.items())
        for firm, permits in zip(numbers, volumes, strict=True)
    ]
    names = ("required_permits", "award", "emissions", "shortfall", "profit")
    return {"parts": shares, "needs": records({"firm": numbers} | {name: firms[name] for name in names})}


@chart(
    title="Permits of each firm in this period, t",
    rows=balance_rows,
    needs=("traded_volume", "shortfall"),
    system=BiddingModel,
    section="firms",
)
def permit_balance():
    """Permits of each firm: used from its award, bought, sold on, or left over. The line marks what it
    requires for full output with its usual technology: a firm whose blue bars end below the line produces
    less, emits less, or is fined."""
    x = alt.X("firm:O").title("firm").axis(labelAngle=0)
    y = alt.Y("permits:Q").title("t").axis(format=theme.NUMBERS)
    bars = (
        alt.Chart(alt.NamedData("parts"))
        .mark_bar()
        .encode(
            x=x,
            y=y.stack("zero"),
            color=alt.Color("part:N")
            .scale(domain=list(SOURCES), range=list(SOURCES.values()))
            .legend(title=None, symbolType="square"),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("firm:O"),
                alt.Tooltip("part:N"),
                alt.Tooltip("permits:Q", title="permits, t", format=",.1f"),
            ],
        )
    )
    tooltip = [
        alt.Tooltip("firm:O"),
        alt.Tooltip("required_permits:Q", title="required permits, t", format=",.1f"),
        alt.Tooltip("award:Q", title="award, t", format=",.1f"),
        alt.Tooltip("emissions:Q", title="emissions, t", format=",.1f"),
        alt.Tooltip("shortfall:Q", title="shortfall, t", format=",.1f"),
        alt.Tooltip("profit:Q", title="profit, €", format=",.2f"),
    ]
    line = (
        alt.Chart(alt.NamedData("needs"))
        .mark_bar(fillOpacity=0, stroke=theme.INK, strokeWidth=2.5)
        .encode(x=x, y=y_of("required_permits", y).stack(None), y2="required_permits:Q", tooltip=tooltip)
    )
    return theme.framed(bars + line)


def concentration_rows(model, positions):
    """Herfindahl index of the awards of each period, and its lowest possible value."""
    columns = metric_columns(model, positions, ("award_concentration",))
    columns["alike"] = [1.0 / len(model.firms)] * len(columns["period"])
    return {"concentration": records(columns)}


@chart(
    title="Concentration of the awards, Herfindahl index",
    rows=concentration_rows,
    needs=("award_concentration",),
    grows=True,
    section="firms",
    note=MEAN_NOTE,
)
def award_concentration():
    """Concentration of the permits sold: 1 when one firm gets all, 1/n (dashed) when all get the same."""
    y = alt.Y("award_concentration:Q").title("index").axis(format=theme.NUMBERS).scale(domainMin=0)
    lines = one_line("concentration", "award_concentration", y, "index")
    return theme.framed(alt.layer(lines, *flat_rule("concentration", "alike", "1/n")))
