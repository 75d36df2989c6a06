"""Two policies on the same firms and shocks: prices, emissions and bank over the years."""

from functools import partial

import altair as alt

from model.metrics import METRICS
from model.reported import adds_up
from model.views.charts import theme
from model.views.charts.base import chart
from model.views.charts.marks import names_above, value_above, y_of
from model.views.pages.emissions_trading.charts.market import span_mark, span_rows, year_axis
from model.views.pages.emissions_trading.timeline import quarters_of

SHARED = {"of": "models", "system": "emissions_trading", "section": "comparison"}
HEIGHT = 280


def compared_rows(models, positions=(), number="carbon_price"):
    """One metric of every model over its run, with colour and place in the legend; by year if it adds up."""
    rows = []
    for place, (label, model) in enumerate(models.items()):
        run, colour = quarters_of(model), theme.colour_of(label, place)
        rows += [
            {"time": time, "when": when, "model": label, "colour": colour, "place": place, "value": value}
            for time, when, value in points_of(run, number)
        ]
    return {"models": rows, "span": span_rows(next(iter(models.values())))}


def any_rows(models, positions=(), number=""):
    """Rows of a chosen metric, and its label with the unit."""
    return compared_rows(models, number=number) | {"title": [{"title": theme.metric_label(number)}]}


def points_of(run, number):
    """Triples of time, its name, and value: totals of finished years of what adds up, else quarter by quarter."""
    if not adds_up(number) or not len(run.positions):
        return zip(run.time.tolist(), run.names, run.values(number).tolist(), strict=True)
    values = run.by_year(number)[: run.finished_years()].tolist()
    return [(year, f"year {year}", value) for year, value in enumerate(values, 1)]


def numbers_of(models):
    """Metrics to choose from: all that apply to some model, by label."""
    metrics = next(iter(models.values())).metrics
    names = [name for name in metrics if any(METRICS[name].applies(model) for model in models.values())]
    return {"number": theme.metric_options(names, first="revenue")}


def drawing(unit):
    """Draw a line for each model, named above the chart."""
    y = alt.Y("value:Q").title(unit).axis(format=theme.NUMBERS).scale(zero=True)
    tooltip = [
        alt.Tooltip("model:N", title="run"),
        alt.Tooltip("when:N"),
        alt.Tooltip("value:Q", title=unit or "value", format=",.4~r"),
    ]
    base = alt.Chart(alt.NamedData("models")).encode(x=year_axis(), y=y_of("value", y))
    base = base.encode(color=alt.Color("colour:N").scale(None), detail="model:N")
    dashes = alt.StrokeDash("place:O").scale(domain=[0, 1], range=[[1, 0], [5, 3]]).legend(None)
    lines = base.mark_line(strokeWidth=2.2).encode(strokeDash=dashes) + base.mark_point(
        filled=True, size=25
    ).encode(tooltip=tooltip)
    return span_mark(y) + lines + names_above("models", apart=200)


@chart(title="Price of a permit, €/t", rows=compared_rows, needs=("carbon_price",), **SHARED)
def compared_prices_of_years():
    """Price of each quarter's last market. Both runs have the same firms and shocks."""
    return theme.framed(drawing("€/t"), HEIGHT)


@chart(
    title="Emissions of a year, t",
    rows=partial(compared_rows, number="emissions"),
    needs=("emissions",),
    **SHARED,
)
def compared_emissions_of_years():
    """Emissions of every finished year."""
    return theme.framed(drawing("t"), HEIGHT)


@chart(title="Permits banked, t", rows=partial(compared_rows, number="bank"), needs=("bank",), **SHARED)
def compared_banks():
    """Permits that firms hold beyond what they have emitted or owe."""
    return theme.framed(drawing("t"), HEIGHT)


@chart(
    title="Any number",
    rows=any_rows,
    asks=("number",),
    choices=numbers_of,
    needs=("revenue",),
    **SHARED,
)
def compared_number_of_years():
    """Choose a number to compare. Amounts are totals of finished years."""
    return theme.framed(drawing(None) + value_above("title", "title", lines=2), HEIGHT)
