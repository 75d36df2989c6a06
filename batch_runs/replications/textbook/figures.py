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
        name="competitive_price",
        title="Clearing price and number of firms",
        caption="Firms that learn to bid, uniform price, phi 0.8; 1 is the value of the marginal permit.",
        what="clearing / competitive price",
        number=lambda markets, case: 1.0 - m.below_competitive(markets, case),
        places=cases.CROWDS,
        along="firms",
    ),
    Curve(
        name="shading",
        title="Gain from other bids than the truth",
        caption="Two permits each, highest rejected bid, truthful rivals.",
        what="gain / profit",
        number=m.share,
        places=cases.TRUTHFUL,
        along="firms",
    ),
    Curve(
        name="scarcity",
        title="Trading price and cap",
        caption="Supply chains with free trade.",
        what="trading price, €/t",
        number=m.metric("trading_price"),
        places=cases.CHAINS,
        along="phi",
    ),
    Curve(
        name="ceiling",
        title="Emissions under a price ceiling",
        caption="Supply chains with free trade, phi 0.8.",
        what="emissions / cap - 1",
        number=m.above_cap,
        places=cases.CEILED,
        along="ceiling, €/t",
    ),
    Curve(
        name="fine",
        title="Emissions under a fine",
        caption="Firms that learn to bid, phi 0.5, and pay the fine only for units that earn more than it.",
        what="emissions / cap - 1",
        number=m.above_cap,
        places=cases.FINED | {cases.ABOVE_ALL: cases.PROHIBITIVE},
        along="fine, €/t",
    ),
    Curve(
        name="reserve_price",
        title="Revenue and reserve price",
        caption="Firms that learn to bid, uniform price.",
        what="revenue / (cap x competitive price)",
        number=m.revenue_share,
        places=cases.RESERVED,
        along="reserve price / competitive price",
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
