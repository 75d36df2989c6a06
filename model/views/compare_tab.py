"""Two models side by side on the same random numbers; they differ in one knob, in several, or by a scenario."""

from collections.abc import Callable
from functools import partial
from math import isclose

import solara

from model.metrics import METRICS
from model.views.chart_panel import ChartCard, known_charts
from model.views.charts.base import charts_of
from model.views.controls import number_text, unit_text
from model.views.fields import ChoiceField, NumberTable, Problem
from model.views.key_numbers import over_run
from model.views.knobs_shown import groups_shown, without_effect
from model.views.labels import choice_label, event_text, knob_label, metric_label
from model.views.live.sweep_run import ISSUED_BY
from model.views.paired_differences import PairedDifferences
from model.views.parts import Div, Text
from model.views.presentation import word, words
from model.views.rival import DEFAULTS, policy_of
from model.views.single_run import positions_of_run, shows_runs

SCENARIOS = ("scenario",)
"""Choice of a whole scenario beside those of single knobs."""

AVERAGED = 100
"""Periods collected over which the table takes means."""

OF_RUN = "The run so far: amounts in all, prices and shares on average, holdings now"


WANTED = "both runs wanted"
"""Name under which the desk keeps whether the charts of both runs are to be brought into view."""


def show_both(desk):
    """Show the tab, scrolled to the charts of both runs."""
    desk.keep(WANTED, True)
    desk.tab.set("Compare")


@solara.component
def CompareTab(desk):
    """Choose the knob and value of the second model, then see both together."""
    desk.tick.value  # noqa: B018
    _Chooser(desk)
    if desk.rival.value is None:
        return
    _Arrival(wanted=desk.kept.value.get(WANTED, False), event_arrived=lambda _: desk.keep(WANTED, False))
    with Div(classes=["cards"]):
        for view in known_charts(charts_of(desk.kind, of="models"), desk.run.models.values()):
            ChartCard(desk, view).key(view.name)
    _Table(desk)
    PairedDifferences(desk)
    _SideBySide(desk)


@solara.component_vue("arrival.vue", vuetify=False)
def _Arrival(wanted: bool, event_arrived: Callable = None):
    """A place that the page scrolls to when it is wanted, and that gets the focus."""


@solara.component
def _Chooser(desk):
    """Fields for the knob and the second value, and the button that begins anew with two models."""
    rival, problem = desk.rival.value, desk.problems.value.get("rival", "")
    at_first = first_choice(desk.knobs, rival)
    name, set_name = solara.use_state(at_first[0])
    other, set_other = solara.use_state(at_first[1])

    def follow_rival():
        set_name(at_first[0])
        set_other(at_first[1])

    solara.use_effect(follow_rival, [str(rival)])
    Text(
        f"A second model runs with the same seed: the same {word(desk.kind, 'firms')}, the same random numbers "
        f"in every {word(desk.kind, 'period')}. Choose in what it differs: any difference is the effect of that.",
        classes=["lead"],
    )
    with Div(classes=["chooser"]):
        ChoiceField(
            label="compare",
            options=[
                {"value": n, "text": knob_label(n, desk.kind.name)}
                for n in (*SCENARIOS, *offered(desk.kind.Params, desk.draft.value, name))
            ],
            value=name,
            event_change=lambda n: (set_name(n), set_other("")),
        )
        chosen = _SecondValue(desk, name, other, set_other)
        solara.Button(
            f"Start both from {word(desk.kind, 'period')} 0",
            on_click=lambda: start(desk, name, chosen),
            color="primary",
            disabled=not chosen,
        )
        if rival and name not in SCENARIOS:
            on_click = partial(desk.compare, name, chosen, also=True)
            solara.Button(
                "Start with this difference, too", on_click=on_click, outlined=True, disabled=not chosen
            )
        if rival:
            solara.Button("End the comparison", on_click=lambda: desk.compare_with(None), outlined=True)
    if problem:
        Problem(problem)
    if rival:
        _Differences(desk, rival)


def _SecondValue(desk, name, other, set_other):
    """Field for what the second model has instead; return its text. Not a component: the button needs the text."""
    values = (
        other_policies(desk) if name in SCENARIOS else other_values(desk.knobs[name], desk.draft.value[name])
    )
    here = desk.scenario.value or "defaults" if name in SCENARIOS else desk.draft.value[name]
    Text(f"{choice_label(name, here)} against", classes=["chooser__word"])
    if not values:
        solara.InputText("second value", value=other, on_value=set_other)
        return other
    chosen = other if other in values else values[0]
    ChoiceField(
        label="second value",
        options=[{"value": v, "text": choice_label(name, v)} for v in values],
        value=chosen,
        event_change=set_other,
    )
    return chosen


def other_policies(desk):
    """Scenarios that the second model may have, and the defaults, without that of the first."""
    return [name for name in (DEFAULTS, *desk.scenarios) if name != (desk.scenario.value or DEFAULTS)]


def start(desk, name, chosen):
    """Begin both with another value of the knob ``name``, or with the policy of a scenario."""
    if name in SCENARIOS:
        return desk.compare_with(policy_of(desk.kind, desk.scenarios.get(chosen), desk.draft.peek()))
    desk.compare(name, chosen)


