"""The top of a system's page: its question, and experiments to try, each played beside the present policy."""

from functools import partial

import numpy as np
import solara

from learning.knobs import ParameterError
from model.metrics import METRICS
from model.views.compare_tab import show_both
from model.views.controls import number_text, unit_text
from model.views.glossary import Explained
from model.views.key_numbers import over_last, over_run
from model.views.labels import metric_label, value_label
from model.views.link_opening import LINKED
from model.views.parameter_panel import changed_knobs
from model.views.parts import Buttons, Div, Press, Text
from model.views.presentation import presentation_of, question_of, sentence_of, words
from model.views.rival import Rival
from model.views.single_run import positions_of_run, shows_runs

CHOSEN = "experiment"
"""Name under which the desk keeps the label of the experiment begun last, and its second run."""

MOST_NAMED = 5
"""Most parameters named that are not the usual ones."""


@solara.component
def Question(desk):
    """The system's question, and one sentence on what happens on the page."""
    with Div(classes=["opening"]):
        solara.v.Html(tag="h1", class_="opening__question", children=[question_of(desk.kind)])
        Explained(sentence_of(desk.kind), "lead")
        _show_unusual(desk)


def _show_unusual(desk):
    """Show in what the parameters that came with a link differ from the usual ones, and the way back to these."""
    changed = changed_knobs(desk)
    if changed and desk.kept.value.get(LINKED):
        named = [value_label(name, desk.draft.value[name], desk.kind.name) for name in changed]
        with Div(classes=["linked"]):
            Text(unusual_text(named))
            solara.Button(
                "Back to the usual ones",
                on_click=lambda: desk.apply_scenario(desk.scenario.peek()),
                text=True,
                small=True,
            )


def unusual_text(named):
    """Text on parameters that are not the usual ones, in words.

    >>> unusual_text(["honest bids", "Number of firms 10"])
    'These parameters came with the link to this page: honest bids; Number of firms 10.'
    """
    more = f"; and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f"These parameters came with the link to this page: {'; '.join(named[:MOST_NAMED])}{more}."


@solara.component
def Experiments(desk):
    """Buttons for the experiments, and what the one begun last shows."""
    desk.tick.value  # noqa: B018 - read to be drawn again at every refresh
    experiments = presentation_of(desk.kind).experiments
    if not experiments:
        return
    buttons = [
        Press(each.label, partial(begin, desk, each), outlined=True, small=True) for each in experiments
    ]
    Buttons(buttons, "try", lead="Try", lead_kind="try__word", closing=notice(desk.kind, experiments))
    for each in experiments:
        if (each.label, desk.rival.value) == desk.kept.value.get(CHOSEN):
            _Finding(desk, each)


@solara.component
def _Finding(desk, experiment):
    """The metric to look at in both runs, whether it has moved as expected, and why."""
    desk.tick.value  # noqa: B018
    with Div(classes=["finding"]):
        with desk.run.reading():
            text = finding(experiment, desk.run.models, done=not desk.run.playing)
        solara.v.Html(tag="div", attributes={"role": "status"}, children=[text])
        solara.Button("See both runs", on_click=lambda: show_both(desk), text=True, small=True)
        solara.Button("Back to one run", on_click=lambda: desk.compare_with(None), text=True, small=True)


def notice(kind, experiments):
    """What a click on an experiment does to the run shown."""
    lengths = [each.periods for each in experiments]
    numbers = " to ".join(f"{each:,}" for each in sorted({min(lengths), max(lengths)}))
    return f"A click begins anew: {numbers} {words(kind, 'period')} at once, without and with the change."


