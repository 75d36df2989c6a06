"""Between which bounds the least cost lies where firms have projects, which are built whole or not at all.

To choose projects at the least cost is a quadratic program in whole numbers. If projects could be built in part, it
would be convex: the prices that make its dual largest give a cost that no plan undercuts (`find_lower_bound`), and
about the price of permits. What pays at these prices is a plan, as is what firms have built; projects are added, moved
and dropped one by one as long as the cost falls (`find_plan`). The least cost lies between the two.
"""

from typing import NamedTuple

import numpy as np

from agents.emitters.curves import Knots
from agents.emitters.projects import Projects
from model.systems.emissions_trading.equilibrium import solve
from model.systems.emissions_trading.foresight_prices import blocks_of
from model.systems.emissions_trading.yardsticks import COST

MOST_CUTS, CLOSE_ENOUGH = 300, 1e-8
"""Prices tried for the lower bound at most, and the gap at which to stop, as a share of it."""
MOST_CHANGES = 60
"""Changes of a plan that are tried at most."""
NEVER = -1
"""Beginning of a project that is not built."""


class Case(NamedTuple):
    """What is known of a run of T quarters in Y years, n firms, m projects."""

    baseline: np.ndarray
    """float64[T, n], t: emissions without abatement and projects."""
    planned: np.ndarray | None
    """float64[T, n], t: emissions whose avoided share sets the marginal cost; None: actual ones, less projects."""
    level: np.ndarray
    """float64[T]: cost of abatement over that at the start."""
    knots: list[Knots]
    projects: Projects
    allowed: np.ndarray
    """float64[Y], t: emissions that are allowed up to the end of each year."""
    interest: float
    """A year."""

    @property
    def quarters(self):
        """Quarters of a year."""
        return len(self.baseline) // len(self.allowed)

    @property
    def discount(self):
        """float64[T]: value of 1 € in each quarter at the start."""
        return (1.0 + self.interest) ** (-np.arange(len(self.baseline)) / self.quarters)

    def by_year(self, values):
        """Sums by year of float64[T]."""
        return values.reshape(len(self.allowed), -1).sum(1)


class Bounds(NamedTuple):
    """Between which costs, €, discounted, the least one lies; about the price, and a plan that costs ``upper``."""

    lower: float
    upper: float
    price: np.ndarray
    """float64[T], €/t."""
    begun: np.ndarray
    """int64[m]: quarter from 0 in which a project is begun, or `NEVER`."""


def bound_least_cost(case, built):
    """Find the `Bounds` of a `Case`; built : int64[m], a plan to begin with, as `Bounds.begun`."""
    lower, price = find_lower_bound(case)
    plans = [find_plan(case, begun) for begun in (best_beginnings(case, price)[0], built)]
    upper, begun = min(plans, key=lambda plan: plan[0])
    return Bounds(min(lower, upper), upper, price, begun)


# -- from below -----------------------------------------------------------------------------------------------------


def find_lower_bound(case):
    """Largest value of the dual, €, and its prices, float64[T], €/t: no plan costs less, in parts or whole.

    Prices, discounted, never rise from year to year, as permits can be kept. The dual is the lowest of straight
    lines, of which those found so far give the next prices to try.
    """
    from scipy.optimize import linprog

    years, highest = len(case.allowed), max(each.cost[-1] for each in case.knots) * case.level.max()
    cuts, bounds, best, best_price = [], [], -np.inf, np.zeros(years)
    falls = np.hstack([np.diff(-np.eye(years), axis=0)[:, :years] * -1.0, np.zeros((years - 1, 1))])
    trial = np.linspace(0.5, 0.4, years) * highest
    for _ in range(MOST_CUTS):
        value, slope = dual(case, trial)
        if value > best:
            best, best_price = value, trial
        cuts.append(np.append(-slope, 1.0))
        bounds.append(value - slope @ trial)
        found = linprog(
            np.append(np.zeros(years), -1.0),
            A_ub=np.vstack([*cuts, *falls]),
            b_ub=np.append(bounds, np.zeros(len(falls))),
            bounds=[(0.0, highest)] * years + [(None, None)],
            method="highs",
        )
        trial, most = found.x[:years], found.x[years]
        if most - best <= CLOSE_ENOUGH * max(abs(best), 1.0):
            break
    return best, price_of(case, best_price)


def price_of(case, discounted):
    """Prices, float64[T], €/t, of those of each year discounted to the start, float64[Y]."""
    return np.repeat(discounted, case.quarters) / case.discount


def dual(case, discounted):
    """Least cost, €, of abatement, projects and permits at these prices, less permits; and its slopes by year, t."""
    price = price_of(case, discounted)
    cost, emitted, worth = without_projects(case, price)
    _, gain, saved = best_beginnings(case, price, worth)
    issued = np.diff(case.allowed, prepend=0.0)
    value = (case.discount * (cost + price * emitted)).sum() - gain - discounted @ issued
    return float(value), case.by_year(emitted - saved) - issued


def without_projects(case, price):
    """Cost, €, and emissions, t, of all firms at prices float64[T], float64[T] each; what a tonne saved is worth to
    each firm, €/t, and how much less it then emits, t: float64[T, n] each."""
    cost, emitted = np.zeros(len(price)), np.zeros(len(price))
    worth, less = np.zeros(case.baseline.shape), np.ones(case.baseline.shape)
    for i, (share, marginal) in enumerate(case.knots):
        there = case.baseline[:, i]
        base = there
        if case.planned is not None:  # of which more than all may be avoided, along the last line
            base = case.planned[:, i]
            share, marginal = longer(share, marginal, float((there / base).max()))
        at = np.interp(price / case.level, marginal, share)
        avoided = np.minimum(base * at, there)
        at = np.divide(avoided, base, out=at, where=base > 0.0)
        spent = case.level * area_of(share, marginal, at)
        cost += base * spent
        emitted += there - avoided
        worth[:, i], less[:, i] = price, 1.0
        if case.planned is None:  # less to avoid, at the same share
            worth[:, i], less[:, i] = spent + price * (1.0 - at), 1.0 - at
    return cost, emitted, (worth, less)


