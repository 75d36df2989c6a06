"""Charts over the years of the run shown: prices, permits, money, and any number."""

import altair as alt
import numpy as np

from model.metrics import METRICS
from model.systems.emissions_trading.levers import CCR_PRICE
from model.views.charts import theme
from model.views.charts.base import chart
from model.views.charts.marks import value_above, y_of
from model.views.pages.emissions_trading.events import events_of
from model.views.pages.emissions_trading.timeline import quarters_of

SYSTEM = "emissions_trading"

PRICES = {"carbon_price": "price of a permit", "foreseen_price": "if all had been foreseen"}
LOOKS = {
    "price of a permit": (theme.INK, [1, 0]),
    "if all had been foreseen": ("#cc5500", [6, 3]),
    "reserve price": ("#228833", [1, 0]),
}
"""Colour and dashes of every line of prices in the legend."""
LIMIT = "#aa3377"
"""Colour of triggers and ceiling, which have their names beside them, because few policies have them."""
UNSOLD = "reserve, unsold"
PARTS = {"emissions": "#cc5500", "bank": "#4477aa", UNSOLD: "#bbbbbb", "owed": "#b71c1c"}
LEVELS = {"cap": (theme.INK, [1, 0]), "without abatement": (theme.MUTED, [4, 3])}
MONEY = {
    "public_revenue": "revenue of the government",
    "abatement_cost": "cost of abatement",
    "windfall": "value of free permits",
    "fines": "fines",
}
MONEY_COLOURS = (theme.INK, "#cc5500", "#4477aa", "#b71c1c")
HEIGHT = 320
ROOM = 1.12
"""Height of the axis over that of what it shows, where events are marked above."""


def line_rows(run, names):
    """Rows ``time, when, series, value, unit`` of metrics by name -> label."""
    return [
        {"time": time, "when": when, "series": label, "value": value, "unit": METRICS[name].unit}
        for name, label in names.items()
        if METRICS[name].applies(run.model)
        for time, when, value in zip(run.time.tolist(), run.names, run.values(name).tolist(), strict=True)
    ]


def span_rows(model, highest=0.0):
    """Ends of the axis of years, and a height that leaves room for the marks of events above ``highest``."""
    return [{"time": at, "value": ROOM * highest} for at in (0.5, model.params.years + 0.5)]


def limit_rows(run):
    """Reserve price, triggers and ceiling in force, flat steps from year to year to the end of the run: two lists.

    There is no reserve price in years in which no permits are offered.
    """
    p, setup = run.model.params, run.model.setup
    floor, offered, trigger = (
        np.array(setup.reserve_price),
        setup.cap - setup.given,
        np.full(p.years, p.ccr_price),
    )
    if len(run.positions):
        past = slice(0, run.year[-1])
        floor[past], offered[past] = run.by_year("floor"), run.by_year("offered")
        if setup.regulator.lever == CCR_PRICE:
            trigger[past] *= 1.0 + run.last_of_year(run.government().stricter)
    prices = {
        "reserve price": np.where(offered > run.speck, floor, 0.0),
        "permits held back below": np.maximum(p.ecr_price, floor) if p.ecr_price else floor * 0.0,
        "permits added from here on": np.maximum(trigger, floor) if p.ccr_price else floor * 0.0,
        "ceiling": np.where(np.isfinite(setup.ceiling), setup.ceiling, 0.0),
    }
    rows = [
        {"time": year + side, "when": f"year {year}", "series": name, "value": price, "unit": "€/t"}
        for name, by_year in prices.items()
        for year, price in enumerate(by_year.tolist(), 1)
        for side in (-0.5, 0.5)
        if price > 0.0
    ]
    known = [row for row in rows if row["series"] in LOOKS]
    return known, [row for row in rows if row["series"] not in LOOKS]


def event_rows(run):
    """Marks of the events: place, look and text."""
    if not len(run.positions):
        return []
    times, names = run.time.tolist(), run.names
    return [
        {"time": times[e.row], "when": names[e.row], "glyph": e.glyph, "colour": e.colour, "place": e.place}
        | {"text": e.text}
        for e in events_of(run)
    ]


def year_axis():
    """Axis of years, the whole run from the first quarter on."""
    return alt.X("time:Q").title("year").axis(grid=False, **theme.YEARS).scale(nice=False, zero=False)


def span_mark(y):
    """Nothing to see: it only makes the axes as long as the run, and high enough for the marks of events."""
    return alt.Chart(alt.NamedData("span")).mark_point(opacity=0).encode(x=year_axis(), y=y_of("value", y))


def event_marks():
    """Marks of the events in rows at the top of the drawing, a row for each kind."""
    marks = alt.Chart(alt.NamedData("events")).mark_text(fontSize=13, y=alt.expr("7 + 9 * datum.place"))
    tooltip = [alt.Tooltip("when:N"), alt.Tooltip("text:N", title="what")]
    colour = alt.Color("colour:N").scale(None)
    return marks.encode(x=year_axis(), text="glyph:N", color=colour, tooltip=tooltip)


