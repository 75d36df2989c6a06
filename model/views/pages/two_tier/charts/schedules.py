"""Charts of the two-tier auctions: schedules against true values, payments under every rule, allocation."""

import altair as alt
import numpy as np

from model.systems.two_tier.what_if import PRICING_RULES, book_of
from model.views.charts import theme
from model.views.charts.base import chart, firm_choices, records
from model.views.charts.marks import y_of

SYSTEM = "two_tier"

MOST_POINTS = 400
"""Permits whose values a curve shows one by one; of more, evenly chosen ones."""

RULE_COLOURS = dict(zip(PRICING_RULES, ("#004488", "#6ea6d8", "#bb5566", "#b8860b"), strict=True))
CURVE_COLOURS = {"bid": "#4477aa", "true value": "#228833"}
SHARE_COLOURS = {"award": "#4477aa", "efficient award": theme.INK, "equal split": "#cc5500"}


def staircase(widths, heights, series):
    """Corner points of a falling curve of steps, ending at zero: rows ``series, place, volume, price``."""
    ends = np.cumsum(widths)
    volume = np.repeat(np.concatenate([[0.0], ends]), 2)[1:]
    price = np.append(np.repeat(heights, 2), 0.0) if len(ends) else [0.0]
    columns = {"place": np.arange(len(volume)), "volume": volume, "price": price}
    return [{"series": series} | row for row in records(columns)]


def value_staircase(values):
    """The curve of true values, €/t, falling; thinned if there are very many."""
    if len(values) <= MOST_POINTS:
        return staircase(np.ones(len(values)), values, "true value")
    kept = np.unique(np.linspace(0, len(values) - 1, MOST_POINTS).astype(int))
    return staircase(np.diff(kept, prepend=-1), values[kept], "true value")


def schedule_rows(model, positions, firm=1):
    """A firm's schedule and true values as curves, and its award at the clearing price."""
    if not model.steps:
        return {"curves": [], "market": []}
    book, row = book_of(model), model.firms.rows[firm - 1]
    bid = staircase(book.volume[firm - 1], book.price[firm - 1], "bid")
    tooltip = {"quantity": float(row.award), "quantity_name": f"award {row.award:,.4g} t"}
    curves = bid + value_staircase(book.values(firm - 1))
    return {"curves": curves, "market": [tooltip | price_label(model)]}


def demand_rows(model, positions):
    """Stated and true demand of all firms as curves, the supply, and the clearing price."""
    if not model.steps:
        return {"curves": [], "market": []}
    book = book_of(model)
    order = np.argsort(-book.price.ravel(), kind="stable")
    stated = staircase(book.volume.ravel()[order], book.price.ravel()[order], "bid")
    values = np.sort(np.concatenate([book.values(row) for row in range(len(book.cost))]))[::-1]
    tooltip = {"quantity": book.supply, "quantity_name": f"supply {book.supply:,.4g} t"}
    return {"curves": stated + value_staircase(values), "market": [tooltip | price_label(model)]}


def price_label(model):
    """The clearing price as a number and as text."""
    price = float(model.government.clearing_price)
    return {"price": price, "price_name": f"clearing price {price:,.3f} €/t"}


@chart(
    title="What a firm bids, and what permits are worth to it, €/t",
    rows=schedule_rows,
    system=SYSTEM,
    section="bids",
    asks=("firm",),
    choices=firm_choices,
)
def demand_schedule():
    """Green: the true value of each further permit, which only the firm knows. Blue: its bid, in a few steps.
    Where blue lies below green the firm shades its bid; where blue ends early it asks for less than it needs.
    Vertical line: its award."""
    return curves_drawn("permits of the firm, t")


@chart(
    title="Stated and true demand, supply, clearing price, €/t",
    rows=demand_rows,
    system=SYSTEM,
    section="bids",
)
def stated_demand():
    """All schedules and all true values, from the highest down. The supply meets stated demand at the
    lowest bid served. Under VCG and a discriminatory price the clearing price is the mean paid per permit,
    or the mean winning bid."""
    return curves_drawn("permits, t")


