"""Charts of farms in a package auction: demand, provisional allocation, awards and payments."""

import altair as alt
import numpy as np

from agents.farms.pollutants import columns_of
from model.views.charts import theme
from model.views.charts.base import chart, records
from model.views.charts.marks import value_above, y_of
from model.views.pages.escape_permits.charts.pollutants import (
    COLOURS,
    SYSTEM,
    closings,
    latest_rounds,
    names_of,
    pollutant_colour,
    where_it_stands,
)

MOST_CELLS = 2_400
"""Cells of a map of farms and rounds."""
LABELLED_CELLS = 120
"""Up to so many cells have their number written in them."""


def one_pollutant(model):
    """Permits of one of the pollutants, by position."""
    return {"permits": {name: j for j, name in enumerate(names_of(model))}}


def demand_rows(model, positions, permits=0):
    """Headline demand of every farm in every round of the present auction."""
    found, rows = latest_rounds(model), []
    if found is not None and model.government.clock:
        government, farms = found
        now = np.flatnonzero(government.auction[:, 0] == government.auction[-1, 0])
        every = max(-(-len(now) * farms.shape[1] // MOST_CELLS), 1)
        lots = columns_of(farms[now[::-1][::every][::-1]], "demand", len(model.pollutants))[..., permits]
        rounds = government.clock_round[now[::-1][::every][::-1], 0].astype(int)
        n = lots.shape[1]
        columns = {"round": np.repeat(rounds, n), "firm": np.tile(np.arange(1, n + 1), len(rounds))}
        rows = records(columns | {"lots": lots.ravel(), "dark": (lots > lots.max() / 2).ravel()})
    labelled = rows if len(rows) <= LABELLED_CELLS else []
    name = names_of(model)[permits]
    return {"demand": rows, "numbers": labelled, "about": [{"caption": f"{name}; {where_it_stands(model)}"}]}


@chart(
    title="Headline demand of each farm, lots",
    rows=demand_rows,
    needs=("excess_demand_ghg",),
    system=SYSTEM,
    section="bids",
    asks=("permits",),
    choices=one_pollutant,
)
def headline_demand():
    """Demand of each farm at the prices of every round of this auction: the package of highest value less
    price. As prices rise, demand falls, and where abating one pollutant also abates the other, demand for
    both falls together. Sealed bids have no headline demand."""
    x = alt.X("round:O").title("round of the auction").axis(grid=False, labelAngle=0)
    y = alt.Y("firm:O").title("farm").axis(grid=False)
    colour = alt.Color("lots:Q").scale(scheme="blues", domain=alt.DomainUnionWith(unionWith=[0, 1]))
    legend = alt.Legend(title="lots", orient="right", direction="vertical", gradientLength=160)
    tooltip = [
        alt.Tooltip("firm:O", title="farm"),
        alt.Tooltip("round:O"),
        alt.Tooltip("lots:Q", title="headline demand, lots", format=",d"),
    ]
    cells = alt.Chart(alt.NamedData("demand")).mark_rect().encode(x=x, y=y, color=colour.legend(legend))
    ink = alt.when("datum.dark").then(alt.value("white")).otherwise(alt.value(theme.INK))
    numbers = (
        alt.Chart(alt.NamedData("numbers")).mark_text(fontSize=11).encode(x=x, y=y, text="lots:Q", color=ink)
    )
    return theme.framed(
        alt.layer(cells.encode(tooltip=tooltip), numbers, value_above("about", "caption")), height=260
    )


def provisional_rows(model, positions):
    """Lots that each farm demands and would win now, by pollutant, and its bid for them."""
    auction, lots = model.auction, model.instance.terms.packages.lots
    names, rows = names_of(model), []
    if model.steps:
        farms = model.firms.rows
        for i, (leader, headline) in enumerate(
            zip(lots[auction.leader], lots[auction.headline], strict=True)
        ):
            rows += [
                {"firm": i + 1, "pollutant": name, "lots": int(leader[j]), "demand": int(headline[j])}
                | {"bid": float(farms.leading[i])}
                for j, name in enumerate(names)
            ]
    return {"farms": rows, "clock": [row for row in rows if model.government.clock], "about": about(model)}


def about(model):
    """Caption of a clock auction: whether the allocation is provisional or final."""
    if not model.government.clock:
        return [{"caption": where_it_stands(model)}]
    state = "final" if model.steps and model.auction.closed else "provisional"
    if model.auction.asks == "demand" and state == "provisional":
        state = "no allocation until demand fits"
    return [{"caption": f"{where_it_stands(model)}, {state}" if model.steps else where_it_stands(model)}]


def farm_bars(data, clock, y, tooltip):
    """Bars of every farm, side by side for its pollutants; headline demand of the rows ``clock`` as lines."""
    x = alt.X("firm:O").title("farm").axis(labelAngle=0, grid=False)
    beside = alt.XOffset("pollutant:N").sort(list(COLOURS))
    bars = alt.Chart(alt.NamedData(data)).mark_bar().encode(x=x, xOffset=beside, y=y, tooltip=tooltip)
    ticks = alt.Chart(alt.NamedData(clock)).mark_tick(color=theme.INK, thickness=2)
    ticks = ticks.encode(x=x, xOffset=beside, y=y_of("demand", y), tooltip=tooltip)
    return alt.layer(bars.encode(color=pollutant_colour(symbol="square")), ticks)


@chart(
    title="Who wins, lots",
    rows=provisional_rows,
    needs=("auction_revenue",),
    system=SYSTEM,
    section="bids",
)
def provisional_allocation():
    """Bars: lots each farm gets or, while a clock auction with package bids goes on, would get in the
    allocation that brings the most revenue from all bids so far. The auction goes on until no farm that still
    bids for something is left out. Dark lines: demand in this round. An English clock has no allocation
    before it closes."""
    y = alt.Y("lots:Q").title("lots").axis(**theme.WHOLE_NUMBERS)
    tooltip = [
        alt.Tooltip("firm:O", title="farm"),
        alt.Tooltip("pollutant:N"),
        alt.Tooltip("lots:Q", title="in the allocation, lots", format=",d"),
        alt.Tooltip("demand:Q", title="headline demand, lots", format=",d"),
        alt.Tooltip("bid:Q", title="its bid for the package, €", format=",.2f"),
    ]
    bars = farm_bars("farms", "clock", y, tooltip)
    return theme.framed(alt.layer(bars, value_above("about", "caption")), height=260)


PARTS = {"payment": "#6a3d9a", "surplus": "#228833"}


def paid_rows(model, positions):
    """Payment of each farm in the last auction that closed, €, and its surplus: what its permits saved beyond
    that."""
    found = closings(model)[-1:]
    if not len(found):
        return {"farms": [], "about": [{"caption": "no auction has closed yet"}]}
    government, farms = model.datacollector.rows_at(found)
    farms = farms[0]
    lots = columns_of(farms, "award", len(model.pollutants))
    payment = farms.auction_payment + farms.valve_payment
    rows = [
        {
            "firm": i + 1,
            "part": part,
            "amount": float(amounts[i]),
            "value": float(payment[i] + farms.profit[i]),
        }
        | {"package": package_text(names_of(model), lots[i])}
        for i in range(len(farms))
        for part, amounts in (("payment", payment), ("surplus", farms.profit))
    ]
    return {"farms": rows, "about": [{"caption": f"auction {int(government.auction[0, 0])}"}]}


def package_text(names, lots):
    """Text of a package."""
    return ", ".join(f"{int(lot)} {name}" for name, lot in zip(names, lots, strict=True))


@chart(
    title="What each farm paid and gained in the last auction, €",
    rows=paid_rows,
    needs=("auction_revenue", "surplus"),
    system=SYSTEM,
    section="firms",
)
def farm_payments():
    """Both bars together are what a farm's permits are worth to it: the abatement cost they save. A negative
    surplus: it paid more than that, which package bids exclude and separate auctions do not."""
    x = alt.X("firm:O").title("farm").axis(labelAngle=0, grid=False)
    colour = alt.Color("part:N").scale(domain=list(PARTS), range=list(PARTS.values()))
    tooltip = [
        alt.Tooltip("firm:O", title="farm"),
        alt.Tooltip("package:N", title="permits won, lots"),
        alt.Tooltip("part:N", title=" "),
        alt.Tooltip("amount:Q", title="€", format=",.2f"),
        alt.Tooltip("value:Q", title="worth of its permits, €", format=",.2f"),
    ]
    bars = (
        alt.Chart(alt.NamedData("farms"))
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y("amount:Q").title("€").axis(format=theme.NUMBERS),
            color=colour.legend(alt.Legend(title=None)),
            tooltip=tooltip,
        )
    )
    return theme.framed(alt.layer(bars, value_above("about", "caption")), height=260)
