"""Values of a log, which is JSON: read them if they are of the kind that is needed, else name what is wrong."""

import math

from model.systems.grid.episodes.log import LogError

MOST_SHOWN = 40
"""Characters of a wrong value that a message quotes."""


def is_number(value):
    """Whether a value of JSON is a finite number that a computer number can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def is_whole(value):
    """Whether it is a whole number."""
    return is_number(value) and value == int(value)


def are_numbers(value):
    """Whether it is a list of numbers, not an empty one."""
    return isinstance(value, list) and bool(value) and all(map(is_number, value))


KINDS = {
    "a finite number": is_number,
    "a whole number": is_whole,
    "a list of numbers": are_numbers,
    "a list": lambda value: isinstance(value, list),
    "an object": lambda value: isinstance(value, dict),
}


def need(holder, name, kind, where):
    """The value ``name`` of an object of JSON; LogError unless it is there and of its kind."""
    if not isinstance(holder, dict):
        raise LogError(f"{where}: {shown(holder)}: must be an object")
    if name not in holder:
        raise LogError(f"{where}: {name} missing")
    if not KINDS[kind](holder[name]):
        raise LogError(f"{where}: {name} = {shown(holder[name])}: must be {kind}")
    return holder[name]


def need_between(holder, name, low, high, where):
    """A whole number from ``low`` to ``high``."""
    value = need(holder, name, "a whole number", where)
    if not low <= value <= high:
        raise LogError(f"{where}: {name} = {shown(value)}: must be from {low} to {high}")
    return value


def need_list(holder, name, length, where):
    """A list of so many numbers."""
    values = need(holder, name, "a list of numbers", where)
    if len(values) != length:
        raise LogError(f"{where}: {name} has {len(values)} numbers: must have {length}")


def shown(value):
    """A value for a message, shortened."""
    text = f"{value!r}"
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def agent(name):
    """What a log's name of an agent stands for."""
    return "government (p)" if name == "p" else f"enterprise {name}"
