"""The top of a system's page: its question, and experiments to try, each played beside the present policy."""

import numpy as np
import solara

from model.metrics import METRICS
from model.views.compare_tab import show_both
from model.views.controls import number_text, unit_text
from model.views.glossary import Explained
from model.views.key_numbers import over_last, over_run
from model.views.labels import metric_label
from model.views.presentation import presentation_of, question_of, sentence_of, words
from model.views.rival import Rival
from model.views.single_run import positions_of_run, shows_runs

CHOSEN = "experiment"
"""Name under which the desk keeps the label of the experiment begun last."""


@solara.component
def Question(desk):
    """The system's question, and one sentence on what happens on the page."""
    with solara.Div(classes=["opening"]):
        solara.v.Html(tag="h1", class_="opening__question", children=[question_of(desk.kind)])
        Explained(sentence_of(desk.kind), "lead")


@solara.component
def Experiments(desk):
    """Buttons for the experiments, and what the one begun last shows."""
    desk.tick.value  # noqa: B018 - read to be drawn again at every refresh
    experiments = presentation_of(desk.kind).experiments
    if not experiments:
        return
    with solara.Div(classes=["try"]):
        solara.Text("Try", classes=["try__word"])
        for each in experiments:
            solara.Button(
                each.label, on_click=lambda each=each: begin(desk, each), outlined=True, small=True
            ).key(each.label)
        solara.Text(notice(desk.kind, experiments), classes=["controls__label"])
    for each in experiments:
        if each.label == desk.kept.value.get(CHOSEN) and is_of(each, desk.rival.value):
            _Finding(desk, each)


@solara.component
def _Finding(desk, experiment):
    """The metric to look at in both runs, whether it has moved as expected, and why."""
    desk.tick.value  # noqa: B018
    with solara.Div(classes=["finding"]):
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

    Knobs that have the experiment's value already go back to their defaults, so that there is something to compare.
    """
    usual, draft = desk.kind.Params().everything(), desk.draft.peek()
    same = {name: usual[name] for name, value in experiment.change.items() if draft[name] == value}
    for name, value in same.items():
        desk.change(name, value)
    desk.keep(CHOSEN, experiment.label)
    desk.compare_with(Rival(experiment.change))
    if is_of(experiment, desk.rival.peek()) and desk.preparation.job is None:
        desk.run.jump(experiment.periods)


def is_of(experiment, rival):
    """Whether the second run is that of the experiment."""
    return rival is not None and dict(rival.values) == dict(experiment.change)


def finding(experiment, models, done):
    """What both runs show of the experiment's metrics, as a text; done : whether they have been played."""
    label = metric_label(experiment.metric)
    if len(models) < 2 or not done:
        return f"Look at: {label}."
    first, second = numbers_of(experiment.metric, models)
    if first != first or second != second:
        return f"Look at: {label}."
    moves = "rises" if second > first else "falls" if second < first else "stays"
    expected = moves == ("rises" if experiment.rises else "falls")
    reason = f", {experiment.because}." if expected else " here, and usually does not; try another seed."
    kind = next(iter(models.values()))
    return " ".join(
        [
            f"{experiment.periods:,} {words(kind, 'period')}, without and with the change.",
            *([path_text(experiment.path, models)] if experiment.path else []),
            f"{change_text(experiment.metric, models)}. It {moves}{reason}",
            *(f"{change_text(name, models)}." for name in experiment.also),
            *([experiment.closing] if expected and experiment.closing else []),
        ]
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
