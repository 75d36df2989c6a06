"""Drawings of one recorded auction: clocks over its rounds, and one round's demand and allocation."""

import altair as alt

from agents.farms.curves import MONEY
from model.views.charts import theme
from model.views.pages.escape_permits.charts.clock import round_axis
from model.views.pages.escape_permits.charts.farms import farm_bars
from model.views.pages.escape_permits.charts.pollutants import pollutant_colour, pollutant_dashes


def rounds_rows(instance, rounds, at, names):
    """Datasets of `draw_prices` and `draw_excess`: clocks in every recorded round, and the round shown."""
    lots, supply = instance.terms.packages.lots, instance.terms.supply
    rows = [
        {"round": each.number, "pollutant": name, "price": float(each.price[j]) / MONEY}
        | {"excess": int(demand[j] - supply[j]), "demand": int(demand[j])}
        for each in rounds
        for demand in [lots[each.headline].sum(0)]
        for j, name in enumerate(names)
    ]
    return {"rounds": rows, "now": [{"round": at}]}


def over_rounds(y):
    """Draw a line per pollutant and a line at the round shown."""
    tooltip = [
        alt.Tooltip("round:Q"),
        alt.Tooltip("pollutant:N"),
        alt.Tooltip("price:Q", title="clock price, €/lot", format=",.4~r"),
        alt.Tooltip("demand:Q", title="headline demand, lots", format=",d"),
        alt.Tooltip("excess:Q", title="excess demand, lots", format="+,d"),
    ]
    base = alt.Chart(alt.NamedData("rounds")).encode(x=round_axis(), y=y, color=pollutant_colour())
    now = alt.Chart(alt.NamedData("now")).mark_rule(color=theme.INK, strokeDash=[5, 4])
    return [
        base.mark_line(strokeWidth=2).encode(strokeDash=pollutant_dashes()),
        base.mark_point(size=40, filled=True, opacity=1).encode(tooltip=tooltip),
        now.encode(x=round_axis()),
    ]


def draw_prices():
    """Draw clock prices over the rounds."""
    y = alt.Y("price:Q").title("€/lot").axis(format=theme.NUMBERS).scale(zero=True)
    return theme.framed(alt.layer(*over_rounds(y)), height=220)


def draw_excess():
    """Draw excess demand over the rounds."""
    y = alt.Y("excess:Q").title("lots").axis(format=theme.NUMBERS)
    level = alt.Chart(alt.NamedData("now")).mark_rule(color=theme.MUTED).encode(y=alt.datum(0))
    return theme.framed(alt.layer(level, *over_rounds(y)), height=220)


def allocation_rows(instance, shown, names):
    """Datasets of `draw_allocation`: rows ``firm, pollutant, lots, demand, bid`` of one round."""
    lots = instance.terms.packages.lots
    return [
        {"firm": i + 1, "pollutant": name, "bid": float(shown.leading[i]) / MONEY}
        | {"lots": int(lots[shown.leader[i], j]), "demand": int(lots[shown.headline[i], j])}
        for i in range(len(shown.leader))
        for j, name in enumerate(names)
    ]


def draw_allocation():
    """Draw lots in the allocation as bars, headline demand as lines."""
    y = alt.Y("lots:Q").title("lots").axis(**theme.WHOLE_NUMBERS)
    tooltip = [
        alt.Tooltip("firm:O", title="farm"),
        alt.Tooltip("pollutant:N"),
        alt.Tooltip("lots:Q", title="in the allocation, lots"),
        alt.Tooltip("demand:Q", title="headline demand, lots"),
        alt.Tooltip("bid:Q", title="its bid for the package, €", format=",.2f"),
    ]
    return theme.framed(farm_bars("farms", "clock", y, tooltip), height=260)
