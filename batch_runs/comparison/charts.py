"""Charts of a comparison as SVG: courses of the headline metrics, and their differences from the first policy."""

import numpy as np
import vl_convert

from batch_runs.replications.common.figures import altair, colour_series, interval, lines_with_bands

COLOURS = ("#1b6ca8", "#d1495b", "#3a7d44", "#edae49", "#6d597a", "#00798c", "#8c564b", "#7f7f7f")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
"""Of lines in their order, so that those which coincide are seen."""
WIDTH, HEIGHT = 400, 210


def rows(comparison, metric, less_first):
    """Mean and interval of a metric's course under every policy; points without a number are left out."""
    first, (each, _) = int(less_first), comparison.accounts
    return [
        {"series": policy.name, "period": period / each, **interval(course[:, at])}
        for k, policy in enumerate(comparison.policies)
        if k >= first
        for course in [comparison.course_of(metric, k, less_first)]
        for at, period in enumerate(comparison.period)
        if np.isfinite(course[:, at]).any()
    ]


def draw(comparison, question, metric, less_first=False):
    """SVG of a metric's course, a line per policy over its 95 % interval; "" where it has no course, but one number."""
    found = rows(comparison, metric, less_first)
    if len({row["period"] for row in found}) < min(len(comparison.period), 2):
        return ""
    alt = altair()
    names = [policy.name for policy in comparison.policies]
    colours = {name: COLOURS[k % len(COLOURS)] for k, name in enumerate(names)}
    base = alt.Chart(alt.Data(values=found)).encode(
        x=alt.X("period:Q", title=comparison.accounts[1], axis=alt.Axis(tickCount=6)),
        color=colour_series(colours, symbolType="stroke", symbolOpacity=1, symbolStrokeWidth=2.5),
        strokeDash=alt.StrokeDash(
            "series:N",
            scale=alt.Scale(domain=names, range=[DASHES[k % len(DASHES)] for k in range(len(names))]),
        ).legend(None),
    )
    unit = metric.unit + (f", less {names[0]}" if less_first else "")
    chart = lines_with_bands(base, unit, zero=False, point=len(comparison.period) < 3)
    if less_first:
        chart += alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color="#555").encode(y="y:Q")
    title = f"{question}: difference" if less_first else question
    chart = chart.properties(title=title, width=WIDTH, height=HEIGHT)
    return vl_convert.vegalite_to_svg(chart.to_json())
