"""Charts on a page: a chart in its card with its choices, and the charts of a section."""

import solara

from model.metrics import METRICS
from model.views.charts.base import charts_of
from model.views.charts.changes import DATA, change_rows, with_changes
from model.views.charts.names import with_names
from model.views.glossary import explained
from model.views.live.chart_rows import ChartRows
from model.views.live.live_chart import Around, Delivery, LiveChart
from model.views.live.page_feed import Card
from model.views.parts import Div
from model.views.presentation import presentation_of, word
from model.views.single_run import start_of_run

TITLES = {
    "market": "Market",
    "network": "Map and trade",
    "learning": "Learning",
}


@solara.component
def Picture(desk):
    """The chart that the page opens with, as wide as the page; of two models both, below each other."""
    desk.tick.value  # noqa: B018 - read to be drawn again when another run begins
    for view in charts_of(desk.kind):
        if view.name == presentation_of(desk.kind).picture:
            labels = list(desk.run.models)
            for label in labels:
                ChartCard(desk, view, label if len(labels) > 1 else None, large=True).key(label)


@solara.component
def Section(desk, name, heading=True):
    """All charts of one section that the system's metrics allow, but the picture that the page opens with."""
    desk.tick.value  # noqa: B018 - read to be drawn again when another run begins
    views = known_charts(charts_of(desk.kind, section=name), desk.run.models.values())
    views = [view for view in views if view.name != presentation_of(desk.kind).picture]
    if not views:
        return
    if heading:
        solara.v.Html(tag="h2", class_="section", children=[title_of(name, desk.kind)])
    with Div(classes=["cards"]):
        for view in views:
            ChartCard(desk, view).key(view.name)


def known_charts(views, models):
    """The charts for which at least one of the models has something to show."""

    def empty(view):
        if view.of == "model" and not any(map(view.has_content, models)):
            return True
        return view.needs and not any(METRICS[name].applies(model) for model in models for name in view.needs)

    return [view for view in views if not empty(view)]


def title_of(section, kind):
    """Heading of a section, in the system's words."""
    return TITLES.get(section) or word(kind, section).capitalize()


def dressed(draw, desk, view, label):
    """Function that draws a chart with the names of the model's firms instead of their numbers."""
    if view.of != "model":
        return draw
    return with_names(draw, tuple(subject_of(desk.run.models, view, label).names))


@solara.component
def ChartCard(desk, view, label=None, large=False):
    """One chart, up to date at every refresh. ``label``: the model to show of two compared; None: the
    first. large : as wide as the page."""
    desk.tick.value  # noqa: B018 - read to be drawn again at every refresh
    shown, delivery = solara.use_memo(lambda: (ChartRows(view), Delivery()), [view.name])
    key = f"{view.name}/{label or ''}"
    marking = with_changes(view.draw) if view.grows else view.draw
    draw = dressed(marking, desk, view, label)

    def update():
        subject = subject_of(desk.run.models, view, label)
        options = view.choices(subject) if view.asks else {}
        data = shown.update(subject, **chosen_of(view, options, desk.chosen.peek()))
        model = desk.run.models.get(label, desk.run.model)
        marks = {DATA: change_rows(model, start_of_run(model))} if marking is not view.draw else {}
        return options, data | marks

    def register():
        card = desk.feed.cards[key] = Card(lambda: update()[1], delivery)

        def forget():  # unless another page shows the desk by now
            if desk.feed.cards.get(key) is card:
                del desk.feed.cards[key]

        return forget

    solara.use_effect(register, [key])
    desk.chosen.value  # noqa: B018 - read to be drawn again when something else is chosen
    data, options, problem = {}, {}, ""
    with desk.run.reading():
        try:
            options, data = update()
        except Exception as error:  # a chart that cannot be made must not take the page with it
            problem = f"{type(error).__name__}: {error}"
    title = f"{view.title}: {label}" if label else view.title
    card = around(desk, view, title, options)
    if large:
        widest = presentation_of(desk.kind).widest
        card.classes += " card--large"
        card.style = {"maxWidth": f"{widest}px"} if widest else {}
    if view.grows and not desk.run.model.steps:
        card.notice = f"Nothing has been played yet: lines begin with the first {word(desk.kind, 'period')}."
    _show(desk, draw, data, title, problem, around=card, delivery=delivery, key=key)


@solara.component
def SweepChart(desk, view, results):
    """One chart of a sweep's results, with its choices."""
    options, data, problem = {}, {}, ""
    try:
        options = view.choices(results) if view.asks else {}
        data = view.rows(results, (), **chosen_of(view, options, desk.chosen.value))
    except Exception as error:  # a chart that cannot be made must not take the page with it
        problem = f"{type(error).__name__}: {error}"
    _show(desk, view.draw, data, view.title, problem, around=around(desk, view, view.title, options))


def around(desk, view, title, options):
    """The card of a chart: its title, its choices, and what it shows."""

    def choose(both):
        name, label = both
        if name in options:
            desk.choose(name, label)

    choices = [
        {"label": name, "options": list(values), "value": shown_of(values, desk.chosen.value.get(name))}
        for name, values in options.items()
    ]
    return Around(title, "card", {}, choices, "", explained(view.help), choose)


def shown_of(values, chosen):
    """The label chosen among ``values``, by label; the first one unless it is among them."""
    return chosen if chosen in values else next(iter(values), "")


def _show(desk, draw, data, title, problem, **more):
    """Show a chart. Not a component: a Feed that grew looks equal, so it would not be drawn."""
    LiveChart(draw, data, label=title, problem=problem, on_click=lambda row: click(desk, row), **more)


def subject_of(models, view, label=None):
    """Subject of a chart: one model, or the models by label."""
    if view.of == "models":
        return dict(models)
    return models[label] if label in models else next(iter(models.values()))


def chosen_of(view, options, chosen):
    """Value of each choice of a chart, keyword -> value: the user's choice, or the first option."""
    asked = {name: options[name] for name in view.asks if options.get(name)}
    return {name: values.get(chosen.get(name), next(iter(values.values()))) for name, values in asked.items()}


def click(desk, row):
    """Choose the clicked firm wherever a firm can be chosen, whatever the system calls it."""
    if isinstance(row.get("firm"), int):
        for word in ("firm", "farm"):
            desk.choose(word, f"{word} {row['firm']}")
