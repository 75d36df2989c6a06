"""The run of a step: its buttons, its pictures, and its numbers beside those of earlier steps."""

from functools import partial

import solara

from model.lessons.expressions import written
from model.lessons.lesson import BEFORE
from model.lessons.measures import MEASURES
from model.lessons.sheet import to_do
from model.metrics import METRICS
from model.views.chart_panel import ChartCard
from model.views.controls import Status, unit_text
from model.views.fields import NumberTable
from model.views.labels import metric_label, set_text
from model.views.lessons.charts import charts_of_step
from model.views.lessons.lesson_desk import label_of
from model.views.parts import Div, Text


@solara.component
def Run(way):
    """Buttons, pictures and numbers of the step's run."""
    desk, step = way.desk, way.step
    desk.tick.value  # noqa: B018 - read to be drawn again when the run begins and ends
    if step.periods:
        Buttons(way)
    if desk.run.error:
        solara.v.Html(tag="div", class_="trouble", attributes={"role": "alert"}, children=[desk.run.error])
    with Div(classes=["cards"]):
        for view in charts_of_step(way.lesson, step):
            ChartCard(desk, view).key(f"{step.name}/{view.name}")
    StepNumbers(way)


@solara.component
def Buttons(way):
    """Play the run of the step, pause it, go on, skip to its end; it waits for the answer if that comes first."""
    desk, step = way.desk, way.step
    desk.tick.value  # noqa: B018 - read to be drawn again when the run begins and ends
    waits = step.when == BEFORE and not way.answered
    with Div(classes=["lesson__buttons"]):
        if desk.run.playing:
            solara.Button("Pause", on_click=desk.run.pause, icon_name="mdi-pause", outlined=True).key("pause")
            solara.Button("To the end", on_click=way.skip, icon_name="mdi-fast-forward", outlined=True).key(
                "end"
            )
        elif way.left and not desk.run.error:
            solara.Button("Go on", on_click=way.go_on, icon_name="mdi-play", color="primary").key("on")
        else:
            again = way.played
            solara.Button(
                "Play again" if again else "Play",
                on_click=way.run,
                icon_name="mdi-play",
                color="primary",
                outlined=again,
                disabled=waits,
            ).key("play")
        named = partial(set_text, system=way.lesson.system)
        Text("Answer first." if waits else to_do(way.lesson, step, named), classes=["controls__label"])
        Status(desk)


@solara.component
def StepNumbers(way):
    """Means of the step's numbers, beside those of the runs before it."""
    names = way.step.numbers or way.lesson.own_run(way.step).numbers
    head, rows = way.look(lambda play, step: number_rows(play, step, names))
    if names and len(head) > 1:
        Text("Means of the runs so far", classes=["controls__label"])
        NumberTable(head=head, rows=rows)


def number_rows(play, step, names):
    """Head and rows of a table of metrics by step, for the runs up to this step that have been played."""
    steps, mean = play.lesson.steps, MEASURES["mean"].function
    before = steps[: [each.name for each in steps].index(step.name) + 1]
    shown = [each for each in before if each.name in play.runs]
    rows = []
    for name in names:
        factor = 100.0 if METRICS[name].unit == "share" else 1.0
        values = [written(factor * mean(play.runs[each.name], name)) for each in shown]
        rows.append([f"{metric_label(name)}, {unit_text(METRICS[name].unit)}".rstrip(", "), *values])
    return ["", *map(label_of, shown)], rows
