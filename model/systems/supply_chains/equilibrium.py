"""The trading price at which chains together emit no more than there are permits, with curves or without.

[Esmaeili2022, Section 4.4] lets every chain choose its best plan at a price and looks for the price at which all
plans together emit what the cap allows. Emissions fall with the price in steps: the equilibrium price is the
lowest at which they are within the permits. The functions here take curves of any sort: an `EmissionCurve`, or a
`CurveBuilder`, which solves its curve only where needed.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from agents.supply_chains.curve import GAP, PRICE_MAX, ROUNDING
from agents.supply_chains.curve_builder import Stopped

SMALLEST_GAP = 1e-8
"""Smallest optimality gap requested to narrow the interval of a price."""
NARROW = 1e-3
"""€/t: accuracy of the ends of the interval of an equilibrium price."""


@dataclass(frozen=True)
class Equilibrium:
    """An equilibrium price with its certified bounds."""

    price: float
    """€/t; price_max where no price brings emissions down to the permits."""
    emissions: np.ndarray
    """float64[chains], t, at that price."""
    gaps: np.ndarray
    """float64[chains]: largest share by which each chain's plan at that price may exceed its least cost."""
    low: float
    high: float
    """€/t: exact solutions of all programs would give a price in [low, high]."""
    met: bool
    """Whether emissions are at most the permits."""
    milps: int
    """Number of mixed-integer programs solved, including those the builders had solved before."""


def lowest_price(curves, permits, price_max=PRICE_MAX):
    """Lowest price, €/t, at which ``curves`` together emit at most ``permits``, t; price_max if there is none."""
    steps = np.unique(np.concatenate([curve.steps for curve in curves]))
    emitted = sum(curve.emissions_at(steps) for curve in curves)
    enough = np.flatnonzero(emitted <= permits * (1 + ROUNDING))
    return float(steps[enough[0]]) if enough.size else float(price_max)


def refine_equilibrium(builders, permits, gap=GAP, width=None, progress=None, stop=lambda: False):
    """Find the equilibrium price for ``permits``, t, solving programs only where it may lie; `Equilibrium`.

    builders : `CurveBuilder` of each chain; they keep their solutions for the next number of permits. Every chain's
    plan at the price is certified to ``gap``. width : €/t, refine until the price interval is this narrow, or gaps are
    as small as the solver's tolerances allow. progress : called as progress(chain from 1, programs, gap there).
    stop : as in `CurveBuilder.refine`.
    """
    for number, builder in enumerate(builders, 1):
        if not builder.plans:
            _solve(number, builder, 0.0, gap, progress, stop)
    found = _settle(builders, permits, gap, progress, stop)
    while width is not None and found.high - found.low > width and gap > SMALLEST_GAP:
        gap /= 10
        for number, builder in enumerate(builders, 1):
            tell = partial(progress, number) if progress else None
            builder.refine(found.low, found.high, gap, tell, stop)
        found = _settle(builders, permits, gap, progress, stop)
    return found


def _settle(builders, permits, gap, progress, stop):
    """Solve at the equilibrium price of the plans found so far, until the price no longer changes."""
    while True:
        price = lowest_price(builders, permits, builders[0].price_max)
        loose = [(k, b) for k, b in enumerate(builders, 1) if _gap_at(b, price) > gap]
        if not loose:
            return _equilibrium(builders, permits, price)
        for number, builder in loose:
            _solve(number, builder, price, gap, progress, stop)


def _solve(number, builder, price, gap, progress, stop):
    if stop():
        raise Stopped
    builder.solve(price, gap)
    if progress:
        progress(number, builder.planner.milps, _gap_at(builder, price))


def _gap_at(builder, price):
    return float(builder.gaps(np.array([price]))[0])


def _equilibrium(builders, permits, price):
    emissions = np.array([builder.emissions_at(price) for builder in builders])
    low, high = price_interval(builders, permits, price, builders[0].price_max)
    return Equilibrium(
        price=price,
        emissions=emissions,
        gaps=np.array([_gap_at(builder, price) for builder in builders]),
        low=low,
        high=high,
        met=bool(emissions.sum() <= permits * (1 + ROUNDING)),
        milps=sum(builder.planner.milps for builder in builders),
    )


def price_interval(curves, permits, price, price_max=PRICE_MAX):
    """Interval (low, high), €/t, in which the equilibrium price of the true curves lies.

    At ``low`` even the least emissions that are possible within the curves' gaps exceed the permits, at ``high``
    even the greatest do not. price : €/t, the equilibrium price of ``curves``; the search goes out from there.
    """

    def least(at):
        return sum(curve.emission_bounds(at)[0] for curve in curves) > permits

    def greatest(at):
        return sum(curve.emission_bounds(at)[1] for curve in curves) <= permits * (1 + ROUNDING)

    low = _edge(least, 0.0, price) if least(0.0) else 0.0
    high = _edge(lambda at: not greatest(at), price, price_max) if greatest(price_max) else price_max
    return low, high + NARROW if high < price_max else high


def _edge(holds, low, high):
    """Last point found, by halving, from ``low``, at which ``holds``, to ``high``."""
    while high - low > NARROW:
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
