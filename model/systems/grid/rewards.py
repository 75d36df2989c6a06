"""Utilities of enterprises, welfare of the government, and rewards, the changes of both in a step [Wang2024]."""

from math import exp
from typing import NamedTuple

import numpy as np

from learning.jit import rule

OVERDRAWN = 10_000.0
"""Welfare lost by a government that has allocated more permits than there are."""

SMALL = 1e-10


class Earned(NamedTuple):
    """Rewards of a step; arrays with a leading axis of worlds."""

    enterprises: np.ndarray
    """float64[worlds, n]: changes of utility."""
    government: np.ndarray
    """float64[worlds]: changes of welfare."""
    over: np.ndarray
    """bool[worlds]: episodes that ended with this step; where batches restart, observations are of the next."""


def empty_earned(worlds, n):
    """Return empty arrays for the rewards of ``worlds`` worlds of ``n`` enterprises."""
    return Earned(np.empty((worlds, n)), np.empty(worlds), np.empty(worlds, np.bool_))


@rule
def note_earned(world, setup, earned, w):
    """Write the rewards of the step in one world."""
    public = world.government[0]
    for i in range(setup.n):
        earned.enterprises[w, i] = world.firms[i].reward
    earned.government[w] = public.reward
    earned.over[w] = public.clock >= setup.episode


@rule
def reward(world, setup):
    """Write utilities, welfare and rewards of the step [Wang2024, Eqs. 1, 5-8].

    A positive mean reward counts as a step of the labour warm-up.
    """
    before, public, mean = world.government[0].welfare, world.government[0], 0.0
    public.labour_weight = labour_weight(public.positive_steps, world.valued[setup.n], setup)
    for i in range(setup.n):
        firm = world.firms[i]
        coins = renewed_value(firm.cash + firm.cash_escrow, world.valued[i], setup)
        utility = less_labour(coins, firm, public.labour_weight, setup)
        firm.reward = utility - firm.utility
        firm.utility = utility
        mean += firm.reward
    measure_welfare(world, setup)
    public.reward = public.welfare - before
    if mean > 0.0:
        public.positive_steps += 1.0


@rule
def labour_weight(positive_steps, known, setup):
    """Weight of labour in utilities, rising from 0 to 1 with the warm-up; 1 without one [Wang2024, Eq. 2].

    known : see `renewed_exp`.
    """
    if setup.labour_warmup <= 0.0:
        return 1.0
    return 1.0 - renewed_exp(-positive_steps / setup.labour_warmup, known)


@rule
def renewed_exp(exponent, known):
    """Return exp(exponent); known : float64[2], the exponent computed last, NaN for none, and its exponential."""
    if exponent != known[0]:
        known[0], known[1] = exponent, exp(exponent)
    return known[1]


@rule
def utility_of(firm, weight, setup):
    """Isoelastic utility of an enterprise's coins, less the cost of its labour."""
    return less_labour(utility_of_coins(firm.cash + firm.cash_escrow, setup), firm, weight, setup)


@rule
def less_labour(utility, firm, weight, setup):
    """Return a utility of coins less the cost of an enterprise's labour."""
    return utility - setup.labour_cost * weight * firm.labour


@rule
def renewed_value(wealth, valued, setup):
    """Utility of coins; computed only if they differ from the coins valued last, because powers are slow."""
    if wealth != valued[0]:
        valued[0], valued[1] = wealth, utility_of_coins(wealth, setup)
    return valued[1]


@rule
def utility_of_coins(wealth, setup):
    """(z^(1 - eta) - 1) / (1 - eta) for coins z >= 0.

    In debt z - 1, which near 0 exceeds the utility of no coins; or, without the jump, z - 1 / (1 - eta).
    """
    if wealth >= 0.0:
        return (wealth ** (1.0 - setup.eta) - 1.0) / (1.0 - setup.eta)
    return wealth - 1.0 / (1.0 - setup.eta) if setup.continuous_utility else wealth - 1.0


@rule
def measure_welfare(world, setup):
    """Write equality and welfare: equality x mean coins x exp(-climate cost x shortfall), less `OVERDRAWN`.

    The source's welfare never counts what is missing at an episode's end, which is fined but not settled;
    ``welfare_if_settled`` does.
    """
    public, total, missing, deficit = world.government[0], 0.0, 0.0, 0.0
    for i in range(setup.n):
        firm = world.firms[i]
        total += firm.cash + firm.cash_escrow
        missing += firm.shortfall
        deficit += max(-firm.permits, 0.0)
    public.equality = equality_of(world.firms, total)
    unharmed = public.equality * (total / setup.n)
    public.welfare = unharmed * renewed_exp(-setup.climate_cost * missing, world.valued[setup.n + 1])
    public.welfare_if_settled = public.welfare
    if deficit > 0.0:
        public.welfare_if_settled = unharmed * exp(-setup.climate_cost * (missing + deficit))
    if public.remaining < 0.0:
        public.welfare -= OVERDRAWN
        public.welfare_if_settled -= OVERDRAWN


@rule
def equality_of(firms, total):
    """1 - Gini index x n / (n - 1) of coins that sum to ``total``; 1 if n = 1, any number where there are debts."""
    n, apart = firms.shape[0], 0.0
    for i in range(n):
        own = firms[i].cash + firms[i].cash_escrow
        for j in range(i):
            apart += abs(own - firms[j].cash - firms[j].cash_escrow)
    if n == 1:
        return 1.0
    return 1.0 - 2.0 * apart / (2.0 * n * total + SMALL) * n / (n - 1.0)
