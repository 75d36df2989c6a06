"""Package bids for tests of winner determination, and winners by enumeration of every choice."""

from itertools import product

import numpy as np

GHG, NUTRIENT = ((0.40, 0.25), (0.64, 0.40)), ((10.0, 5.0), (8.0, 5.5))
"""Marginal abatement cost a + b z, €/lot, of a crop and of a dairy farm; further pollutants cost what nutrients do."""
CORRELATION = (0.5, 0.1)
RESERVE, FIRST_STEP, NEXT_STEP = 0.25, 0.1, 0.5
EURO = 1_000_000
"""In millionths of a euro."""


def enumerate_winners(packages, amount, supply, optional, ties="fewest"):
    """Choice, int64[n], and revenue by looking at every choice; None if none fits."""
    n = len(amount)
    bids = [([-1] if optional else []) + np.flatnonzero(row >= 0).tolist() for row in amount]
    choices = np.array(list(product(*bids)), np.int64).reshape(-1, n)
    units = np.vstack((packages, np.zeros_like(supply)))[choices].sum(axis=1)
    paid = np.hstack((amount, np.zeros((n, 1), np.int64)))[np.arange(n), choices].sum(axis=1)
    fit = (units <= supply).all(axis=1)
    if not fit.any():
        return None
    size = units.sum(axis=1) * (1 if ties == "fewest" else -1)
    order = np.lexsort((*choices[fit].T[::-1], size[fit], -paid[fit]))
    return choices[fit][order[0]], int(paid[fit][order[0]])


def random_bids(rng):
    """A small case with many ties and holes: packages, amount, supply."""
    m, n = rng.integers(1, 4), rng.integers(1, 5)
    packages = np.unique(rng.integers(0, 4, (rng.integers(1, 9), m)), axis=0)
    amount = rng.integers(0, rng.choice([2, 5, 30]), (n, len(packages)))
    amount[rng.random(amount.shape) < rng.choice([0.0, 0.3, 0.6])] = -1
    return packages, amount, rng.integers(0, 8, m)


def concave_bids(rng, n, lots, holes=0.0, noise=0.0, share=0.6):
    """A larger case: values concave in each pollutant, times noise, some not bid; packages, amount, supply."""
    packages = lattice(lots)
    value = np.zeros((n, len(packages)))
    for j, most in enumerate(lots):
        marginal = np.sort(rng.uniform(0.0, 10.0, (n, most)), axis=1)[:, ::-1]
        value += np.hstack((np.zeros((n, 1)), marginal.cumsum(axis=1)))[:, packages[:, j]]
    value *= np.maximum(0.0, 1.0 + noise * rng.standard_normal(value.shape))
    amount = np.round(value * EURO).astype(np.int64)
    amount[rng.random(amount.shape) < holes] = -1
    return packages, amount, (share * n * np.array(lots)).astype(np.int64)


def lattice(lots):
    """All packages up to so many lots of each pollutant, int64[K, m], in lexicographic order."""
    return np.array(list(product(*(range(most + 1) for most in lots))), np.int64)


def farm_values(rng, n, lots):
    """Values, €, float64[n, K], of farms with joint abatement costs [Goyal, R2–R4]; lots: baselines.

    Abating z of the first pollutant also abates r z of each other one.
    """
    packages, value = lattice(lots), np.empty((n, np.prod(np.array(lots) + 1)))
    effort = np.linspace(0.0, lots[0], 4 * lots[0] + 1)
    for i in range(n):
        curves = [_cost_curve(rng, (GHG if j == 0 else NUTRIENT)[i % 2], most) for j, most in enumerate(lots)]
        abated = np.array(lots) - packages
        cost = np.where(effort >= abated[:, :1], curves[0](effort), np.inf)
        for j in range(1, len(lots)):
            cost = cost + curves[j](np.maximum(0.0, abated[:, j : j + 1] - CORRELATION[i % 2] * effort))
        cost = cost.min(axis=1)
        value[i] = cost[0] - cost
    return packages, value


def _cost_curve(rng, line, most):
    """Abatement cost, €, as a function of lots: integral of a noisy marginal cost with five knots."""
    knots = np.linspace(0.0, most, 5)
    marginal = np.maximum.accumulate((line[0] + line[1] * knots) * (1.0 + 0.2 * rng.standard_normal(5)))
    fine = np.linspace(0.0, most, 401)
    slope = np.interp(fine, knots, marginal)
    total = np.concatenate(([0.0], np.cumsum((slope[1:] + slope[:-1]) / 2.0 * np.diff(fine))))
    return lambda lots: np.interp(lots, fine, total)


def clock_books(packages, value, supply):
    """Bid books, int64[n, K] millionths of a euro, round after round of an ascending clock without end [Goyal, R5–R11].

    Every farm bids at the surplus of its headline demand for all packages within it that are worth the reserve.
    """
    price, book = np.full(len(supply), RESERVE), np.full(value.shape, -1, np.int64)
    step = np.full(len(supply), NEXT_STEP)
    step[0] = FIRST_STEP
    sizes = packages.sum(axis=1)
    while True:
        surplus = value - packages @ price
        best = np.where(surplus >= surplus.max(axis=1, keepdims=True) - 1e-9, sizes, -1).argmax(axis=1)
        demand, profit = packages[best], np.maximum(0.0, surplus.max(axis=1))
        bid = value - profit[:, None]
        allowed = (packages <= demand[:, None]).all(axis=2) & (bid >= RESERVE * sizes - 1e-9)
        allowed[:, 0] &= profit < 1e-9
        book = np.maximum(book, np.where(allowed, np.round(bid * EURO).astype(np.int64), -1))
        yield book
        scarce = demand.sum(axis=0) > supply
        price = price + step * (scarce if scarce.any() else 1.0)
