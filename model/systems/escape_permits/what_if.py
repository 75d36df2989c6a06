"""Farms with another correlation: their costs, the values of their permits, and the auction repeated [Goyal]."""

from typing import NamedTuple

import numpy as np

from agents.farms.curves import (
    MONEY,
    best_abatement,
    farm_of,
    joint_cost,
    marginal_cost_at,
    more_of_the_first,
)
from model.systems.escape_permits.auction import values_from

POINTS = 81
"""Points of a curve."""


def with_correlation(params, instance, correlation, farms=slice(None)):
    """Return the instance with another correlation, lots/lot, of ``farms`` (rows); costs, supply, prices unchanged."""
    changed = instance.curves.correlation.copy()
    changed[farms, 1:] = correlation
    curves = instance.curves._replace(correlation=changed)
    return instance._replace(curves=curves, value=values_from(params, curves, instance.terms.packages))


def uncorrelated(farm):
    """Return a farm's curves without any effect of abating the first pollutant on the others."""
    alone = np.zeros_like(farm.correlation)
    alone[0] = 1.0
    return farm._replace(correlation=alone)


def marginal_costs(farm):
    """Return (lots, €/lot) of every pollutant's own marginal cost curve, float64[points] each."""
    curves = []
    for abated, marginal_cost in zip(farm.abated, farm.marginal_cost, strict=True):
        z = np.linspace(0.0, abated[-1], POINTS)
        curves.append((z, np.array([marginal_cost_at(abated, marginal_cost, each) for each in z])))
    return curves


def total_costs(farm):
    """Return the share of all emissions avoided and its least cost, €, both float64[points]."""
    share = np.linspace(0.0, 1.0, POINTS)
    return share, np.array([joint_cost(farm, each * farm.baseline) for each in share])


class JointAbatement(NamedTuple):
    """Costs and savings of abating the first pollutant, given the permits held for the others."""

    abated: np.ndarray
    """float64[points], lots of the first pollutant."""
    cost: np.ndarray
    """float64[points], €/lot: its marginal cost."""
    saved: np.ndarray
    """float64[points], €/lot: marginal cost of the others saved by one more lot."""
    best: float
    """Lots abated even with permits for all emissions: where ``cost`` and ``saved`` meet."""


def joint_abatement(farm, held):
    """Return the `JointAbatement` of a farm with ``held``, int[m] lots; those of the first pollutant have no effect."""
    due = np.maximum(farm.baseline - held, 0).astype(float)
    due[0] = 0.0
    z = np.linspace(0.0, farm.baseline[0], POINTS)
    cost = np.array([marginal_cost_at(farm.abated[0], farm.marginal_cost[0], each) for each in z])
    saved = cost - np.array([more_of_the_first(farm, due, each) for each in z])
    return JointAbatement(z, cost, saved, float(best_abatement(farm, due)))


class Surface(NamedTuple):
    """Amounts for packages of the first two pollutants, the lots of any others fixed."""

    first: np.ndarray
    """int64[columns], lots of the first pollutant."""
    second: np.ndarray
    """int64[rows], lots of the second pollutant; only 0 where there is none."""
    amount: np.ndarray
    """float64[rows, columns], €; NaN for none."""


def surface_of(amounts, instance, row, others=0):
    """Return the `Surface` of one farm's ``amounts``, int64[K], with ``others`` lots of every further pollutant."""
    packages = instance.terms.packages
    most = np.minimum(instance.curves.baseline[row], packages.lots[-1])
    first = np.arange(most[0] + 1)
    second = np.arange(most[1] + 1) if len(most) > 1 else np.zeros(1, np.int64)
    lots = np.zeros((len(second), len(first), len(most)), np.int64)
    lots[..., 0] = first
    if len(most) > 1:
        lots[..., 1] = second[:, None]
    lots[..., 2:] = np.minimum(others, most[2:])
    found = amounts[packages.number(lots)]
    return Surface(first, second, np.where(found >= 0, found / MONEY, np.nan))


QUARTERS = (0.25, 0.5, 0.75, 1.0)


def worth_of_one_more(surface):
    """Return (share, lots, held, €): value of the last lot of the first pollutant, by lots held of the second.

    For a quarter, half, three quarters and all of the lots of the first pollutant. Lots are complements where these
    values rise with the second pollutant's permits.
    """
    gain = np.diff(surface.amount, axis=1)
    steps = {share: int(np.ceil(share * surface.first[-1])) for share in QUARTERS}
    return [(share, k, surface.second, gain[:, k - 1]) for share, k in steps.items() if k > 0]


def farm_at(instance, row):
    """Return one farm's curves."""
    return farm_of(instance.curves, row)
