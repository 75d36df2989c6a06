"""Train: enterprises and government of the grid learn on the page, then play in the running model."""

from dataclasses import replace
from functools import partial

import altair as alt
import solara

from model.envs.grid_training import GridTrainingSettings
from model.views.charts import theme
from model.views.fields import ChoiceField, NumberTable, Problem
from model.views.live.background import use_news
from model.views.pages.base import tab
from model.views.pages.grid.training_run import Plan, TrainingRun
from model.views.pages.training import curve_card, draw_curves, play_with, show_progress
from model.views.parts import Div, Text

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

    Text(ABOUT, classes=["lead"])
    Settings(plan, change, start, run)
    if problem or run.error:
        Problem(problem or f"The training has failed: {run.error}")
    if run.total:
        progress(desk, run)
        curves(run)
    if run.compared:
        with Div(classes=["card", "card--wide"]):
            Text("What was learned, in worlds that the training did not see", classes=["card__title"])
            NumberTable(head=HEAD, rows=run.compared)


@solara.component
def Settings(plan: Plan, change, start, run):
    """Fields of the plan and the buttons."""
    knobs = GridTrainingSettings.knobs()
    with Div(classes=["chooser"]):
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


def progress(desk, run):
    """Progress of the training, and the button that plays what was learned."""
    state = run.queue_text or run.words if run.running else "finished" if run.file else "ended early"
    text = f"{run.done:,} of {run.total:,} improvements, {run.speed:.1f} per second; {state}"
    show_progress(run, text, lambda: play_learned(desk, run))


def play_learned(desk, run):
    """Begin the run anew with the policies that were trained, in the world they were trained in."""
    chosen = {k: v for k, v in run.params.everything().items() if k in desk.knobs}
    levels = {"enterprises": ("policy",), "government": ("government",), "both": ("policy", "government")}
    chosen |= dict.fromkeys(levels[run.trained.what], "learned") | {"learned.file": str(run.file)}
    play_with(desk, chosen)


def curves(run):
    """Curves over the improvements."""
    points = list(run.points)
    with Div(classes=["cards"]):
        curve_card("Mean utility of enterprises while training", points, UTILITIES, draw_utilities)
        curve_card("Welfare while training, coins", points, WELFARES, draw_welfares)
        curve_card("Permits missing and traded while training, t per episode", points, MISSING, draw_missing)


def draw_over_improvements(names, unit):
    """Draw the numbers of ``names``, in ``unit``, over the improvements."""
    colours = dict(zip(names.values(), COLOURS, strict=False))
    y = alt.Y("value:Q").title(unit).axis(format=theme.NUMBERS)
    return draw_curves(colours, y, "improvements", "d")


draw_utilities = partial(draw_over_improvements, UTILITIES, "utility")
draw_welfares = partial(draw_over_improvements, WELFARES, "coins")
draw_missing = partial(draw_over_improvements, MISSING, "t")
