"""Charts of two grids side by side on the same random numbers, such as two policies of allocation."""

from functools import partial

import altair as alt

from model.views.charts import theme
from model.views.charts.base import chart
from model.views.charts.comparison import SHARED, compared_rows, drawing
from model.views.charts.marks import model_lines, said_above


def compared(title, metric):
    """Decorator: a chart of one metric of every model."""
    return chart(title=title, rows=partial(compared_rows, metric=metric), needs=(metric,), **SHARED)


@compared("Welfare compared, coins", "welfare")
def compared_welfare():
    """Welfare of the government in each world. Both have the same skills, the same first cells and the same
    luck; what differs comes from the knob that differs."""
    return drawing("welfare")


@compared("Mean utility compared", "mean_utility")
def compared_utility():
    """Mean utility of the enterprises in each world."""
    return drawing("mean_utility")


@compared("Settled shortfall compared, t", "settled_shortfall")
def compared_shortfall():
    """Emissions of the episode without permits, as settled at the starts of compliance periods."""
    return drawing("settled_shortfall")


def metric_choices(models):
    """Metrics that all the models report, the default first."""
    model = next(iter(models.values()))
    return {"metric": theme.metric_options(model.metrics, first="emission_level")}


@chart(
    title="Any number of the grid compared",
    rows=partial(compared_rows, metric="emission_level"),
    needs=("emission_level",),
    asks=("metric",),
    choices=metric_choices,
    **SHARED,
)
def compared_number():
    """Choose what to compare."""
    y = alt.Y("value:Q").title(None).axis(format=theme.NUMBERS)
    return theme.framed(model_lines("models", y, "in its unit") + said_above("models", "metric"))
