"""Numbers of a comparison as text: as many digits as their intervals allow, and what a difference says in words."""

import math


def digits_of(estimate):
    """Decimals that show two digits of half the interval, or four of the value where there is none."""
    half = 0.5 * (estimate.high - estimate.low)
    size, shown = (half, 2) if 0.0 < half < math.inf else (abs(estimate.value), 4)
    return max(0, shown - 1 - math.floor(math.log10(size))) if size > 0.0 else 0


def number(value, decimals, sign=False):
    """Write a number with thousands separated and a proper minus sign.

    >>> number(-1234.56, 1), number(3.0, 2, sign=True)
    ('−1,234.6', '+3.00')
    """
    text = f"{value:{'+' if sign and value else ''},.{min(decimals, 8)}f}"
    return text.replace("-", "−")


def with_interval(estimate, sign=False):
    """Write an estimate with its 95 % interval; without one for a single seed or an exact number."""
    decimals = digits_of(estimate)
    value = number(estimate.value, decimals, sign)
    if not 0.0 < estimate.high - estimate.low < math.inf:
        return value
    return f"{value} [{number(estimate.low, decimals, sign)}, {number(estimate.high, decimals, sign)}]"


def is_clear(difference):
    """Whether the interval of a difference leaves out zero."""
    return difference is not None and (difference.low > 0.0 or difference.high < 0.0)


def in_words(question, metric, level, difference):
    """Return in words how a metric differs from its ``level`` under the first policy.

    >>> from batch_runs.replications.common.statistics import Estimate
    >>> from model.metrics import METRICS
    >>> few = Estimate(-2.0, -3.0, -1.0, 9)
    >>> in_words("Price", METRICS["clearing_price"], Estimate(10.0, 9.0, 11.0, 9), few)
    'Price −2.0 €/t (−20 %)'
    """
    unit = "" if metric.unit in ("", "share") else f" {metric.unit}"
    change = f"{number(difference.value, digits_of(difference), sign=True)}{unit}"
    if level is None or not level.value or metric.unit == "share":
        return f"{question} {change}"
    return f"{question} {change} ({number(100.0 * difference.value / abs(level.value), 0, sign=True)} %)"
