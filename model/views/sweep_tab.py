"""A small sweep run from the page: one knob over a range, auction formats side by side, several seeds."""

import io

import solara

from model.views.chart_panel import SweepChart
from model.views.charts.base import charts_of
from model.views.downloads import shared_lines
from model.views.parameter_panel import _Choice, _Problem
from model.views.sweep_run import SweepRun, grid, jobs_of

SWEPT = "phi"


@solara.component
def SweepTab(desk, measure):
    """Range, formats, seeds and periods; progress; a chart per metric with 95 % bands; the results as CSV.

    measure : function (system's name, flat parameters, seed, periods) -> mean metrics at the end of the run.
    """
    beat = solara.use_reactive(0)
    periods = solara.use_reactive(5_000)
    sweep = solara.use_memo(
        lambda: SweepRun(
            lambda parameters, seed: measure(desk.kind.name, parameters, seed, periods.peek()),
            lambda: beat.set(beat.peek() + 1),
        ),
        [],
    )
    solara.use_effect(lambda: sweep.cancel, [])
    solara.Text(
        "Every combination is run from period 0 on the same seeds, with the panel's other parameters. "
        "Charts show means over seeds with 95 % intervals. `carbon sweep` runs larger ones on all cores.",
        classes=["lead"],
    )
    _Settings(desk, sweep, periods, beat)
    _Progress(desk, sweep, beat)
    _Charts(desk, sweep, beat)


@solara.component
def _Settings(desk, sweep, periods, beat):
    """What to sweep, and the buttons that start and cancel."""
    beat.value  # noqa: B018
    knobs = number_knobs(desk.knobs)
    name = solara.use_reactive(SWEPT if SWEPT in knobs else next(iter(knobs)))
    low, high, step = solara.use_reactive(0.8), solara.use_reactive(1.0), solara.use_reactive(0.04)
    seeds = solara.use_reactive(10)
    formats = [n for n in ("auction",) if n in desk.knobs]
    chosen = solara.use_reactive([c for n in formats for c in desk.knobs[n].choices])
    problem, set_problem = solara.use_state("")

    def start():
        try:
            values = [
                desk.knobs[name.value].check(name.value, v) for v in grid(low.value, high.value, step.value)
            ]
            axes = {name.value: values} | (
                {formats[0]: list(chosen.value)} if formats and chosen.value else {}
            )
            first = desk.seed.peek()
            jobs = jobs_of(desk.draft.peek(), axes, [first + k for k in range(seeds.value)])
            set_problem("")
            sweep.start(jobs, desk.draft.peek(), list(axes))
        except ValueError as error:
            set_problem(str(error))

    with solara.Div(classes=["chooser"]):
        _Choice(
            label="parameter",
            options=[{"value": n, "text": n.replace("_", " ")} for n in knobs],
            value=name.value,
            event_change=name.set,
        )
        for label, value in (("from", low), ("to", high), ("step", step)):
            solara.InputFloat(label, value=value)
        solara.InputInt("seeds", value=seeds)
        solara.InputInt("periods", value=periods)
        for known in desk.knobs[formats[0]].choices if formats else ():
            solara.Checkbox(
                label=known, value=known in chosen.value, on_value=lambda on, f=known: toggle(chosen, f, on)
            )
    with solara.Div(classes=["chooser"]):
        solara.Button("Run the sweep", on_click=start, color="primary", disabled=sweep.running)
        solara.Button(
            "Cancel", on_click=lambda: cancel(sweep, beat), outlined=True, disabled=not sweep.running
        )
    if problem:
        _Problem(problem)


def number_knobs(knobs):
    """Knobs that can be swept over a range of numbers: live ones first."""
    found = {name: knob for name, knob in knobs.items() if knob.type in (int, float) and knob.group != "run"}
    return dict(sorted(found.items(), key=lambda item: not item[1].live))


def toggle(chosen, name, on):
    """Add a format to those swept, or take it away; the order of the menu stays."""
    rest = [c for c in chosen.value if c != name]
    chosen.set([*rest, name] if on else rest)


def cancel(sweep, beat):
    """Cancel and show it."""
    sweep.cancel()
    beat.set(beat.peek() + 1)


@solara.component
def _Progress(desk, sweep, beat):
    """How many runs are done, what failed, and the file of results."""
    beat.value  # noqa: B018
    if not sweep.total:
        return
    done = len(sweep.rows)
    state = "running" if sweep.running else "finished" if done == sweep.total else "cancelled"
    solara.ProgressLinear(value=100 * done / sweep.total)
    with solara.Div(classes=["chooser"]):
        solara.Text(f"{done:,} of {sweep.total:,} runs, {state}", classes=["sweep__state"])
        with solara.FileDownload(lambda: sweep_csv(desk, sweep), filename=f"{desk.kind.name}-sweep.csv"):
            solara.Button("Results as CSV", icon_name="mdi-download", outlined=True, small=True)
    if sweep.error:
        _Problem(f"A run failed: {sweep.error}")


def sweep_csv(desk, sweep):
    """The results below the parameters that all runs share."""
    shared = {name: value for name, value in sweep.base.items() if name not in sweep.varied}
    text = io.StringIO()
    for line in ("means at the end of each run", *shared_lines(desk.kind, shared)):
        text.write(f"# {line}\n")
    sweep.results().to_csv(text, index=False)
    return text.getvalue()


@solara.component
def _Charts(desk, sweep, beat):
    """The charts that registered themselves for sweeps."""
    beat.value  # noqa: B018
    results = sweep.results()
    if results.empty or len(results.columns) < 3:
        return
    with solara.Div(classes=["cards"]):
        for view in charts_of(desk.kind, of="sweep"):
            SweepChart(desk, view, results).key(view.name)
