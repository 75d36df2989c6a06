"""Figures of the replication of [TwoTier]: indices by format, learning curves, learned schedules."""

import numpy as np
import pandas as pd

from batch_runs.replications.common.figures import (
    altair,
    colour_series,
    interval,
    lines_with_bands,
    points_with_intervals,
    tooltip,
)
from batch_runs.replications.common.report import Figure
from batch_runs.replications.two_tier.runs import CURVES, FORMATS, TITLES, costs_read, true_values

COLOURS = dict(zip(TITLES.values(), ("#1b7837", "#b2182b", "#ef8a62", "#2166ac")))
BLACK = "#222222"
LEGEND = {"columns": 5, "symbolOpacity": 1}
WIDTH, HEIGHT = 380, 240
NAMES = {
    "dri_marginal": "marginal",
    "dri_window": "window",
    "tier_difference": "tiers",
    "unit_difference": "halves",
    "quantity_reduction": "quantity",
}
CURVE_TITLES = {"dri_marginal": "marginal demand reduction", "efficiency": "efficiency"}
INDICES_CAPTION = (
    "marginal: shading of the last permit of each efficient award; window: of that and the next one; tiers: "
    "of the second step less the first, over permits bid for; halves: of the second half of the permits "
    "needed less the first half, those not bid for counting as bids of 0; quantity: share of true demand "
    "at the clearing price not bid for."
)


def figures(games):
    """All figures; games : dict label -> `Learned`."""
    made = []
    for label, learned in games.items():
        key = f"{learned.cell.n}_firms"
        made += [
            _indices(label, key, learned),
            _efficiency(label, key, learned),
            _by_format(f"revenue_{key}", f"Revenue, {label}", "€ per auction.", "€", learned, "revenue"),
            _curve(label, key, learned, "dri_marginal"),
            _curve(label, key, learned, "efficiency"),
            _values_and_bids(label, key, learned) if learned.cell.need == 2 else _ladder(label, key, learned),
        ]
    return made


def estimates(learned, names):
    """Rows of a figure: mean and interval over seeds of every number under every format."""
    return [
        {"series": TITLES[f], "number": shown} | interval(learned.of(name, f))
        for name, shown in names.items()
        for f in FORMATS
    ]


def _made(name, title, caption, chart, data):
    spec = chart.properties(width=WIDTH, height=HEIGHT).to_dict()
    return Figure(name, title, caption, spec, data)


def _indices(label, key, learned):
    """Demand-reduction indices side by side, one colour per format."""
    alt, data = altair(), pd.DataFrame(estimates(learned, NAMES))
    order = {"sort": list(NAMES.values())}
    base = alt.Chart(data.round(6)).encode(
        alt.X("number:N", title=None, axis=alt.Axis(labelAngle=0), **order),
        alt.XOffset("series:N", sort=list(COLOURS)),
        color=colour_series(COLOURS, **LEGEND),
    )
    zero = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color="#888").encode(alt.Y("y:Q"))
    points = points_with_intervals(base, "share", "number:N", size=55)
    title = f"Demand reduction, {label}"
    return _made(f"indices_{key}", title, INDICES_CAPTION, alt.layer(zero, points), data)


def _efficiency(label, key, learned):
    """Efficiency by format, beside that of an equal split."""
    title = f"Efficiency, {label}"
    caption = (
        "Value of the permits to their winners / largest possible. Dashed: an equal split of the supply."
    )
    split = float(learned.of("equal_split_efficiency", next(iter(FORMATS))).mean())
    return _by_format(f"efficiency_{key}", title, caption, "share", learned, "efficiency", split)


def _by_format(name, title, caption, unit, learned, number, line=None):
    """One number by format, with intervals; ``line`` : height of a dashed line."""
    alt, data = altair(), pd.DataFrame(estimates(learned, {number: number}))
    base = alt.Chart(data.round(6)).encode(
        alt.X("series:N", title=None, sort=list(COLOURS), axis=alt.Axis(labelAngle=0)),
        color=alt.Color(
            "series:N", legend=None, scale=alt.Scale(domain=list(COLOURS), range=[*COLOURS.values()])
        ),
    )
    layers = [points_with_intervals(base, unit, zero=line is None, size=70)]
    if line is not None:
        dashes = alt.Chart(pd.DataFrame({"mean": [line]})).mark_rule(strokeDash=[5, 4], color=BLACK)
        layers.append(dashes.encode(alt.Y("mean:Q")))
    return _made(name, title, caption, alt.layer(*layers), data)


