"""Supply that answers to the price: steps of permits, each offered from a price up.

A reserve price is a curve of one step; an emissions containment reserve holds a part of the cap back below its
trigger; a cost containment reserve adds permits at its trigger [RGGI2021], a ceiling as many as are wanted. A bid at or
above a step's price is served from it, the cheapest steps first. `find_offer` hands an auction one supply and one
reserve price, so that every sealed-bid format sells from steps; the uniform price that follows (highest rejected bid)
is the larger of the price of the last step used and the highest rejected bid.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from learning.jit import rule
from learning.registry import unknown
from model.mechanisms.auctions.base import EXHAUSTED, Outcome, clear


class StepKinds(NamedTuple):
    """Numbers of the kinds of a step: where its permits come from, and where those left over go."""

    reserve_price: int = 0
    """Permits of the cap, from the reserve price up."""
    emissions_containment: int = 1
    """Permits of the cap, withheld below a trigger."""
    cost_containment: int = 2
    """Permits beyond the cap from a limited reserve, at a trigger."""
    ceiling: int = 3
    """Permits beyond the cap, as many as are wanted, at the highest price."""
    table: int = 4
    """Permits of a table's step: of the cap as far as there are, then beyond it."""


STEP_KINDS = StepKinds()
SNAP = 1e-7
"""Relative distance, at least absolute €/t, within which a price found by halving is that of a step."""


class SupplyCurve(NamedTuple):
    """Supply in m steps by rising price; steps without permits have no effect."""

    price: np.ndarray
    """float64[m], €/t: from which a step's permits are offered."""
    quantity: np.ndarray
    """float64[m], t; infinite: as many as are wanted."""
    kind: np.ndarray
    """int64[m], of `STEP_KINDS`."""


def supply_curve(steps):
    """Make a `SupplyCurve` of triples (price €/t, quantity t, kind), kind a name in `StepKinds`, in any order.

    Steps at one price keep their order. ValueError for no steps, a price that is negative or not finite, a negative
    quantity, an unknown kind.

    >>> supply_curve([(13.0, 2.0, "cost_containment"), (2.5, 8.0, "reserve_price")]).price
    array([ 2.5, 13. ])
    """
    if not steps:
        raise ValueError("a supply curve needs at least one step (price, quantity, kind)")
    for price, quantity, kind in steps:
        if kind not in StepKinds._fields:
            raise unknown("kind of supply step", kind, StepKinds._fields)
        if not (np.isfinite(price) and price >= 0.0):
            raise ValueError(f"price of the step {kind} = {price} €/t: must be finite and at least 0")
        if not quantity >= 0.0:
            raise ValueError(f"quantity of the step {kind} = {quantity} t: must be at least 0")
    price, quantity, kind = zip(*sorted(steps, key=lambda step: step[0]), strict=True)
    numbers = [getattr(STEP_KINDS, each) for each in kind]
    return SupplyCurve(np.array(price, float), np.array(quantity, float), np.array(numbers, np.int64))


@rule
def put(curve, step, kind, price, quantity):
    """Write one step of a `SupplyCurve`: its kind, price, €/t, and quantity, t."""
    curve.kind[step], curve.price[step], curve.quantity[step] = kind, price, quantity


@rule
def sort_steps(curve):
    """Bring the steps of a `SupplyCurve` into the order of rising price, in place; equal prices keep their order."""
    price, quantity, kind = curve
    for k in range(1, price.shape[0]):
        step, at = (price[k], quantity[k], kind[k]), k
        while at > 0 and price[at - 1] > step[0]:
            price[at], quantity[at], kind[at] = price[at - 1], quantity[at - 1], kind[at - 1]
            at -= 1
        price[at], quantity[at], kind[at] = step


@rule
def supply_below(curve, price):
    """Permits, t, offered at prices strictly below ``price``, €/t; those offered at 0 count at every price."""
    supply = 0.0
    for k in range(curve.price.shape[0]):
        if curve.price[k] < price or curve.price[k] <= 0.0:
            supply += curve.quantity[k]
    return supply


@rule
def snap_to_step(curve, price):
    """Price, €/t, of the step within `SNAP` of ``price``, which was found by halving; else ``price``."""
    for step in curve.price:
        if abs(price - step) < SNAP * max(1.0, step):
            return step
    return price


@rule
def bid_at(price, volume, lowest):
    """Volume, t, bid at ``lowest`` €/t or more; price, volume : float64[n, k], €/t and t."""
    total = 0.0
    for i in range(price.shape[0]):
        for k in range(price.shape[1]):
            if price[i, k] >= lowest:
                total += volume[i, k]
    return total


