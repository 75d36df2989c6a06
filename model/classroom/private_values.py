"""Private values of a round, and the market in which everybody bids them."""

from math import comb

import numpy as np

from model.mechanisms.auctions.base import AUCTIONS, clear

ALIKE, FALLING = VALUES = "alike", "falling"
"""Values of a seat's permits: one for all, or one drawn for each, the highest first."""


def draw_values(rng, seats, permits, low, high, kind):
    """Draw values of permits in whole euros, equally likely from ``low`` to ``high``, €/t.

    Returns float64[seats, permits]: of a seat's first permit, its second, and so on, never rising.
    """
    columns = permits if kind == FALLING else 1
    drawn = rng.integers(int(np.ceil(low)), int(np.floor(high)) + 1, (seats, columns)).astype(float)
    return -np.sort(-np.repeat(drawn, permits // columns, axis=1), axis=1)


def clear_truthfully(values, supply, reserve):
    """Clear the market in which each permit's value, float64[n, permits], €/t, is bid for it at one price.

    Returns `Outcome`: its ``clearing_price`` is the competitive price, the lowest value that is served.
    """
    return clear("uniform", values, np.ones_like(values), supply=supply, reserve=reserve)


def price_range(values, supply):
    """Lowest and highest competitive price, €/t: the highest value without a permit, and the lowest with one."""
    ends = [
        clear(
            "uniform",
            values,
            np.ones_like(values),
            supply=supply,
            settings=AUCTIONS["uniform"].Settings(price_rule=rule),
        )
        for rule in ("highest_rejected", "lowest_accepted")
    ]
    return tuple(float(each.clearing_price) for each in ends)


def value_of(values, permits):
    """Value, €, of the first ``permits`` of a seat, whose values are float64[k], never rising; a part counts so far.

    >>> value_of(np.array([30.0, 20.0]), 1.5)
    40.0
    """
    held = np.clip(permits - np.arange(len(values)), 0.0, 1.0)
    return float(values @ held)


def largest_value(values, supply):
    """Value, €, of ``supply`` permits, t, in the hands of those to whom they are worth most."""
    return value_of(-np.sort(-values, axis=None), supply)


def equilibrium_bids(values, low, high, seats, supply, reserve):
    """Bids, float64[n], €/t, of the symmetric equilibrium where winners pay their bids and each needs one permit.

    A bidder bids what it expects the strongest bid that it displaces to be worth: the supply-th highest value of the
    others, given that it is below its own, if values are equally likely from ``low`` to ``high`` [Vickrey1961]. The
    order statistic has a beta distribution, whose parameters are whole numbers. Where there are permits
    for all, everybody bids the reserve price.
    """
    values = np.asarray(values, float)
    if supply >= seats:
        return np.minimum(values, np.full(len(values), float(reserve)))
    below, above = seats - supply, supply
    share = np.clip((values - low) / (high - low), 1e-12, 1.0)
    mean = below / seats * _beta_below(below + 1, above, share) / _beta_below(below, above, share)
    return low + (high - low) * np.minimum(mean, share)


def _beta_below(a, b, x):
    """Probability that a beta variable with whole parameters is at most ``x``: of a successes in a + b - 1 trials."""
    trials = a + b - 1
    return sum(comb(trials, k) * x ** float(k) * (1.0 - x) ** float(trials - k) for k in range(a, trials + 1))
