"""Drawings of one farm's costs and values: marginal and joint costs, and what a further permit is worth."""

import altair as alt

from model.systems.escape_permits.what_if import joint_abatement, marginal_costs, total_costs, uncorrelated
from model.views.charts import theme
from model.views.charts.base import records
from model.views.pages.escape_permits.charts.pollutants import pollutant_colour

JOINT, ALONE = "with its correlation", "without (r = 0)"
KINDS = {JOINT: "#0072b2", ALONE: "#8a8a8a"}
COST, SAVED = "cost of one more lot of GHG", "what it saves on the others"
PARTS = {"25%": "#440154", "50%": "#31688e", "75%": "#35b779", "100%": "#b5a600"}
"""Share of a farm's GHG that permits cover, and the colour of the last of these."""
SIDES = {COST: "#cc5500", SAVED: "#0072b2"}


def marginal_rows(farm, names):
    """Rows ``lots, cost, pollutant`` of every pollutant's marginal cost."""
    return [
        row | {"pollutant": name}
        for name, (lots, cost) in zip(names, marginal_costs(farm), strict=True)
        for row in records({"lots": lots, "cost": cost})
    ]


def lines(data, x, y, colour, tooltip):
    """Draw lines, and invisible points that carry their tooltip."""
    base = alt.Chart(alt.NamedData(data)).encode(x=x, y=y, color=colour)
    return [base.mark_line(strokeWidth=2.5), base.mark_point(size=60, opacity=0).encode(tooltip=tooltip)]


def coloured(field, colours):
    """Colour by a field with known names."""
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    legend = alt.Legend(title=None, symbolType="stroke", labelLimit=240)
    return alt.Color(f"{field}:N").scale(scale).legend(legend)


def draw_marginal():
    """Draw the marginal cost of every pollutant over the lots abated."""
    x = alt.X("lots:Q").title("lots abated").axis(format=theme.NUMBERS, grid=False).scale(nice=False)
    y = alt.Y("cost:Q").title("€/lot").axis(format=theme.NUMBERS)
    tooltip = [
        alt.Tooltip("pollutant:N"),
        alt.Tooltip("lots:Q", title="lots abated", format=".1f"),
        alt.Tooltip("cost:Q", title="marginal cost, €/lot", format=",.2f"),
    ]
    colour = pollutant_colour(symbol="stroke")
    return theme.framed(alt.layer(*lines("curves", x, y, colour, tooltip)), height=250)


def joint_rows(farm, held):
    """Datasets of `draw_joint`: both sides over the lots of GHG abated, and where they meet."""
    found = joint_abatement(farm, held)
    sides = {COST: found.cost, SAVED: found.saved}
    rows = [
        row | {"side": side}
        for side, values in sides.items()
        for row in records({"lots": found.abated, "cost": values})
    ]
    return {"sides": rows, "best": [{"lots": found.best}]}


def draw_joint():
    """Draw marginal cost of GHG, its savings on the other pollutants, and where they meet."""
    x = alt.X("lots:Q").title("lots of GHG abated").axis(format=theme.NUMBERS, grid=False).scale(nice=False)
    y = alt.Y("cost:Q").title("€ per lot of GHG").axis(format=theme.NUMBERS)
    tooltip = [
        alt.Tooltip("side:N", title=" "),
        alt.Tooltip("lots:Q", title="lots of GHG abated", format=".1f"),
        alt.Tooltip("cost:Q", title="€ per lot", format=",.2f"),
    ]
    best = alt.Chart(alt.NamedData("best"))
    rule = best.mark_rule(strokeDash=[5, 4], color=theme.INK).encode(x=x)
    return theme.framed(alt.layer(*lines("sides", x, y, coloured("side", SIDES), tooltip), rule), height=250)


def total_rows(farm):
    """Rows ``share, cost, kind``: cost of avoiding a share of all emissions, jointly and separately."""
    return [
        row | {"kind": kind}
        for kind, each in ((JOINT, farm), (ALONE, uncorrelated(farm)))
        for row in records(dict(zip(("share", "cost"), total_costs(each), strict=True)))
    ]


def draw_total():
    """Draw the cost of avoiding the same share of all pollutants, with correlation and without."""
    x = alt.X("share:Q").title("share of every pollutant avoided").axis(format=".0%", grid=False)
    y = alt.Y("cost:Q").title("€").axis(format=theme.NUMBERS)
    tooltip = [
        alt.Tooltip("kind:N", title=" "),
        alt.Tooltip("share:Q", title="avoided", format=".0%"),
        alt.Tooltip("cost:Q", title="cost, €", format=",.2f"),
    ]
    return theme.framed(alt.layer(*lines("costs", x, y, coloured("kind", KINDS), tooltip)), height=250)


def worth_rows(found):
    """Rows ``held, worth, lots, part`` of `worth_of_one_more`."""
    return [
        row | {"lots": lots, "part": f"{share:.0%}"}
        for share, lots, held, worth in found
        for row in records({"held": held, "worth": worth})
        if row["worth"] == row["worth"]
    ]


def draw_worth(second="nutrient"):
    """Draw the worth of the last GHG permit over the other permits held."""
    x = alt.X("held:Q").title(f"{second} permits held, lots").axis(grid=False, **theme.WHOLE_NUMBERS)
    y = alt.Y("worth:Q").title("€ per lot of GHG").axis(format=theme.NUMBERS)
    scale = alt.Scale(domain=list(PARTS), range=list(PARTS.values()))
    legend = alt.Legend(title="of its GHG covered", symbolType="stroke")
    tooltip = [
        alt.Tooltip("lots:Q", title="GHG permit number"),
        alt.Tooltip("held:Q", title=f"{second} permits held"),
        alt.Tooltip("worth:Q", title="worth, €", format=",.2f"),
    ]
    base = alt.Chart(alt.NamedData("worth")).encode(
        x=x, y=y, color=alt.Color("part:N").scale(scale).legend(legend)
    )
    line = base.mark_line(strokeWidth=2.5, interpolate="step-after")
    return theme.framed(
        line + base.mark_point(size=40, filled=True, opacity=1).encode(tooltip=tooltip), height=280
    )


def value_rows(surface):
    """Rows ``lots, value`` where there is one pollutant."""
    return records({"lots": surface.first, "value": surface.amount[0]})


def draw_values():
    """Draw the worth of permits of a single pollutant."""
    x = alt.X("lots:Q").title("GHG permits, lots").axis(grid=False, **theme.WHOLE_NUMBERS)
    y = alt.Y("value:Q").title("€").axis(format=theme.NUMBERS)
    tooltip = [alt.Tooltip("lots:Q", title="lots"), alt.Tooltip("value:Q", title="worth, €", format=",.2f")]
    base = alt.Chart(alt.NamedData("values")).encode(x=x, y=y)
    return theme.framed(
        base.mark_line(strokeWidth=2.5) + base.mark_point(size=40).encode(tooltip=tooltip), height=280
    )
