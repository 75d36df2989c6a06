"""Charts of the supply chains' permits: emissions over the price, and the market they make."""

import altair as alt
import numpy as np

from model.metrics import METRICS
from model.views.charts import theme
from model.views.charts.base import chart, metric_columns, records
from model.views.charts.marks import value_above, y_of

SYSTEM = "supply_chains"
ALL_PRICES = 0.0
"""Stands for the whole range of trading prices."""
LEAST_SHOWN = 500.0
"""€/t: the range of prices shown around the equilibrium price is at least this."""


def range_choices(model):
    """Choices of the upper end of the axis of prices."""
    return {"prices": {"around the trading price": None, "all": ALL_PRICES}}


def highest_shown(model, prices):
    """Upper end of an axis of prices, €/t; ``prices`` as in `range_choices`."""
    most = model.plans.price_max
    if prices is not None:
        return most
    now = float(model.government.trading_price)
    return min(most, max(LEAST_SHOWN, 2.0 * now)) if now < most else most


def steps_of(price, values, highest):
    """A step function as points (price, value) up to ``highest``; ``values`` has one entry per price from 0 on."""
    kept = price <= highest
    price, values = price[kept], values[kept]
    x = np.append(np.repeat(price, 2)[1:], highest)
    return x, np.repeat(values, 2)


# -- each chain's curves ----------------------------------------------------------------------------------


def curve_rows(model, positions, prices=None):
    """Emissions, t, and share avoided of every chain over the trading price, and the price now."""
    highest, rows = highest_shown(model, prices), []
    for firm, curve in enumerate(model.curves, 1):
        x, emissions = steps_of(curve.price, curve.emissions, highest)
        columns = {"price": x, "emissions": emissions, "avoided": 1.0 - emissions / curve.tec}
        rows += records({"firm": [firm] * len(x), "place": np.arange(len(x))} | columns)
    return {"curves": rows, "market": [price_label(model, highest)]}


def price_label(model, highest):
    """The trading price as a number, not above ``highest``, and as text; 0 before the first period."""
    price = float(model.government.trading_price)
    name = f"trading price ψ* = {price:,.4g} €/t" if model.steps else "no period played yet"
    return {"trading_price": min(price, highest), "name": name}


@chart(
    title="Emission curve of each chain, t",
    rows=curve_rows,
    system=SYSTEM,
    section="market",
    asks=("prices",),
    choices=range_choices,
)
def emission_curves():
    """Emissions of each chain's least-cost plan at every trading price. Each step is another plan: greener
    machines and transport, other facilities. Dashed: the trading price now."""
    y = alt.Y("emissions:Q").title("t").axis(format=theme.NUMBERS).scale(zero=False)
    x = alt.X("price:Q").title("trading price, €/t").axis(format=theme.NUMBERS, grid=False)
    x = x.scale(nice=False)
    level = alt.Chart(alt.NamedData("market")).mark_rule(strokeDash=[5, 4], color=theme.INK)
    return theme.framed(
        alt.layer(
            *chain_lines(x, y),
            level.encode(x=y_of("trading_price", x)),
            value_above("market", "name"),
        ),
        height=280,
    )


@chart(
    title="Marginal abatement curve of each chain, €/t",
    rows=curve_rows,
    system=SYSTEM,
    section="market",
    asks=("prices",),
    choices=range_choices,
)
def abatement_curves():
    """Cost of avoiding the next tonne, for each chain, over the share of its emissions already avoided. Where
    a line turns vertical the chain's means are nearly used up. Dashed: the trading price now, to which every
    chain abates."""
    x = alt.X("avoided:Q").title("emissions avoided, share").axis(format=".0%", grid=False)
    x = x.scale(nice=False)
    y = alt.Y("price:Q").title("€/t").axis(format=theme.NUMBERS)
    level = alt.Chart(alt.NamedData("market")).mark_rule(strokeDash=[5, 4], color=theme.INK)
    return theme.framed(
        alt.layer(
            *chain_lines(x, y),
            level.encode(y=y_of("trading_price", y)),
            value_above("market", "name"),
        ),
        height=280,
    )


def chain_lines(x, y):
    """Draw one line per chain, and invisible points that carry its tooltip."""
    tooltip = [
        alt.Tooltip("firm:N", title="chain"),
        alt.Tooltip("price:Q", title="trading price, €/t", format=",.1f"),
        alt.Tooltip("emissions:Q", title="emissions, t", format=",.1f"),
        alt.Tooltip("avoided:Q", title="avoided", format=".1%"),
    ]
    base = alt.Chart(alt.NamedData("curves")).encode(x=x, y=y, color=chain_colour())
    return base.mark_line(strokeWidth=2, clip=True).encode(order="place:Q"), base.mark_point(
        size=50, opacity=0, clip=True
    ).encode(tooltip=tooltip)


def chain_colour(symbol="stroke"):
    """Colour by chain: that of the firm with its number in all other charts."""
    return (
        alt.Color("firm:N")
        .scale(theme.numbered())
        .legend(alt.Legend(title="chain", symbolType=symbol, columns=6))
    )


