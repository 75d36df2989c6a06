"""Lines over one recorded episode of the grid: quantities of enterprises, numbers of government and market."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import altair as alt
import numpy as np

from agents.enterprises.enterprise import Enterprise
from agents.government import CapGovernment
from model.mechanisms.exchange.double_auction import ASK, BID
from model.spans import Spans
from model.views.charts import theme
from model.views.charts.base import records
from model.views.pages.grid.charts.enterprises import SUMS, draw_paths, quantity_of
from model.views.pages.grid.charts.series import step_axis

MOST_POINTS = 120
"""Most points of a line; in a longer episode they are evenly spaced, and flows are means of the steps between
them."""

QUANTITIES = {
    "coins": "coins",
    "permits, t": "permits",
    "emission level": "level",
    "labour": "labour",
    "emissions, t": "emissions",
    "utility": "utility",
    "reward": "reward",
}
"""Quantities of enterprises: name on the page -> key of `SUMS`."""


class Number(NamedTuple):
    """A number of government or market: how to read it in a snapshot, and whether it is a flow (`model.spans`)."""

    read: Callable
    flow: bool = False


def open_orders(side):
    """`Number` of the open orders of one side."""
    return Number(lambda shot: int((shot.book.side == side).sum()))


def column(name):
    """`Number` of a column of the government."""
    flow = CapGovernment.column_declarations()[name].flow
    return Number(lambda shot: float(shot.government[0][name]), flow)


def last_price(shot):
    """Price of the last trade of the episode; NaN before the first."""
    return float(shot.government[0].trade_price) if shot.firms.sales.sum() else float("nan")


PUBLIC = {
    "welfare, coins": column("welfare"),
    "reward, coins": column("reward"),
    "last trade, coins/t": Number(last_price),
    "open bids": open_orders(BID),
    "open asks": open_orders(ASK),
    "trades per step": column("trades"),
    "equality": column("equality"),
    "mean level, last period": column("average_level"),
    "penalty, coins/t": column("penalty"),
    "certified projects": column("green_projects"),
    "permits left, t": column("remaining"),
}
"""Numbers of government and market: name on the page -> `Number`."""


def chosen_steps(shots):
    """Steps shown, the first and the last among them."""
    return np.unique(np.linspace(0, len(shots) - 1, MOST_POINTS).astype(int))


def quantity_paths(shots, name):
    """Rows ``period, firm, value`` of a quantity of all enterprises."""
    steps, n = chosen_steps(shots), len(shots[0].firms)
    columns = Enterprise.column_declarations()
    flow = all(columns[column].flow for column in SUMS[name])
    values = over_steps(shots, steps, lambda shot: quantity_of(shot.firms, name), flow)
    firms = np.tile(np.arange(1, n + 1), len(steps))
    return records({"period": np.repeat(steps, n), "firm": firms, "value": values.ravel()})


def public_path(shots, number):
    """Rows ``period, value`` of a `Number` in the snapshots."""
    steps = chosen_steps(shots)
    return records({"period": steps, "value": over_steps(shots, steps, number.read, number.flow)})


def over_steps(shots, steps, read, flow):
    """Values of ``read`` at each of the steps, an array; of a flow, the mean of the steps since the one
    before."""
    if not flow:
        return np.array([read(shots[k]) for k in steps])
    spans = Spans.ending(steps)
    return np.array(
        [
            np.mean([read(shot) for shot in shots[a : b + 1]], axis=0)
            for a, b in zip(spans.first, spans.last, strict=True)
        ]
    )


def now_rule():
    """An upright line at the step that is looked at."""
    base = alt.Chart(alt.NamedData("now"))
    return base.mark_rule(color=theme.INK, strokeDash=[5, 4]).encode(x=step_axis())


def draw_quantity(label):
    """A line for each enterprise; label : what is shown, with its unit."""
    return theme.framed(draw_paths(label) + now_rule(), height=380)


def draw_public(label):
    """One line; label : what is shown, with its unit."""
    tooltip = [
        alt.Tooltip("period:Q", title="step", format=",d"),
        alt.Tooltip("value:Q", title=label, format=",.4~r"),
    ]
    y = alt.Y("value:Q").title(label).axis(format=theme.NUMBERS)
    base = alt.Chart(alt.NamedData("path")).encode(x=step_axis(), y=y)
    line = base.mark_line(strokeWidth=1.8, color=theme.SERIES_COLOURS["mean bid"])
    return theme.framed(line + base.mark_point(size=40, opacity=0).encode(tooltip=tooltip) + now_rule())


DRAWINGS = {label: partial(draw_quantity, label) for label in QUANTITIES}
PUBLIC_DRAWINGS = {label: partial(draw_public, label) for label in PUBLIC}
"""Drawings by what they show: each is made once for all pages."""
