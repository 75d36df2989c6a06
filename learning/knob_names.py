"""Names of knobs as users give them: a knob's own, or that of its complement, as mitigation = 0.2 for phi = 0.8.

Every reader of values (Python, command lines, files, links) resolves names here, so that all take the same.
"""

from decimal import Decimal

from learning.knobs import ParameterError
from learning.registry import unknown


def own_name(name, value, knobs):
    """Return a knob's own name and its value where ``name`` is its complement, else both as they are.

    >>> from learning.knobs import Knob
    >>> own_name("mitigation", "0.2", {"phi": Knob(0.9, complement="mitigation")})
    ('phi', 0.8)
    """
    own = next((each for each, declared in knobs.items() if declared.complement == name != ""), name)
    return (name, value) if own == name else (own, _one_less(name, value))


def own_names(values, knobs):
    """Return ``values`` by the knobs' own names, see `own_name`; ParameterError if a knob is given twice."""
    found = {}
    for name, value in values.items():
        own, number = own_name(name, value, knobs)
        put_once(found, own, number, knobs)
    return found


def find_own(name, knobs):
    """Return the own name of the knob that ``name``, its own or its complement's, names; ParameterError if none."""
    own = own_name(name, 0, knobs)[0]
    if own not in knobs:
        raise ParameterError(str(unknown("parameter", name, knobs)))
    return own


def own_range(name, ends, knobs):
    """Return a knob's own name and the ends of a range of it, in its type; a range of its complement is turned round.

    >>> from learning.knobs import Knob
    >>> own_range("mitigation", ("0.1", "0.4"), {"phi": Knob(0.9, complement="mitigation")})
    ('phi', (0.6, 0.9))
    """
    own = find_own(name, knobs)
    if knobs[own].type not in (int, float):
        raise ParameterError(f"{name}={':'.join(map(str, ends))}: a range needs a knob that is a number")
    found = tuple(knobs[own].check(*own_name(name, end, knobs)) for end in ends)
    return own, found if own == name else found[::-1]


def put_once(found, own, value, knobs):
    """Put the value of a knob into ``found``; ParameterError if it is there already, under its other name."""
    if own in found:
        other = knobs[own].complement
        raise ParameterError(
            f"{own} is given twice" + (f": {own} is 1 - {other}, give one of them" if other else "")
        )
    found[own] = value


def _one_less(name, value):
    """1 less a number, exact in the decimals in which it is written: 1 - 0.9 is 0.1."""
    try:
        return float(1 - Decimal(str(value)))
    except ArithmeticError:
        raise ParameterError(f"{name} = {value}: not a number") from None