def _curve(label, key, learned, name):
    """A number over the training, mean and interval over seeds."""
    alt, column, title = altair(), 1 + CURVES.index(name), CURVE_TITLES[name]
    rows = []
    for f in FORMATS:
        curves = learned.stacked("curve", f)
        for k, auctions in enumerate(curves[0, :, 0].tolist()):
            rows.append({"series": TITLES[f], "auctions": auctions} | interval(curves[:, k, column]))
    data = pd.DataFrame(rows)
    base = alt.Chart(data.round(6)).encode(
        alt.X("auctions:Q", title="auctions", axis=alt.Axis(format="~s")),
        color=colour_series(COLOURS, **LEGEND),
    )
    chart = lines_with_bands(base, title, "auctions:Q", zero=False, point=False)
    caption = "Without noise, always on the same 2,000 auctions. Mean over seeds, 95 % intervals."
    return _made(
        f"{name}_learning_{key}",
        f"{title[0].upper()}{title[1:]} while learning, {label}",
        caption,
        chart,
        data,
    )


def bids_of(learned, format):
    """Learned bids, mean over firms: float64[seeds, costs, permits], €/t."""
    return learned.stacked("bids", format).mean(2)


def _values_and_bids(label, key, learned):
    """Bids for the first and the second permit against their true values."""
    alt, rows = altair(), []
    values = true_values(learned.cell.params)
    for f in FORMATS:
        bids = bids_of(learned, f)
        for c, k in np.ndindex(values.shape):
            about = {"series": TITLES[f], "permit": ("first", "second")[k], "value": float(values[c, k])}
            rows.append(about | interval(bids[:, c, k]))
    data = pd.DataFrame(rows)
    base = alt.Chart(data.round(6)).encode(
        alt.X("value:Q", title="true value of the permit, €/t"), color=colour_series(COLOURS, **LEGEND)
    )
    dash = alt.StrokeDash("permit:N", title="permit", legend=alt.Legend(orient="right"))
    y = alt.Y("mean:Q", title="bid, €/t")
    line = base.mark_line().encode(y, dash, tooltip=tooltip("series:N", "permit:N", "value:Q"))
    band = base.mark_area(opacity=0.12).encode(alt.Y("low:Q"), alt.Y2("high:Q"), detail="permit:N")
    ends = pd.DataFrame({"value": [0.0, float(values.max())], "mean": [0.0, float(values.max())]})
    truth = alt.Chart(ends).mark_line(color=BLACK, strokeWidth=1).encode(alt.X("value:Q"), alt.Y("mean:Q"))
    caption = "Mean over firms and seeds; supply: half of all needs. Thin black line: truthful bids."
    title = f"Learned bids against true values, {label}"
    return _made(f"schedules_{key}", title, caption, alt.layer(truth, band, line), data)


def _ladder(label, key, learned):
    """Bid for each permit of a firm with the mean cost, and its true values."""
    alt, middle = altair(), len(costs_read(learned.cell.params)) // 2
    values = true_values(learned.cell.params)[middle]
    rows = [
        {"series": TITLES[f], "permit": k + 1} | interval(bids_of(learned, f)[:, middle, k])
        for f in FORMATS
        for k in range(len(values))
    ]
    rows += [
        {"series": "true value", "permit": k + 1, "mean": v, "low": v, "high": v, "n": len(learned.seeds)}
        for k, v in enumerate(values.tolist())
    ]
    data = pd.DataFrame(rows)
    base = alt.Chart(data.round(6)).encode(
        alt.X("permit:Q", title="permit", axis=alt.Axis(tickMinStep=1)),
        color=colour_series(COLOURS | {"true value": BLACK}, **LEGEND),
    )
    step = base.mark_line(interpolate="step").encode(
        alt.Y("mean:Q", title="€/t"), tooltip=tooltip("series:N", "permit:Q")
    )
    title = f"Learned schedules of a firm with mean cost, {label}"
    caption = (
        "Bid for its first, second, … permit, 0 if it does not bid for it; mean over firms and seeds, so steps "
        "of different firms blur. Supply: half of all needs."
    )
    return _made(f"schedules_{key}", title, caption, step, data)
