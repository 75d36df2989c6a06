"""Demand schedules that a person fills in: prices and volumes of a few steps, the highest price first."""

from model.seats.forms import FieldError, number_field, read_fields
from model.seats.words import price_text, tonnes

SHOWN = 2
"""Steps of a schedule that a form shows at once."""


WHOLE = 1_000.0
"""Number from which on decimals are not shown."""


def schedule_fields(steps, highest, most, before, whole=False, planned=None):
    """Fields of ``steps`` prices, up to ``highest`` €/t, and volumes, up to ``most`` t; before : the last decision.

    planned : the schedule that is bid if all stay empty; None: there is none.
    """
    fields, step = [], 1 if whole else None
    for k in range(1, steps + 1):
        shown = k <= SHOWN
        bid = shown and (k == 1 or before.get(f"volume_{k}"))  # steps without permits were filled up
        price, volume = (before.get(f"{name}_{k}") if bid else None for name in ("price", "volume"))
        help = ("the most you pay for a permit", "how many for this price") if k == 1 else ("", "")
        more = {"optional": True, "aside": not shown}
        fields += [
            number_field(f"price_{k}", f"Price {k}", "€/t", 0.0, highest, price, help[0], **more),
            number_field(f"volume_{k}", f"Volume {k}", "t", 0.0, most, volume, help[1], step=step, **more),
        ]
    return [field | as_planned(planned[field["name"]]) for field in fields] if planned else fields


def as_planned(number):
    """What a field says of the number that is played if all of the schedule stay empty."""
    return {"planned": f"{number:.2f}" if number < WHOLE else f"{number:.0f}", "together": "bid"}


def is_empty(values, steps):
    """Whether nothing of a schedule is filled in."""
    names = [f"{name}_{k}" for name in ("price", "volume") for k in range(1, steps + 1)]
    return all(values.get(name) is None or not str(values[name]).strip() for name in names)


def read_schedule(form, values, steps, most, may_be_empty=False):
    """Decision of a form with a schedule, steps without permits at the price before; FieldError if it is not one.

    A schedule falls from step to step; its volumes add up to no more than ``most``, t. may_be_empty : whether fields
    left empty are a decision, to bid for nothing.
    """
    read, problems, asked, last = read_fields(form, values), {}, 0.0, None
    if not may_be_empty and all(
        read[f"{name}_{k}"] is None for name in ("price", "volume") for k in range(1, steps + 1)
    ):
        raise FieldError({"volume_1": "Fill in a price and a volume; a volume of 0 bids for nothing"})
    for k in range(1, steps + 1):
        price, volume = f"price_{k}", f"volume_{k}"
        read[volume] = read[volume] or 0.0
        if read[price] is None and read[volume] > 0.0:
            problems[price] = f"Price {k}: missing for the permits of this step"
        elif read[price] is None:
            read[price] = last or 0.0
        elif last is not None and read[price] > last and read[volume] > 0.0:
            problems[price] = f"Price {k}: must be at most that of the step before, {last:,.10g} €/t"
        asked += read[volume]
        if asked > most * (1.0 + 1e-9):
            problems[volume] = f"Volume {k}: all steps together must be at most {most:,.10g} t"
        last = read[price] if last is None else min(last, read[price])
    if problems:
        raise FieldError(problems)
    return read


def steps_of(decision, steps):
    """Prices, €/t, and volumes, t, of a decision: two lists."""
    numbers = range(1, steps + 1)
    return [decision[f"price_{k}"] for k in numbers], [decision[f"volume_{k}"] for k in numbers]


def as_fields(prices, volumes):
    """Values of the fields for these prices, €/t, and volumes, t."""
    fields = {}
    for k, (price, volume) in enumerate(zip(prices, volumes, strict=True), 1):
        fields |= {f"price_{k}": float(price), f"volume_{k}": float(volume)}
    return fields


def single_step(price, volume, steps):
    """Values of the fields for one price for all."""
    return as_fields([price] * steps, [volume] + [0.0] * (steps - 1))


def bid_in_words(prices, volumes):
    """A schedule in words, steps without permits left out; of many steps the range of their prices."""
    steps = [(price, volume) for price, volume in zip(prices, volumes, strict=True) if volume > 0.0]
    if not steps:
        return "bid for nothing"
    if len(steps) > SHOWN:
        low, high = (price_text(each(price for price, _ in steps)) for each in (min, max))
        return f"bid for {tonnes(sum(volume for _, volume in steps))} at {low} to {high}"
    return "bid for " + " and ".join(f"{tonnes(volume)} at {price_text(price)}" for price, volume in steps)


def staircase(prices, volumes):
    """Points of the line along the steps, from zero permits on and down to zero at its end."""
    points, reached = [], 0.0
    for price, volume in zip(prices, volumes, strict=True):
        if volume > 0.0:
            points += [[reached, float(price)], [reached + float(volume), float(price)]]
            reached += float(volume)
    return [*points, [reached, 0.0]] if points else []
