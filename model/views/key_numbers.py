"""Key numbers and warnings of a run, as texts."""

from model.metrics import METRICS
from model.views.presentation import key_metrics, word

LOOKED_BACK = 1_000
"""Periods collected that are searched for the last value of a metric that only some periods have."""


def key_numbers_of(models):
    """Key numbers of the first of the models, by label, with the second one's values beside them."""
    first, *others = [key_numbers(model) for model in models.values()]
    for other in others:
        its = {number["name"]: number["value"] for number in other}
        for number in first:  # instead of the reason why it is unknown
            number["other"] = f"{list(models)[-1]}: {its.get(number['name'], '–')}"
    return first


def key_numbers(model):
    """Name, label, unit, help and present value of the system's key metrics that apply to the model."""
    names = [name for name in key_metrics(model) if METRICS[name].applies(model)]
    return [
        {
            "name": name,
            "label": name.replace("_", " "),
            "unit": unit_text(METRICS[name].unit),
            "help": METRICS[name].help,
        }
        | present_number(model, name)
        for name in names
    ]


def present_number(model, name):
    """Value of a metric in the present period; if it has none, the last one collected, with its period."""
    if not model.steps:
        return {"value": "–", "other": ""}
    unit = METRICS[name].unit
    value = float(METRICS[name](model.government.population.rows, model.firms.rows))
    reason = METRICS[name].why_unknown(model) if value != value else ""
    card = {"value": number_text(value, unit), "other": reason}
    if value == value or reason:
        return card
    collector = model.datacollector
    for before, period in zip(
        collector.model_vars[name][:-LOOKED_BACK:-1], collector.periods[::-1], strict=False
    ):
        if before == before:
            return {"value": number_text(before, unit), "other": f"in {word(model, 'period')} {period:,}"}
    return card | ({"other": "none yet"} if METRICS[name].sparse else {})


def unit_text(unit):
    """Unit as written behind a number: shares are shown in per cent, plain numbers have none."""
    return {"share": "%", "1": ""}.get(unit, unit)


def number_text(value, unit=""):
    """Number for reading: thousands separated, three or four digits unless whole, a share in per cent."""
    if value != value:
        return "–"
    if isinstance(value, int) or (unit != "share" and float(value).is_integer()):
        return f"{int(value):,}"
    if unit == "share":
        return f"{100 * value:.1f}"
    digits = next((k for k, limit in enumerate((1000, 100, 10)) if abs(value) >= limit), 3)
    return f"{value:,.{digits}f}"


def warning_lines(models):
    """Warnings of the models, by label; the label stands first where there are two models."""
    known = {label: model.warning() for label, model in models.items()}
    texts = {label: text[0].upper() + text[1:] + "." for label, text in known.items() if text}
    return [f"{label}: {text}" if len(known) > 1 else text for label, text in texts.items()]
