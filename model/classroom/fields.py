"""Fields of a form, and the check of what a seat has filled in."""

import math
import re
from numbers import Real

from model.classroom.base import SubmissionError

LONGEST = 40
"""Most characters that a number may have when it comes as text."""
SEPARATED = re.compile(r"[1-9],\d{3}\s*$|_")
"""Numbers that some read with separators of thousands: 1,000 is one to some people, and a thousand to others."""


def number(name, label, unit, low, high, *, step, value=None, help=""):
    """Declare a field for a number from ``low`` to ``high``, a multiple of ``step``; required without ``value``."""
    limits = {"low": low, "high": high, "step": step, "choices": None}
    return {
        "name": name,
        "label": label,
        "unit": unit,
        "kind": "number",
        "value": value,
        "help": help,
    } | limits


def choice(name, label, choices, *, value=None, help=""):
    """Declare a field for one of ``choices``; without ``value`` it is required."""
    limits = {"low": None, "high": None, "step": None, "choices": list(choices)}
    return {"name": name, "label": label, "unit": "", "kind": "choice", "value": value, "help": help} | limits


def button(name, label, *, help=""):
    """Declare a button; its value is true where it was pressed."""
    limits = {"low": None, "high": None, "step": None, "choices": None}
    return {"name": name, "label": label, "unit": "", "kind": "button", "value": False, "help": help} | limits


def fact(label, value, unit="", help=""):
    """Make a fact as a page shows it."""
    return {"label": label, "value": value, "unit": unit, "help": help}


def read(form, values):
    """Return the values of all fields of ``form`` by name; SubmissionError naming the field that is wrong.

    A field left out, or left empty, has the value that the form proposes.
    """
    if not isinstance(values, dict):
        raise SubmissionError("A submission gives a value for each field of the form.")
    known = {field["name"]: field for field in form}
    for name in values:
        if name not in known:
            raise SubmissionError(f"{str(name)[:LONGEST]!r} is no field of the form: {', '.join(known)}.")
    return {name: _read_one(field, values.get(name)) for name, field in known.items()}


def _read_one(field, given):
    if given is None or (isinstance(given, str) and not given.strip()):
        given = field["value"]
    if given is None:
        raise SubmissionError(f"{field['label']} is missing.", field["name"])
    return {"number": _read_number, "choice": _read_choice, "button": _read_button}[field["kind"]](
        field, given
    )


def _read_number(field, given):
    found = _as_number(given)
    if found is None:
        raise SubmissionError(f"{field['label']}: {str(given)[:LONGEST]!r} is not a number.", field["name"])
    unit = f" {field['unit']}" if field["unit"] else ""
    if not field["low"] <= found <= field["high"]:
        raise SubmissionError(
            f"{field['label']}: {found:g}{unit} is not between {field['low']:g} and {field['high']:g}{unit}.",
            field["name"],
        )
    multiple = round(found / field["step"])
    if abs(found / field["step"] - multiple) > 1e-6:
        right = "a whole number" if field["step"] == 1 else f"a multiple of {field['step']:g}{unit}"
        raise SubmissionError(f"{field['label']}: {found:g}{unit} is not {right}.", field["name"])
    return round(multiple * field["step"], 9)


def _as_number(given):
    """The finite number given, also as text and with a decimal comma; None if it is none, or may be misread."""
    if isinstance(given, str) and len(given) <= LONGEST and not SEPARATED.search(given):
        given = given.strip().replace("\u2212", "-").replace(",", ".")
    elif not isinstance(given, Real) or isinstance(given, bool):
        return None
    try:
        found = float(given)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _read_choice(field, given):
    if given not in field["choices"]:
        raise SubmissionError(
            f"{field['label']}: {str(given)[:LONGEST]!r} is none of {', '.join(field['choices'])}.",
            field["name"],
        )
    return given


def _read_button(field, given):
    if not isinstance(given, bool):
        raise SubmissionError(f"{field['label']} is a button: true or false.", field["name"])
    return given
