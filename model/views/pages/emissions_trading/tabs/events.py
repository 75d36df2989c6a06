"""Tab: what happened in the run, quarter by quarter."""

import solara

from model.views.fields import NumberTable
from model.views.pages.base import tab
from model.views.pages.emissions_trading.events import events_of
from model.views.pages.emissions_trading.least_cost import least_cost_lines
from model.views.pages.emissions_trading.timeline import quarters_of
from model.views.parts import Div, Text


def event_lines(model):
    """Lines of the table of events: mark, quarter, text."""
    run = quarters_of(model)
    if not len(run.positions):
        return []
    names = run.names
    return [[each.glyph, names[each.row], each.text] for each in events_of(run)]


@tab(title="Events", system="emissions_trading")
@solara.component
def Events(desk):
    """Everything that happened in the run shown, with the marks that stand for it in the charts."""
    desk.tick.value  # noqa: B018 - read to be drawn again at every refresh
    with desk.run.reading():
        lines = {label: event_lines(model) for label, model in desk.run.models.items()}
        costs = {label: least_cost_lines(model) for label, model in desk.run.models.items()}
    for label, found in costs.items():
        if found:
            with Div(classes=["card", "card--wide"]):
                Text(f"Least cost, projects included: {label}", classes=["card__title"])
                for line in found:
                    Text(line, classes=["card__help"])
    for label, found in lines.items():
        with Div(classes=["card", "card--wide"]):
            Text(f"What happened: {label}", classes=["card__title"])
            if found:
                NumberTable(head=["mark in charts", "when", "what"], rows=found)
            else:
                Text("Nothing out of the ordinary so far.", classes=["card__help"])
