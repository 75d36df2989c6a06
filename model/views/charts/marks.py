"""Drawings that several charts share: a series with its running mean, one per metric, firm or model."""

from collections.abc import Iterable, Mapping

import altair as alt

from model.views.charts import theme

SHOWN = 20
"""Points of a running mean."""

MEAN_NOTE = f"Faint: single periods. Bold: running mean of {SHOWN} periods shown."


def series_lines(
    data: str,
    names: Iterable[str],
    y: alt.Y,
    dashed: str = "",
    colours: Mapping[str, str] = theme.SERIES_COLOURS,
) -> alt.LayerChart:
    """Draw rows ``period, series, value, unit``: each series faintly, and boldly its running mean.

    dashed : a series that may coincide with another one. colours : by series; default: those of the theme.
    """
    tooltip = [
        alt.Tooltip("period:Q", format=",d"),
        alt.Tooltip("series:N"),
        alt.Tooltip("value:Q", format=",.4~r"),
        alt.Tooltip("mean:Q", title=f"mean of {SHOWN}", format=",.4~r"),
        alt.Tooltip("unit:N"),
    ]
    names = list(names)
    dashes = [[3, 4] if name == dashed else [1, 0] for name in names]
    dash = alt.StrokeDash("series:N").scale(domain=names, range=dashes).legend(None)
    colour = theme.series_colour(names, colours)
    return with_running_mean(data, "value", ["series"], y, colour, tooltip, dash=dash)


def plain_lines(data: str, colours: Mapping[str, str], y: alt.Y, title: str) -> alt.LayerChart:
    """Draw rows ``period, series, value, unit``: a line for each series, in its colour, without a running mean.

    title : word for a period.
    """
    legend = alt.Legend(title=None, symbolType="stroke") if len(colours) > 1 else None
    scale = {"domain": list(colours), "range": list(colours.values())}
    tooltip = [
        alt.Tooltip("period:Q", title=title, format=",d"),
        alt.Tooltip("series:N"),
        alt.Tooltip("value:Q", format=",.4~r"),
        alt.Tooltip("unit:N"),
    ]
    colour = alt.Color("series:N").scale(**scale).legend(legend)
    base = alt.Chart(alt.NamedData(data)).encode(x=theme.period_axis().title(title), y=y, color=colour)
    return base.mark_line(strokeWidth=1.8, clip=True) + base.mark_point(size=50, opacity=0, clip=True).encode(
        tooltip=tooltip
    )


def firm_lines(data: str, field: str, y: alt.Y, unit: str) -> alt.LayerChart:
    """Draw a column of rows ``period, firm, ...`` as one line per firm; a click in the legend picks firms."""
    tooltip = [
        alt.Tooltip("firm:N"),
        alt.Tooltip("period:Q", format=",d"),
        alt.Tooltip(f"{field}:Q", title=f"{field.replace('_', ' ')}, {unit}", format=",.4~r"),
        alt.Tooltip("mean:Q", title=f"mean of {SHOWN}, {unit}", format=",.4~r"),
    ]
    return with_running_mean(data, field, ["firm"], y, theme.firm_colour(), tooltip, picked="firm")


def model_lines(data: str, y: alt.Y, unit: str) -> alt.LayerChart:
    """Draw rows ``period, model, colour, place, value``: one line per model, named above the chart."""
    tooltip = [
        alt.Tooltip("model:N"),
        alt.Tooltip("period:Q", format=",d"),
        alt.Tooltip("value:Q", title=f"value, {unit}", format=",.4~r"),
        alt.Tooltip("mean:Q", title=f"mean of {SHOWN}, {unit}", format=",.4~r"),
    ]
    colour = alt.Color("colour:N").scale(None)
    return with_running_mean(data, "value", ["model"], y, colour, tooltip) + names_above(data)


def one_line(data: str, field: str, y: alt.Y, unit: str) -> alt.LayerChart:
    """Draw a column of rows ``period, ...`` as one line."""
    tooltip = [
        alt.Tooltip("period:Q", format=",d"),
        alt.Tooltip(f"{field}:Q", title=f"{field.replace('_', ' ')}, {unit}", format=",.4~r"),
        alt.Tooltip("mean:Q", title=f"mean of {SHOWN}, {unit}", format=",.4~r"),
    ]
    return with_running_mean(data, field, [], y, alt.value(theme.SERIES_COLOURS["mean bid"]), tooltip)