@solara.component
def _Differences(desk, rival):
    """In what the runs differ, and a link to this comparison."""
    here = desk.draft.value
    changes = [
        event_text({"name": name, "before": here[name], "after": value}, desk.kind.name)
        for name, value in rival.values.items()
    ]
    with Div(classes=["lead"]):
        Text(f"The second run differs in: {'; '.join(changes) or 'nothing'}. ")
        if rival.scenario:
            Text(f"Its {word(desk.kind, 'firms')} are those of the first run, not of its scenario. ")
        attributes = {"href": desk.link(), "target": "_blank"}
        solara.v.Html(tag="a", attributes=attributes, children=["Link to this comparison"])


def comparable(knobs):
    """Names of the knobs that a second model may have differently: choices first."""
    names = [name for name, knob in knobs.items() if not knob.file and name != "collect_every"]
    return sorted(names, key=lambda name: (knobs[name].choices is None, "." in name))


def offered(params, values, chosen=""):
    """Names of the knobs that have an effect under these values, and of the one chosen."""
    acting = {name for names in groups_shown(params, values).values() for name in names}
    acting -= without_effect(params, values)
    return [name for name in comparable(params.all_knobs()) if name in acting or name == chosen]


def first_choice(knobs, rival=None):
    """Knob and second value offered first, as texts: those of the comparison under way; else the rule by which permits
    are issued, or the first knob that has choices."""
    if rival and not rival.scenario:
        name, value = next(iter(rival.values.items()))
        return name, str(value).lower() if isinstance(value, bool) else str(value)
    if rival:
        return SCENARIOS[0], rival.scenario
    return next((name for name in ISSUED_BY if name in knobs), comparable(knobs)[0]), ""


def other_values(knob, here):
    """Other values of a knob with choices, as text; empty for numbers."""
    if knob.type is bool:
        return [str(not here).lower()]
    return [value for value in knob.choices or () if value != here]


def means_of(run, periods):
    """Labels and mean metrics of both models over the last ``periods`` periods, and how many were collected."""
    with run.reading():
        means = [mean_of_last(model.datacollector, periods) for model in run.models.values()]
        return list(run.models), means, min(periods, len(run.model.datacollector.periods))


def mean_of_last(collector, count):
    """Mean metrics over the last ``count`` periods collected, by name; empty before there are any."""
    periods = collector.periods
    return collector.mean(periods[-count - 1] if len(periods) > count else 0) if periods else {}


def runs_so_far(desk):
    """Labels and numbers of both runs so far, as `means_of`."""
    with desk.run.reading():
        models = desk.run.models
        collected = len(positions_of_run(desk.run.model))
        numbers = [
            {name: over_run(model, name) for name in model.metrics} if collected else {}
            for model in models.values()
        ]
        return list(models), numbers, collected


@solara.component
def _Table(desk):
    """Means of every metric of both models and their difference."""
    desk.tick.value  # noqa: B018
    averaged = min(AVERAGED, desk.kind.Params.usual_window)
    labels, means, collected = runs_so_far(desk) if shows_runs(desk.kind) else means_of(desk.run, averaged)
    if not all(means) or len(means) < 2:
        return Text("Press Play or jump ahead: both models move together.", classes=["lead"])
    rows = [comparison_row(name, means[0][name], means[1][name]) for name in desk.kind.metrics]
    with Div(classes=["card", "card--wide"]):
        title = OF_RUN if shows_runs(desk.kind) else table_title(desk.kind, averaged, collected)
        Text(title, classes=["card__title"])
        NumberTable(head=["", "unit", *labels, "difference"], rows=rows)


def table_title(kind, averaged, collected):
    """Title of the table: means, or the last period's numbers where a system's numbers are totals."""
    if averaged == 1:
        return f"Numbers of the last {word(kind, 'period')}; totals of an episode are complete at its end"
    return f"Means of the last {collected} {words(kind, 'period')} collected"


def comparison_row(name, first, second):
    """One line of the table: metric, unit, both means, and the second less the first."""
    unit = METRICS[name].unit
    difference = 0.0 if isclose(first, second, rel_tol=1e-9, abs_tol=1e-12) else second - first
    sign = "+" if difference > 0 else ""
    texts = [number_text(value, unit) for value in (first, second, difference)]
    return [metric_label(name), unit_text(unit), *texts[:2], sign + texts[2]]


@solara.component
def _SideBySide(desk):
    """Any chart of the page, once for each model."""
    desk.tick.value  # noqa: B018
    views = {view.name: view for view in known_charts(charts_of(desk.kind), desk.run.models.values())}
    name, set_name = solara.use_state("")
    if not views:
        return
    name = name if name in views else next(iter(views))
    with Div(classes=["pick"]):
        ChoiceField(
            label="the same chart for both",
            options=[{"value": n, "text": view.title} for n, view in views.items()],
            value=name,
            event_change=set_name,
        )
    with Div(classes=["cards"]):
        for label in list(desk.run.models):
            ChartCard(desk, views[name], label=label).key(f"{name} {label}")
