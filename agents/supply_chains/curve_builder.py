"""Building the emission curve of a chain with as few mixed-integer programs as possible, and a certified gap.

Every program solved at a price gives a lower bound of V there, and facilities to open. With these open, a linear
program remains, which takes a millisecond per price; its best plans at all prices lower U, the least cost of the
known plans. Between the solved prices V lies above straight lines between the bounds, because it is concave. The next
program is solved where U may exceed V most; no program is solved twice for one price.
"""

import time
from itertools import pairwise

import numpy as np

from agents.supply_chains.curve import GAP, PRICE_MAX, EmissionCurve
from agents.supply_chains.envelope import lower_envelope, slope_bounds, upper_hull
from agents.supply_chains.flows import flows_of
from agents.supply_chains.plan import Planner

MILP_SHARE = 0.25
"""Share of the gap allowed in the mixed-integer programs; the rest is for the prices between them."""
TRACE_SHARE = 0.05
"""Share of the gap to which the plans of an opening pattern are traced."""
SOLVER_GAP = 1e-9
"""Smallest gap that is reported, because of the solver's tolerances and rounding."""


class Stopped(Exception):
    """Raised when a caller stops the work before the curve is complete."""


class CurveBuilder:
    """A chain's least-cost plans found so far; `refine` adds to them, `curve` returns the emission curve."""

    def __init__(self, chain, price_max=PRICE_MAX, gap=GAP):
        began = time.process_time()
        self.price_max, self.gap = float(price_max), float(gap)
        self.planner = Planner(chain)
        self.plans = []
        """Known least-cost plans, in the order of the prices from which they are best."""
        self.bounds = {p: self.planner.bound(p) for p in (0.0, self.price_max)}
        """Price -> lower bound of the cost, €, of any plan with permits at that price."""
        self.solved = set()
        """Prices at which the program was solved."""
        self._traced = set()
        self._price = self._cost = self._emissions = self._bound_at = self._bound = np.zeros(0)
        self._seconds = time.process_time() - began

    def refine(self, low=0.0, high=None, gap=None, progress=None, stop=lambda: False):
        """Solve programs until the gap is at most ``gap`` at every price in [low, high], €/t.

        progress : called as progress(programs solved so far, present gap). stop : called between programs; if it
        returns true, `Stopped` is raised, and the plans found are kept.
        """
        high, gap = self.price_max if high is None else high, gap or self.gap
        while True:
            price, worst = self.widest(low, high)
            if progress:
                progress(self.planner.milps, worst)
            if worst <= gap:
                return
            if stop():
                raise Stopped
            self.solve(price, gap)

    def solve(self, price, gap=None):
        """Solve the mixed-integer program at ``price``, €/t, and follow its opening pattern over all prices."""
        began = time.process_time()
        share = MILP_SHARE if price not in self.solved else MILP_SHARE / 100
        answer = self.planner.best(price, share * (gap or self.gap))
        self.solved.add(price)
        self.bounds[price] = max(answer.bound, self.bounds.get(price, -np.inf))
        self._bound_at, self._bound = upper_hull(*np.array(sorted(self.bounds.items())).T)
        self._trace(answer.plan, price)
        self._seconds += time.process_time() - began

    def widest(self, low, high):
        """Price in [low, high] at which the best known plan's cost may exceed the least most, and the gap there."""
        if not self.plans:
            return low, np.inf
        corners = np.unique(np.clip(np.concatenate(([low, high], self._price, self._bound_at)), low, high))
        gaps = self.gaps(corners)
        worst = int(np.argmax(gaps))
        return float(corners[worst]), float(gaps[worst])

    def gaps(self, price):
        """Share by which the best known plan's cost may exceed the least, at each ``price``: (U - L) / L."""
        below = self.below(price)
        return (self.above(price) - below) / below

    def above(self, price):
        """U: cost with permits, €, of the best known plan at each ``price``, float64[n]."""
        k = np.searchsorted(self._price, price, side="right") - 1
        return self._cost[k] + price * self._emissions[k]

    def below(self, price):
        """L: lower bound of the cost, €, of any plan with permits at each ``price``."""
        return np.interp(price, self._bound_at, self._bound)

    def emissions_at(self, price):
        """Emissions, t, of the best known plan at ``price``, €/t, a number or an array."""
        return self._emissions[np.searchsorted(self._price, price, side="right") - 1]

    def emission_bounds(self, price):
        """Least and greatest emissions, t, of a least-cost plan at ``price``."""
        corners = np.union1d(self._price, np.append(self._bound_at, self.price_max))
        return slope_bounds(price, corners, self.above, self.below)

    @property
    def steps(self):
        """float64[K], €/t: prices at which the best known plan changes."""
        return self._price

    def curve(self):
        """Make the `EmissionCurve` of the known plans, with its certified gap over all prices."""
        flows = [flows_of(self.planner.program, plan) for plan in self.plans]
        return EmissionCurve(
            price=self._price,
            cost=self._cost,
            emissions=self._emissions,
            **{name: np.array([flow[name] for flow in flows]) for name in flows[0]},
            price_max=self.price_max,
            gap=max(self.widest(0.0, self.price_max)[1], SOLVER_GAP),
            milps=self.planner.milps,
            seconds=self._seconds,
        )

    def _trace(self, plan, price):
        """Add the best plans with the facilities of ``plan`` open, at prices where they may improve on known plans."""
        pattern = tuple(np.round(plan.values[self.planner.opening]))
        if pattern in self._traced:
            self._keep([self.planner.with_open(plan, price)])  # more precise than the trace
            return
        self._traced.add(pattern)
        ends = [(p, self.planner.with_open(plan, p)) for p in sorted({0.0, price, self.price_max})]
        self._keep([found for _, found in ends])
        for one, other in pairwise(ends):
            self._follow(plan, *one, *other)

    def _follow(self, plan, low, at_low, high, at_high):
        """Add plans between two prices while the plans at both ends leave a gap, splitting where their costs cross."""
        slope = at_low.emissions - at_high.emissions
        if slope <= 0.0 or not self._may_improve(low, at_low.value(low), high, at_high.value(high)):
            return
        price = (at_high.cost - at_low.cost) / slope
        if not low < price < high:
            return
        found = self.planner.with_open(plan, price)
        if at_low.value(price) - found.value(price) <= TRACE_SHARE * self.gap * found.value(price):
            self._keep([found])
            return
        self._keep([found])
        self._follow(plan, low, at_low, price, found)
        self._follow(plan, price, found, high, at_high)

    def _may_improve(self, low, least_low, high, least_high):
        """Whether a concave function through two points may be below the known plans between them."""
        corners = np.concatenate(([low, high], self._price[(self._price > low) & (self._price < high)]))
        least = least_low + (least_high - least_low) * (corners - low) / (high - low)
        return bool((self.above(corners) > least * (1 + TRACE_SHARE * self.gap)).any())

    def _keep(self, found):
        """Add plans, and remove those that are best at no price."""
        plans = self.plans + found
        cost, emissions = np.array([(plan.cost, plan.emissions) for plan in plans]).T
        which, self._price = lower_envelope(cost, emissions, self.price_max)
        self.plans = [plans[k] for k in which]
        self._cost, self._emissions = cost[which], emissions[which]


def build_curve(chain, price_max=PRICE_MAX, gap=GAP, progress=None, stop=lambda: False):
    """Build a chain's `EmissionCurve` over [0, price_max], €/t, certified to ``gap``; see `CurveBuilder.refine`."""
    builder = CurveBuilder(chain, price_max, gap)
    builder.refine(progress=progress, stop=stop)
    return builder.curve()