def line_marks(data, looks, y):
    """Lines of rows ``time, when, series, value, unit``; looks : colour and dashes by series."""
    names = list(looks)
    scale = {"domain": names, "range": [colour for colour, _ in looks.values()]}
    dash = {"domain": names, "range": [dashes for _, dashes in looks.values()]}
    legend = alt.Legend(title=None, symbolType="stroke", columns=2)
    tooltip = [
        alt.Tooltip("when:N"),
        alt.Tooltip("series:N"),
        alt.Tooltip("value:Q", format=",.4~r"),
        alt.Tooltip("unit:N"),
    ]
    base = alt.Chart(alt.NamedData(data)).encode(x=year_axis(), y=y)
    lines = base.mark_line(strokeWidth=2).encode(
        stroke=alt.Stroke("series:N").scale(**scale).legend(legend),
        strokeDash=alt.StrokeDash("series:N").scale(**dash).legend(legend),
    )
    spots = base.mark_point(size=30, filled=True, opacity=0.001).encode(tooltip=tooltip)
    return lines, spots


def price_rows(model, positions=()):
    """Prices so far, limits of the whole run, events."""
    run = quarters_of(model)
    floor, limits = limit_rows(run)
    prices = floor + line_rows(run, PRICES)
    highest = max((row["value"] for row in prices + limits if row["value"] == row["value"]), default=0.0)
    return {"prices": prices, "limits": limits, "events": event_rows(run), "span": span_rows(model, highest)}


@chart(
    title="Price of a permit, €/t",
    rows=price_rows,
    needs=("carbon_price", "foreseen_price", "floor"),
    system=SYSTEM,
    section="market",
)
def permit_price():
    """Price of each quarter's last market, up to which firms abate. Dashed: the price if everybody had foreseen
    the whole run, which while permits are banked rises at the rate of interest; there is none where permits keep a
    value after the last year. Triggers and limits are those
    of the policy. Marks at the top are events; point at them."""
    y = alt.Y("value:Q").title("€/t").axis(format=theme.NUMBERS).scale(zero=True)
    lines = line_marks("prices", LOOKS, y)
    return theme.framed(alt.layer(span_mark(y), *limit_marks(y), *lines, event_marks()), HEIGHT)


def limit_marks(y):
    """Dotted lines of triggers and ceiling, each with its name at the left."""
    limits = alt.Chart(alt.NamedData("limits"))
    lines = limits.mark_line(strokeDash=[2, 2], color=LIMIT).encode(x=year_axis(), y=y, detail="series:N")
    names = limits.transform_filter("datum.time == 0.5").mark_text(
        align="left", baseline="bottom", dx=3, dy=-2, fontSize=11, color=LIMIT
    )
    return lines, names.encode(x=year_axis(), y=y, text="series:N")


def stack_rows(model, positions=()):
    """Emissions, bank and reserve of every year as stacked bars; caps of all years, emissions without abatement."""
    run = quarters_of(model)
    caps, parts, levels = model.setup.cap.copy(), [], []
    if len(run.positions):
        found = run.by_year("yearly_cap")
        caps[: len(found)] = found  # of years to come, those announced
        amounts = {"emissions": run.by_year("emissions"), "bank": np.maximum(run.by_year("bank"), 0.0)}
        public = run.government()
        rolled = run.last_of_year(public.rolled + public.waiting)
        amounts |= {UNSOLD: run.by_year("reserve") + rolled, "owed": -run.by_year("debt")}
        parts = bar_rows(amounts, run.model.params.quarters, run)
        free = amounts["emissions"] + run.by_year("abatement")
        levels = [level_row(year, "without abatement", t) for year, t in enumerate(free.tolist(), 1)]
    levels = [level_row(year, "cap", cap) for year, cap in enumerate(caps.tolist(), 1)] + levels
    highest = max([row["top"] for row in parts] + [row["value"] for row in levels])
    return {"parts": parts, "levels": levels, "events": event_rows(run), "span": span_rows(model, highest)}


def level_row(year, series, value):
    """A level of one year, drawn as a line across its bar."""
    return {"from": year - 0.45, "to": year + 0.45, "when": f"year {year}", "series": series, "value": value}


def bar_rows(amounts, quarters, run):
    """Stacked bars, one for each year; what is owed goes below zero."""
    rows = []
    for year in range(1, int(run.year[-1]) + 1):
        bottom, unfinished = 0.0, year == run.year[-1] and run.quarter[-1] < quarters
        when = f"year {year}" + (f", first {run.quarter[-1]} of {quarters} quarters" if unfinished else "")
        for part, values in amounts.items():
            value, below = float(values[year - 1]), 0.0 if part == "owed" else bottom
            rows.append({"from": year - 0.36, "to": year + 0.36, "when": when, "part": part})
            rows[-1] |= {"bottom": below, "top": below + value, "value": abs(value)}
            bottom = below + value
    return rows


