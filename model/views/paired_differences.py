"""Both models of a comparison with many seeds: differences with intervals, as a chart and in numbers."""

import solara

from model.metrics import METRICS
from model.views.chart_panel import SweepChart
from model.views.charts.pairs import pairs_of, view_of
from model.views.controls import number_text, unit_text
from model.views.fields import NumberTable, Problem
from model.views.labels import metric_label
from model.views.live.background import use_news
from model.views.live.sweep_run import PairPlan
from model.views.parts import Div, Text
from model.views.presentation import word, words
from model.views.single_run import shows_runs

SEEDS, MOST_SEEDS = 20, 500


@solara.component
def PairedDifferences(desk):
    """A button that plays both models with many seeds, and what comes of it; nothing where runs cannot be measured."""
    desk.tick.value  # noqa: B018 - read to be drawn again when another comparison begins
    pairs = desk.part("pairs", desk.sweep.another)
    use_news(pairs)
    seeds, set_seeds = solara.use_state(SEEDS)
    models = {label: model.params.everything() for label, model in desk.run.models.items()}
    if not pairs.is_possible or len(models) < 2:
        return
    periods = usual_length(desk)
    Text(
        f"One seed is one history. Both models can be played with many, {periods:,} {words(desk.kind, 'period')} each, "
        "to see which differences are more than chance.",
        classes=["lead"],
    )
    with Div(classes=["chooser"]):
        solara.InputInt("seeds", value=seeds, on_value=set_seeds)
        solara.Button(
            "Play both with these seeds",
            on_click=lambda: start(desk, pairs, models, seeds, periods),
            outlined=True,
            disabled=pairs.running,
        )
        if pairs.running:
            solara.Button("Cancel", on_click=pairs.cancel, outlined=True)
    if problem := desk.problems.value.get("pairs", "") or pairs.error:
        Problem(problem)
    if pairs.plan and pairs.plan.models == models:
        _Results(desk, pairs, len(pairs.rows))


def usual_length(desk):
    """Periods of one run: those of a run that the page shows, or those of the page's sweeps."""
    return desk.run.model.params.usual_periods if shows_runs(desk.kind) else desk.plan.value.periods


def start(desk, pairs, models, seeds, periods):
    """Play both with so many seeds, from the run's own on; or show why that is not possible."""

    def begin():
        if not 2 <= seeds <= MOST_SEEDS:
            raise ValueError(f"seeds = {seeds}: must be from 2 to {MOST_SEEDS}")
        pairs.start(PairPlan(models, seeds, periods), desk.knobs, {}, desk.run.model.seed)

    desk.attempt("pairs", begin)


@solara.component
def _Results(desk, pairs, done):
    """Progress, the chart, and the numbers of the ``done`` runs."""
    results = pairs.results()
    if done < pairs.total:
        solara.ProgressLinear(value=100 * done / pairs.total)
        Text(pairs.queue_text or f"{done:,} of {pairs.total:,} runs", classes=["sweep__state"])
    if done < 4:
        return
    each, account = desk.run.model.params.accounts
    found = pairs_of(desk.kind, results, each)
    with Div(classes=["cards"]):
        SweepChart(desk, view_of(desk.kind, each), results)
    with Div(classes=["card", "card--wide"]):
        amounts = f", amounts per {account}" if each > 1 else f" per {word(desk.kind, 'period')}"
        Text(f"Means{amounts}, with 95 % intervals over seeds", classes=["card__title"])
        head = ["", "unit", *list(pairs.plan.models), "difference, seed by seed"]
        NumberTable(head=head, rows=[row_of(pair) for pair in found])


def row_of(pair):
    """One line of the table: metric, unit, both means, and the difference, each with its interval."""
    unit = METRICS[pair.metric].unit
    texts = [with_interval(each, unit) for each in (pair.first, pair.second, pair.difference)]
    return [metric_label(pair.metric), unit_text(unit), *texts]


def with_interval(estimate, unit):
    """A mean and its interval as text."""
    mean, low, high = (number_text(estimate[key], unit) for key in ("mean", "low", "high"))
    return f"{mean} [{low}, {high}]"
