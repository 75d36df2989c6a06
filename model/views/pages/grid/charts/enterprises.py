"""Charts of the grid's single enterprises: skills, permits, coins, levels, labour, utilities and rewards."""

from functools import partial

import altair as alt
import numpy as np

from model.spans import Spans, aggregate_rows
from model.views.charts import theme
from model.views.charts.base import chart, periods_at, records
from model.views.charts.marks import SHOWN
from model.views.pages.grid.charts.map import enterprise_colour
from model.views.pages.grid.charts.series import step_axis

SYSTEM = "grid"

SKILLS = {"ability": "research ability", "scale": "size"}
SKILL_COLOURS = ("#4477aa", "#cc5500")

SUMS = {
    "permits": ("permits", "permits_escrow"),
    "coins": ("cash", "cash_escrow"),
    "level": ("level",),
    "labour": ("labour",),
    "emissions": ("emissions",),
    "utility": ("utility",),
    "reward": ("reward",),
}
"""Columns added up for each quantity of an enterprise, because coins and permits behind open orders are still
its own."""


def quantity_of(firms, name):
    """A quantity of `SUMS` of every enterprise, from records of any shape."""
    return sum(firms[column] for column in SUMS[name])


def skill_rows(model, positions):
    """Research ability and size of every enterprise in this episode."""
    firms = model.firms.rows
    numbers = np.arange(1, len(model.firms) + 1)
    return {
        "skills": [
            {"firm": int(k), "skill": label, "value": float(x)}
            for column, label in SKILLS.items()
            for k, x in zip(numbers, firms[column], strict=True)
        ]
    }


@chart(title="Skills of the enterprises in this episode", rows=skill_rows, system=SYSTEM, section="firms")
def enterprise_skills():
    """Research ability: how much an effective investment lowers emissions. Size: coins and emissions of one
    production. Both are drawn anew for each episode."""
    names = list(SKILLS.values())
    tooltip = [
        alt.Tooltip("firm:O", title="enterprise"),
        alt.Tooltip("skill:N"),
        alt.Tooltip("value:Q", format=".2f"),
    ]
    colour = alt.Color("skill:N").scale(domain=names, range=list(SKILL_COLOURS))
    bars = (
        alt.Chart(alt.NamedData("skills"))
        .mark_bar()
        .encode(
            x=alt.X("firm:O").title("enterprise").axis(labelAngle=0),
            xOffset=alt.XOffset("skill:N").scale(domain=names),
            y=alt.Y("value:Q").title("relative to the least").axis(format=theme.NUMBERS),
            color=colour.legend(title=None, symbolType="square"),
            tooltip=tooltip,
        )
    )
    return theme.framed(bars)


def path_rows(model, positions, name):
    """One quantity of every enterprise in each step."""
    if Spans.of(positions).size == 0:
        return {"paths": []}
    _, firms = aggregate_rows(model.datacollector, positions)
    n = firms.shape[1]
    columns = {
        "period": np.repeat(periods_at(model, positions), n),
        "firm": np.tile(np.arange(1, n + 1), len(firms)),
        "value": quantity_of(firms, name).ravel(),
    }
    return {"paths": records(columns)}


def draw_paths(unit, running=False):
    """Draw a line for each enterprise, of values or of running means; a click in the legend picks some."""
    field = "mean" if running else "value"
    pick = alt.selection_point(name="picked", fields=["firm"], bind="legend")
    tooltip = [
        alt.Tooltip("firm:N", title="enterprise"),
        alt.Tooltip("period:Q", title="step", format=",d"),
        alt.Tooltip(f"{field}:Q", title=unit, format=",.4~r"),
    ]
    base = alt.Chart(alt.NamedData("paths")).encode(
        x=step_axis(),
        y=alt.Y(f"{field}:Q").title(unit).axis(format=theme.NUMBERS),
        color=enterprise_colour("stroke"),
        opacity=alt.when(pick).then(alt.value(1.0)).otherwise(alt.value(0.08)),
    )
    if running:
        by_step = [alt.SortField("period")]
        base = base.transform_window(mean="mean(value)", frame=[1 - SHOWN, 0], groupby=["firm"], sort=by_step)
    line = base.mark_line(strokeWidth=1.6).add_params(pick)
    return line + base.mark_point(size=40, fillOpacity=0, strokeOpacity=0).encode(tooltip=tooltip)


def path(title, name):
    """Decorator: a chart of one quantity of every enterprise over steps."""
    rows = partial(path_rows, name=name)
    return chart(title=title, rows=rows, system=SYSTEM, by_firm=True, grows=True, section="firms")


@path("Permits of the enterprises, t", "permits")
def enterprise_permits():
    """Permits held, those behind open asks included. Below zero: emissions not yet covered, fined at the end
    of the compliance period."""
    return theme.framed(draw_paths("t"))


@path("Coins of the enterprises, coins", "coins")
def enterprise_coins():
    """Coins held, those behind open bids included. Production brings coins; investments, projects, permits
    bought and fines cost coins."""
    return theme.framed(draw_paths("coins"))


@path("Emission levels of the enterprises, share", "level")
def enterprise_levels():
    """Emissions per unit of production, relative to those without investment. Investments lower it after a
    delay and are forgotten in time; certified projects lower it for all."""
    return theme.framed(draw_paths("share"))


@path("Labour of the enterprises, units", "labour")
def enterprise_labour():
    """Labour since the episode began. It lowers utility, more so the longer the run has lasted."""
    return theme.framed(draw_paths("units"))


@path("Utilities of the enterprises", "utility")
def enterprise_utilities():
    """Utility of an enterprise's coins less that of its labour, which the enterprise tries to make large."""
    return theme.framed(draw_paths("utility"))


@path("Rewards of the enterprises, utility per step", "reward")
def enterprise_rewards():
    """Change of utility in a step, which a learning enterprise learns from; shown are means of the last 20
    points: of steps, or of the means between points in a run too long to show every step. Drops every
    compliance period are fines."""
    return theme.framed(draw_paths("utility per step", running=True))
