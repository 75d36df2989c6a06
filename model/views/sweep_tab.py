"""A small sweep run from the page: one knob over a range, auction formats side by side, several seeds."""

import io
from dataclasses import replace

import solara

from model.views.chart_panel import SweepChart
from model.views.charts.base import charts_of
from model.views.downloads import shared_lines
from model.views.fields import ChoiceField, Problem
from model.views.labels import choice_label, knob_label
from model.views.live.sweep_run import swept_knobs
from model.views.parts import Div, Text
from model.views.presentation import presentation_of, word, words


@solara.component
def SweepTab(desk):
    """Range, formats, seeds and periods; progress; charts with 95 % bands; the results as CSV."""
    Text(
        f"Every combination is run from {word(desk.kind, 'period')} 0 on the same seeds, with the panel's other "
        "parameters. "
        "Charts show means over seeds with 95 % intervals. For larger sweeps use the command carbon sweep.",
        classes=["lead"],
    )
    _Settings(desk)
    _Progress(desk)
    _Charts(desk)


@solara.component
def _Settings(desk):
    """Fields of the plan, and the buttons that start and cancel the sweep."""
    desk.beat.value  # noqa: B018 - read to be drawn again when the sweep has news
    plan, problem = desk.plan.value, desk.problems.value.get("sweep", "")
    names = swept_knobs(desk.knobs, presentation_of(desk.kind).basic)
    with Div(classes=["chooser"]):
        ChoiceField(
            label="parameter",
            options=[{"value": n, "text": knob_label(n, desk.kind.name)} for n in names],
            value=plan.name,
            event_change=lambda name: desk.plan.set(desk.plan.peek().over(name, desk.knobs)),
        )
        for name, label in (("low", "from"), ("high", "to"), ("step", "in steps of")):
            solara.InputFloat(
                label, value=getattr(plan, name), on_value=lambda v, n=name: set_plan(desk, **{n: v})
            )
        for name, label in (("seeds", "seeds"), ("periods", words(desk.kind, "period"))):
            solara.InputInt(
                label, value=getattr(plan, name), on_value=lambda v, n=name: set_plan(desk, **{n: v})
            )
    with Div(classes=["chooser"]):
        for option in desk.knobs[plan.beside].choices if plan.beside else ():
            solara.Checkbox(
                label=choice_label(plan.beside, option),
                value=option in plan.options,
                on_value=lambda on, o=option: toggle(desk, o, on),
            )
        solara.Button(
            "Run the sweep", on_click=desk.start_sweep, color="primary", disabled=desk.sweep.running
        )
        solara.Button("Cancel", on_click=desk.sweep.cancel, outlined=True, disabled=not desk.sweep.running)
    if problem:
        Problem(problem)


def set_plan(desk, **changed):
    """Change fields of the plan."""
    desk.plan.set(replace(desk.plan.peek(), **changed))


def toggle(desk, option, on):
    """Add an option to those swept, or remove it."""
    rest = tuple(o for o in desk.plan.peek().options if o != option)
    set_plan(desk, options=(*rest, option) if on else rest)


@solara.component
def _Progress(desk):
    """Number of finished runs, the error of a failed one, and the file of results."""
    desk.beat.value  # noqa: B018
    sweep = desk.sweep
    if not sweep.total:
        return
    done = len(sweep.rows)
    state = (
        sweep.queue_text or "running" if sweep.running else "finished" if done == sweep.total else "cancelled"
    )
    solara.ProgressLinear(value=100 * done / sweep.total)
    with Div(classes=["chooser"]):
        Text(f"{done:,} of {sweep.total:,} runs, {state}", classes=["sweep__state"])
        with solara.FileDownload(lambda: sweep_csv(desk), filename=f"{desk.kind.name}-sweep.csv"):
            solara.Button("Results as CSV", icon_name="mdi-download", outlined=True, small=True)
    if sweep.error:
        Problem(f"A run failed: {sweep.error}")


def sweep_csv(desk):
    """The results as CSV, below the parameters that all runs share."""
    sweep = desk.sweep
    shared = {k: v for k, v in sweep.base.items() if k not in (sweep.plan.name, sweep.plan.beside)}
    text = io.StringIO()
    kind, steps = desk.kind, f"{sweep.plan.periods} {words(desk.kind, 'period')}"
    window = min(kind.Params.usual_window, sweep.plan.periods)
    text.write(f"# means over the last {window} of runs of {steps}\n")
    text.writelines(f"# {line}\n" for line in shared_lines(desk.kind, shared))
    sweep.results().to_csv(text, index=False)
    return text.getvalue()


@solara.component
def _Charts(desk):
    """The charts registered for sweeps."""
    desk.beat.value  # noqa: B018
    results = desk.sweep.results()
    if set(desk.kind.metrics) & set(results.columns):
        with Div(classes=["cards"]):
            for view in charts_of(desk.kind, of="sweep"):
                SweepChart(desk, view, results).key(view.name)
