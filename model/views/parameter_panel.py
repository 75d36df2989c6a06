"""The panel of parameters, made from the system's knobs alone."""

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

import solara

from learning.files import guess_in_words, guessed
from model.views.desk import NO_SCENARIO
from model.views.fields import ChoiceField, Problem, upload_button
from model.views.knobs_shown import ALL, groups_shown, is_for_beginners, shown
from model.views.labels import choice_label, knob_label, sources_last
from model.views.parts import Div, Text
from model.views.presentation import presentation_of
from model.views.which_run import other_text, show_which_run

MOST_SLIDER_STEPS = 400
"""Most steps of a slider; a slider with more cannot be set precisely, so a number field is shown alone."""

OPEN_GROUPS = ("policy", "bidding")

MOST_NAMED = 3
"""Most knobs that are named as changed."""

SEED_HELP = "Same seed and same parameters give the same run, to the last digit."

MOST_PRESETS = 200
"""Presets whose values are remembered."""


@solara.component
def ParameterPanel(desk):
    """Scenario, seed and every knob, grouped; live knobs act at once, the others at the next start."""
    desk.tick.value  # noqa: B018 - read to be drawn again when a run begins or a policy changes
    pending, problems = desk.pending(), desk.problems.value
    with Div(classes=["panel__inside"]):
        show_which_run(desk)
        _Scenario(desk)
        _Knob(
            field={
                "name": "seed",
                "label": "seed",
                "kind": "seed",
                "value": str(desk.seed.value),
                "help": SEED_HELP,
                "pending": "seed" in pending,
                "problem": problems.get("seed", ""),
            },
            event_change=desk.change_seed,
            event_draw=lambda _: desk.new_seed(),
        )
        _show_restart(desk, pending, problems.get("", ""))
        _show_switch(desk)
        for group, names in shown(desk).items():
            opened = group in OPEN_GROUPS or any(name in problems for name in names)
            with _Group(group, opened).key(group) if group else Div(classes=["group"]):
                for name in names:
                    _KnobOrFile(desk, name, name in pending, problems.get(name, "")).key(name)


def _show_switch(desk):
    """Show the choice between the few knobs of a beginner and all of them."""
    if not presentation_of(desk.kind).basic:
        return
    count = sum(map(len, groups_shown(desk.kind.Params, desk.draft.value).values()))
    ChoiceField(
        label="show",
        options=[
            {"value": "", "text": "the main parameters"},
            {"value": "all", "text": f"all parameters ({count})"},
        ],
        value="" if is_for_beginners(desk) else "all",
        event_change=lambda value: desk.keep(ALL, bool(value)),
    )


@solara.component
def _Scenario(desk):
    """Presets of the system, with a description of the chosen one."""
    titles = {NO_SCENARIO: "Defaults"} | {name: s.title for name, s in desk.scenarios.items()}
    chosen = desk.scenario.value
    about = desk.scenarios[chosen].about if chosen else "Every parameter at its default."
    if changed := [knob_label(name, desk.kind.name) for name in changed_knobs(desk)]:
        more = f" and {len(changed) - MOST_NAMED} more" if len(changed) > MOST_NAMED else ""
        about = f"{about} Changed: {', '.join(changed[:MOST_NAMED])}{more}."
    ChoiceField(
        label="scenario",
        options=[{"value": name, "text": title} for name, title in titles.items()],
        value=chosen,
        about=about,
        event_change=desk.apply_scenario,
    )


def changed_knobs(desk):
    """Names of the knobs whose values in the panel are not those of the scenario chosen."""
    preset = desk.scenarios[desk.scenario.value].parameters if desk.scenario.value else {}
    usual = _values_of(desk.kind.Params, tuple(preset.items()))
    return [name for name, value in desk.draft.value.items() if value != usual[name]]


def _show_restart(desk, pending, problem):
    """Show the button that begins anew, and the error that prevents it."""
    if pending:
        solara.Button(
            f"Apply and restart ({len(pending)} changed)",
            on_click=desk.restart,
            icon_name="mdi-restart",
            color="primary",
            block=True,
            classes=["panel__restart"],
        )
    if problem:
        Problem(problem)


@lru_cache(MOST_PRESETS)
def _values_of(params, preset):
    """Values of all knobs under a preset, pairs of name and value; asked for at each drawing of each page."""
    return params.from_flat(dict(preset)).everything()


