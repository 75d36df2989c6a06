"""Events of a run: what happened in which quarter, for marks in charts and for the list above them.

A kind of event is a function of the run's `Quarters` that returns a text for each quarter, "" where nothing happened.
Registering it is enough::

    @event("▼", "#117733")
    def released(run):
        '''Permits come out of the reserve.'''
        ...
"""

from typing import NamedTuple

import numpy as np

from learning.registry import Registry
from model.systems.emissions_trading.policy_words import LEVERS
from model.views.charts import theme
from model.views.labels import event_text

EVENTS = Registry("kind of event")


class Event(NamedTuple):
    """One event: its quarter as the row of `Quarters`, its text, and the look of its mark."""

    row: int
    text: str
    glyph: str
    colour: str
    place: int
    """Number of its kind among those that happened."""


def event(glyph, colour):
    """Decorator: register a kind of event by its function's name, with the mark that stands for it."""

    def add(find):
        EVENTS.register(find.__name__)((find, glyph, colour))
        return find

    return add


def events_of(run):
    """Events of the `Quarters`, by quarter."""
    found = [
        Event(row=row, text=text, glyph=glyph, colour=colour, place=place)
        for place, (find, glyph, colour) in enumerate(EVENTS.values())
        for row, text in enumerate(find(run))
        if text
    ]
    happened = sorted({each.place for each in found})
    found = [each._replace(place=happened.index(each.place)) for each in found]
    return sorted(found, key=lambda each: each.row)


def texts(amounts, speck, write):
    """A text for each amount above ``speck``, else ""."""
    return [write(amount) if amount > speck else "" for amount in amounts.tolist()]


@event("✱", "#cc5500")
def surprise(run):
    """Emissions change for good, unannounced."""
    p = run.model.params
    now = (run.year - 1) * p.quarters + run.quarter
    word = "above" if p.demand_change > 0.0 else "below"
    text = f"from now on emissions are {100 * abs(p.demand_change):.3g} % {word} plan; nobody knew"
    return [text if p.demand_change and number == p.demand_change_in else "" for number in now.tolist()]


@event("§", "#7a5195")
def regulated(run):
    """The regulator makes the policy of a year stricter or laxer than announced."""
    p = run.model.params
    lever = "tax" if p.instrument == "tax" else LEVERS.get(p.lever, p.lever)
    shares = np.where(run.quarter == 1, run.government().stricter, 0.0).tolist()
    return [
        f"the regulator makes the {lever} {100 * abs(x):.3g} % {'stricter' if x > 0 else 'laxer'} than announced"
        if abs(x) > 1e-12
        else ""
        for x in shares
    ]


@event("▼", "#4477aa")
def taken_in(run):
    """The stability reserve takes permits out of the year's auctions."""
    amounts = np.where(run.quarter == 1, -run.government().change, 0.0)
    return texts(
        amounts, run.speck, lambda t: f"the stability reserve takes {t:.3g} t out of the year's auctions"
    )


@event("▲", "#4477aa")
def released(run):
    """The stability reserve adds permits to the year's auctions."""
    amounts = np.where(run.quarter == 1, run.government().change, 0.0)
    return texts(amounts, run.speck, lambda t: f"the stability reserve adds {t:.3g} t to the year's auctions")


@event("✕", "#882255")
def cancelled(run):
    """Permits are cancelled."""
    total = run.values("cancelled")
    before = run.model.datacollector.model_vars["cancelled"][: run.positions.start]
    new = np.diff(total, prepend=before[-1] if before else 0.0)
    return texts(new, run.speck, lambda t: f"{t:.3g} t are cancelled")


@event("▽", "#228833")
def unsold(run):
    """Permits offered are not sold: at the reserve price, or held back below a trigger or a later step of supply."""
    price, left = run.values("clearing_price"), run.values("offered") - run.values("sold")
    floor, p = run.values("floor"), run.model.params
    held_back = (p.ecr_price > 0.0 or p.supply_steps != "") & (price > floor * (1.0 + 1e-9))
    return [
        "" if t <= run.speck else f"{t:.3g} t held back" if held else f"{t:.3g} t unsold at the reserve price"
        for t, held in zip(left.tolist(), held_back.tolist(), strict=True)
    ]


@event("△", "#aa3377")
def added(run):
    """Permits beyond the cap are sold, from the cost containment reserve or at the ceiling."""
    more = run.values("sold") - run.values("offered")
    return texts(more, run.speck, lambda t: f"{t:.3g} t sold beyond the cap")


@event("◆", "#b71c1c")
def fined(run):
    """Firms pay fines at compliance."""
    return texts(run.values("shortfall"), run.speck, lambda t: f"fines for {t:.3g} t without permits")


@event("✎", theme.INK)
def policy_changed(run):
    """The user changed a parameter while the run was going on."""
    played = run.model.datacollector.periods[run.positions.start : run.positions.stop]
    found = {period: [] for period in played}
    for each in run.model.events:
        if each["step"] + 1 in found:
            found[each["step"] + 1].append(event_text(each, "emissions_trading"))
    return ["; ".join(found[period]) for period in played]