def with_running_mean(data, field, groups, y, colour, tooltip, picked="", dash=None) -> alt.LayerChart:
    """Draw ``field`` over periods, faintly, and its running mean over the last points shown, boldly.

    picked : a field whose values can be picked in the legend; the others fade.
    """
    detail = [f"{group}:N" for group in groups]
    base = running_means(data, groups, mean=field).encode(color=colour, detail=detail)
    faint, bold, params = alt.value(0.22), alt.value(1.0), []
    if picked:
        pick = alt.selection_point(name="picked", fields=[picked], bind="legend")
        faint = alt.when(pick).then(alt.value(0.22)).otherwise(alt.value(0.03))
        bold = alt.when(pick).then(alt.value(1.0)).otherwise(alt.value(0.08))
        params = [pick]
    raw = base.mark_line(strokeWidth=1).encode(y=y, opacity=faint).add_params(*params)
    mean = base.mark_line(strokeWidth=2.5).encode(y=y_of("mean", y), opacity=bold)
    if dash is not None:
        mean = mean.encode(strokeDash=dash)
    spots = base.mark_point(size=60, opacity=0).encode(y=y_of("mean", y), tooltip=tooltip)
    return raw + mean + spots


def running_means(data: str, groups: Iterable[str] = (), **fields: str) -> alt.Chart:
    """Begin a drawing over periods of new fields, each the mean of an old one over the last points shown."""
    means = {name: f"mean({field})" for name, field in fields.items()}
    return (
        alt.Chart(alt.NamedData(data))
        .transform_window(frame=[1 - SHOWN, 0], groupby=list(groups), sort=[alt.SortField("period")], **means)
        .encode(x=theme.period_axis())
    )


def y_of(field: str, like: alt.Y) -> alt.Y:
    """Return an axis for ``field`` that shares title, scale and format with ``like``."""
    channel = like.copy(deep=True)
    channel.shorthand = f"{field}:Q"
    return channel


LETTER, BULLET, LINE = 6.6, 20, 16
"""Width of a letter, width of what stands around a name, and height of a line of names, px."""


def names_above(data: str, apart: int = 140) -> alt.Chart:
    """Name each model in its colour above the chart: a legend that takes the models from the rows alone. Two stand in
    a line, ``apart`` px apart, unless one of the names is too long for that."""
    return (
        alt.Chart(alt.NamedData(data))
        .transform_aggregate(groupby=["model", "colour", "place"])
        .transform_calculate(name="'● ' + datum.model", size=f"{LETTER} * length(datum.model)")
        .transform_joinaggregate(longest="max(size)", last="max(place)")
        .transform_calculate(columns=f"datum.longest + {BULLET} > {apart} ? 1 : 2")
        .transform_calculate(line="floor(datum.last / datum.columns) - floor(datum.place / datum.columns)")
        .mark_text(
            align="left",
            baseline="bottom",
            fontSize=12,
            fontWeight="bold",
            y=alt.expr(f"-6 - {LINE} * datum.line"),
            x=alt.expr(f"(datum.place % datum.columns) * {apart}"),
        )
        .encode(text="name:N", color=alt.Color("colour:N").scale(None))
    )


def flat_rule(data: str, field: str, label: str, colour: str = theme.MUTED) -> list[alt.Chart]:
    """Draw a dashed level, the last value of ``field`` in the rows, and its label at the right."""
    base = alt.Chart(alt.NamedData(data)).transform_aggregate(level=f"max({field})")
    rule = base.mark_rule(strokeDash=[5, 4], color=colour).encode(y="level:Q")
    text = base.mark_text(
        text=label, align="right", baseline="bottom", dx=-4, dy=-3, fontSize=11, color=colour, x="width"
    ).encode(y="level:Q")
    return [rule, text]


def rimmed(text: alt.Chart) -> list[alt.Chart]:
    """Draw text over a rim in the colour of the paper, so that it can be read where lines cross it."""
    rim = text.copy(deep=True)
    for name, value in {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}.items():
        setattr(rim.mark, name, value)
    return [rim, text]


def value_above(data: str, field: str, lines: int = 0) -> alt.Chart:
    """Write the single value of ``field`` above the chart at the right, above ``lines`` lines of names: a title that
    comes with the rows."""
    return (
        alt.Chart(alt.NamedData(data))
        .transform_aggregate(groupby=[field])
        .mark_text(
            align="right", baseline="bottom", fontSize=11, color="#333333", x="width", y=-6 - LINE * lines
        )
        .encode(text=f"{field}:N")
    )