@solara.component
def _Group(title, opened, children=[]):  # noqa: B006 - Solara's way to take children
    """Knobs under a heading that opens and closes."""
    is_open, set_open = solara.use_state(opened)
    with Div(classes=["group"]):
        solara.Button(
            title,
            on_click=lambda: set_open(not is_open),
            icon_name="mdi-chevron-down" if is_open else "mdi-chevron-right",
            text=True,
            block=True,
            classes=["group__title"],
        )
        if is_open:
            Div(children=children, classes=["group__knobs"])


@solara.component
def _KnobOrFile(desk, name, pending, problem):
    if desk.knobs[name].file:
        return OwnFile(desk, name, problem)
    live = desk.knobs[name].live
    _Knob(
        field=field_of(name, desk.knobs[name], desk.draft.value[name], desk.kind.name)
        | {
            "pending": pending,
            "problem": problem,
            "live": live,
            "other": other_text(name, desk.rival.value, desk.kind.name),
        },
        event_change=lambda value: desk.change(name, value),
    )


@solara.component
def OwnFile(desk, knob, problem):
    """Fields of a knob that names a file: upload, template, and a button back to the default."""
    desk.tick.value  # noqa: B018
    file, path = desk.knobs[knob].file, desk.draft.value[knob]
    with Div(classes=["knob"]):
        Text(file_line(desk.run.model, knob, path))
        upload_button(
            f"Use {file.holds} from a {file.form}",
            file,
            event_loaded=partial(desk.upload, knob),
            event_refused=partial(desk.show_problem, knob),
        )
        if file.template:
            name = f"{knob.rpartition('.')[2]}{file.suffixes[0]}"
            with solara.FileDownload(lambda: desk.run.look(file.template), filename=name):
                solara.Button(
                    f"Download {file.holds} as a template", text=True, small=True, classes=["quiet"]
                )
        if path:
            back = f"Back to {file.usual}" if file.usual else "Leave the file out"
            solara.Button(
                back, on_click=partial(desk.drop_file, knob), text=True, small=True, classes=["quiet"]
            )
        if problem:
            Problem(problem)


def file_line(model, knob, path):
    """Line on the contents of the file at ``path``, or on what is used without one."""
    file = model.params.all_knobs()[knob].file
    emitters = getattr(model, "emitters", len(model.firms))  # traders are in no file
    count = f"{emitters} " if file.by_firm else ""
    if not path:
        return f"{count}{file.usual}" if file.usual else f"no {file.holds} loaded"
    name = Path(path).name
    if word := guessed().get(path):
        name += f" ({guess_in_words(word)})"
    return f"{name}: {count}{file.holds}" if model.params.everything()[knob] == path else name


# -- descriptions of knobs ----------------------------------------------------------------------------------


def field_of(name, knob, value, system=""):
    """Description of one knob for the browser, in the system's words."""
    step = knob.step or (1 if knob.type is int else None)
    return {
        "name": name,
        "label": knob_label(name, system),
        "kind": kind_of_field(knob, step),
        "value": value,
        "unit": knob.unit,
        "low": knob.low,
        "high": knob.high,
        "step": step or step_for(knob),
        "choices": [{"value": c, "text": choice_label(name, c)} for c in knob.choices or ()],
        "mixed": knob.mixed,
        "help": help_of(knob),
    }


def kind_of_field(knob, step):
    """Kind of field for a knob: choice, switch, text, slider, or number."""
    if knob.choices is not None:
        return "choice"
    if knob.type is bool:
        return "switch"
    if knob.type is str:
        return "text"
    ranged = knob.low is not None and knob.high is not None
    step = step or (step_for(knob) if ranged else 1)
    return "slider" if ranged and (knob.high - knob.low) / step <= MOST_SLIDER_STEPS else "number"


def step_for(knob):
    """Slider step that divides the range of a real-valued knob into about a hundred."""
    if knob.low is None or knob.high is None:
        return None
    return 0.01 if knob.high - knob.low <= 4 else (knob.high - knob.low) / 100


def help_of(knob):
    """The help text with range, default and source."""
    unit = f" {knob.unit}" if knob.unit else ""
    if knob.low is not None and knob.high is not None:
        allowed = f" From {knob.low:,g} to {knob.high:,g}{unit}."
    elif knob.low is not None:
        allowed = f" At least {knob.low:,g}{unit}."
    else:
        allowed = ""
    default = f" Default: {knob.default}{unit}." if knob.default != "" else ""
    source = f" [{knob.source}]" if knob.source else ""
    return sources_last(f"{knob.help[:1].upper()}{knob.help[1:]}.{allowed}{default}{source}")


# -- the browser's half ------------------------------------------------------------------------------------


@solara.component_vue("knob_field.vue", vuetify=False)
def _Knob(field: dict, event_change: Callable = None, event_draw: Callable = None):
    pass
