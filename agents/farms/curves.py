"""Joint abatement costs: abating a lot of the first pollutant also abates some of the others [Goyal].

Bids are in whole millionths of a euro, so that ties are exact and sums do not depend on their order.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import jit, rule

MONEY = 1_000_000
"""Whole units of money in a euro."""
NO_BID = -1
"""Marks a package without a bid, in place of an amount."""
VALUES = "avoided_cost", "literal"
"""Value of a package: the abatement cost it saves, or, as printed in [Goyal], the cost of abating its lots."""
HALVINGS = 60


class Curves(NamedTuple):
    """Abatement of ``n`` farms and ``m`` pollutants, in lots: piecewise linear marginal costs between knots."""

    abated: np.ndarray
    """float64[n, m, knots], lots, rising from 0 to the baseline."""
    marginal_cost: np.ndarray
    """float64[n, m, knots], €/lot, not falling."""
    cost: np.ndarray
    """float64[n, m, knots], €, of abating as much as at the knot."""
    baseline: np.ndarray
    """int64[n, m], lots emitted without abatement."""
    correlation: np.ndarray
    """float64[n, m]: lots of each pollutant abated with a lot of the first; 1 for the first itself."""


def curves_from(abated, marginal_cost, baseline, correlation):
    """Make `Curves` from knots; costs are the areas below the marginal costs."""
    steps = np.diff(abated) * (marginal_cost[..., 1:] + marginal_cost[..., :-1]) / 2.0
    cost = np.concatenate([np.zeros((*steps.shape[:-1], 1)), np.cumsum(steps, axis=-1)], axis=-1)
    return Curves(
        abated=abated, marginal_cost=marginal_cost, cost=cost, baseline=baseline, correlation=correlation
    )


@jit
def farm_of(curves, row):
    """The curves of one farm, without the axis of farms."""
    return Curves(
        abated=curves.abated[row],
        marginal_cost=curves.marginal_cost[row],
        cost=curves.cost[row],
        baseline=curves.baseline[row],
        correlation=curves.correlation[row],
    )


@rule
def marginal_cost_at(abated, marginal_cost, z):
    """Marginal cost, €/lot, of one curve at ``z`` lots."""
    k = 1
    while k < abated.shape[0] - 1 and abated[k] < z:
        k += 1
    share = (z - abated[k - 1]) / (abated[k] - abated[k - 1])
    return marginal_cost[k - 1] + share * (marginal_cost[k] - marginal_cost[k - 1])


@rule
def cost_at(abated, marginal_cost, cost, z):
    """Cost, €, of abating ``z`` lots along one curve."""
    k = 1
    while k < abated.shape[0] - 1 and abated[k] < z:
        k += 1
    here = marginal_cost_at(abated, marginal_cost, z)
    return cost[k - 1] + (z - abated[k - 1]) * (marginal_cost[k - 1] + here) / 2.0


@rule
def own_abatement(farm, j, lots, z):
    """Lots of pollutant ``j`` still to be abated if ``lots`` are due and ``z`` of the first are abated."""
    return max(lots - farm.correlation[j] * z, 0.0)


@rule
def more_of_the_first(farm, due, z):
    """Change of the joint cost, €/lot, with abatement ``z`` of the first pollutant; it never falls in ``z``."""
    change = marginal_cost_at(farm.abated[0], farm.marginal_cost[0], z)
    for j in range(1, due.shape[0]):
        left = own_abatement(farm, j, due[j], z)
        if left > 0.0:
            change -= farm.correlation[j] * marginal_cost_at(farm.abated[j], farm.marginal_cost[j], left)
    return change


@rule
def best_abatement(farm, due):
    """Cheapest abatement of the first pollutant, lots, if float64[m] ``due`` must be abated; the smallest such."""
    low, high = due[0], float(farm.baseline[0])
    if low >= high or more_of_the_first(farm, due, low) >= 0.0:
        return low
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:  # there is no number between them
            break
        if more_of_the_first(farm, due, middle) >= 0.0:
            high = middle
        else:
            low = middle
    return high


@rule
def joint_cost(farm, due):
    """Least cost, €, of abating at least float64[m] ``due`` lots: the first pollutant may be abated further."""
    z = best_abatement(farm, due)
    total = cost_at(farm.abated[0], farm.marginal_cost[0], farm.cost[0], z)
    for j in range(1, due.shape[0]):
        left = own_abatement(farm, j, due[j], z)
        total += cost_at(farm.abated[j], farm.marginal_cost[j], farm.cost[j], left)
    return total


@jit
def package_values(curves, lots, literal, value):
    """Write the value of each package to each farm, int64[n, K], millionths of a euro.

    V(x) = C(e) - C(e - x); if ``literal``, V(x) = C(x). `NO_BID` for packages beyond a farm's baseline, which are
    of no use to it.
    """
    due = np.empty(lots.shape[1])
    for i in range(value.shape[0]):
        farm = farm_of(curves, i)
        for j in range(due.shape[0]):
            due[j] = farm.baseline[j]
        everything = joint_cost(farm, due)
        for k in range(lots.shape[0]):
            useful = True
            for j in range(due.shape[0]):
                useful = useful and lots[k, j] <= farm.baseline[j]
                due[j] = lots[k, j] if literal else farm.baseline[j] - lots[k, j]
            worth = NO_BID
            if useful:
                cost = joint_cost(farm, due)
                worth = round((cost if literal else everything - cost) * MONEY)
            value[i, k] = worth


@jit
def abate(curves, held, abated, cost):
    """Write each farm's abatement, float64[n, m] lots, and its cost, float64[n] €, with int64[n, m] permits held."""
    due = np.empty(held.shape[1])
    for i in range(held.shape[0]):
        farm = farm_of(curves, i)
        for j in range(due.shape[0]):
            due[j] = max(farm.baseline[j] - held[i, j], 0)
        z = best_abatement(farm, due)
        for j in range(due.shape[0]):
            abated[i, j] = max(due[j], farm.correlation[j] * z)
        cost[i] = joint_cost(farm, due)
