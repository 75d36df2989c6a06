"""Lines over one recorded episode of the grid: quantities of enterprises, numbers of government and market."""

from functools import partial

import altair as alt
import numpy as np

from model.mechanisms.exchange.double_auction import ASK, BID
from model.views.charts import theme
from model.views.charts.base import records
from model.views.charts.grid_firms import draw_paths, quantity_of
from model.views.charts.grid_series import step_axis

MOST_POINTS = 120
"""Steps that a line shows; of more, evenly spaced ones."""

QUANTITIES = {
    "coins": "coins",
    "permits, t": "permits",
    "emission level": "level",
    "labour": "labour",
    "emissions, t": "emissions",
    "utility": "utility",
    "reward": "reward",
}
"""What is shown of enterprises: name on the page -> key of `SUMS`."""


def open_orders(side):
    """A function that counts the open orders of one side in a snapshot."""
    return lambda shot: int((shot.book.side == side).sum())


def column(name):
    """A function that reads a column of the government in a snapshot."""
    return lambda shot: float(shot.government[0][name])


PUBLIC = {
    "welfare, coins": column("welfare"),
    "reward, coins": column("reward"),
    "last trade, coins/t": column("trade_price"),
    "open bids": open_orders(BID),
    "open asks": open_orders(ASK),
    "trades per step": column("trades"),
    "equality": column("equality"),
    "mean level, last period": column("average_level"),
    "penalty, coins/t": column("penalty"),
    "certified projects": column("green_projects"),
    "permits left, t": column("remaining"),
}
"""What is shown of government and market: name on the page -> function that reads a snapshot."""


def chosen_steps(shots):
    """Steps that are shown, the first and the last among them."""
    return np.unique(np.linspace(0, len(shots) - 1, MOST_POINTS).astype(int))


def quantity_paths(shots, name):
    """Rows ``period, firm, value`` of a quantity of all enterprises."""
    steps, n = chosen_steps(shots), len(shots[0].firms)
    values = np.array([quantity_of(shots[k].firms, name) for k in steps])
    firms = np.tile(np.arange(1, n + 1), len(steps))
    return records({"period": np.repeat(steps, n), "firm": firms, "value": values.ravel()})


def public_path(shots, read):
    """Rows ``period, value`` of what ``read`` finds in the snapshots."""
    return [{"period": int(k), "value": read(shots[k])} for k in chosen_steps(shots)]


def now_rule():
    """An upright line at the step that is looked at."""
    base = alt.Chart(alt.NamedData("now"))
    return base.mark_rule(color=theme.INK, strokeDash=[5, 4]).encode(x=step_axis())


def draw_quantity(said):
    """A line for each enterprise; said : what is shown, with its unit."""
    return theme.framed(draw_paths(said) + now_rule(), height=380)


def draw_public(said):
    """One line; said : what is shown, with its unit."""
    told = [
        alt.Tooltip("period:Q", title="step", format=",d"),
        alt.Tooltip("value:Q", title=said, format=",.4~r"),
    ]
    y = alt.Y("value:Q").title(said).axis(format=theme.NUMBERS)
    base = alt.Chart(alt.NamedData("path")).encode(x=step_axis(), y=y)
    line = base.mark_line(strokeWidth=1.8, color=theme.SERIES_COLOURS["mean bid"])
    return theme.framed(line + base.mark_point(size=40, opacity=0).encode(tooltip=told) + now_rule())


DRAWINGS = {said: partial(draw_quantity, said) for said in QUANTITIES}
PUBLIC_DRAWINGS = {said: partial(draw_public, said) for said in PUBLIC}
"""Drawings by what they show: each is made once for all pages."""
