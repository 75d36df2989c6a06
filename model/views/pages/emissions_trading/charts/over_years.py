"""Charts of the market over years: prices, permits held and given, money."""

from functools import partial

import altair as alt

from model.views.charts import theme
from model.views.charts.base import chart, metric_rows
from model.views.charts.marks import plain_lines

SYSTEM = "emissions_trading"

PRICES = {
    "carbon_price": "price",
    "foreseen_price": "if all were foreseen",
    "clearing_price": "auction",
    "floor": "reserve price",
}
STOCKS = {"bank": "bank", "reserve": "reserve", "debt": "owed", "yearly_cap": "cap of the year"}
FLOWS = {"emissions": "emissions", "abatement": "abatement", "offered": "offered", "sold": "sold"}
MONEY = {
    "revenue": "revenue",
    "abatement_cost": "abatement",
    "windfall": "permits given away",
    "fines": "fines",
}
COLOURS = (theme.INK, "#cc5500", "#4477aa", "#228833")


def rows_of(model, positions, names):
    """Rows of some metrics, a line each."""
    return {"lines": metric_rows(model, positions, names)}


def over_years(title, names):
    """Decorator: a chart of metrics over quarters."""
    rows = partial(rows_of, names=names)
    return chart(title=title, rows=rows, needs=tuple(names), system=SYSTEM, grows=True, section="market")


def lines(names, title):
    """Draw the metrics named as lines over quarters."""
    y = alt.Y("value:Q").title(title).axis(format=theme.NUMBERS).scale(zero=True)
    return theme.framed(plain_lines("lines", dict(zip(names.values(), COLOURS, strict=False)), y, "quarter"))


@over_years("Price of a permit, €/t", PRICES)
def prices_over_years():
    """The price firms abate up to, that of the exchange; the price if everybody had foreseen all emissions of the
    run; the auction's, which is the reserve price where nothing is sold; and the reserve price. Jumps at news are
    right; where the price lies on the reserve price, permits stay unsold."""
    return lines(PRICES, "€/t")


@over_years("Permits held, owed and set aside, t", STOCKS)
def permits_held():
    """Bank: permits of firms beyond what they have emitted or owe; it falls within a year if permits are given
    at its start. Reserve: unsold permits, and those that the stability reserve took in."""
    return lines(STOCKS, "t")


@over_years("Emissions and permits sold in a quarter, t", FLOWS)
def emissions_and_sales():
    """Emissions, and what was avoided at the price; permits offered in the auction and sold. Sold may exceed
    offered where a containment reserve or a ceiling adds permits."""
    return lines(FLOWS, "t per quarter")


@over_years("Money of a quarter, €", MONEY)
def money_over_years():
    """Auction revenue, cost of abatement, value of the permits given away, and fines."""
    return lines(MONEY, "€ per quarter")
