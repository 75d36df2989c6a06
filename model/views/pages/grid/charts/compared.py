"""Charts of two grids side by side on the same random numbers, such as two policies of allocation."""

from functools import partial

import altair as alt

from model.views.charts import comparison, theme
from model.views.charts.marks import names_above, value_above
from model.views.pages.grid.charts.series import step_axis

FIRST = "emission_level"
"""Metric shown first where one can be chosen."""
compared = partial(comparison.compared, note="")
"""`comparison.compared` for charts that show every step as it was, without running means."""


def lines(unit, **scale):
    """Draw rows ``period, model, colour, place, value``: one line per model, named above the chart."""
    tooltip = [
        alt.Tooltip("model:N"),
        alt.Tooltip("period:Q", title="step", format=",d"),
        alt.Tooltip("value:Q", title=unit, format=",.4~r"),
    ]
    base = alt.Chart(alt.NamedData("models")).encode(
        x=step_axis(),
        y=alt.Y("value:Q").title(unit).axis(format=theme.NUMBERS).scale(**scale),
        color=alt.Color("colour:N").scale(None),
        detail="model:N",
    )
    spots = base.mark_point(size=50, opacity=0).encode(tooltip=tooltip)
    return base.mark_line(strokeWidth=2) + spots + names_above("models")


@compared("Welfare compared, coins", "welfare")
def compared_welfare():
    """Welfare of the government in each world. Both have the same skills, the same first cells and the same
    random numbers, so any difference comes from the knob that differs."""
    return theme.framed(lines("coins"))


@compared("Mean utility compared", "mean_utility")
def compared_utility():
    """Mean utility of the enterprises in each world."""
    return theme.framed(lines("utility"))


@compared("Settled shortfall compared, t", "settled_shortfall")
def compared_shortfall():
    """Emissions of the episode without permits, as settled at the starts of compliance periods."""
    return theme.framed(lines("t", zero=True))


@compared(
    "Any number of the grid compared",
    FIRST,
    asks=("metric",),
    choices=partial(comparison.metric_choices, first=FIRST),
)
def compared_number():
    """Choose what to compare."""
    return theme.framed(lines("in its unit") + value_above("models", "metric", lines=2))
