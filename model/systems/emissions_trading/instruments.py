"""Prices, quantities, or a collar between them, where costs are uncertain [Weitzman1974, RobertsSpence1976].

Marginal cost of all firms rises by ``slope``, €/t per t avoided, marginal damage by ``damage_slope``, €/t per t
emitted; both are linear and meet at the price and the cap chosen before the shock. The shock moves emissions without
abatement by t, and so marginal cost by slope × shock, €/t. Damages count emissions of one compliance period, there is
no bank, and some but not all emissions are avoided. Then every gain below is an identity draw by draw.
"""

from math import erfc, exp, pi, sqrt
from typing import NamedTuple

import numpy as np


class Problem(NamedTuple):
    """Knowledge of the regulator before the shock."""

    slope: float = 2.0
    """€/t per t."""
    damage_slope: float = 2.0
    """€/t per t."""
    baseline: float = 100.0
    """t, without abatement, on average."""
    cap: float = 60.0
    """t, at which average marginal cost and marginal damage are equal."""

    @property
    def price(self):
        """Marginal cost and damage at the cap without a shock, €/t: the tax."""
        return self.slope * (self.baseline - self.cap)


def emissions_in(problem, shock, floor=0.0, ceiling=np.inf):
    """Emissions, t, under the cap with a floor and a ceiling, €/t; equal ones are a tax. shock : float[...], t."""
    scarcity = problem.slope * np.maximum(problem.baseline + shock - problem.cap, 0.0)
    price = np.clip(scarcity, floor, ceiling)
    bound = (scarcity < floor) | (scarcity > ceiling)
    there = np.maximum(problem.baseline + shock, 0.0)
    return np.where(bound, np.maximum(there - price / problem.slope, 0.0), np.minimum(there, problem.cap))


def welfare(problem, emissions, shock):
    """Damage and cost of abatement avoided, €, against emitting the cap at no cost; all may be arrays, t."""
    avoided = np.maximum(problem.baseline + shock - emissions, 0.0)
    more = emissions - problem.cap
    return -(0.5 * problem.slope * avoided**2 + problem.price * more + 0.5 * problem.damage_slope * more**2)


def gain_of_tax(problem, shock):
    """Welfare of the tax less that of the cap, €, at a shock, t: (slope - damage slope) shock² / 2 [Weitzman1974]."""
    return 0.5 * (problem.slope - problem.damage_slope) * np.square(shock)


def expected_gain_of_tax(problem, spread):
    """The same on average over shocks of standard deviation ``spread``, t.

    >>> expected_gain_of_tax(Problem(slope=2.0, damage_slope=4.0), 5.0)
    -25.0
    """
    return 0.5 * (problem.slope - problem.damage_slope) * spread**2


def expected_gain_of_first_best(problem, spread):
    """Welfare of emissions chosen after the shock less that of the cap, €, on average."""
    return 0.5 * (problem.slope * spread) ** 2 / (problem.slope + problem.damage_slope)


def expected_gain_of_collar(problem, spread, width):
    """Welfare of a floor and a ceiling ``width`` €/t from the price less that of the cap alone, €, normal shocks.

    A shock beyond width / slope lets emissions deviate by what is beyond it.
    """
    far = width / problem.slope
    beyond, squared = tail_moments(far / spread)
    beyond, squared = spread * beyond, spread**2 * squared
    return (problem.slope - problem.damage_slope) * squared + 2.0 * problem.slope * far * beyond


def best_width_of_collar(problem, spread):
    """Distance, €/t, of floor and ceiling from the price that brings the largest expected welfare, normal shocks.

    There damage_slope × E(shock - far)₊ = slope × far × P(shock > far), far = width / slope [RobertsSpence1976].

    >>> round(best_width_of_collar(Problem(slope=2.0, damage_slope=1.0), 5.0), 1)
    3.4
    """
    low, high = 0.0, 40.0
    while low < (middle := 0.5 * (low + high)) < high:
        if problem.damage_slope * tail_moments(middle)[0] > problem.slope * middle * tail(middle):
            low = middle
        else:
            high = middle
    return problem.slope * spread * high


def tail(z):
    """Probability that a standard normal number exceeds z."""
    return 0.5 * erfc(z / sqrt(2.0))


def tail_moments(z):
    """Means of (x - z)₊ and its square for a standard normal x."""
    density = exp(-0.5 * z * z) / sqrt(2.0 * pi)
    return density - z * tail(z), (1.0 + z * z) * tail(z) - z * density


def spread_under_trade(common, own, weight):
    """Standard deviation of the shift of aggregate marginal cost, €/t, when firms trade.

    common, own : €/t, standard deviations of a shift that all firms share and of one of each firm's own; weight :
    float[n], shares of firms in 1 / slope. Own shifts count by the Herfindahl index only.
    """
    weight = np.asarray(weight, float) / np.sum(weight)
    return float(np.sqrt(common**2 + own**2 * (weight**2).sum()))


def spread_of_news(spread, persistence):
    """Standard deviation of what is new in an AR(1) shock: the one that counts if the policy is reset knowing the last.

    spread : stationary standard deviation; persistence : share left after a period, in [0, 1).
    """
    return spread * np.sqrt(1.0 - persistence**2)


def spread_of_mean(spread, persistence, periods):
    """Standard deviation of the mean of an AR(1) shock over as many ``periods``, such as the quarters of a year."""
    apart = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
    return float(spread * np.sqrt((persistence**apart).mean()))
