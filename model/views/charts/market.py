"""Charts of the market as a whole: prices, money, permits, emissions."""

import altair as alt

from model.views.charts import theme
from model.views.charts.base import chart, chart_of_metrics, metric_columns, records
from model.views.charts.marks import MEAN_NOTE, series_lines, y_of

PRICES = {"clearing_price": "clearing price", "trading_price": "trading price"}
MONEY = {"revenue": "revenue", "total_profit": "total profit"}
SHARES = {
    "efficiency": "efficiency",
    "government_share": "government's share",
    "benefit_reduction": "profit lost",
}
SECONDARY = {"secondary_supply": "supply", "secondary_demand": "demand", "traded_volume": "traded"}
EMISSIONS = ("emissions", "cap", "without regulation")


@chart_of_metrics("Prices of a permit, €/t", "prices", PRICES, note=MEAN_NOTE)
def prices():
    """The auction's clearing price, and the price on the secondary market, which some systems regulate and
    others leave free. A trading price far above the clearing price shows that permits were sold cheaply."""
    y = alt.Y("value:Q").title("€/t").axis(format=theme.NUMBERS).scale(zero=True)
    return theme.framed(series_lines("prices", tuple(PRICES.values()), y))


@chart_of_metrics("Government revenue and total profit, €", "money", MONEY, note=MEAN_NOTE)
def revenue_and_profit():
    """Money of each period: auction revenue of the government, and profit of the firms after paying for
    permits. Bids below private values move money from the government to the firms."""
    y = alt.Y("value:Q").title("€ per period").axis(format=theme.NUMBERS)
    return theme.framed(series_lines("money", tuple(MONEY.values()), y))


@chart_of_metrics("Efficiency, government's share and profit lost", "shares", SHARES, note=MEAN_NOTE)
def efficiency():
    """Efficiency: surplus realised over the largest possible one, whoever gets it. Government's share: how much
    of revenue, fines and profits goes to the government; above 1 where firms lose. Profit lost: how much less
    the firms earn than if they were given the cap free, in proportion to what they require."""
    y = alt.Y("value:Q").title("share").axis(format=".0%")
    return theme.framed(series_lines("shares", tuple(SHARES.values()), y))


@chart_of_metrics("Secondary market, t", "secondary", SECONDARY, note=MEAN_NOTE)
def secondary_market():
    """Permits that firms have too many of (supply) and too few of (demand) after the auction. The
    smaller of the two is traded; the longer side is rationed."""
    y = alt.Y("value:Q").title("t per period").axis(format=theme.NUMBERS).scale(zero=True)
    return theme.framed(series_lines("secondary", tuple(SECONDARY.values()), y, dashed="traded"))


def emission_rows(model, positions):
    """Emissions and cap of each period, and emissions without regulation, t."""
    names = ("emissions", "cap", "shortfall", "emission_reduction")
    columns = metric_columns(model, positions, names)
    columns["required"] = [float(model.firms.rows.required_permits.sum())] * len(columns["period"])
    return {"emissions": records(columns)}


@chart(
    title="Emissions and cap, t",
    rows=emission_rows,
    needs=("emissions", "cap", "shortfall", "emission_reduction"),
    grows=True,
    section="market",
)
def emissions():
    """Emissions stay at or below the cap as long as firms find permits or manage with fewer; where missing
    permits are fined, emissions may exceed the cap. Dashed: emissions without regulation."""
    tooltip = [
        alt.Tooltip("period:Q", format=",d"),
        alt.Tooltip("emissions:Q", title="emissions, t", format=",.1f"),
        alt.Tooltip("cap:Q", title="cap, t", format=",.1f"),
        alt.Tooltip("required:Q", title="without regulation, t", format=",.1f"),
        alt.Tooltip("shortfall:Q", title="shortfall, t", format=",.1f"),
        alt.Tooltip("emission_reduction:Q", title="reduction", format=".1%"),
    ]
    base = alt.Chart(alt.NamedData("emissions")).encode(x=theme.period_axis())
    y = alt.Y("emissions:Q").title("t per period").axis(format=theme.NUMBERS).scale(zero=True)
    area = base.mark_area(opacity=0.35).encode(y=y, tooltip=tooltip)
    cap = base.mark_line(strokeWidth=2).encode(y=y_of("cap", y))
    free = base.mark_line(strokeWidth=1.5, strokeDash=[6, 4]).encode(y=y_of("required", y))
    layers = [theme.as_series(*pair, EMISSIONS) for pair in zip((area, cap, free), EMISSIONS, strict=True)]
    return theme.framed(alt.layer(*layers))
