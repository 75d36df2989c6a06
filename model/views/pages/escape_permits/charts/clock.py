"""Charts of the clocks of a package auction: prices, excess demand and revenue, round by round."""

import altair as alt

from model.views.charts import theme
from model.views.charts.base import chart
from model.views.charts.marks import value_above
from model.views.pages.escape_permits.charts.pollutants import (
    AUCTIONS_SHOWN,
    FROM_ONE,
    SYSTEM,
    latest_rounds,
    names_of,
    pollutant_colour,
    pollutant_dashes,
    round_rows,
    where_it_stands,
)

EARLIER = f"Faint: up to {AUCTIONS_SHOWN} auctions before."
ALL = "all"


def pollutant_choices(model):
    """All pollutants, or one of them."""
    return {"pollutant": {ALL: ALL} | {name: name for name in names_of(model)}}


def clock_rows(model, positions, pollutant=ALL):
    """Clocks of all pollutants or of one, and the state of the auction."""
    rows = [row for row in round_rows(model) if pollutant in (ALL, row["pollutant"])]
    return {"rounds": rows, "about": [{"caption": where_it_stands(model)}]}


def round_axis():
    """Horizontal axis of rounds of an auction."""
    x = alt.X("round:Q").title("round of the auction").scale(domain=FROM_ONE, nice=False, zero=False)
    return x.axis(grid=False, **theme.WHOLE_NUMBERS)


def by_round(y, tooltip, colour, dashes=None):
    """Draw lines over the rounds: bold with points for this auction, faint for earlier ones."""
    base = alt.Chart(alt.NamedData("rounds")).encode(x=round_axis(), y=y, color=colour)
    dashed = {} if dashes is None else {"strokeDash": dashes}
    earlier = base.transform_filter("datum.state != 'this auction'")
    now = base.transform_filter("datum.state == 'this auction'")
    detail = ["auction:N", colour.shorthand]
    return [
        earlier.mark_line(strokeWidth=1, opacity=0.25).encode(detail=detail, **dashed),
        now.mark_line(strokeWidth=2.5).encode(detail=detail, **dashed),
        now.mark_point(size=40, filled=True, opacity=1).encode(tooltip=tooltip),
    ]


def clock_tooltip():
    """Tooltip of a clock in a round."""
    return [
        alt.Tooltip("auction:Q"),
        alt.Tooltip("round:Q"),
        alt.Tooltip("pollutant:N"),
        alt.Tooltip("price:Q", title="clock price, €/lot", format=",.4~r"),
        alt.Tooltip("demand:Q", title="headline demand, lots", format=",d"),
        alt.Tooltip("cap:Q", title="for sale, lots", format=",d"),
        alt.Tooltip("excess:Q", title="excess demand, lots", format="+,d"),
    ]


@chart(
    title="Clock prices round by round, €/lot",
    rows=clock_rows,
    needs=("clock_price_ghg",),
    system=SYSTEM,
    section="market",
    asks=("pollutant",),
    choices=pollutant_choices,
    note=EARLIER,
)
def clock_prices():
    """The prices the regulator announces in each round. Only clocks of pollutants in excess demand go up (unless
    the panel says otherwise; all go up where none is). The auction ends when the seller loses nothing by serving
    everybody."""
    y = alt.Y("price:Q").title("€/lot").axis(format=theme.NUMBERS).scale(zero=True)
    lines = by_round(y, clock_tooltip(), pollutant_colour(), pollutant_dashes())
    return theme.framed(alt.layer(*lines, value_above("about", "caption")))


@chart(
    title="Excess demand round by round, lots",
    rows=clock_rows,
    needs=("excess_demand_ghg",),
    system=SYSTEM,
    section="market",
    asks=("pollutant",),
    choices=pollutant_choices,
    note=EARLIER,
)
def excess_demand():
    """Lots in the headline demands of all farms less the lots for sale. Above the line at 0 the clock goes on;
    below it, that many permits find no buyer at the clock prices."""
    y = alt.Y("excess:Q").title("lots").axis(format=theme.NUMBERS)
    level = (
        alt.Chart(alt.NamedData("about")).mark_rule(color=theme.INK, strokeDash=[5, 4]).encode(y=alt.datum(0))
    )
    lines = by_round(y, clock_tooltip(), pollutant_colour(), pollutant_dashes())
    return theme.framed(alt.layer(level, *lines, value_above("about", "caption")))


def revenue_rows(model, positions):
    """Provisional revenue, €, by round, of the present auction and those before it."""
    found = latest_rounds(model)
    rows = []
    if found is not None and model.government.clock:
        government = found[0][:, 0]
        last = government.auction[-1]
        rows = [
            {"auction": int(row.auction), "round": int(row.clock_round)}
            | {"revenue": float(row.provisional_revenue)}
            | {"state": "this auction" if row.auction == last else "earlier auctions", "series": "revenue"}
            for row in government
            if row.auction >= last - AUCTIONS_SHOWN
        ]
    return {"rounds": rows, "about": [{"caption": where_it_stands(model)}]}


@chart(
    title="Provisional revenue round by round, €",
    rows=revenue_rows,
    needs=("provisional_revenue",),
    system=SYSTEM,
    section="market",
    note=EARLIER,
)
def provisional_revenue():
    """The highest revenue that all bids made so far could bring. In its last round an auction with package bids
    brings that revenue and serves everybody one of its bids. An English clock has no bids to add up: 0."""
    y = alt.Y("revenue:Q").title("€").axis(format=theme.NUMBERS).scale(zero=True)
    tooltip = [
        alt.Tooltip("auction:Q"),
        alt.Tooltip("round:Q"),
        alt.Tooltip("revenue:Q", title="revenue, €", format=",.2f"),
    ]
    colour = alt.Color("series:N").scale(domain=["revenue"], range=["#6a3d9a"]).legend(None)
    return theme.framed(alt.layer(*by_round(y, tooltip, colour), value_above("about", "caption")))