@chart(
    title="Where the permits of a year went, t",
    rows=stack_rows,
    needs=("emissions", "bank", "reserve", "debt", "yearly_cap", "abatement"),
    system=SYSTEM,
    section="market",
)
def cap_emissions_bank():
    """Emissions of the year, and on top of them permits banked at its end, and those in the reserve
    or waiting unsold for the next auction. Where the stack
    is higher than the cap, firms had permits from before; where it is lower, they will need some. Below zero:
    permits owed."""
    x = alt.X("from:Q").title("year").axis(grid=False, **theme.YEARS).scale(nice=False, zero=False)
    y = alt.Y("bottom:Q").title("t").axis(format=theme.NUMBERS).scale(zero=True)
    about = [alt.Tooltip("when:N"), alt.Tooltip("value:Q", title="t", format=",.4~r")]
    fill = alt.Fill("part:N").scale(domain=list(PARTS), range=list(PARTS.values()))
    bars = alt.Chart(alt.NamedData("parts")).mark_rect().encode(
        x=x, x2="to:Q", y=y, y2="top:Q", tooltip=[*about, alt.Tooltip("part:N")],
        fill=fill.legend(title=None, symbolType="square", columns=2),
    )  # fmt: skip
    scale = {"domain": list(LEVELS), "range": [colour for colour, _ in LEVELS.values()]}
    dash = {"domain": list(LEVELS), "range": [dashes for _, dashes in LEVELS.values()]}
    legend = alt.Legend(title=None, symbolType="stroke", columns=1)
    levels = alt.Chart(alt.NamedData("levels")).mark_rule(strokeWidth=2.5).encode(
        x=x, x2="to:Q", y="value:Q", tooltip=[*about, alt.Tooltip("series:N")],
        stroke=alt.Stroke("series:N").scale(**scale).legend(legend),
        strokeDash=alt.StrokeDash("series:N").scale(**dash).legend(legend),
    )  # fmt: skip
    return theme.framed(alt.layer(span_mark(y), bars, levels, event_marks()), HEIGHT)


def money_rows(model, positions=()):
    """Totals of every finished year, €."""
    run, rows = quarters_of(model), []
    years = run.finished_years()
    for name, label in MONEY.items() if years else ():
        rows += [
            {"time": year, "when": f"year {year}", "series": label, "value": value, "unit": "€"}
            for year, value in enumerate(run.by_year(name)[:years].tolist(), 1)
        ]
    note = [] if years else [{"text": "The first numbers come when the first year is over."}]
    return {"lines": rows, "span": span_rows(model), "note": note}


@chart(title="Money of a year, €", rows=money_rows, needs=tuple(MONEY), system=SYSTEM, section="market")
def money():
    """Revenue of the government from auctions or tax, cost of abatement, value of the permits given away, and fines
    of every finished year."""
    y = alt.Y("value:Q").title("€ per year").axis(format=theme.NUMBERS).scale(zero=True)
    looks = {name: (colour, [1, 0]) for name, colour in zip(MONEY.values(), MONEY_COLOURS, strict=True)}
    return theme.framed(alt.layer(span_mark(y), *line_marks("lines", looks, y), theme.note_mark()), HEIGHT)


def any_rows(model, positions=(), number=""):
    """One metric over the run, and its label with the unit."""
    label = theme.metric_label(number)
    lines = line_rows(quarters_of(model), {number: label})
    return {"lines": lines, "span": span_rows(model), "title": [{"title": label}]}


def numbers_of(model):
    """Metrics to choose from: all that apply to the model, by label."""
    names = [name for name in model.metrics if METRICS[name].applies(model)]
    return {"number": theme.metric_options(names, first="traded_volume")}


@chart(
    title="Any number",
    rows=any_rows,
    asks=("number",),
    choices=numbers_of,
    needs=("traded_volume",),
    system=SYSTEM,
    section="market",
)
def any_number():
    """Choose any number that the market reports."""
    y = alt.Y("value:Q").title(None).axis(format=theme.NUMBERS).scale(zero=True)
    base = alt.Chart(alt.NamedData("lines")).encode(x=year_axis(), y=y)
    tooltip = [alt.Tooltip("when:N"), alt.Tooltip("value:Q", format=",.4~r"), alt.Tooltip("unit:N")]
    line = base.mark_line(color="#4477aa", point=True).encode(tooltip=tooltip)
    return theme.framed(alt.layer(span_mark(y), line, value_above("title", "title")), HEIGHT)
