"""Parts that charts of several pollutants share: names, colours, and the rounds and auctions of a run as rows."""

import altair as alt
import numpy as np

from agents.farms.pollutants import columns_of
from model.views.charts.base import periods_at

SYSTEM = "escape_permits"

NAMES = {"ghg": "GHG", "nutrient": "nutrient", "ammonia": "ammonia"}
"""Pollutants as they are called on the page."""
COLOURS = {"GHG": "#cc5500", "nutrient": "#0072b2", "ammonia": "#228833"}
SHAPES = {"GHG": "circle", "nutrient": "square", "ammonia": "triangle-up"}
DASHES = {"GHG": [1, 0], "nutrient": [1, 0], "ammonia": [6, 6]}
FROM_ONE = alt.DomainUnionWith(unionWith=[1, 2])
"""Domain of numbers from 1 on: an axis needs two of them to have a length."""
LOOKED_BACK = 400
"""Rounds collected that charts by round look back on."""
AUCTIONS_SHOWN = 5
"""Earlier auctions drawn behind the present one."""
MOST_POINTS = 300
"""Auctions shown as points, evenly chosen where there are more."""


def names_of(model):
    """The model's pollutants as they are called on the page."""
    return [NAMES[each] for each in model.pollutants]


def pollutant_colour(field="pollutant", symbol="circle"):
    """Colour by pollutant; the legend names those in the rows, and GHG, as Vega cannot place an empty one."""
    scale = alt.Scale(domain=alt.DomainUnionWith(unionWith=["GHG"]), range=list(COLOURS.values()))
    return (
        alt.Color(f"{field}:N")
        .sort(list(COLOURS))
        .scale(scale)
        .legend(alt.Legend(title=None, symbolType=symbol))
    )


def pollutant_dashes():
    """Dashes by pollutant, which keep coinciding lines of two pollutants apart."""
    scale = alt.Scale(domain=list(COLOURS), range=list(DASHES.values()))
    return alt.StrokeDash("pollutant:N").scale(scale).legend(None)


def closings(model):
    """Positions in the collector of the rounds in which an auction closed, evenly chosen if there are many."""
    closed = np.flatnonzero(~np.isnan(np.asarray(model.datacollector.model_vars["rounds"], float)))
    if len(closed) <= MOST_POINTS:
        return closed
    return closed[np.linspace(0, len(closed) - 1, MOST_POINTS).astype(int)]


def auction_rows(model, names, positions=None):
    """Rows ``auction, period, series, value``: metrics of whole auctions, one row for each that has closed.

    names : label by metric; NaN values are left out.
    """
    positions = closings(model) if positions is None else positions
    if not len(positions):
        return []
    government, _ = model.datacollector.rows_at(positions)
    numbers, periods = government.auction[:, 0].astype(int).tolist(), periods_at(model, positions)
    recorded = model.datacollector.model_vars
    return [
        {"auction": number, "period": period, "series": label, "value": recorded[name][k]}
        for number, period, k in zip(numbers, periods, positions.tolist(), strict=True)
        for name, label in names.items()
        if recorded[name][k] == recorded[name][k]
    ]


def latest_rounds(model):
    """Rows of government and firms of the last rounds collected: record arrays [rounds, 1 or n]; None before
    the first."""
    periods = model.datacollector.periods
    if not periods:
        return None
    return model.datacollector.rows_at(range(max(len(periods) - LOOKED_BACK, 0), len(periods)))


def round_rows(model):
    """Rows ``auction, round, pollutant, price, excess, state``: clocks of the present auction and a few before it."""
    found = latest_rounds(model)
    if found is None or not model.government.clock:
        return []
    government = found[0][:, 0]
    m, last = len(model.pollutants), int(government.auction[-1])
    price, demand, cap = (columns_of(government, name, m) for name in ("clock_price", "demand", "cap"))
    return [
        {"auction": auction, "round": int(government.clock_round[k]), "pollutant": name}
        | {"price": float(price[k, j]), "demand": float(demand[k, j]), "cap": float(cap[k, j])}
        | {"excess": float(demand[k, j] - cap[k, j])}
        | {"state": "this auction" if auction == last else "earlier auctions"}
        for k, auction in enumerate(government.auction.astype(int).tolist())
        if auction >= last - AUCTIONS_SHOWN
        for j, name in enumerate(names_of(model))
    ]


def where_it_stands(model):
    """One line on the auction, its round, and the bids."""
    if not model.steps:
        return "no round played yet"
    government = model.government
    caption = f"auction {int(government.auction)}, round {int(government.clock_round)}"
    if not government.clock:
        return f"auction {int(government.auction)}"
    return f"{caption}: closed" if government.closed else caption