def curves_drawn(title):
    """Draw bid and true values over permits, with the award or the supply and the price as named lines."""
    x = alt.X("volume:Q").title(title).axis(format=theme.NUMBERS, grid=False).scale(nice=False)
    y = alt.Y("price:Q").title("€/t").axis(format=theme.NUMBERS).scale(zero=True)
    tooltip = [
        alt.Tooltip("series:N"),
        alt.Tooltip("volume:Q", title="permits, t", format=",.4~r"),
        alt.Tooltip("price:Q", title="price, €/t", format=",.4~r"),
    ]
    colour = theme.series_colour(CURVE_COLOURS, CURVE_COLOURS)
    base = alt.Chart(alt.NamedData("curves"))
    line = base.mark_line(strokeWidth=2.5).encode(x=x, y=y, order="place:Q", color=colour)
    spots = base.mark_point(size=60, opacity=0).encode(x=x, y=y, tooltip=tooltip)
    return theme.framed(alt.layer(line, spots, *named_lines(x, y)), height=280)


def named_lines(x, y):
    """Draw a vertical line at a quantity and a dashed one at a price, each with its name."""
    base = alt.Chart(alt.NamedData("market"))
    across = x.copy(deep=True)
    across.shorthand = "quantity:Q"
    upright = base.mark_rule(color=theme.INK, strokeWidth=1.5).encode(x=across)
    level = base.mark_rule(color=theme.INK, strokeWidth=1.5, strokeDash=[5, 4]).encode(y=y)
    name = {"fontSize": 11, "color": theme.INK}
    quantity_name = base.mark_text(align="left", dx=4, y=6, **name).encode(x=across, text="quantity_name:N")
    price_name = base.mark_text(align="right", x="width", dx=-4, dy=-7, **name)
    return [upright, level, quantity_name, price_name.encode(y=y, text="price_name:N")]


# -- every pricing rule on the same bids ------------------------------------------------------------------


def payment_rows(model, positions):
    """Award, t, and payment, €, of every firm under every pricing rule."""
    rows = []
    for place, (rule, outcome) in enumerate(outcomes(model).items()):
        for row, (award, paid) in enumerate(zip(outcome.award, outcome.payment, strict=True)):
            shared = {"rule": rule, "place": place, "firm": row + 1}
            rows.append(shared | {"award": float(award), "payment": float(paid)})
    return {"payments": rows}


def revenue_rows(model, positions):
    """Revenue, €, and clearing price, €/t, under every pricing rule."""
    return {
        "revenues": [
            {"rule": rule, "revenue": float(outcome.payment.sum()), "price": outcome.clearing_price}
            for rule, outcome in outcomes(model).items()
        ]
    }


def outcomes(model):
    """Outcome of the last auction's bids under each pricing rule; empty before the first auction."""
    if not model.steps:
        return {}
    book = book_of(model)
    return {rule: book.under(rule) for rule in PRICING_RULES}


def rule_colour(legend=True):
    """Colour by pricing rule."""
    shown = alt.Legend(title=None, symbolType="square", columns=2, labelLimit=200) if legend else None
    return (
        alt.Color("rule:N").scale(domain=list(RULE_COLOURS), range=list(RULE_COLOURS.values())).legend(shown)
    )


@chart(
    title="Payments under every pricing rule on the same bids, €",
    rows=payment_rows,
    system=SYSTEM,
    section="bids",
)
def payments_by_rule():
    """The awards are the same under all four rules, only payments differ. On the same bids discriminatory
    payments are the largest, then the lowest bid served, the highest bid not served, and VCG; the two uniform
    prices coincide where the last step served gets only a part. Under another rule firms would also bid
    differently."""
    tooltip = [
        alt.Tooltip("firm:O"),
        alt.Tooltip("rule:N"),
        alt.Tooltip("award:Q", title="award, t", format=",.4~r"),
        alt.Tooltip("payment:Q", title="payment, €", format=",.2f"),
    ]
    bars = (
        alt.Chart(alt.NamedData("payments"))
        .mark_bar()
        .encode(
            x=alt.X("firm:O").title("firm").axis(labelAngle=0),
            xOffset=alt.XOffset("place:O"),
            y=alt.Y("payment:Q").title("€").axis(format=theme.NUMBERS),
            color=rule_colour(),
            tooltip=tooltip,
        )
    )
    return theme.framed(bars, height=260)