def longer(share, marginal, end):
    """Corners of a curve whose last line, unless it is upright, goes on to the share ``end``."""
    wide = share[-1] - share[-2]
    if end <= share[-1] or wide <= 0.0:
        return share, marginal
    cost = marginal[-1] + (end - share[-1]) / wide * (marginal[-1] - marginal[-2])
    return np.append(share, end), np.append(marginal, cost)


def area_of(share, marginal, at):
    """Cost, €, per t of base of avoiding the share ``at``, float64[T]: the area below the corners of a curve."""
    wide = np.clip(at[:, None] - share[:-1], 0.0, np.diff(share))
    rise = np.divide(
        np.diff(marginal), np.diff(share), out=np.zeros(len(share) - 1), where=np.diff(share) > 0.0
    )
    return (wide * (marginal[:-1] + 0.5 * rise * wide)).sum(1)


def best_beginnings(case, price, known=None):
    """Best quarter to begin each project at prices float64[T], int64[m]; what all gain, €, and save, float64[T], t."""
    worth, less = known or without_projects(case, price)[2]
    projects, T = case.projects, len(price)
    begun, gain, saved = np.full(len(projects.owner), NEVER), 0.0, np.zeros(T)
    later = np.cumsum((case.discount[:, None] * worth)[::-1], 0)[
        ::-1
    ]  # worth of a tonne in all quarters from here
    for k, (i, tonnes, lead) in enumerate(zip(projects.owner, projects.tonnes, projects.lead, strict=True)):
        if lead >= T:
            continue
        gains = tonnes * later[lead:, i] - case.discount[: T - lead] * projects.cost[k]
        best = int(gains.argmax())
        if gains[best] > 0.0:
            begun[k], gain = best, gain + float(gains[best])
            saved[best + lead :] += tonnes * less[best + lead :, i]
    return begun, gain, saved


# -- from above -----------------------------------------------------------------------------------------------------


def cost_of_plan(case, begun):
    """Least cost, €, of abatement and projects, and prices, float64[T], €/t, where these projects are begun."""
    baseline, cost = case.baseline.copy(), 0.0
    for k in np.flatnonzero(begun >= 0):
        i, works = case.projects.owner[k], begun[k] + case.projects.lead[k]
        baseline[works:, i] -= case.projects.tonnes[k]
        cost += float(case.discount[begun[k]] * case.projects.cost[k])
    emitted, low, high = blocks_of(np.maximum(baseline, 0.0), case.planned, case.level, case.knots)
    supply = np.zeros(len(baseline))
    supply[:: case.quarters] = np.diff(case.allowed, prepend=0.0)
    found = solve(emitted, high, supply, low=low, interest=case.interest, quarters=case.quarters)
    return cost + found.cost, found.price


def find_plan(case, begun):
    """Cost, €, and beginnings of a plan that no single change of a project improves, as far as changes are tried."""
    begun = begun.copy()
    cost, price = cost_of_plan(case, begun)
    tried, refused = 0, set()
    while tried < MOST_CHANGES:
        changes = [each for each in promising(case, begun, price) if each not in refused]
        if not changes:
            break
        k, start = changes[0]
        other, tried = begun.copy(), tried + 1
        other[k] = start
        found, prices = cost_of_plan(case, other)
        if found < cost:
            begun, cost, price, refused = other, found, prices, set()
        else:
            refused.add((k, start))
    return cost, begun


def promising(case, begun, price):
    """Changes (project, quarter or `NEVER`) that would gain at unchanged prices, what gains most first; then all."""
    worth = without_projects(case, price)[2][0]
    later = np.cumsum((case.discount[:, None] * worth)[::-1], 0)[::-1]
    found = []
    for k, i in enumerate(case.projects.owner):
        lead, tonnes = case.projects.lead[k], case.projects.tonnes[k]
        starts = max(len(price) - lead, 0)
        gains = tonnes * later[lead:, i] - case.discount[:starts] * case.projects.cost[k]
        gains = np.append(gains, 0.0)  # of not building it
        now = gains[begun[k]]  # `NEVER` is the last one
        best = int(gains.argmax())
        for start in {best, starts}:
            change = NEVER if start == starts else start
            if change != begun[k]:
                found.append((float(gains[start] - now), k, change))
    return [(k, change) for _, k, change in sorted(found, reverse=True)]


# -- of a run -------------------------------------------------------------------------------------------------------


def case_of(model):
    """The `Case` of the run that a market over years has just ended, and what was built in it, int64[m]."""
    setup, past, n, cycle = model.setup, model.room.past, model.emitters, model.params.cycle
    projects = model.room.projects
    planned = setup.planned[:cycle, None] * model.room.weight[:n] if setup.planned_base else None
    begun = np.where(np.isfinite(projects.works_from), projects.works_from - projects.lead, NEVER)
    case = Case(
        baseline=model.history[:, 1 : 1 + n].copy(),
        planned=planned,
        level=setup.cost_level[:cycle].copy(),
        knots=model.knots[:n],
        projects=projects,
        allowed=past.allowed.copy(),
        interest=model.params.interest,
    )
    return case, begun.astype(np.int64)


def own_cost(model):
    """Cost, €, discounted, of the abatement and the projects of the run that a model has just ended."""
    case, begun = case_of(model)
    built = begun >= 0
    return float(model.room.past.sums[COST] + (case.discount[begun[built]] * case.projects.cost[built]).sum())
