"""Drawings of several auctions of the same farms: formats side by side, and one format over the correlation."""

import altair as alt

from model.views.charts import theme
from model.views.charts.base import records
from model.views.pages.escape_permits.charts.outcomes import MONEY_COLOURS
from model.views.pages.escape_permits.charts.pollutants import COLOURS, pollutant_colour

TITLES = {
    "cmra": "CMRA",
    "english_clock": "English clock",
    "first_price": "first price, sealed",
    "separate_uniform": "separate uniform",
    "vcg": "VCG",
}
"""Formats as they are called on the page; others go by their name."""
MOST_NAMED = 10
"""Farms up to which lines have a legend."""


def title_of(mechanism):
    """Name of a format on the page."""
    return TITLES.get(mechanism, mechanism.replace("_", " "))


def pollutant_rows(results, names):
    """Rows ``mechanism, pollutant, share, price`` of `Result` by format."""
    return [
        row | {"mechanism": title_of(name), "revenue": result.revenue}
        for name, result in results.items()
        for row in records(
            {"pollutant": names, "share": result.share_sold, "price": result.price_of_pollutants()}
        )
    ]


def money_rows(results):
    """Rows ``mechanism, part, place, amount``: revenue and surplus, €."""
    return [
        {"mechanism": title_of(name), "part": part, "amount": float(amount)}
        for name, result in results.items()
        for part, amount in (("revenue", result.revenue), ("surplus of farms", result.surplus.sum()))
    ]


def mechanism_axis():
    """Axis of formats, one below the other."""
    return alt.Y("mechanism:N").title(None).sort(None).axis(labelLimit=140)


def draw_pollutants(field, title, form):
    """Draw bars of every format, side by side for its pollutants."""
    x = alt.X(f"{field}:Q").title(title).axis(format=form)
    tooltip = [
        alt.Tooltip("mechanism:N", title="auction"),
        alt.Tooltip("pollutant:N"),
        alt.Tooltip("share:Q", title="sold", format=".1%"),
        alt.Tooltip("price:Q", title="€/lot", format=",.2f"),
    ]
    base = alt.Chart(alt.NamedData("formats")).mark_bar()
    beside = alt.YOffset("pollutant:N").sort(list(COLOURS))
    colour = pollutant_colour(symbol="square")
    return theme.framed(base.encode(x=x, y=mechanism_axis(), yOffset=beside, color=colour, tooltip=tooltip))


def draw_shares():
    """Draw the share sold of each pollutant."""
    return draw_pollutants("share", "share of the permits sold", ".0%")


def draw_prices():
    """Draw the average price of each pollutant."""
    return draw_pollutants("price", "€/lot", theme.NUMBERS)


def draw_money():
    """Draw revenue and surplus as stacked bars: together the worth of the permits sold."""
    names = ["revenue", "surplus of farms"]
    scale = alt.Scale(domain=names, range=[MONEY_COLOURS[name] for name in names])
    tooltip = [
        alt.Tooltip("mechanism:N", title="auction"),
        alt.Tooltip("part:N", title=" "),
        alt.Tooltip("amount:Q", title="€", format=",.2f"),
    ]
    bars = alt.Chart(alt.NamedData("formats")).mark_bar()
    x = alt.X("amount:Q").title("€").axis(format=theme.NUMBERS)
    colour = alt.Color("part:N").scale(scale).legend(alt.Legend(title=None))
    return theme.framed(bars.encode(x=x, y=mechanism_axis(), color=colour, tooltip=tooltip))


def surplus_rows(results):
    """Rows ``mechanism, name, firm, surplus`` of every farm under every format."""
    return [
        {"mechanism": title_of(name), "name": name, "firm": i + 1, "surplus": float(surplus)}
        for name, result in results.items()
        for i, surplus in enumerate(result.surplus)
    ]


