"""Charts of two package auctions side by side, auction by auction: the same farms where costs are the same."""

from functools import partial

import altair as alt

from model.metrics import METRICS
from model.systems.escape_permits.metrics import PACKAGE_METRICS
from model.views.charts import theme
from model.views.charts.base import chart
from model.views.charts.marks import names_above, value_above, y_of
from model.views.pages.escape_permits.charts.outcomes import auction_axis
from model.views.pages.escape_permits.charts.pollutants import SYSTEM, auction_rows

SHARED = {"of": "models", "section": "comparison", "system": SYSTEM}
OF_ROUNDS = ("provisional_revenue", "clock_price", "excess_demand")
"""Metrics of single rounds, which auctions with other numbers of rounds do not share."""
FIRST = "auction_efficiency"


def compared_rows(models, positions, metric=FIRST):
    """A metric of every auction that has closed in each model."""
    looks = [(label, theme.colour_of(label, place), place) for place, label in enumerate(models)]
    return {
        "models": [
            row | {"model": label, "colour": colour, "place": place, "metric": theme.metric_label(metric)}
            for (label, colour, place), model in zip(looks, models.values(), strict=True)
            for row in auction_rows(model, {metric: metric})
        ]
    }


def metric_choices(models):
    """Metrics of whole auctions."""
    names = [name for name in PACKAGE_METRICS if not name.startswith(OF_ROUNDS)]
    return {"metric": theme.metric_options(names, first=FIRST)}


def compared(y, unit):
    """A point per auction and model, with each model's mean as a dashed level."""
    tooltip = [
        alt.Tooltip("model:N"),
        alt.Tooltip("auction:Q", format=",d"),
        alt.Tooltip("value:Q", title=f"value, {unit}", format=",.4~r"),
    ]
    base, colour = alt.Chart(alt.NamedData("models")), alt.Color("colour:N").scale(None)
    dots = base.mark_point(size=50, filled=True, opacity=0.75).encode(x=auction_axis(), y=y)
    means = base.transform_aggregate(level="mean(value)", groupby=["colour"]).mark_rule(strokeDash=[5, 4])
    layers = [means.encode(y=y_of("level", y), color=colour), dots.encode(color=colour, tooltip=tooltip)]
    return theme.framed(alt.layer(*layers, names_above("models")))


def compared_metric_chart(title, metric):
    """Decorator: a chart of one metric of both models."""
    return chart(title=title, rows=partial(compared_rows, metric=metric), needs=(metric,), **SHARED)


def drawing(metric):
    """Draw one given metric."""
    unit = METRICS[metric].unit
    return compared(alt.Y("value:Q").title(unit).axis(format=theme.NUMBERS).scale(zero=False), unit)


@compared_metric_chart("Revenue of each auction compared, €", "auction_revenue")
def compared_auction_revenue():
    """Revenue of the regulator in each model. Auctions with the same number have the same farms (unless the
    knob compared changes these). Dashed: means."""
    return drawing("auction_revenue")


@compared_metric_chart("Share of GHG permits sold compared", "share_sold_ghg")
def compared_share_sold():
    """Share of the GHG permits sold in each model, auction by auction. Dashed: means."""
    return drawing("share_sold_ghg")


@chart(
    title="Any metric of the auctions compared",
    rows=compared_rows,
    needs=(FIRST,),
    asks=("metric",),
    choices=metric_choices,
    **SHARED,
)
def compared_auction_metric():
    """Choose a metric to compare. Dashed: means of the auctions shown."""
    y = alt.Y("value:Q").title(None).axis(format=theme.NUMBERS).scale(zero=False)
    layered = compared(y, "in its unit")
    return layered + value_above("models", "metric", lines=2)