def begin(desk, experiment):
    """Play an experiment from the first period on, beside the policy of the panel.

    Knobs that have the experiment's value already, or of which it goes beyond the limits, go back to their defaults, so
    that there is something to compare.
    """
    usual, draft = desk.kind.Params().everything(), desk.draft.peek()
    for name, value in experiment.values(draft).items():
        if value == draft[name] or not is_allowed(desk.knobs[name], name, value):
            desk.change(name, usual[name])
    rival = Rival(experiment.values(desk.draft.peek()))
    desk.keep(CHOSEN, (experiment.label, rival))
    desk.compare_with(rival)
    if desk.rival.peek() == rival and desk.preparation.job is None:
        desk.run.jump(experiment.periods)


def is_allowed(knob, name, value):
    """Whether a knob may have the value."""
    try:
        knob.check(name, value)
    except ParameterError:
        return False
    return True


def is_played(experiment, models):
    """Whether the models are the two of the experiment, and have played as long as it takes."""
    if len(models) < 2:
        return False
    first, second = (each.params.everything() for each in models.values())
    steps = min(each.steps for each in models.values())
    return second == first | experiment.values(first) and steps >= experiment.periods


def finding(experiment, models, done):
    """What both runs show of the experiment's metrics, as a text; done : whether they have been played."""
    look = f"Look at: {metric_label(experiment.metric)}."
    if not done or not is_played(experiment, models):
        return look
    first, second = numbers_of(experiment.metric, models)
    if first != first or second != second:
        return look
    moves = "rises" if second > first else "falls" if second < first else "stays"
    model = next(iter(models.values()))
    usual, periods = is_of_usual_policy(model), experiment.periods if shows_runs(model) else model.steps
    return " ".join(
        [
            f"{periods:,} {words(model, 'period')}, without and with the change.",
            *([path_text(experiment.path, models)] if experiment.path else []),
            f"{change_text(experiment.metric, models)}. It {moves}{reason(experiment, moves, usual)}",
            *(f"{change_text(name, models)}." for name in experiment.also),
            *([experiment.closing] if usual and moves == expected(experiment) and experiment.closing else []),
        ]
    )


def expected(experiment):
    """What the metric of an experiment usually does."""
    return "rises" if experiment.rises else "falls"


def reason(experiment, moves, usual):
    """End of the sentence on what the metric does: why, as far as that is known.

    usual : whether the first run has the usual parameters, with which alone the experiment has been tried.
    """
    usually, because = expected(experiment), experiment.because
    if usual:
        return f", {because}." if moves == usually else " here, and usually does not; try another seed."
    if moves == usually:
        return (
            f". It {usually} with the usual parameters, too, {because}; here the reason may be another one."
        )
    return f". With the usual parameters it {usually}, {because}."


def is_of_usual_policy(model):
    """Whether a model has the usual parameters, however its run is collected."""
    knobs, usual = model.Params.all_knobs(), model.Params().everything()
    return all(
        v == usual[name] or knobs[name].group == "run" for name, v in model.params.everything().items()
    )


def numbers_of(name, models):
    """A metric's number in each of the models: of the run, or of the last periods."""
    return [over_run(m, name) if shows_runs(m) else over_last(m, name) for m in models.values()]


def change_text(name, models):
    """A metric's label, with its number in the first and in the second model."""
    return f"{metric_label(name)}: {pair_text(name, numbers_of(name, models))}"


def pair_text(name, pair):
    """A metric's numbers in the first and in the second model."""
    unit = METRICS[name].unit
    first, second = (number_text(number, unit) for number in pair)
    return f"{first} → {second} {unit_text(unit)}".strip()


def path_text(name, models):
    """A sentence on a metric in the first and in the last tenth of the run, in the first and in the second model."""
    ends = [ends_of(name, model) for model in models.values()]
    start, end = (pair_text(name, pair) for pair in zip(*ends, strict=True))
    return f"{metric_label(name)} at the start of the run: {start}; at its end: {end}."


def ends_of(name, model):
    """Means of a metric over the first and over the last tenth of the run shown."""
    positions = positions_of_run(model)
    values = np.array(model.datacollector.model_vars[name][positions.start : positions.stop], float)
    tenth = max(len(values) // 10, 1)
    return float(values[:tenth].mean()), float(values[-tenth:].mean())
