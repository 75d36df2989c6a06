"""Values of parameters as typed: ``0.9``, ``uniform,discriminatory``, ``0.80:1.00:0.02``."""

from decimal import Decimal, InvalidOperation

from batch_runs.usage import UsageError
from learning.knob_names import find_own, own_name

MOST_VALUES = 100_000
ROUNDING = Decimal("1e-9")


def axis_values(name, written, knobs):
    """Return the different values of a knob, in its type, that ``written`` (text, a value or a list) stands for.

    ParameterError for an unknown name or a value not allowed, UsageError for a malformed list or range.

    >>> from learning.knobs import Knob
    >>> axis_values("phi", "0.80:0.86:0.02,1", {"phi": Knob(0.9)})
    (0.8, 0.82, 0.84, 0.86, 1.0)
    >>> axis_values("mitigation", "0:0.2:0.1", {"phi": Knob(0.9, complement="mitigation")})
    (1.0, 0.9, 0.8)
    """
    own = find_own(name, knobs)
    if isinstance(written, str):
        written = _parts(name, written, ranges=knobs[own].type in (int, float))
    elif not isinstance(written, (list, tuple, range)):
        written = [written]
    values = tuple(dict.fromkeys(knobs[own].check(*own_name(name, value, knobs)) for value in written))
    if not values:
        raise UsageError(f"{name}: no value is given")
    return values


def _parts(name, text, ranges):
    """Split text at commas and write out ranges of numbers."""
    found = []
    for item in text.split(","):
        item = item.strip()
        if not item and "," in text:
            raise UsageError(f"{name}={text}: there is nothing between two commas or after the last")
        found += decimals(name, item) if ranges and ":" in item else [item]
    return found


def decimals(name, text):
    """Return the numbers (as text) of a range ``from:to:step``, including ``to`` if met; UsageError if malformed.

    >>> decimals("phi", "0.98:1.00:0.01")
    ['0.98', '0.99', '1.00']
    """
    try:
        low, high, step = map(Decimal, text.split(":"))
    except (ValueError, InvalidOperation):
        raise UsageError(
            f"{name}={text}: a range is from:to:step, three numbers, as in 0.80:1.00:0.02"
        ) from None
    if not (low.is_finite() and high.is_finite() and step.is_finite()):
        raise UsageError(f"{name}={text}: a range needs finite numbers")
    if step == 0 or (high - low) * step < 0:
        raise UsageError(f"{name}={text}: steps of {step} never lead from {low} to {high}")
    if abs(high - low) > MOST_VALUES * abs(step):
        raise UsageError(f"{name}={text}: has more than {MOST_VALUES} values")
    count = int((high - low) / step + ROUNDING) + 1
    return [str(low + k * step) for k in range(count)]
