"""Yardsticks of a run: the least cost of its emissions, welfare with damages, and the best price of every year.

Marginal damage is a point and a slope: ``damage`` €/t at yearly emissions of ``damage_at``, t, and ``damage_slope``
more per t beyond. Nothing else depends on emissions, so the best emissions of a year are those at which the marginal
costs of abatement and damage are equal.
"""

from typing import NamedTuple

import numpy as np

from agents.emitters.curves import cost_of, emissions_at
from agents.emitters.lines import Lines, empty_lines, line_of_firms, put_line, value_on
from learning.crossing import HIGH, LOW, TRIAL, begin_crossing, is_open, note_value
from learning.jit import rule
from model.systems.emissions_trading.facts import base_of, quarter_of
from model.systems.emissions_trading.plans import ROUNDING, highest_price


class Past(NamedTuple):
    """The present run so far, as far as yardsticks need it."""

    baseline: np.ndarray
    """float64[quarters, n], t: each firm's emissions without abatement."""
    base: np.ndarray
    """float64[quarters, n], t: emissions whose avoided share sets its marginal cost / the level of costs."""
    level: np.ndarray
    """float64[quarters]: cost of abatement over that at the run's start."""
    lines: Lines
    """Emissions of all firms at a price, €/t, of the quarter, as long as all emit: one for each quarter."""
    allowed: np.ndarray
    """float64[years], t: emissions up to each year's end for which there were permits, or which there were, without
    those that nobody chose."""
    sums: np.ndarray
    """float64[5]: positions `EMITTED`, `COST`, `EXPIRED`, `FORGIVEN`, `NOISE`."""


EMITTED, COST, EXPIRED, FORGIVEN, NOISE = range(5)
"""Emissions, t, and discounted cost of abatement, €, of the run; permits expired and forgiven before it, t; emissions
of the run that nobody chose, t."""


def empty_past(setup, n):
    """Room for a run of ``n`` firms."""
    quarters = setup.years * setup.quarters
    return Past(
        baseline=np.zeros((quarters, n)),
        base=np.zeros((quarters, n)),
        level=setup.cost_level[:quarters].copy(),
        lines=empty_lines(quarters),
        allowed=np.zeros(setup.years),
        sums=np.zeros(5),
    )


@rule
def start_record(government, past, setup):
    """In a run's first quarter, begin the record anew."""
    public = government[0]
    if quarter_of(government, setup) == 0:
        past.sums[EMITTED] = past.sums[COST] = past.sums[NOISE] = 0.0
        past.sums[EXPIRED], past.sums[FORGIVEN] = public.expired, public.forgiven


@rule
def measure_quarter(firms, government, room, setup):
    """Record the quarter, and at the end of a year and of the run compare them with the best there could have been."""
    public, past, now = government[0], room.past, quarter_of(government, setup)
    discount = setup.quarter_interest ** float(now)
    if public.quarter == 1.0:
        public.year_emissions = public.year_cost = public.year_saved = 0.0
    for i in range(firms.shape[0]):
        firm = firms[i]
        past.baseline[now, i], past.base[now, i] = firm.baseline, base_of(firms, i, room, setup, now)
        public.year_emissions += firm.emissions
        public.year_cost += firm.abatement_cost + firm.investment
        public.year_saved += firm.saved
        past.sums[EMITTED] += firm.emissions
        past.sums[NOISE] += firm.noise
        past.sums[COST] += firm.abatement_cost / discount
    put_line(past.lines, now, line_of_firms(past.baseline[now], past.base[now], room.curves))
    public.welfare = public.optimal_price = public.cost_efficiency = np.nan
    if public.quarter == setup.quarters:
        close_year(firms, government, room, setup)
    if now == setup.years * setup.quarters - 1 and setup.beyond == 0:
        past.allowed[setup.years - 1] = past.sums[EMITTED] - past.sums[NOISE]
        cost = past.sums[COST]
        public.cost_efficiency = least_cost(room, setup) / cost if cost > 0.0 else 1.0


