"""Parts of charts shared by several replications; rows have ``mean``, ``low``, ``high`` and ``series``."""

from batch_runs.replications.common.statistics import mean

BAND = {"opacity": 0.18}
"""Look of the area between the ends of intervals."""


def interval(sample):
    """Mean and ends of its 95 % interval for a row of a figure; for a single seed the value alone."""
    e = mean(sample)
    low, high = (e.low, e.high) if e.n > 1 else (e.value, e.value)
    return {"mean": e.value, "low": low, "high": high, "n": e.n}


def altair():
    """Import Altair, without its limit on the number of rows."""
    import altair as alt

    alt.data_transformers.disable_max_rows()
    return alt


def colour_series(colours, **legend):
    """Encode the colour of series by the dict ``colours``, with a legend at the bottom."""
    alt = altair()
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color("series:N", title=None, scale=scale, legend=alt.Legend(orient="bottom", **legend))


def tooltip(*fields):
    """Return a tooltip of these fields and of the mean with its interval."""
    alt = altair()
    return [*fields, *(alt.Tooltip(f"{k}:Q", format=".4~g") for k in ("mean", "low", "high"))]


def lines_with_bands(base, unit, *fields, zero=None, point=True):
    """Draw a line through the means over a band of their intervals; zero : whether the axis begins there."""
    low, high, middle = _heights(unit, zero)
    shown = {"tooltip": tooltip("series:N", *fields)}
    line = base.mark_line(point={"size": 22}) if point else base.mark_line()
    return altair().layer(base.mark_area(**BAND).encode(low, high), line.encode(middle, **shown))


def points_with_intervals(base, unit, *fields, zero=None, size=50):
    """Draw a point for each mean over a bar for its interval; zero : whether the axis begins there."""
    low, high, middle = _heights(unit, zero)
    shown = base.encode(tooltip=tooltip(*fields, "series:N"))
    bar, point = shown.mark_rule(strokeWidth=2), shown.mark_point(filled=True, size=size, opacity=1)
    return altair().layer(bar.encode(low, high), point.encode(middle))


def grouped_points(data, colours, unit):
    """Draw the means of a table side by side by series at each ``x``, in the order of its rows."""
    alt = altair()
    order, series = list(dict.fromkeys(data["x"])), list(dict.fromkeys(data["series"]))
    base = alt.Chart(data.round(6)).encode(
        alt.X("x:N", title=None, sort=order, axis=alt.Axis(labelAngle=-35)),
        alt.XOffset("series:N", sort=series),
        color=colour_series({s: colours[s] for s in series}),
    )
    return points_with_intervals(base, unit, "x:N")


def _heights(unit, zero):
    alt = altair()
    about = {"title": unit} | ({} if zero is None else {"scale": alt.Scale(zero=zero)})
    return alt.Y("low:Q", **about), alt.Y2("high:Q"), alt.Y("mean:Q", **about)
