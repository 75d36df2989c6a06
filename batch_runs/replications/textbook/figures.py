"""Figures of the textbook statements: a number against the knob that theory says it follows."""

from typing import NamedTuple

import pandas as pd

from batch_runs.replications.common.figures import altair, colour_series, interval, lines_with_bands
from batch_runs.replications.common.report import Figure
from batch_runs.replications.textbook import cases
from batch_runs.replications.textbook import measures as m

BLUE = "#2166ac"
WIDTH, HEIGHT = 380, 240


class Curve(NamedTuple):
    """A number over the cases of a dict place -> case."""

    name: str
    title: str
    caption: str
    what: str
    """What is drawn, with its unit."""
    number: object
    """``number(markets, case)`` -> float64[populations]."""
    places: dict
    along: str
    """What the places are, with their unit."""


CURVES = (
    Curve(
        "competitive_price",
        "Clearing price and number of firms",
        "Firms that learn to bid, uniform price, phi 0.8. The competitive price is the value of the marginal permit.",
        "clearing / competitive price",
        lambda markets, case: 1.0 - m.below_competitive(markets, case),
        cases.CROWDS,
        "firms",
    ),
    Curve(
        "shading",
        "Gain from other bids than the truth",
        "Two permits each, highest rejected bid, truthful rivals.",
        "gain / profit",
        m.share,
        cases.TRUTHFUL,
        "firms",
    ),
    Curve(
        "scarcity",
        "Trading price and cap",
        "Supply chains with free trade.",
        "trading price, €/t",
        m.metric("trading_price"),
        cases.CHAINS,
        "phi",
    ),
    Curve(
        "ceiling",
        "Emissions under a price ceiling",
        "Supply chains with free trade, phi 0.8.",
        "emissions / cap - 1",
        m.above_cap,
        cases.CEILED,
        "ceiling, €/t",
    ),
    Curve(
        "reserve_price",
        "Revenue and reserve price",
        "Firms that learn to bid, uniform price.",
        "revenue / (cap x competitive price)",
        m.revenue_share,
        cases.RESERVED,
        "reserve price / competitive price",
    ),
)


def figures(markets):
    """All figures, for `Markets`."""
    return [_drawn(curve, markets) for curve in CURVES]


def _drawn(curve, markets):
    rows = [
        {"series": curve.what, "at": place} | interval(curve.number(markets, case))
        for place, case in curve.places.items()
    ]
    alt, data = altair(), pd.DataFrame(rows)
    base = alt.Chart(data.round(6)).encode(
        alt.X("at:Q", title=curve.along, scale=alt.Scale(zero=False)),
        color=colour_series({curve.what: BLUE}),
    )
    chart = lines_with_bands(base, curve.what, "at:Q").properties(width=WIDTH, height=HEIGHT)
    return Figure(curve.name, curve.title, curve.caption, chart.to_dict(), data)
