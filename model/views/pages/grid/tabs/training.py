"""Train: enterprises and government of the grid learn on the page, then play in the running model."""

from dataclasses import replace

import altair as alt
import solara

from model.envs.grid_training import GridTrainingSettings
from model.views.charts import theme
from model.views.fields import ChoiceField, NumberTable, Problem
from model.views.live.background import use_news
from model.views.live.live_chart import LiveChart
from model.views.pages.base import tab
from model.views.pages.grid.training_run import Plan, TrainingRun

ABOUT = (
    "All enterprises share one small network and learn by proximal policy optimisation from what they earn, under "
    "the nine published rules and random ones at once. A government learns what to give to whom, by trying rules "
    "and moving towards the best ones. Where permits are sold, enterprises learn to bid for them, too. Training takes "
    "the panel's parameters and seed; curves show the policies at that moment, always in the same worlds. Longer "
    "trainings: carbon train grid."
)
NUMBERS = {
    "updates": "improvements of enterprises",
    "generations": "generations of the government",
    "worlds": "worlds side by side",
}
CHOICES = {"what": "who learns", "start": "enterprises begin"}
UTILITIES = {"utility, first": "labour as in a first episode", "utility, full": "labour at full cost"}
WELFARES = {"welfare_if_settled": "with what is missing at the end", "welfare": "of the source"}
MISSING = {"shortfall": "settled shortfall", "deficit": "missing at the end", "trades": "trades"}
COLOURS = ("#228833", "#6a3d9a", "#cc5500")
KEPT = "training of the grid"
HEAD = ["score", "beside", "learned", "that", "difference, 95 %"]


@tab(title="Train", system="grid")
@solara.component
def Train(desk):
    """Who learns and for how long, start and cancel, live curves, and the button that plays what was learned."""
    run = desk.part(KEPT, lambda: TrainingRun(desk.folder.name))
    plan, set_plan = solara.use_state(run.plan)
    problem, set_problem = solara.use_state("")
    use_news(run)

    def change(**changed):
        run.plan = replace(run.plan, **changed)
        set_plan(run.plan)

    def start():
        set_problem("")
        try:
            params = desk.kind.Params.from_flat(desk.draft.peek())
            run.start(run.plan, params, desk.seed.peek())
        except ValueError as error:
            set_problem(str(error))

    solara.Text(ABOUT, classes=["lead"])
    Settings(plan, change, start, run)
    if problem or run.error:
        Problem(problem or f"The training has failed: {run.error}")
    if run.total:
        show_progress(desk, run)
        show_curves(run)
    if run.compared:
        with solara.Div(classes=["card", "card--wide"]):
            solara.Text("What was learned, in worlds that the training did not see", classes=["card__title"])
            NumberTable(head=HEAD, rows=run.compared)


@solara.component
def Settings(plan: Plan, change, start, run):
    """Fields of the plan and the buttons."""
    knobs = GridTrainingSettings.knobs()
    with solara.Div(classes=["chooser"]):
        for name, label in CHOICES.items():
            ChoiceField(
                label=label,
                options=[{"value": v, "text": v} for v in knobs[name].choices],
                value=getattr(plan, name),
                event_change=lambda v, name=name: change(**{name: v}),
            )
        for name, label in NUMBERS.items():
            solara.InputInt(
                label, value=getattr(plan, name), on_value=lambda n, name=name: change(**{name: n})
            )
        solara.Button("Train", on_click=start, color="primary", disabled=run.running)
        solara.Button("Cancel", on_click=run.cancel, outlined=True, disabled=not run.running)


def show_progress(desk, run):
    """Progress of the training, and the button that plays what was learned."""
    state = run.queue_text or run.words if run.running else "finished" if run.file else "ended early"
    solara.ProgressLinear(value=min(100.0, 100 * run.done / run.total))
    with solara.Div(classes=["chooser"]):
        solara.Text(
            f"{run.done:,} of {run.total:,} improvements, {run.speed:.1f} per second; {state}",
            classes=["sweep__state"],
        )
        solara.Button(
            "Play what was learned",
            on_click=lambda: play_learned(desk, run),
            color="primary",
            icon_name="mdi-play",
            disabled=run.file is None,
        )


def play_learned(desk, run):
    """Begin the run anew with the policies that were trained, in the world they were trained in."""
    chosen = {k: v for k, v in run.params.everything().items() if k in desk.knobs}
    levels = {"enterprises": ("policy",), "government": ("government",), "both": ("policy", "government")}
    chosen |= dict.fromkeys(levels[run.trained.what], "learned") | {"learned.file": str(run.file)}
    with desk.page:
        for name, value in chosen.items():
            if desk.draft.peek()[name] != value:
                desk.change(name, value)
    desk.restart()


def show_curves(run):
    """Curves over the improvements."""
    points = list(run.points)
    with solara.Div(classes=["cards"]):
        card("Mean utility of enterprises while training", UTILITIES, points, "utility")
        card("Welfare while training, coins", WELFARES, points, "coins")
        card("Permits missing and traded while training, t per episode", MISSING, points, "t")


def card(title, names, points, unit):
    """One curve in its card."""
    rows = [
        {"done": point["done"], "series": label, "value": point[name]}
        for point in points
        for name, label in names.items()
    ]
    with solara.Div(classes=["card"]):
        solara.Text(title, classes=["card__title"])
        LiveChart(lambda: draw_lines(tuple(names.values()), unit), {"points": rows}, label=title)


def draw_lines(series, unit):
    """Draw a line for each series over the improvements."""
    base = alt.Chart(alt.NamedData("points")).encode(
        x=alt.X("done:Q").title("improvements").axis(format="d", grid=False).scale(nice=False),
        y=alt.Y("value:Q").title(unit).axis(format=theme.NUMBERS),
        color=alt.Color("series:N")
        .scale(domain=list(series), range=list(COLOURS[: len(series)]))
        .legend(title=None),
    )
    tooltip = [alt.Tooltip("done:Q"), alt.Tooltip("series:N"), alt.Tooltip("value:Q", format=",.4~r")]
    line = base.mark_line(strokeWidth=2.5)
    return theme.framed(line + base.mark_point(size=50, opacity=0).encode(tooltip=tooltip))