# -- the market -------------------------------------------------------------------------------------------


def market_rows(model, positions, prices=None):
    """Permits demanded by all chains together at each trading price, t, and where demand meets supply."""
    plans, highest = model.plans, highest_shown(model, prices)
    price = np.insert(plans.price, 0, 0.0)
    y, x = steps_of(price, plans.emissions, highest)
    sold = float(model.firms.rows.award.sum())
    only_sold = model.steps and not model.setup.offers_unsold
    market = price_label(model, highest) | {
        "permits": sold if only_sold else model.setup.cap,
        "permits_name": f"{sold:,.0f} t sold" if only_sold else f"cap {model.setup.cap:,.0f} t",
        "least": float(plans.emissions[-1]),
        "least_name": f"least possible {plans.emissions[-1]:,.0f} t",
    }
    demand = {"price": y, "permits": x, "place": np.arange(len(x))}
    return {"demand": records(demand), "market": [market]}


@chart(
    title="Supply and demand for permits, €/t",
    rows=market_rows,
    system=SYSTEM,
    section="market",
    asks=("prices",),
    choices=range_choices,
)
def permit_market():
    """Demand: emissions of all chains' best plans together at each trading price. Supply: the permits sold, or the
    cap if those unsold are offered, too. They meet at ψ*. Left of the dotted line no price brings emissions down to
    the permits: then ψ* is the highest price, which is also the fine for each tonne without a permit."""
    x = alt.X("permits:Q").title("permits, t").axis(format=theme.NUMBERS, grid=False)
    x = x.scale(zero=False, nice=True)
    y = alt.Y("price:Q").title("€/t").axis(format=theme.NUMBERS)
    tooltip = [
        alt.Tooltip("price:Q", title="trading price, €/t", format=",.1f"),
        alt.Tooltip("permits:Q", title="wanted, t", format=",.1f"),
    ]
    base = alt.Chart(alt.NamedData("demand")).encode(x=x, y=y)
    line = base.mark_line(strokeWidth=2.5, color=theme.SERIES_COLOURS["demand"], clip=True)
    spots = base.mark_point(size=50, opacity=0).encode(tooltip=tooltip)
    market = alt.Chart(alt.NamedData("market"))
    level = market.mark_rule(strokeDash=[5, 4], color=theme.INK).encode(y=y_of("trading_price", y))
    supply = market.mark_rule(color=theme.SERIES_COLOURS["supply"], strokeWidth=2).encode(x=x)
    supply_name = market.mark_text(align="left", dx=4, y=8, color=theme.SERIES_COLOURS["supply"])
    least = market.mark_rule(strokeDash=[2, 3], color=theme.MUTED).encode(x=y_of("least", x))
    least_name = market.mark_text(align="left", dx=4, y=24, color=theme.MUTED)
    return theme.framed(
        alt.layer(
            line.encode(order="place:Q"),
            spots,
            supply,
            least,
            level,
            supply_name.encode(x=x, text="permits_name:N"),
            least_name.encode(x=y_of("least", x), text="least_name:N"),
            value_above("market", "name"),
        ),
        height=280,
    )


GREEN = {"green_production": "green machines", "green_transport": "green transport"}
GREEN_COLOURS = {"green machines": "#228833", "green transport": "#66ccee"}


def green_rows(model, positions):
    """Green shares of production and transport in each period; a caption where they are not known."""
    caption = METRICS["green_production"].why_unknown(model)
    columns = metric_columns(model, positions, tuple(GREEN))
    rows = [
        {"period": period, "series": label, "value": columns[name][k], "caption": caption}
        for k, period in enumerate(columns["period"])
        for name, label in GREEN.items()
    ]
    return {"green": rows}


@chart(
    title="Use of green technology, share",
    rows=green_rows,
    needs=tuple(GREEN),
    grows=True,
    section="market",
    system=SYSTEM,
)
def green_technology():
    """Units made on green machines and units carried by green modes, mean over the chains. Both depend on the
    trading price alone: they change when the number of permits does."""
    y = alt.Y("value:Q").title("share").axis(format=".0%").scale(domain=[0, 1])
    tooltip = [
        alt.Tooltip("period:Q", format=",d"),
        alt.Tooltip("series:N"),
        alt.Tooltip("value:Q", title="share", format=".1%"),
    ]
    base = alt.Chart(alt.NamedData("green")).encode(x=theme.period_axis(), y=y)
    line = base.mark_line(strokeWidth=2.5).encode(color=theme.series_colour(GREEN_COLOURS, GREEN_COLOURS))
    spots = base.mark_point(size=50, opacity=0).encode(tooltip=tooltip)
    return theme.framed(alt.layer(line, spots, caption_in_the_middle("green")))


def caption_in_the_middle(data):
    """Draw the caption of the rows, if they have one, in the middle of the chart."""
    return (
        alt.Chart(alt.NamedData(data))
        .transform_aggregate(groupby=["caption"])
        .transform_filter("datum.caption != ''")
        .mark_text(x=alt.expr("width / 2"), y=alt.expr("height / 2"), color=theme.MUTED, fontSize=13)
        .encode(text="caption:N")
    )
