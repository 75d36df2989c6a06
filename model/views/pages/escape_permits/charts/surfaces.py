"""Maps of amounts over packages of two pollutants: a farm's values, and its bid book."""

import altair as alt
import numpy as np

from model.systems.escape_permits.what_if import surface_of
from model.views.charts import theme
from model.views.charts.base import chart, records
from model.views.charts.marks import value_above, y_of
from model.views.pages.escape_permits.charts.pollutants import SYSTEM, names_of

MOST_LOTS = 40
"""Lots per axis that are drawn one by one; of more, evenly chosen ones."""
BANDS = 10
"""Steps of colour: the lines between them are contours."""
MARKS = {"headline demand": ("#ee4455", "circle"), "would win": (theme.INK, "diamond")}
SHARE = {"its share": (theme.INK, "diamond")}
"""Marks of a bid book, and of values."""


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


def corner_rows(surface):
    """Ends of the axes, so that packages without an amount have a place, too."""
    first, second = surface.first, surface.second
    return [{"left": -0.5, "low": -0.5}, {"left": first[-1] + 0.5, "low": second[-1] + 0.5}]


def shown_lots(lots):
    """Lots that get a cell, and the cell's lower and upper edge."""
    every = -(-len(lots) // MOST_LOTS)
    shown = lots[::every]
    return shown, shown - 0.5, np.minimum(shown + every, lots[-1] + 1) - 0.5


def draw_surface(marks, second="nutrient"):
    """Draw cells over lots of GHG and of the second pollutant, in steps of colour, with marked packages.

    marks : colour and shape by name.
    """
    x = alt.X("left:Q").title("GHG permits, lots").axis(grid=False, **theme.WHOLE_NUMBERS)
    y = alt.Y("low:Q").title(f"{second} permits, lots").axis(grid=False, **theme.WHOLE_NUMBERS)
    x, y = x.scale(nice=False, zero=False), y.scale(nice=False, zero=False)
    colours = alt.SchemeParams("viridis", count=BANDS)
    scale = alt.Scale(type="quantize", scheme=colours, domain=alt.DomainUnionWith(unionWith=[0.0, 0.01]))
    legend = alt.Legend(title=None, orient="right", direction="vertical", gradientLength=190, format=",.3~r")
    tooltip = [
        alt.Tooltip("ghg:Q", title="GHG permits, lots", format=",d"),
        alt.Tooltip("second:Q", title=f"{second} permits, lots", format=",d"),
        alt.Tooltip("amount:Q", title="€", format=",.2f"),
    ]
    cells = alt.Chart(alt.NamedData("cells")).mark_rect()
    colour = alt.Color("amount:Q").scale(scale).legend(legend)
    cells = cells.encode(x=x, x2="right:Q", y=y, y2="high:Q", color=colour, tooltip=tooltip)
    corners = alt.Chart(alt.NamedData("corners")).mark_point(opacity=0).encode(x=x, y=y)
    layers = [corners, cells, marked(x, y, marks), value_above("about", "caption")]
    return theme.framed(alt.layer(*layers), height=280)


def marked(x, y, marks):
    """Draw packages of note as symbols."""
    colours, shapes = zip(*marks.values(), strict=True)
    legend = alt.Legend(title=None)
    tooltip = [
        alt.Tooltip("mark:N", title=" "),
        alt.Tooltip("ghg:Q", title="GHG permits, lots"),
        alt.Tooltip("second:Q", title="other permits, lots"),
    ]
    points = alt.Chart(alt.NamedData("marked")).mark_point(size=150, strokeWidth=2, opacity=1, stroke="white")
    return points.encode(
        x=y_of("ghg", x),
        y=y_of("second", y),
        shape=alt.Shape("mark:N").scale(domain=list(marks), range=shapes).legend(legend),
        fill=alt.Fill("mark:N").scale(domain=list(marks), range=colours).legend(legend),
        tooltip=tooltip,
    )


def draw_value_surface():
    """Draw the worth of packages."""
    return draw_surface(SHARE)


def draw_book():
    """Draw a bid book."""
    return draw_surface(MARKS)


def farm_choices(model):
    """Choices of one farm."""
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
    """Highest bids of a farm so far in the present auction, its headline demand, and its provisional
    package."""
    auction, row = model.auction, farm - 1
    if not model.steps or auction.asks == "demand":
        caption = "an English clock takes no bids for packages" if model.steps else f"farm {farm}: no bid yet"
        return {"cells": [], "corners": [], "marked": [], "about": [{"caption": caption}]}
    return book_data(model.instance, row, auction.book, auction.headline, auction.leader, names_of(model))


def book_data(instance, row, book, headline, leader, names):
    """Datasets of a bid book; book : int64[n, K]; headline, leader : int64[n], packages."""
    lots = instance.terms.packages.lots
    others = lots[headline[row]][2:]
    marks = mark_rows(lots, headline_demand=int(headline[row]), would_win=int(leader[row]))
    fixed = [f"{k} {name}" for k, name in zip(others.tolist(), names[2:], strict=True)]
    caption = ", ".join([f"farm {row + 1}: highest bid per package, €", *fixed])
    surface = surface_of(book[row], instance, row, others)
    return surface_data(surface, marks, caption)


def surface_data(surface, marks, caption):
    """Datasets of `draw_surface`."""
    cells, corners = cell_rows(surface), corner_rows(surface)
    return {"cells": cells, "corners": corners, "marked": marks, "about": [{"caption": caption}]}


@chart(
    title="Bid book of a farm, €",
    rows=book_rows,
    needs=("auction_revenue",),
    system=SYSTEM,
    section="bids",
    asks=("farm",),
    choices=farm_choices,
)
def bid_book():
    """The highest bid for every package the farm has bid for in this auction; white: no bid. Sealed bids are
    made once. In each round of a clock auction a farm bids the price for its headline demand, and for smaller
    packages the amount that leaves it the same surplus; bids stay until the auction ends."""
    return draw_book()
