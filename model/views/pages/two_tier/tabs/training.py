"""Train: firms of the two-tier auctions learn to bid by PPO on the page, then play in the running model."""

from dataclasses import replace

import altair as alt
import solara

from model.views.charts import theme
from model.views.fields import Problem
from model.views.live.background import use_news
from model.views.pages.base import tab
from model.views.pages.training import curve_card, draw_curves, play_with, show_progress
from model.views.pages.two_tier.charts.indices import INDEX_COLOURS, INDICES, SHARE_COLOURS, SHARES
from model.views.pages.two_tier.training_run import AUCTIONS, TrainingRun
from model.views.parts import Div, Text

ABOUT = (
    "Every firm gets networks of its own and learns by proximal policy optimisation from what it earns, "
    "knowing only its own cost, its need, the supply, and past prices if it sees any. Training starts from "
    "the panel's parameters and seed. Curves show the results of the bidders at that moment, without the noise "
    f"of learning, always in the same {AUCTIONS} auctions."
)
FIELDS = {"auctions": "auctions", "learning_rate": "step size at the start", "noise": "noise at the start"}
PROFITS = {"mean_profit": "mean profit", "revenue_per_firm": "revenue per firm"}
PROFIT_COLOURS = {"mean profit": "#228833", "revenue per firm": "#6a3d9a"}
KEPT = "training of bidders"
UNIT = "auctions trained"


@tab(title="Train", system="two_tier")
@solara.component
def Train(desk):
    """Length and step size, start and cancel, live curves, and the button that plays the trained bidders."""
    run = training_of(desk)
    Text(ABOUT, classes=["lead"])
    plan, set_plan = solara.use_state(run.plan)
    problem, set_problem = solara.use_state("")
    use_news(run)

    def change(**changed):
        run.plan = replace(run.plan, **changed)
        set_plan(run.plan)

    def start():
        set_problem(error_of(lambda: run.start(run.plan, trained_params(desk), desk.seed.peek())))

    with Div(classes=["chooser"]):
        solara.InputInt(FIELDS["auctions"], value=plan.auctions, on_value=lambda n: change(auctions=n))
        for name in ("learning_rate", "noise"):
            solara.InputFloat(
                FIELDS[name], value=getattr(plan, name), on_value=lambda x, name=name: change(**{name: x})
            )
        solara.Button("Train the bidders", on_click=start, color="primary", disabled=run.running)
        solara.Button("Cancel", on_click=run.cancel, outlined=True, disabled=not run.running)
    if problem or run.error:
        Problem(problem or f"The training has failed: {run.error}")
    if run.total:
        progress(desk, run)
        curves(run)


def training_of(desk):
    """The session's training, which ends with the session."""
    return desk.part(KEPT, lambda: TrainingRun(desk.folder.name))


def trained_params(desk):
    """The panel's parameters in the form that a training takes."""
    return desk.kind.Params.from_flat({k: v for k, v in desk.draft.peek().items() if not is_of_policy(k)})


def is_of_policy(name):
    """Whether a parameter determines how trained firms bid."""
    return name == "policy" or name.startswith("ppo_schedule.")


def error_of(action):
    """Call ``action`` and return its error as text, or ""."""
    try:
        action()
    except ValueError as error:
        return str(error)
    return ""


def progress(desk, run):
    """Progress of the training, and the button that plays the trained bidders."""
    state = (
        run.queue_text or "training"
        if run.running
        else "finished"
        if run.done >= run.total
        else "ended early"
    )
    text = f"{run.done:,} of {run.total:,} auctions, {run.speed:,.0f} per second, {state}"
    show_progress(run, text, lambda: play_learned(desk, run))


def play_learned(desk, run):
    """Begin the run anew with the trained bidders, in the market they were trained in."""
    chosen = {k: v for k, v in run.params.everything().items() if k in desk.knobs and not is_of_policy(k)}
    play_with(desk, chosen | {"policy": "ppo_schedule", "ppo_schedule.checkpoint": str(run.file)})


def curves(run):
    """Curves of indices, efficiency and money over the auctions trained."""
    points = list(run.points)
    money = [p | {"revenue_per_firm": p["revenue"] / run.params.n_firms} for p in points]
    with Div(classes=["cards"]):
        curve_card("Demand reduction while training, share", points, INDICES, draw_indices)
        curve_card("Efficiency while training, share", points, SHARES, draw_shares)
        curve_card("Profit and revenue per firm while training, €", money, PROFITS, draw_profits)


def draw_indices():
    """Draw demand-reduction indices over the auctions trained."""
    return draw_curves(INDEX_COLOURS, alt.Y("value:Q").title("share").axis(format=".0%"), UNIT)


def draw_shares():
    """Draw efficiency beside an equal split."""
    y = alt.Y("value:Q").title("share").axis(format=".0%").scale(zero=False)
    return draw_curves(SHARE_COLOURS, y, UNIT)


def draw_profits():
    """Draw mean profit and payment of a firm per auction."""
    return draw_curves(
        PROFIT_COLOURS, alt.Y("value:Q").title("€ per auction").axis(format=theme.NUMBERS), UNIT
    )
