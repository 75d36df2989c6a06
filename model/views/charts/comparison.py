"""Charts of several models side by side on the same random numbers, such as two auction formats."""

from functools import partial

import altair as alt

from model.metrics import METRICS
from model.views.charts import theme
from model.views.charts.base import chart, metric_columns
from model.views.charts.marks import MEAN_NOTE, model_lines, value_above

SHARED = {"of": "models", "grows": True, "section": "comparison", "note": MEAN_NOTE}


def compared_rows(models, positions, metric="efficiency"):
    """One metric of every model in each period, with colour and place in the legend."""
    looks = [(label, theme.colour_of(label, place), place) for place, label in enumerate(models)]
    columns = [metric_columns(model, positions, (metric,)) for model in models.values()]
    metric_name = theme.metric_label(metric)
    return {
        "models": [
            {"period": period, "model": label, "colour": colour, "place": place}
            | {"value": column[metric][k], "metric": metric_name}
            for k, period in enumerate(columns[0]["period"])
            for (label, colour, place), column in zip(looks, columns, strict=True)
        ]
    }


def compared(title, metric, **more):
    """Decorator: a chart of one metric of every model; more : as of `chart`, in place of `SHARED`."""
    return chart(title=title, rows=partial(compared_rows, metric=metric), needs=(metric,), **SHARED | more)


def metric_choices(models, first="efficiency"):
    """Metrics that all the models report, the default first."""
    model = next(iter(models.values()))
    return {"metric": theme.metric_options(model.metrics, first=first)}


def drawing(metric):
    """Draw one known metric of every model."""
    unit = METRICS[metric].unit
    return theme.framed(model_lines("models", alt.Y("value:Q").title(unit).axis(format=theme.NUMBERS), unit))


@compared("Clearing price compared, €/t", "clearing_price")
def compared_prices():
    """Clearing price in each model. Both have the same firms and the same random numbers, so any difference
    comes from the knob that differs."""
    return drawing("clearing_price")


@compared("Government revenue compared, €", "revenue")
def compared_revenue():
    """Auction revenue in each model. Where winners pay their own bids, they need not pay more: firms adapt their
    bids to the rule, and lower ones are all paid in full."""
    return drawing("revenue")


@compared("Total profit compared, €", "total_profit")
def compared_profit():
    """Profit of all firms together in each model."""
    return drawing("total_profit")


@compared("Distance of the mean bid from the equilibrium price compared, €/t", "bid_distance")
def compared_distance():
    """Mean distance of the bids from the marginal bid. It can stay large where a high bid does not raise what
    its bidder pays."""
    return drawing("bid_distance")


@chart(
    title="Any metric compared",
    rows=compared_rows,
    needs=("efficiency",),
    asks=("metric",),
    choices=metric_choices,
    **SHARED,
)
def compared_metric():
    """Choose a metric to compare."""
    y = alt.Y("value:Q").title(None).axis(format=theme.NUMBERS)
    return theme.framed(model_lines("models", y, "in its unit") + value_above("models", "metric", lines=2))
