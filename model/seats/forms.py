"""Fields of a form in which a person decides, and the check of what was filled in."""

import math

from model.classroom.base import SubmissionError


class FieldError(SubmissionError):
    """Raised for values that are not allowed; ``problems``: field -> what would be right."""

    def __init__(self, problems):
        super().__init__("; ".join(problems.values()))
        self.problems = problems


USUAL = {
    "step": None,
    "choices": None,
    "optional": False,
    "aside": False,
    "when": None,
    "planned": "",
    "together": "",
}
"""What a field is unless it says otherwise."""


def number_field(name, label, unit, low, high, value, help="", **more):
    """Describe a number from ``low`` to ``high``; value : what stands there at first, None for nothing.

    more : ``step`` (1: whole numbers), ``optional`` (may stay empty), ``aside`` (for the experienced, shown on demand),
    ``when`` (shown only while another ``field`` has one of these ``values``), ``planned`` (text of what is played if it
    stays empty), ``together`` (name of a group of fields: only if all of them stay empty).
    """
    about = {
        "name": name,
        "label": label,
        "unit": unit,
        "kind": "number",
        "low": float(low),
        "high": float(high),
    }
    return USUAL | about | {"value": value, "help": help} | more


def choice_field(name, label, choices, value, help="", **more):
    """Describe a choice; choices : value -> words."""
    about = {"name": name, "label": label, "unit": "", "kind": "choice", "low": None, "high": None}
    listed = [{"value": each, "text": text} for each, text in choices.items()]
    return USUAL | about | {"choices": listed, "value": value, "help": help} | more


def fact(label, value, unit="", help=""):
    """Describe a fact: a number or a text."""
    return {
        "label": label,
        "value": value if isinstance(value, str) else float(value),
        "unit": unit,
        "help": help,
    }


def reserve_price(price):
    """The fact how low a bid may be, in a list; none without a reserve price."""
    return [fact("Reserve price", price, "€/t", "lower bids win nothing")] if price > 0.0 else []


def read_fields(form, values):
    """Values, by field, of a form that was filled in; FieldError naming every field that is wrong.

    Fields left out are as empty ones: None where they are optional. Numbers may be texts, with a decimal comma.
    """
    unknown = [name for name in values if name not in {field["name"] for field in form}]
    problems = {name: f"{name}: there is no such field; there are {_names(form)}" for name in unknown}
    read = {}
    for field in form:
        try:
            read[field["name"]] = _read_field(field, values.get(field["name"]))
        except ValueError as error:
            problems[field["name"]] = f"{field['label']}: {error}"
    if problems:
        raise FieldError(problems)
    return read


def _names(form):
    return ", ".join(field["name"] for field in form)


def _read_field(field, value):
    """Value of one field; ValueError saying what would be right."""
    if isinstance(value, str) and not value.strip():
        value = None
    if value is None and (field["optional"] or field["kind"] == "choice"):
        return field["value"] if field["kind"] == "choice" else None
    if field["kind"] == "choice":
        return _read_choice(field, value)
    return _read_number(field, value)


def _read_choice(field, value):
    allowed = [each["value"] for each in field["choices"]]
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    return value


def _read_number(field, value):
    right = f"a number from {_text(field['low'])} to {_text(field['high'])} {field['unit']}".strip()
    try:
        number = float(value.replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"must be {right}" if value is None else f"{value!r} must be {right}") from None
    if isinstance(value, bool) or not math.isfinite(number):
        raise ValueError(f"{value!r} must be {right}")
    if not field["low"] <= number <= field["high"]:
        raise ValueError(f"{_text(number)} {field['unit']}: must be {right}")
    if field["step"] == 1 and number != int(number):
        raise ValueError(f"{_text(number)} {field['unit']}: must be a whole number")
    return number


def rounded_up(number, digits=2):
    """Round up to so many decimals, so that a limit reads well.

    >>> rounded_up(2.50612)
    2.51
    """
    return math.ceil(number * 10.0**digits - 1e-9) / 10.0**digits


def _text(number):
    return f"{number:,.10g}"