@rule
def find_offer(curve, price, volume):
    """Supply, t, and reserve price, €/t, with which an auction of these bids sells from the steps.

    price, volume : float64[n, k], €/t and t. The last step used is the last one at whose price more is bid for than
    cheaper steps offer; the supply is that of all steps up to it, the reserve is its price. If no step is used these
    are the first step's. Of a step without limit twice what the cheapest step is asked for is offered: it is never used
    up.
    """
    last, supply, before, asked = 0, 0.0, 0.0, bid_at(price, volume, curve.price[0])
    most = 2.0 * asked
    for k in range(curve.price.shape[0]):
        if k > 0 and curve.price[k] != curve.price[k - 1]:
            asked = bid_at(price, volume, curve.price[k])
        if asked - before > EXHAUSTED * before:
            last = k
        before += curve.quantity[k]
    for k in range(last + 1):
        supply += min(curve.quantity[k], most)
    return supply, curve.price[last]


@rule
def share_among_steps(curve, sold, taken):
    """Write into float64[m] ``taken`` the permits, t, of each step among ``sold``: the cheapest first.

    Steps at one price give in proportion to what they offer; of these, one without limit gives what the others lack.
    """
    first, left, m = 0, sold, curve.price.shape[0]
    while first < m:
        behind, offered = first, 0.0
        while behind < m and curve.price[behind] == curve.price[first]:
            if curve.quantity[behind] < np.inf:
                offered += curve.quantity[behind]
            behind += 1
        given = min(left, offered)
        left -= given
        for k in range(first, behind):
            if curve.quantity[k] < np.inf:
                taken[k] = given / offered * curve.quantity[k] if offered > 0.0 else 0.0
            else:
                taken[k], left = left, 0.0
        first = behind


@rule
def increments(cumulative, volume):
    """Write the steps' own volumes of cumulative schedules, both float64[n, k], t, prices falling along a row.

    Where a schedule does not rise, the step asks for nothing more.
    """
    for i in range(cumulative.shape[0]):
        reached = 0.0
        for k in range(cumulative.shape[1]):
            volume[i, k] = max(cumulative[i, k] - reached, 0.0)
            reached = max(cumulative[i, k], reached)


@dataclass(frozen=True)
class Sale:
    """Result of an auction that sells from steps."""

    outcome: Outcome
    """Awards, payments and prices."""
    taken: np.ndarray
    """float64[m], t: permits sold from each step."""

    @property
    def sold(self):
        """Permits sold, t."""
        return float(self.taken.sum())


def sell(auction, curve, price, volume, *, settings=None, tie_key=None):
    """Sell from a `SupplyCurve` by the named format: `Sale`; bids, settings and errors as in `auctions.base.clear`.

    >>> from model.mechanisms.auctions.uniform import UniformSettings
    >>> curve = supply_curve([(2.0, 10.0, "reserve_price"), (13.0, 5.0, "cost_containment")])
    >>> sale = sell("uniform", curve, [20.0, 14.0, 5.0], [8.0, 4.0, 9.0])
    >>> sale.taken, sale.outcome.clearing_price
    (array([10.,  2.]), 13.0)
    """
    schedules = [np.atleast_1d(np.asarray(x, float)) for x in (price, volume)]
    schedules = [x[:, None] if x.ndim == 1 else np.ascontiguousarray(x) for x in schedules]
    supply, reserve = find_offer(curve, *schedules)
    outcome = clear(
        auction, price, volume, supply=supply, reserve=reserve, settings=settings, tie_key=tie_key
    )
    taken = np.zeros(len(curve.price))
    share_among_steps(curve, outcome.award.sum(), taken)
    return Sale(outcome, taken)


def find_crossing(curve, demand, highest):
    """Lowest price, €/t, at which ``demand`` is within the supply, and the permits sold there, t.

    demand : function of a price, €/t, that returns tonnes and never rises; highest : €/t, a price at which it is
    within the supply. On a step the price is exactly that of the step.

    >>> curve = supply_curve([(2.0, 10.0, "reserve_price")])
    >>> find_crossing(curve, lambda price: 40.0 - price, 50.0)
    (30.0, 10.0)
    """
    low, high = 0.0, float(highest)
    if demand(low) <= supply_below(curve, low):
        return 0.0, float(demand(low))
    while low < (middle := 0.5 * (low + high)) < high:
        if demand(middle) > supply_below(curve, middle):
            low = middle
        else:
            high = middle
    price = float(snap_to_step(curve, high))
    return price, float(max(min(demand(price), supply_below(curve, np.nextafter(price, np.inf))), 0.0))
