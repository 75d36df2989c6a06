"""Charts of whole package auctions, one point for each: permits sold, prices, and money."""

from functools import partial

import altair as alt

from agents.farms.pollutants import POLLUTANTS, columns_of
from model.views.charts import theme
from model.views.charts.base import chart
from model.views.charts.marks import value_above, y_of
from model.views.pages.escape_permits.charts.pollutants import (
    COLOURS,
    FROM_ONE,
    NAMES,
    SHAPES,
    SYSTEM,
    auction_rows,
    closings,
    names_of,
    pollutant_colour,
)

SIZES = [45, 80, 30]
"""Shapes of the points of each pollutant, so that coinciding points of two can be distinguished."""
MEAN_NOTE = "A point: one auction. Dashed: mean of those shown."


def of_pollutants(metric):
    """The metric of every pollutant, with its name on the page."""
    return {f"{metric}_{pollutant}": NAMES[pollutant] for pollutant in POLLUTANTS}


SHARES, PRICES, EMISSIONS = map(of_pollutants, ("share_sold", "average_price", "emissions"))
MONEY = {
    "auction_revenue": "revenue",
    "surplus": "surplus of farms",
    "joint_abatement_cost": "abatement cost",
}
MONEY_COLOURS = {"revenue": "#6a3d9a", "surplus of farms": "#228833", "abatement cost": "#cc5500"}
EFFICIENCY = {"auction_efficiency": "efficiency"}
ROUNDS = {"rounds": "rounds"}


def closed_rows(model, positions, names):
    """Metrics of the auctions that have closed."""
    return {"auctions": auction_rows(model, names)}


def auction_axis():
    """Horizontal axis of auctions by number."""
    x = alt.X("auction:Q").title("auction").scale(domain=FROM_ONE, nice=False, zero=False, padding=10)
    return x.axis(grid=False, **theme.WHOLE_NUMBERS)


def points(y, colours, unit, form=",.4~r"):
    """Draw a point per auction and series, and each series' mean as a dashed level."""
    colour = pollutant_colour("series") if colours is COLOURS else series_colour(colours)
    tooltip = [
        alt.Tooltip("auction:Q", format=",d"),
        alt.Tooltip("period:Q", title="closed in round", format=",d"),
        alt.Tooltip("series:N", title="of"),
        alt.Tooltip("value:Q", title=unit, format=form),
    ]
    base = alt.Chart(alt.NamedData("auctions"))
    dots = base.mark_point(size=45, filled=True, opacity=0.75)
    means = base.transform_aggregate(level="mean(value)", groupby=["series"]).mark_rule(strokeDash=[5, 4])
    if colours is COLOURS:
        shapes = alt.Scale(domain=list(COLOURS), range=list(SHAPES.values()))
        sizes = alt.Scale(domain=list(COLOURS), range=SIZES)
        dots = dots.encode(
            shape=alt.Shape("series:N").scale(shapes).legend(None),
            size=alt.Size("series:N").scale(sizes).legend(None),
        )
    return theme.framed(
        alt.layer(
            means.encode(y=y_of("level", y), color=colour),
            dots.encode(x=auction_axis(), y=y, color=colour, tooltip=tooltip),
        )
    )


def series_colour(colours):
    """Colour by series, colour by name; a legend where there are several."""
    legend = alt.Legend(title=None, symbolType="circle") if len(colours) > 1 else None
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color("series:N").scale(scale).legend(legend)


def by_auction(title, names):
    """Decorator: a chart of metrics with a point per auction."""
    return chart(
        title=title,
        rows=partial(closed_rows, names=names),
        needs=tuple(names),
        system=SYSTEM,
        section="market",
        note=MEAN_NOTE,
    )


@by_auction("Share of the permits sold in each auction", SHARES)
def shares_sold():
    """Permits sold over permits for sale. Farms that abate nutrient and GHG together need few GHG permits:
    abating the dearer pollutant avoids much of the cheaper one. With a correlation of 0 nearly all are
    sold."""
    y = alt.Y("value:Q").title("share").axis(format=".0%").scale(domain=[0, 1])
    return points(y, COLOURS, "share", ".1%")


