"""Maps of amounts over packages of two pollutants: a farm's values, and its bid book."""

import altair as alt
import numpy as np

from model.systems.escape_permits_what_if import surface_of
from model.views.charts import theme
from model.views.charts.base import chart, records
from model.views.charts.marks import said_above
from model.views.charts.pollutants import SYSTEM, names_of

MOST_LOTS = 40
"""Lots per axis that are drawn one by one; of more, evenly chosen ones."""
BANDS = 10
"""Steps of colour: the lines between them are contours."""
MARKS = {"headline demand": ("#ee4455", "circle"), "would win": (theme.INK, "diamond")}


def cell_rows(surface):
    """Rows of a heat map: lots, where each cell begins and ends, and the amount, €."""
    (first, left, right), (second, low, high) = shown_lots(surface.first), shown_lots(surface.second)
    amounts = surface.amount[np.ix_(second, first)]
    columns = {"ghg": first, "left": left, "right": right}
    columns = {name: np.tile(values, len(second)) for name, values in columns.items()}
    rows = {"second": second, "low": low, "high": high}
    columns |= {name: np.repeat(values, len(first)) for name, values in rows.items()}
    found = records(columns | {"amount": amounts.ravel()})
    return [row for row in found if row["amount"] == row["amount"]]


def shown_lots(lots):
    """Lots that get a cell, and where it begins and ends."""
    every = -(-len(lots) // MOST_LOTS)
    shown = lots[::every]
    return shown, shown - 0.5, np.minimum(shown + every, lots[-1] + 1) - 0.5


def draw_surface(second="nutrient", marks=True, bands=True):
    """Draw cells over lots of GHG and of the second pollutant, with marked packages.

    bands : whether colours go in steps, or smoothly.
    """
    x = alt.X("left:Q").title("GHG permits, lots").axis(tickMinStep=1, grid=False, format="d")
    y = alt.Y("low:Q").title(f"{second} permits, lots").axis(tickMinStep=1, grid=False, format="d")
    x, y = x.scale(nice=False, zero=False), y.scale(nice=False, zero=False)
    scale = alt.Scale(type="quantize", scheme=alt.SchemeParams("viridis", count=BANDS)) if bands else None
    colour = alt.Color("amount:Q").scale(scale) if bands else alt.Color("amount:Q").scale(scheme="viridis")
    legend = alt.Legend(title="€", orient="right", direction="vertical", gradientLength=190, format=",.3~r")
    told = [
        alt.Tooltip("ghg:Q", title="GHG permits, lots", format=",d"),
        alt.Tooltip("second:Q", title=f"{second} permits, lots", format=",d"),
        alt.Tooltip("amount:Q", title="€", format=",.2f"),
    ]
    cells = (
        alt.Chart(alt.NamedData("cells"))
        .mark_rect()
        .encode(x=x, x2="right:Q", y=y, y2="high:Q", color=colour.legend(legend), tooltip=told)
    )
    layers = [cells, *([marked(x, y)] if marks else []), said_above("about", "said")]
    return theme.framed(alt.layer(*layers), height=280)


def marked(x, y):
    """Packages of note, as symbols."""
    colours, shapes = zip(*MARKS.values(), strict=True)
    legend = alt.Legend(title=None)
    at_x, at_y = x.copy(deep=True), y.copy(deep=True)
    at_x.shorthand, at_y.shorthand = "ghg:Q", "second:Q"
    told = [
        alt.Tooltip("mark:N", title=" "),
        alt.Tooltip("ghg:Q", title="GHG permits, lots"),
        alt.Tooltip("second:Q", title="other permits, lots"),
    ]
    return (
        alt.Chart(alt.NamedData("marked"))
        .mark_point(size=150, strokeWidth=2, opacity=1, stroke="white")
        .encode(
            x=at_x,
            y=at_y,
            shape=alt.Shape("mark:N").scale(domain=list(MARKS), range=shapes).legend(legend),
            fill=alt.Fill("mark:N").scale(domain=list(MARKS), range=colours).legend(legend),
            tooltip=told,
        )
    )


def farm_choices(model):
    """Farms of which one can be shown."""
    return {"farm": {f"farm {number}": number for number in range(1, len(model.firms) + 1)}}


def mark_rows(lots, **packages):
    """Rows of marked packages: name with _ for blanks = number; the empty package is not marked."""
    rows = [
        {
            "mark": name.replace("_", " "),
            "ghg": int(lots[k][0]),
            "second": int(lots[k][1]) if lots.shape[1] > 1 else 0,
        }
        for name, k in packages.items()
        if k
    ]
    return rows


def book_rows(model, positions, farm=1):
    """A farm's highest bids so far in the present auction, its headline demand, and what it would win."""
    row, auction = farm - 1, model.auction
    headline = int(auction.headline[row])
    others = model.instance.terms.packages.lots[headline][2:]
    if not model.steps:
        return {"cells": [], "marked": [], "about": [{"said": f"farm {farm}: no bid yet"}]}
    surface = surface_of(auction.book[row], model.instance, row, others)
    marks = mark_rows(
        model.instance.terms.packages.lots, headline_demand=headline, would_win=int(auction.leader[row])
    )
    fixed = [f"{lots} {name}" for lots, name in zip(others.tolist(), names_of(model)[2:], strict=True)]
    said = ", ".join([f"farm {farm}: highest bid per package, €", *fixed])
    return {"cells": cell_rows(surface), "marked": marks, "about": [{"said": said}]}


@chart(
    title="Bid book of a farm, €",
    rows=book_rows,
    needs=("provisional_revenue",),
    system=SYSTEM,
    section="bids",
    asks=("farm",),
    choices=farm_choices,
)
def bid_book():
    """The highest bid so far for every package the farm has bid for in this auction; white: no bid. In each round
    it bids the price for its headline demand, and for smaller packages what leaves it the same surplus. Bids stay
    until the auction ends."""
    return draw_surface()
