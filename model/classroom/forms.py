"""What people type: nicknames, and the values of a game's form, checked so that a page can say what is wrong where."""

import math
import unicodedata

from model.classroom.base import SubmissionError

LONGEST_NICKNAME = 20
"""Characters."""
MOST_TEXT = 40
"""Characters of a number."""


class FieldError(SubmissionError):
    """A value that is not allowed; ``field`` is the name of the field."""

    def __init__(self, message, field):
        super().__init__(message)
        self.field = field


def clean_nickname(text, taken):
    """Return a nickname in normal form, without what cannot be seen; FieldError if it is empty, too long or taken."""
    if not isinstance(text, str):
        raise FieldError("Choose a nickname.", "nickname")
    shown = [" " if letter.isspace() else letter for letter in unicodedata.normalize("NFKC", text[:200])]
    name = " ".join("".join(letter for letter in shown if is_visible(letter)).split())
    if not name:
        raise FieldError("Choose a nickname.", "nickname")
    if len(name) > LONGEST_NICKNAME:
        raise FieldError(f"At most {LONGEST_NICKNAME} characters, please.", "nickname")
    if name.casefold() in {other.casefold() for other in taken}:
        raise FieldError("Somebody has this nickname already: choose another one.", "nickname")
    return name


def is_visible(letter):
    """Whether a character is shown: no control, no format that turns the direction of a text, no half of a pair."""
    return not unicodedata.category(letter).startswith("C")


def read_values(form, values):
    """Return the values of a form in their types; FieldError naming the first that is not allowed.

    Fields that were left empty are left out; of buttons, only the one that was pressed is there, as True.
    """
    fields = {field["name"]: field for field in form}
    if not isinstance(values, dict) or not set(values) <= set(fields):
        raise SubmissionError("This is not the form of this stage: look at the page again.")
    read = {name: read_value(fields[name], value) for name, value in values.items()}
    return {name: value for name, value in read.items() if value is not None}


def read_value(field, value):
    """Value of one field in its type, None if it was left empty."""
    if field["kind"] == "button":
        return True if value is True else None
    if value is None or value == "":
        return None
    if field["kind"] == "choice":
        if value not in field["choices"]:
            raise FieldError("Choose one of the list.", field["name"])
        return value
    number = read_number(value, field["name"])
    check_range(field, number)
    return number


def read_number(value, name):
    """Number that was typed, with a decimal point or comma; FieldError for what may be misread.

    >>> read_number("12,5", "price"), read_number(" 12.50 ", "price"), read_number(3, "price")
    (12.5, 12.5, 3.0)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = repr(value)
    elif isinstance(value, str) and len(value) <= MOST_TEXT:
        text = value.strip().replace("\u2212", "-")
    else:
        text = ""
    if "," in text:
        whole, _, rest = text.partition(",")
        thousands = len(rest) == 3 and whole.lstrip("-") != "0"
        if thousands or "," in rest or "." in text:
            raise FieldError("Write the number without separators of thousands.", name)
        text = f"{whole}.{rest}"
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in text:
        raise FieldError("Enter a number.", name)
    return number


def check_range(field, number):
    """Raise FieldError unless a number is within the limits of its field."""
    low, high, unit = field.get("low"), field.get("high"), field.get("unit") or ""
    unit = f" {unit}" if unit else ""
    if low is not None and number < low:
        raise FieldError(f"At least {low:g}{unit}.", field["name"])
    if high is not None and number > high:
        raise FieldError(f"At most {high:g}{unit}.", field["name"])
