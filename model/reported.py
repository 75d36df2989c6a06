"""Numbers as reports show them: whether amounts add up over periods, and zeros without what rounding leaves."""

from model.metrics import METRICS

AVERAGED = ("€/t", "share")
"""Units of metrics whose mean stands for several periods."""
NOISE = 1e-9
"""Size below which a number is what rounding leaves of zero."""


def adds_up(name):
    """Return whether a metric's total stands for several periods: an amount of each, no price and no share."""
    return METRICS[name].flow and METRICS[name].unit not in AVERAGED


def without_noise(value):
    """Return 0 for what is left of zero after rounding, else the value."""
    return 0.0 if abs(value) < NOISE else value
