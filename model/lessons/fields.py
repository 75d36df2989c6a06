"""Fields of a lesson's file, each declared once with its type, and the check of a table against them."""

from dataclasses import dataclass

from learning.knobs import ParameterError
from learning.registry import unknown

NEEDED = object()
"""Default of a field that every file must have."""


@dataclass(frozen=True)
class Field:
    """A field: the type of its value, of the values in it if it is a list, and its default."""

    type: type
    default: object = NEEDED
    of: type | None = None

    def check(self, value):
        """Return the value, texts without spaces around them; ParameterError if it is of another type."""
        if self.type is list and self.of is str and isinstance(value, str):
            value = [value]
        if self.type is float and type(value) is int:
            value = float(value)
        if type(value) is not self.type or (self.of and any(type(each) is not self.of for each in value)):
            raise ParameterError(f"{value!r}: must be {NAMES[self.type, self.of]}")
        if self.default is NEEDED and not value:
            raise ParameterError("must not be empty")
        return value.strip() if self.type is str else value


NAMES = {
    (str, None): "text in quotes",
    (int, None): "a whole number",
    (float, None): "a number",
    (dict, None): "a table of names and values",
    (list, str): "texts in quotes, in brackets",
    (list, dict): "tables, [[steps]]",
}
TEXT, TEXTS = Field(str), Field(list, of=str)
LESSON = {
    "title": TEXT,
    "question": TEXT,
    "level": Field(int),
    "minutes": Field(int),
    "system": TEXT,
    "scenario": Field(str, ""),
    "parameters": Field(dict, {}),
    "goals": TEXTS,
    "teacher": TEXT,
    "steps": Field(list, of=dict),
}
STEP = {
    "name": Field(str, ""),
    "title": TEXT,
    "text": TEXT,
    "set": Field(dict, {}),
    "periods": Field(int, 0),
    "window": Field(int, 0),
    "goes_on": Field(str, ""),
    "beside": Field(str, ""),
    "charts": TEXTS,
    "numbers": Field(list, [], str),
    "when": Field(str, "before"),
    "ask": TEXT,
    "choices": Field(list, [], str),
    "right": Field(str, ""),
    "answer": Field(str, ""),
    "tolerance": Field(float, 0.1),
    "unit": Field(str, ""),
    "check": TEXTS,
    "reveal": TEXT,
    "note": Field(str, ""),
}


def read_fields(table, fields, place):
    """Value of every field of a table, defaults included; ParameterError naming the place and the field."""
    for name in table:
        if name not in fields:
            raise ParameterError(f"{place}: {unknown('field', name, fields)}")
    missing = next(
        (name for name, each in fields.items() if each.default is NEEDED and name not in table), ""
    )
    if missing:
        raise ParameterError(f"{place}: field {missing!r} is missing")
    found = {}
    for name, each in fields.items():
        try:
            found[name] = each.check(table[name]) if name in table else each.default
        except ParameterError as error:
            raise ParameterError(f"{place}, {name}: {error}") from None
    return found
