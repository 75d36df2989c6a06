"""Charts on a page: a chart in its card with its choices, and the charts of a section."""

import solara

from model.metrics import METRICS
from model.views.charts.base import charts_of
from model.views.charts.changes import DATA, change_rows, with_changes
from model.views.charts.names import with_names
from model.views.fields import ChoiceFields
from model.views.glossary import Explained
from model.views.live.chart_rows import ChartRows
from model.views.live.live_chart import Delivery, LiveChart
from model.views.live.page_feed import Card
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
    with solara.Div(classes=["cards"]):
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
    widest = presentation_of(desk.kind).widest if large else 0
    style = {"max-width": f"{widest}px"} if widest else {}
    with solara.Div(classes=["card", "card--large"] if large else ["card"], style=style):
        _Head(desk, view, title, options)
        if view.grows and not desk.run.model.steps:
            begins = f"Nothing has been played yet: lines begin with the first {word(desk.kind, 'period')}."
            solara.Text(begins, classes=["card__help"])
        _Body(desk, view, title, data, problem, draw=draw, delivery=delivery, key=key)


@solara.component
def SweepChart(desk, view, results):
    """One chart of a sweep's results, with its choices."""
    options, data, problem = {}, {}, ""
    try:
        options = view.choices(results) if view.asks else {}
        data = view.rows(results, (), **chosen_of(view, options, desk.chosen.value))
    except Exception as error:  # a chart that cannot be made must not take the page with it
        problem = f"{type(error).__name__}: {error}"
    with solara.Div(classes=["card"]):
        _Head(desk, view, view.title, options)
        _Body(desk, view, view.title, data, problem, draw=view.draw)


def _Head(desk, view, title, options):
    """Title and choices of a card."""
    if not options:
        return solara.v.Html(tag="div", class_="card__head card__title", children=[title])
    with solara.Div(classes=["card__head"]):
        solara.Text(title, classes=["card__title"])
        ChoiceFields(desk, options)


def _Body(desk, view, name, data, problem, draw, **of_feed):
    """Show the chart, or the error. Not a component: a Feed that grew looks equal, so it would not be
    drawn."""
    if problem:
        solara.v.Html(tag="div", class_="trouble", attributes={"role": "alert"}, children=[problem])
    else:
        LiveChart(draw, data, label=name, on_click=lambda row: click(desk, row), **of_feed)
    Explained(view.help, "card__help")


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