def draw_surplus():
    """Draw the surplus of every farm as a point for each format."""
    domain = list(TITLES.values())
    colours = [theme.FORMAT_COLOURS[name] for name in TITLES]
    tooltip = [
        alt.Tooltip("firm:O", title="farm"),
        alt.Tooltip("mechanism:N", title="auction"),
        alt.Tooltip("surplus:Q", title="surplus, €", format=",.2f"),
    ]
    legend = alt.Legend(title=None, columns=3)
    base = alt.Chart(alt.NamedData("farms")).encode(
        x=alt.X("firm:O").title("farm").axis(labelAngle=0, grid=True)
    )
    zero = alt.Chart(alt.NamedData("farms")).mark_rule(color=theme.MUTED).encode(y=alt.datum(0))
    points = base.mark_point(size=70, strokeWidth=2, opacity=1).encode(
        y=alt.Y("surplus:Q").title("€").axis(format=theme.NUMBERS),
        color=alt.Color("mechanism:N").scale(domain=domain, range=colours).legend(legend),
        shape=alt.Shape("mechanism:N").scale(domain=domain).legend(legend),
        tooltip=tooltip,
    )
    return theme.framed(zero + points, height=260)


# -- over the correlation ----------------------------------------------------------------------------------


def over_rows(results, names):
    """Rows ``r, pollutant, share, price`` and ``r, firm, payment, package`` of `Result` by correlation."""
    pollutants = [
        row | {"r": r}
        for r, result in results.items()
        for row in records(
            {"pollutant": names, "share": result.share_sold, "price": result.price_of_pollutants()}
        )
    ]
    farms = [
        {"r": r, "firm": i + 1, "payment": float(result.payment[i].sum())}
        | {"package": " + ".join(f"{k} {name}" for k, name in zip(result.award[i], names, strict=True))}
        for r, result in results.items()
        for i in range(len(result.award))
    ]
    return pollutants, farms


def over_correlation(data, y, colour, tooltip, narrow=False):
    """Draw lines over the correlation, and a vertical line at the chosen one."""
    x = (
        alt.X("r:Q")
        .title("correlation r, lots/lot")
        .axis(format=".1f", grid=False)
        .scale(domain=[0, 1], nice=False)
    )
    base = alt.Chart(alt.NamedData(data)).encode(x=x, y=y, color=colour)
    now = alt.Chart(alt.NamedData("now")).mark_rule(color=theme.INK, strokeDash=[5, 4]).encode(x=x)
    width, size = (1.2, 15) if narrow else (2.5, 45)
    points = base.mark_point(size=size, filled=True, opacity=1).encode(tooltip=tooltip)
    return theme.framed(alt.layer(base.mark_line(strokeWidth=width), points, now), height=220)


def pollutant_tooltip():
    """Tooltip of a pollutant at a correlation."""
    return [
        alt.Tooltip("r:Q", format=".2f"),
        alt.Tooltip("pollutant:N"),
        alt.Tooltip("share:Q", title="sold", format=".1%"),
        alt.Tooltip("price:Q", title="€/lot", format=",.2f"),
    ]


def draw_share_over():
    """Draw the share sold over the correlation."""
    y = alt.Y("share:Q").title("share of the permits sold").axis(format=".0%").scale(domain=[0, 1])
    return over_correlation("pollutants", y, pollutant_colour(), pollutant_tooltip())


def draw_price_over():
    """Draw the average price over the correlation."""
    y = alt.Y("price:Q").title("€/lot").axis(format=theme.NUMBERS).scale(zero=True)
    return over_correlation("pollutants", y, pollutant_colour(), pollutant_tooltip())


def payments(legend):
    """Draw the payment of every farm over the correlation."""
    y = alt.Y("payment:Q").title("€").axis(format=theme.NUMBERS).scale(zero=True)
    tooltip = [
        alt.Tooltip("r:Q", format=".2f"),
        alt.Tooltip("firm:N", title="farm"),
        alt.Tooltip("payment:Q", title="pays, €", format=",.2f"),
        alt.Tooltip("package:N", title="for"),
    ]
    shown = alt.Legend(title="farm", symbolType="circle", columns=10) if legend else None
    colour = alt.Color("firm:N").scale(theme.numbered()).legend(shown)
    return over_correlation("farms", y, colour, tooltip, narrow=not legend)


def draw_payments():
    """Draw payments of a few farms, with a legend."""
    return payments(legend=True)


def draw_many_payments():
    """Draw payments of many farms."""
    return payments(legend=False)
