"""Read values of a log, which is JSON; errors name the value, its place and the kind required."""

import math

from model.systems.grid.episodes.log import LogError

MOST_SHOWN = 40
"""Most characters of a wrong value in a message."""


def is_number(value):
    """Return whether a JSON value is a number within the finite range of floats."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def is_whole(value):
    """Return whether a JSON value is a whole number."""
    return is_number(value) and value == int(value)


def are_numbers(value):
    """Return whether a JSON value is a non-empty list of numbers."""
    return isinstance(value, list) and bool(value) and all(map(is_number, value))


KINDS = {
    "a finite number": is_number,
    "a whole number": is_whole,
    "a list of numbers": are_numbers,
    "a list": lambda value: isinstance(value, list),
    "an object": lambda value: isinstance(value, dict),
}


def need(holder, name, kind, where):
    """Return the value ``name`` of a JSON object; LogError unless it exists and is of the kind."""
    if not isinstance(holder, dict):
        raise LogError(f"{where}: {shown(holder)}: must be an object")
    if name not in holder:
        raise LogError(f"{where}: {name} missing")
    if not KINDS[kind](holder[name]):
        raise LogError(f"{where}: {name} = {shown(holder[name])}: must be {kind}")
    return holder[name]


def need_between(holder, name, low, high, where):
    """Return the whole number ``name`` of a JSON object; LogError unless it is from ``low`` to ``high``."""
    value = need(holder, name, "a whole number", where)
    if not low <= value <= high:
        raise LogError(f"{where}: {name} = {shown(value)}: must be from {low} to {high}")
    return value


def need_list(holder, name, length, where):
    """Return the list of numbers ``name`` of a JSON object; LogError unless it has ``length`` entries."""
    values = need(holder, name, "a list of numbers", where)
    if len(values) != length:
        raise LogError(f"{where}: {name} has {len(values)} numbers: must have {length}")


def shown(value):
    """Return a value's text for a message, shortened."""
    text = f"{value!r}"
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def agent(name):
    """Return the agent that a name in a log stands for, as text."""
    return "government (p)" if name == "p" else f"enterprise {name}"