@rule
def close_year(firms, government, room, setup):
    """Note how much might have been emitted up to now, and measure the year's welfare if damages are known."""
    public, past, year = government[0], room.past, int(government[0].year) - 1
    allowed = past.sums[EMITTED] + public.expired - past.sums[EXPIRED] - public.forgiven + past.sums[FORGIVEN]
    for firm in firms:
        allowed += firm.permits - firm.uncovered - firm.owed
    past.allowed[year] = max(allowed, past.sums[EMITTED]) - past.sums[NOISE]
    if setup.damage > 0.0 or setup.damage_slope > 0.0:
        without = emitted_at(0.0, year * setup.quarters, (year + 1) * setup.quarters, room, 1.0)
        avoided = damage_of(without + public.year_saved, setup) - damage_of(public.year_emissions, setup)
        public.welfare = avoided - public.year_cost
        public.optimal_price = best_price(year, room, setup)


@rule
def damage_of(emissions, setup):
    """Damage, €, of a year's emissions, t, less that of none."""
    more = emissions - setup.damage_at
    return setup.damage * emissions + 0.5 * setup.damage_slope * (
        more * more - setup.damage_at * setup.damage_at
    )


@rule
def emitted_at(price, first, end, room, growth):
    """Emissions, t, of the run's quarters from ``first`` to ``end`` - 1 at a price, €/t, that grows by a factor."""
    total, now, past = 0.0, price, room.past
    for t in range(first, end):
        if now <= past.lines.holds_to[t]:
            total += value_on(past.lines, t, now)
        else:
            for i in range(room.weight.shape[0]):
                about = past.baseline[t, i], past.base[t, i], room.curves, i, past.level[t]
                total += emissions_at(now, *about)
        now *= growth
    return total


@rule
def cost_at(price, first, end, room, growth):
    """Cost of abatement, €, of these quarters at such a price, discounted to ``first``."""
    total, now = 0.0, 1.0
    for t in range(first, end):
        for i in range(room.weight.shape[0]):
            there, base = room.past.baseline[t, i], room.past.base[t, i]
            curve = room.curves, i, room.past.level[t]
            emitted = emissions_at(price * now, there, base, *curve)
            total += cost_of(there - emitted, base, *curve) / now
        now *= growth
    return total


@rule
def best_price(year, room, setup):
    """Price, €/t, at which the year's marginal damage is the price, if it had held in all quarters: by halving."""
    low, high = 0.0, highest_price(room)
    first, end = year * setup.quarters, (year + 1) * setup.quarters
    middle = 0.5 * (low + high)
    while low < middle < high:
        emitted = emitted_at(middle, first, end, room, 1.0)
        if setup.damage + setup.damage_slope * (emitted - setup.damage_at) > middle:
            low = middle
        else:
            high = middle
        middle = 0.5 * (low + high)
    return high


@rule
def largest_excess(price, year, before, room, setup):
    """Largest excess, t, over what is allowed up to the end of any year from ``year`` on at a price from ``price`` on.

    Returns it and the last year with an excess above 0; -1 if there is none. before : t, allowed up to the end of the
    year before.
    """
    found, most, emitted, now = -1, -np.inf, 0.0, price
    for y in range(year, setup.years):
        first = y * setup.quarters
        emitted += emitted_at(now, first, first + setup.quarters, room, setup.quarter_interest)
        now *= setup.quarter_interest ** float(setup.quarters)
        excess = emitted - (room.past.allowed[y] - before)
        most = max(most, excess)
        if excess > 0.0:
            found = y
    return most, found


@rule
def least_cost(room, setup):
    """Least cost, €, discounted to the run's start, of its own emissions, with permits no earlier than it had them.

    Hotelling's rule between the year ends at which nothing may be left: the taut string of `equilibrium.py`.
    """
    cost, year, before, search = 0.0, 0, 0.0, room.search
    noise = ROUNDING * room.past.baseline.size * emitted_at(0.0, 0, setup.years * setup.quarters, room, 1.0)
    while year < setup.years:
        begin_crossing(search, 0.0, highest_price(room), np.nan, noise)
        while is_open(search):
            most, _ = largest_excess(search[TRIAL], year, before, room, setup)
            note_value(search, most)
        _, last = largest_excess(search[LOW], year, before, room, setup)
        if last < 0:
            return cost
        first, end = year * setup.quarters, (last + 1) * setup.quarters
        growth = setup.quarter_interest
        cost += cost_at(search[HIGH], first, end, room, growth) / growth ** float(first)
        year, before = last + 1, room.past.allowed[last]
    return cost
