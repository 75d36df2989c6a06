"""The area above the charts: controls of the run, its progress, key numbers, and live changes."""

from collections.abc import Callable
from functools import partial

import solara

from model.views.labels import event_text, knob_label
from model.views.live.run_controller import AS_FAST_AS_POSSIBLE
from model.views.parts import Buttons, Div, Press, Text
from model.views.presentation import presentation_of, word, words
from model.views.single_run import left_of_run, shows_runs, start_of_run

SPEEDS = (1, 2, 5, 10, 20, 50, 100, 500, 1_000, 10_000, AS_FAST_AS_POSSIBLE)
JUMPS = (100, 1_000, 10_000, 100_000)
RUNS = (10, 100)
"""Whole runs to jump ahead by."""
EVENTS_SHOWN = 8


@solara.component
def Controls(desk):
    """Play, pause, step, jump ahead, restart and speed, with the present period."""
    desk.tick.value  # noqa: B018 - read to be drawn again at every refresh
    run, unit = desk.run, words(desk.kind, "period")
    stopped, first = run.playing or bool(run.error), not run.model.steps
    play = (
        Press("Pause", run.pause, "mdi-pause", color="primary")
        if run.playing
        else Press(
            "Play",
            run.play,
            "mdi-play",
            color="primary",
            classes="play--first" if first else "",
            disabled=bool(run.error),
        )
    )
    step = Press("Step", run.step, "mdi-skip-next", outlined=True, disabled=stopped)
    reset = Press("Reset", desk.restart, "mdi-restart", outlined=True)
    jumps = [
        Press(
            text,
            partial(run.jump, periods),
            title=f"Plays {periods:,} {unit} at once",
            text=True,
            small=True,
            disabled=stopped,
        )
        for text, periods in jumps_of(run)
    ]
    with Div(classes=["controls"]):
        Buttons([play, step, reset])
        Buttons(jumps, "controls__jumps", lead="jump ahead")
        Speed(run, unit)
        Status(desk)


def jumps_of(run):
    """Texts and periods of the jumps on offer: numbers of periods, or whole runs where the page shows single ones."""
    if not run.by_run:
        return [(f"{periods:,}", periods) for periods in JUMPS]
    left, cycle = run.look(left_of_run), run.model.params.cycle
    return [("end of the run", left)] + [(f"{n} runs", left % cycle + n * cycle) for n in RUNS]


@solara.component
def Speed(run, unit):
    """Periods, called ``unit``, per second while playing."""
    at, set_at = solara.use_state(SPEEDS.index(run.speed))

    def choose(position):
        set_at(position)
        run.speed = SPEEDS[position]

    _Speed(at=at, texts=[speed_text(each, unit) for each in SPEEDS], event_choose=choose)


@solara.component
def Status(desk):
    """The present period, and the progress of a jump."""
    tick, job, model = desk.tick.value, desk.run.job, desk.run.model
    with Div(classes=["controls__status"]):
        if desk.run.rules.compiling:
            text = f"getting ready, about {desk.kind.compile_seconds} s"
            Text(text, classes=["controls__label"])
        _Period(unit=word(desk.kind, "period"), period=period_text(model), drawn=tick)
        if job is None:
            Text("stopped by an error" if desk.run.error else "paused", classes=["controls__label"])
        elif job.compiling:
            Text("getting ready (only once) …", classes=["controls__label"])
        elif job.paced:
            Text("playing", classes=["controls__label"])
        else:
            Text(f"{job.aim}: {job.done:,} of {job.periods:,}", classes=["controls__label"])
            solara.ProgressLinear(value=100 * job.done / job.periods)


def period_text(model):
    """Number of the present period; within its run, and the run's number, where the page shows single runs."""
    before, cycle = start_of_run(model), model.params.cycle
    if not shows_runs(model):
        return f"{model.steps:,}"
    return f"{model.steps - before} of {cycle}" + (f", run {before // cycle + 1:,}" if before else "")


def speed_text(speed, unit="periods"):
    """Text of a speed."""
    return "as fast as possible" if speed == AS_FAST_AS_POSSIBLE else f"{speed:,} {unit}/s"


def show_error(desk):
    """Show the error of the last period, with the way out."""
    if desk.run.error:
        unit = word(desk.kind, "period").capitalize()
        text = f"{unit} {desk.run.model.steps:,} failed and the run has stopped. {desk.run.error}"
        with Div(classes=["trouble"]):
            solara.v.Html(tag="div", attributes={"role": "alert"}, children=[text])
            solara.Button("Reset the run", on_click=desk.restart, small=True, outlined=True)


