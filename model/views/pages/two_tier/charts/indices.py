"""Charts of the two-tier auctions over time: prices, efficiency, and how far bids lie below true values."""

import altair as alt

from model.views.charts import theme
from model.views.charts.base import chart_of_metrics
from model.views.charts.marks import MEAN_NOTE, series_lines

SYSTEM = "two_tier"

PRICES = {"clearing_price": "clearing price", "equilibrium_price": "lowest bid served"}
PRICE_COLOURS = {"clearing price": theme.INK, "lowest bid served": "#cc5500"}
SHARES = {"efficiency": "efficiency", "equal_split_efficiency": "equal split"}
SHARE_COLOURS = {"efficiency": "#6a3d9a", "equal split": "#cc5500"}
INDICES = {
    "dri_marginal": "at the margin",
    "dri_window": "margin and next",
    "tier_difference": "low less high step",
    "quantity_reduction": "quantity",
}
INDEX_COLOURS = dict(zip(INDICES.values(), ("#0072b2", "#56b4e9", "#cc79a7", "#d55e00"), strict=True))


@chart_of_metrics("Price of a permit, €/t", "prices", PRICES, system=SYSTEM, note=MEAN_NOTE)
def auction_prices():
    """The clearing price moves with the supply, which is drawn for every auction. With a uniform price at the
    lowest bid served both lines coincide; at the highest bid not served, and under VCG, winners pay no more
    than that."""
    y = alt.Y("value:Q").title("€/t").axis(format=theme.NUMBERS).scale(zero=True)
    return theme.framed(series_lines("prices", PRICE_COLOURS, y, "lowest bid served", PRICE_COLOURS))


@chart_of_metrics("Efficiency beside an equal split, share", "shares", SHARES, system=SYSTEM, note=MEAN_NOTE)
def efficiency_beside_equal_split():
    """Value of the permits to the firms that got them, over the largest value of any allocation. An equal
    split without an auction is already close, so only the distance above that line is due to the auction."""
    y = alt.Y("value:Q").title("share").axis(format=".0%").scale(zero=False)
    return theme.framed(series_lines("shares", SHARE_COLOURS, y, colours=SHARE_COLOURS))


@chart_of_metrics("Demand reduction, share", "indices", INDICES, system=SYSTEM, note=MEAN_NOTE)
def demand_reduction():
    """Shading of the bids: at the last permit each firm should get; at that permit and the next one; in the
    last step more than in the first; and the share of true demand at the clearing price that is not bid for.
    All are near 0 for truthful bids, as closely as a few steps can express the true values."""
    y = alt.Y("value:Q").title("share").axis(format=".0%")
    return theme.framed(series_lines("indices", INDEX_COLOURS, y, colours=INDEX_COLOURS))
