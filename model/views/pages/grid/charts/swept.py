"""Charts of a sweep of the grid: what the government and enterprises reach at each value of the parameter swept."""

from functools import partial

from model.views.charts.base import chart
from model.views.charts.marks import names_above
from model.views.charts.sweep import SHARED, sweep_choices, swept, swept_lines, swept_rows

SYSTEM = "grid"
APART = 105
"""Pixels between the names of schedules, of which there are four."""


def lines():
    """Draw a sweep; the chart's title or the choice names what is shown."""
    return swept_lines(above=[names_above("points", APART)])


@chart(title="Welfare over the sweep, coins", system=SYSTEM, **swept("welfare"))
def swept_welfare():
    """Welfare of the government at each value, means over seeds with 95 % intervals, of the last step of
    a run: the end of its first episode if it has as many steps as an episode."""
    return lines()


@chart(title="Mean utility over the sweep", system=SYSTEM, **swept("mean_utility"))
def swept_utility():
    """Mean utility of the enterprises at each value."""
    return lines()


@chart(title="Settled shortfall over the sweep, t", system=SYSTEM, **swept("settled_shortfall"))
def swept_shortfall():
    """Emissions without permits at each value."""
    return lines()


@chart(
    title="Any number of the grid over the sweep",
    rows=partial(swept_rows, metric="permits_traded"),
    needs=("permits_traded",),
    system=SYSTEM,
    asks=("metric",),
    choices=partial(sweep_choices, first="permits_traded"),
    **SHARED,
)
def swept_number():
    """Choose a metric. Bands: 95 % intervals of the mean over seeds (Student's t)."""
    return lines()