def show_warnings(desk):
    """Show why the numbers of the run may mislead, such as that learners have not settled."""
    tick = desk.tick.value
    with desk.run.reading():
        _Warnings(lines=warning_lines(desk.run.models), drawn=tick)


def warning_lines(models):
    """Warnings of the models as pairs, in short and in full; the label stands first where there are two models."""
    known = {label: model.warning().partition(": ") for label, model in models.items()}
    return [
        [
            f"{label}: {head}." if len(known) > 1 else f"{head[0].upper()}{head[1:]}.",
            f"{rest[:1].upper()}{rest[1:]}.",
        ]
        for label, (head, _, rest) in known.items()
        if head
    ]


def show_preparation(desk):
    """Show what a new run waits for, part by part, with a way out; the present run goes on meanwhile."""
    job = desk.preparation.job
    if job is None:
        return
    doing, part, steps = presentation_of(job.kind).preparing
    with Div(classes=["waiting"]):
        with Div(classes=["waiting__head"]):
            title = f"{doing.capitalize()} (once)…"
            Text(f"{title} {job.queue_text}".strip(), classes=["waiting__title"])
            solara.Button(
                "Stop",
                on_click=desk.preparation.cancel,
                small=True,
                outlined=True,
                disabled=job.stop.is_set(),
            )
        solara.ProgressLinear(True)
        for line in part_lines(job.parts, part, steps):
            Text(line, classes=["waiting__line"])
        Text(
            "The present run stays until then. What is finished is kept on this computer.",
            classes=["controls__label"],
        )


def part_lines(parts, part, steps):
    """Progress of each part as text; ``parts`` by number: (steps so far, gap that is left)."""
    return [
        f"{part} {number}: " + (f"{done:,} {steps}, gap {gap:.1e}" if done else "from disk")
        for number, (done, gap) in sorted(parts.items())
    ]


def unit_text(unit):
    """Unit as written behind a number: shares are shown in per cent, plain numbers have none."""
    return {"share": "%", "1": ""}.get(unit, unit)


def number_text(value, unit=""):
    """Number for reading: thousands separated, three or four digits unless whole, a share in per cent."""
    if value != value:
        return "–"
    if isinstance(value, int) or (unit != "share" and float(value).is_integer()):
        return f"{int(value):,}"
    if unit == "share":
        return f"{100 * value:.1f}"
    digits = next((k for k, limit in enumerate((1000, 100, 10)) if abs(value) >= limit), 3)
    return f"{value:,.{digits}f}"


def show_events(desk):
    """Show the changes that the user made while the run was going on, the latest first."""
    unit, to_come = word(desk.kind, "period"), desk.run.schedule.left
    lines = event_lines(desk.run.look(lambda model: list(model.events)), unit, desk.kind.name)
    for change in to_come:
        values = ", ".join(
            f"{knob_label(name, desk.kind.name)} {value}" for name, value in change.first.items()
        )
        lines.insert(0, f"to come after {unit} {change.period:,}: {values}")
    if lines:
        with Div(classes=["events"]):
            Text("Changed during the run", classes=["controls__label"])
            for line in lines[:EVENTS_SHOWN]:
                Text(line, classes=["events__line"])
            if len(lines) > EVENTS_SHOWN:
                Text(f"and {len(lines) - EVENTS_SHOWN} earlier ones", classes=["controls__label"])


def event_lines(events, unit="period", system=""):
    """Lines on the policy changes, latest first; changes of a knob within one period count as one."""
    merged = []
    for event in events:
        last = merged[-1] if merged else None
        if last and (last["step"], last["name"]) == (event["step"], event["name"]):
            merged[-1] = last | {"after": event["after"]}
        else:
            merged.append(event)
    return [f"after {unit} {e['step']:,}: {event_text(e, system)}" for e in reversed(merged)]


@solara.component_vue("speed.vue", vuetify=False)
def _Speed(at: int, texts: list, event_choose: Callable = None):
    pass


@solara.component_vue("warnings.vue", vuetify=False)
def _Warnings(lines: list, drawn: int):
    pass


@solara.component_vue("period.vue", vuetify=False)
def _Period(unit: str, period: str, drawn: int):
    pass
