"""Charts of firms' bids and of their awards in the auction."""

import altair as alt

from model.systems.bidding.model import BiddingModel
from model.views.charts import theme
from model.views.charts.base import chart, chart_of_firms, firm_rows, metric_columns, records
from model.views.charts.marks import MEAN_NOTE, firm_lines, running_means, y_of


def bid_price_rows(model, positions):
    """Bid price of every firm and equilibrium price of each period, €/t."""
    prices = metric_columns(model, positions, ("equilibrium_price", "mean_bid_price"))
    return {
        "bids": firm_rows(model, positions, ("bid_price", "bid_volume", "award", "private_value")),
        "market": records(prices),
    }


@chart(
    title="Bid prices against the equilibrium price, €/t",
    rows=bid_price_rows,
    needs=("equilibrium_price", "mean_bid_price"),
    system=BiddingModel,
    by_firm=True,
    grows=True,
    section="bids",
)
def bid_prices():
    """Dots: bid prices of the firms. Black: the equilibrium price, which is the bid of the marginal bidder;
    faint in each period, bold as a running mean. A bid above the equilibrium price of its period wins all it
    asks for, one below it nothing. Click a firm in the legend to see it alone."""
    pick = alt.selection_point(name="picked", fields=["firm"], bind="legend")
    y = alt.Y("bid_price:Q").title("€/t").axis(format=theme.NUMBERS).scale(zero=True)
    dots = (
        alt.Chart(alt.NamedData("bids"))
        .mark_circle(size=22)
        .encode(
            x=theme.period_axis(),
            y=y,
            color=theme.firm_colour(symbol="circle"),
            opacity=alt.when(pick).then(alt.value(0.5)).otherwise(alt.value(0.03)),
            tooltip=[alt.Tooltip("firm:N"), alt.Tooltip("period:Q", format=",d"), *bid_tooltip()],
        )
        .add_params(pick)
    )
    market = running_means("market", mean="equilibrium_price")
    raw = market.mark_line(strokeWidth=1, opacity=0.15, color=theme.INK).encode(
        y=y_of("equilibrium_price", y)
    )
    mean = market.mark_line(strokeWidth=2.5, color=theme.INK).encode(y=y_of("mean", y))
    return theme.framed(raw + dots + mean, height=280)


def bid_tooltip():
    """Tooltip of a firm's bid."""
    return [
        alt.Tooltip("bid_price:Q", title="bid price, €/t", format=".3f"),
        alt.Tooltip("private_value:Q", title="private value, €/t", format=".3f"),
        alt.Tooltip("bid_volume:Q", title="bid volume, t", format=",.1f"),
        alt.Tooltip("award:Q", title="award, t", format=",.1f"),
    ]


def distance_rows(model, positions):
    """Mean bid and equilibrium price of each period, €/t."""
    names = ("mean_bid_price", "equilibrium_price", "bid_distance")
    return {"distance": records(metric_columns(model, positions, names))}


@chart(
    title="Distance of the mean bid from the equilibrium price, €/t",
    rows=distance_rows,
    needs=("mean_bid_price", "equilibrium_price", "bid_distance"),
    grows=True,
    section="bids",
)
def bid_distance():
    """The band reaches from the equilibrium price to the mean bid. Under a uniform price a high bid costs
    nothing as long as somebody else is marginal; under a discriminatory one the bidder pays it, so bids move
    towards the equilibrium price."""
    base = running_means("distance", bid="mean_bid_price", equilibrium="equilibrium_price")
    y = alt.Y("bid:Q").title("€/t").axis(format=theme.NUMBERS).scale(zero=True)
    tooltip = [
        alt.Tooltip("period:Q", format=",d"),
        alt.Tooltip("mean_bid_price:Q", title="mean bid, €/t", format=".3f"),
        alt.Tooltip("equilibrium_price:Q", title="equilibrium price, €/t", format=".3f"),
        alt.Tooltip("bid_distance:Q", title="distance, €/t", format=".3f"),
    ]
    band = base.mark_area(opacity=0.2, color=theme.SERIES_COLOURS["mean bid"])
    names = ("mean bid", "equilibrium price")
    mean = base.mark_line(strokeWidth=2.5).encode(y=y)
    marginal = base.mark_line(strokeWidth=2.5).encode(y=y_of("equilibrium", y))
    return theme.framed(
        band.encode(y=y, y2="equilibrium:Q", tooltip=tooltip)
        + theme.as_series(mean, names[0], names)
        + theme.as_series(marginal, names[1], names)
    )


@chart_of_firms(
    "Bid volumes, t",
    "volumes",
    "bid_volume",
    needs=("mean_bid_volume",),
    system=BiddingModel,
    section="bids",
    note=MEAN_NOTE,
)
def bid_volumes():
    """Permits that each firm bids for. A firm bids for at least what it requires; a larger volume is a bet on
    the secondary market, or on being rationed."""
    y = alt.Y("bid_volume:Q").title("t").axis(format=theme.NUMBERS).scale(zero=True)
    return theme.framed(firm_lines("volumes", "bid_volume", y, "t"))


@chart_of_firms(
    "Awards, t",
    "awards",
    "award",
    needs=("sold",),
    system=BiddingModel,
    section="bids",
    note=MEAN_NOTE,
)
def awards():
    """Permits awarded to each firm. A firm at zero was outbid and has to buy from the winners."""
    y = alt.Y("award:Q").title("t").axis(format=theme.NUMBERS).scale(zero=True)
    return theme.framed(firm_lines("awards", "award", y, "t"))
