"""Parts that pages of trainings share: progress with the button that plays what was learned, and curves."""

import altair as alt
import solara

from model.views.charts import theme
from model.views.live.live_chart import LiveChart
from model.views.parts import Div, Text


def show_progress(run, text, play):
    """Progress of a training, ``text`` on it, and the button that plays what was learned."""
    solara.ProgressLinear(value=min(100.0, 100 * run.done / run.total))
    with Div(classes=["chooser"]):
        Text(text, classes=["sweep__state"])
        solara.Button(
            "Play what was learned",
            on_click=play,
            color="primary",
            icon_name="mdi-play",
            disabled=run.file is None,
        )


def play_with(desk, chosen):
    """Begin the run anew with parameters, value by name."""
    with desk.page:
        for name, value in chosen.items():
            if desk.draft.peek()[name] != value:
                desk.change(name, value)
    desk.restart()


def curve_card(title, points, names, draw):
    """Numbers of a training in a card. names : label by name in a point; draw : of rows ``done, series, value``."""
    rows = [
        {"done": point["done"], "series": label, "value": point[name]}
        for point in points
        for name, label in names.items()
    ]
    with Div(classes=["card"]):
        Text(title, classes=["card__title"])
        LiveChart(draw, {"points": rows}, label=title)


def draw_curves(colours, y, unit, numbers="~s"):
    """Draw a line for each series over what is done. colours : by series; unit : of what is done."""
    x = alt.X("done:Q").title(unit).axis(format=numbers, grid=False).scale(nice=False)
    tooltip = [
        alt.Tooltip("done:Q", title=unit, format=",d"),
        alt.Tooltip("series:N"),
        alt.Tooltip("value:Q", format=",.4~r"),
    ]
    base = alt.Chart(alt.NamedData("points")).encode(x=x, y=y, color=theme.series_colour(colours, colours))
    line = base.mark_line(strokeWidth=2.5)
    return theme.framed(line + base.mark_point(size=50, opacity=0).encode(tooltip=tooltip))