@chart(
    title="Revenue under every pricing rule on the same bids, €",
    rows=revenue_rows,
    system=SYSTEM,
    section="bids",
)
def revenue_by_rule():
    """Revenue from the bids of this auction under each pricing rule."""
    y = alt.Y("rule:N").sort(list(PRICING_RULES)).title(None).axis(labelLimit=180)
    base = alt.Chart(alt.NamedData("revenues")).encode(
        x=alt.X("revenue:Q").title("€").axis(format=theme.NUMBERS), y=y
    )
    tooltip = [
        alt.Tooltip("rule:N"),
        alt.Tooltip("revenue:Q", title="revenue, €", format=",.2f"),
        alt.Tooltip("price:Q", title="clearing price, €/t", format=",.3f"),
    ]
    bars = base.mark_bar().encode(color=rule_colour(legend=False), tooltip=tooltip)
    numbers = base.mark_text(align="right", dx=-6, color="white", fontSize=11).encode(
        text=alt.Text("revenue:Q", format=",.1f")
    )
    return theme.framed(bars + numbers, height=180)


# -- allocation -------------------------------------------------------------------------------------------


def allocation_rows(model, positions):
    """Award, efficient award and need of every firm in this auction, t."""
    if not model.steps:
        return {"firms": []}
    firms, n = model.firms.rows, len(model.firms)
    names = ("award", "efficient_award", "need", "cost", "value", "efficient_value")
    columns = {"firm": np.arange(1, n + 1)} | {name: firms[name] for name in names}
    columns["equal_split"] = np.full(n, float(model.government.cap) / n)
    return {"firms": records(columns)}


@chart(
    title="Permits of each firm in this auction, t",
    rows=allocation_rows,
    system=SYSTEM,
    section="firms",
)
def allocation():
    """Bars: the award of each firm. Black: its efficient award, if every permit went where it is worth most;
    it is larger for a firm with a high cost of abatement. Dashed: an equal split. Bids that hide value move
    permits from the black mark towards the dashed line, or past it."""
    x = alt.X("firm:O").title("firm").axis(labelAngle=0)
    y = alt.Y("award:Q").title("t").axis(format=theme.NUMBERS).scale(zero=True)
    tooltip = [
        alt.Tooltip("firm:O"),
        alt.Tooltip("award:Q", title="award, t", format=",.4~r"),
        alt.Tooltip("efficient_award:Q", title="efficient award, t", format=",.4~r"),
        alt.Tooltip("cost:Q", title="slope of abatement cost, €/t²", format=".3f"),
        alt.Tooltip("value:Q", title="value of the award, €", format=",.2f"),
        alt.Tooltip("efficient_value:Q", title="value of the efficient award, €", format=",.2f"),
    ]
    base = alt.Chart(alt.NamedData("firms"))
    (bar, blue), *others = SHARE_COLOURS.items()
    shown = alt.Color("series:N").scale(domain=[bar], range=[blue]).legend(title=None, symbolType="square")
    names, colours = zip(*others, strict=True)
    stroke = alt.Stroke("series:N").scale(domain=names, range=colours)
    stroke = stroke.legend(title=None, symbolType="stroke", symbolFillColor="transparent")
    bars = base.transform_calculate(series="'award'").mark_bar(opacity=0.75)
    marks = base.transform_calculate(series="'efficient award'").mark_bar(fillOpacity=0, strokeWidth=3)
    split = base.transform_calculate(series="'equal split'").transform_aggregate(
        level="max(equal_split)", groupby=["series"]
    )
    return theme.framed(
        alt.layer(
            bars.encode(x=x, y=y, color=shown, tooltip=tooltip),
            marks.encode(
                x=x, y=y_of("efficient_award", y), y2="efficient_award:Q", stroke=stroke, tooltip=tooltip
            ),
            split.mark_rule(strokeDash=[5, 4], strokeWidth=1.5).encode(y="level:Q", stroke=stroke),
        )
    )