@by_auction("Average price in each auction, €/lot", PRICES)
def average_prices():
    """Mean payment for a lot. A package has one price; it is divided among pollutants in proportion to lots
    times clock price (in sealed bids: times the worth of the last lot). None where nothing was sold."""
    return points(alt.Y("value:Q").title("€/lot").axis(format=theme.NUMBERS), COLOURS, "€/lot")


@by_auction("Revenue, surplus and abatement cost of each auction, €", MONEY)
def money_of_auctions():
    """Revenue: what farms pay the regulator. Surplus: what their permits save them beyond that. Abatement cost:
    what they spend to avoid the emissions that no permit covers."""
    return points(alt.Y("value:Q").title("€").axis(format=theme.NUMBERS), MONEY_COLOURS, "€", ",.2f")


@by_auction("Efficiency of each auction", EFFICIENCY)
def package_efficiency():
    """Abatement cost that the permits sold save, over the most that the permits for sale could save. At 100 %
    they went where they are worth most."""
    y = alt.Y("value:Q").title("share").axis(format=".3~%").scale(zero=False, nice=True)
    return points(y, {"efficiency": "#6a3d9a"}, "efficiency", ".2%")


@by_auction("Rounds that each auction took", ROUNDS)
def auction_rounds():
    """Sealed bids take one round. Smaller rises of the clock take more rounds and stop nearer to the lowest
    prices that end the auction."""
    return points(
        alt.Y("value:Q").title("rounds").axis(format=theme.NUMBERS), {"rounds": theme.INK}, "rounds"
    )


@by_auction("Emissions after each auction, lots", EMISSIONS)
def emissions_left():
    """Emissions of the farms after abatement. GHG can stay below its cap: permits for it are left over."""
    return points(alt.Y("value:Q").title("lots").axis(format=theme.NUMBERS), COLOURS, "lots")


FATES = {"sold in the auction": "#4477aa", "sold by the safety valve": "#ee9944", "unsold": "#d0d0d0"}


def fate_rows(model, positions):
    """Lots of each pollutant sold, sold by the valve and unsold in the last auction that closed."""
    found = closings(model)[-1:]
    if not len(found):
        return {"fates": [], "about": [{"caption": "no auction has closed yet"}]}
    public = model.datacollector.rows_at(found)[0][0, 0]
    m = len(model.pollutants)
    sold, valve, cap = (columns_of(public, name, m) for name in ("sold", "valve_sold", "cap"))
    rows = [
        {"pollutant": name, "fate": fate, "place": place, "lots": float(lots[j])}
        | {"share": float(lots[j] / cap[j]) if cap[j] else 0.0}
        for j, name in enumerate(names_of(model))
        for place, (fate, lots) in enumerate(zip(FATES, (sold, valve, cap - sold - valve), strict=True))
    ]
    return {"fates": rows, "about": [{"caption": f"auction {int(public.auction)}"}]}


@chart(
    title="Where the permits of the last auction went, lots",
    rows=fate_rows,
    needs=("share_sold_ghg", "valve_sold_ghg"),
    system=SYSTEM,
    section="market",
)
def permit_fates():
    """Permits of each pollutant in the last auction that closed. The safety valve offers what is left at a fixed
    price (valve price in the panel; at 0 it stays shut). What nobody buys expires."""
    x = alt.X("lots:Q").title("lots").axis(**theme.WHOLE_NUMBERS)
    colour = alt.Color("fate:N").scale(domain=list(FATES), range=list(FATES.values()))
    bars = (
        alt.Chart(alt.NamedData("fates"))
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y("pollutant:N").title(None).sort(list(COLOURS)),
            color=colour.legend(alt.Legend(title=None, columns=3)),
            order="place:Q",
            tooltip=[
                alt.Tooltip("pollutant:N"),
                alt.Tooltip("fate:N", title="what became of them"),
                alt.Tooltip("lots:Q", format=",d"),
                alt.Tooltip("share:Q", title="of those for sale", format=".1%"),
            ],
        )
    )
    return theme.framed(bars + value_above("about", "caption"), height=180)
