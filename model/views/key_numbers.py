"""Key numbers as cards: means of the last periods, or of the run so far where the page shows single runs."""

from bisect import bisect_right
from math import isclose

import numpy as np
import solara

from model.collector import mean_of_numbers
from model.metrics import METRICS
from model.reported import AVERAGED, adds_up, without_noise
from model.views.controls import number_text, unit_text
from model.views.labels import metric_label, sources_last
from model.views.presentation import key_metrics, presentation_of, word, words
from model.views.single_run import positions_of_run, shows_runs

LOOKED_BACK = 1_000
"""Periods collected that are searched for the last value of a metric that only some periods have."""


@solara.component
def KeyNumbers(desk):
    """Key numbers as cards; a second model's below them."""
    tick = desk.tick.value
    with desk.run.reading():
        numbers, period = key_numbers_of(desk.run.models), desk.run.model.steps
    _KeyNumbers(
        numbers=numbers, caption=caption_of(desk.kind, list(desk.run.models)), period=period, drawn=tick
    )


def caption_of(kind, labels=("this run",)):
    """Line on what the key numbers are, where it is not the present period; of a second model the small ones are."""
    compared = f"large: {labels[0]}; small: {labels[-1]}, and how much more or less it is"
    small = f"; {compared}" if len(labels) > 1 else f"; small: the last {word(kind, 'period')}"
    if shows_runs(kind):
        return f"Of this run so far: amounts in all, prices and shares on average{small}"
    if kind.Params.usual_window == 1:
        return f"{compared[0].upper()}{compared[1:]}" if len(labels) > 1 else ""
    averaged = f"{kind.Params.usual_window:,} {words(kind, 'period')}"
    return f"Means of up to {averaged}, since the last change of the policy{small}"


def key_numbers_of(models):
    """Key numbers, as texts, of the first of the models, by label, with the second one's beside them."""
    first, *others = [key_numbers(model) for model in models.values()]
    for other in others:
        its = {number["name"]: number for number in other}
        for number in first:  # instead of other remarks
            number["other"] = beside(number, its.get(number["name"]))
    return [{k: text for k, text in number.items() if k != "number"} for number in first]  # JSON has no NaN


def beside(number, other):
    """Line on a second model's number, with its difference from the first where both are known."""
    if other is None or other["number"] != other["number"]:
        return "–"
    difference = other["number"] - number["number"]
    if difference != difference or isclose(other["number"], number["number"], rel_tol=1e-9, abs_tol=1e-12):
        return other["value"]
    unit = METRICS[number["name"]].unit
    sign = "+" if difference > 0.0 else "−"
    return f"{other['value']} ({sign}{number_text(abs(difference), unit)})"


def key_numbers(model):
    """Name, label, unit, help, value as text and number, and remark for the key metrics that apply to the model."""
    names = [name for name in key_metrics(model) if METRICS[name].applies(model)]
    labels = presentation_of(model).labels
    return [
        {
            "name": name,
            "label": labels.get(name) or metric_label(name),
            "unit": unit_text(METRICS[name].unit),
            "help": sources_last(METRICS[name].help),
        }
        | finder(model, name)(model, name)
        for name in names
    ]


def finder(model, name):
    """The function that finds a key number: of the run, of the present period, or the mean of the last ones."""
    if shows_runs(model):
        return run_number
    alone = type(model).Params.usual_window == 1 or name in presentation_of(model).at_present
    return present_number if alone else mean_number


def over_last(model, name):
    """Mean of a metric over the last periods, but none before the last change of the policy; NaN if it has none."""
    collector = model.datacollector
    changed = model.events[-1]["step"] if model.events else 0
    since = max(model.steps - type(model).Params.usual_window, changed)
    return mean_of_numbers(collector.numbers_of(name)[bisect_right(collector.periods, since) :])


def mean_number(model, name):
    """Mean of a metric over the last periods, with its value in the last one."""
    card, mean = present_number(model, name), over_last(model, name)
    if mean != mean:
        return card
    unit = METRICS[name].unit
    last = card["other"] if card["number"] != card["number"] else f"last {card['value']}"
    return {"value": number_text(without_noise(mean), unit), "other": last, "number": mean}


def over_run(model, name):
    """Number that stands for the run so far: mean of prices and shares, total of amounts, else the present value."""
    positions, values = positions_of_run(model), model.datacollector.numbers_of(name)
    here = np.array(values[positions.start : positions.stop], float)
    if adds_up(name):
        weights = np.array(model.datacollector.weights[positions.start : positions.stop], float)
        return float(np.nansum(here * weights))
    if METRICS[name].unit in AVERAGED:
        return mean_of_numbers(here)
    return float(here[-1]) if here.size else float("nan")


def run_number(model, name):
    """A metric over the run so far, with the present period's value where that differs."""
    if not len(positions_of_run(model)):
        return {"value": "–", "other": "", "number": float("nan")}
    unit, period = METRICS[name].unit, word(model, "period")
    number, now = (
        without_noise(over_run(model, name)),
        without_noise(model.datacollector.numbers_of(name)[-1]),
    )
    told = adds_up(name) or unit in AVERAGED
    other = f"this {period} {number_text(now, unit)}" if told else ""
    return {"value": number_text(number, unit), "other": other, "number": number}


def present_number(model, name):
    """Value of a metric in the present period; if it has none, the last one collected, with its period."""
    if not model.steps:
        return {"value": "–", "other": "", "number": float("nan")}
    unit = METRICS[name].unit
    value = present_value(model, name)
    reason = METRICS[name].why_unknown(model) if value != value else ""
    card = {"value": number_text(value, unit), "other": reason, "number": value}
    if value == value or reason:
        return card
    collector = model.datacollector
    latest = slice(None, -LOOKED_BACK, -1)
    for before, period in zip(collector.numbers_of(name)[latest], collector.periods[latest], strict=True):
        if before == before:
            other = f"in {word(model, 'period')} {period:,}"
            return {"value": number_text(before, unit), "other": other, "number": before}
    return card | ({"other": "none yet"} if METRICS[name].sparse else {})


def present_value(model, name):
    """Value of a metric in the present period: that collected, unless it was not collected alone."""
    collector = model.datacollector
    if collector.periods and collector.periods[-1] == model.steps and collector.weights[-1] == 1:
        return collector.numbers_of(name)[-1]
    return float(METRICS[name](model.public.rows, model.firms.rows))


@solara.component_vue("key_numbers.vue", vuetify=False)
def _KeyNumbers(numbers: list, caption: str, period: int, drawn: int):
    pass
