"""Free secondary market of supply chains: the price at which their best plans together emit what permits allow.

A chain's best plan depends on the trading price alone, so the equilibrium price depends on the number of permits and
not on who holds them [Esmaeili2022, Section 4.4]. Emissions fall in steps: where no price meets the permits exactly,
the chain whose plan changes at the price mixes its two plans, between which it is indifferent.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from learning.jit import rule
from model.mechanisms.auctions.base import EXHAUSTED


class Plans(NamedTuple):
    """Plans of n chains, and total emissions as the price rises through M changes of plan."""

    price: np.ndarray
    """float64[M], €/t: where a chain changes its plan; never falling."""
    emissions: np.ndarray
    """float64[M + 1], t: of all chains, before the first change and after each."""
    changes: np.ndarray
    """int64[M]: the chain that changes."""
    plan: np.ndarray
    """int64[M + 1, n]: each chain's plan, before the first change and after each."""
    emitted: np.ndarray
    """float64[n, K], t: of each chain's plans, the last one repeated."""
    cost: np.ndarray
    """float64[n, K], €."""
    green_production: np.ndarray
    """float64[n, K], share."""
    green_transport: np.ndarray
    """float64[n, K], share."""
    price_max: float
    """€/t: the trading price, and the fine per tonne, where no price brings emissions down to the permits."""


class Market(NamedTuple):
    """Equilibrium of the market."""

    price: float
    """€/t."""
    change: int
    """Changes of plan made, the last of them by ``share``."""
    share: float
    """Weight of the cleaner plan of the chain that changes last."""
    met: bool
    """Whether emissions are at most the permits."""


def plans_of(curves):
    """`Plans` of a list of `EmissionCurve` with one highest price; kept, as models of the same chains share them."""
    return _plans_of(tuple(curves))


@lru_cache(maxsize=64)
def _plans_of(curves):
    jumps = sorted(
        (price, i, k) for i, curve in enumerate(curves) for k, price in enumerate(curve.price) if k
    )
    plan = np.zeros((len(jumps) + 1, len(curves)), np.int64)
    for m, (_, i, k) in enumerate(jumps):
        plan[m + 1] = plan[m]
        plan[m + 1, i] = k
    longest = max(len(curve.price) for curve in curves)
    emitted, cost, production, transport = (
        np.array([np.pad(getattr(c, name), (0, longest - len(c.price)), mode="edge") for c in curves])
        for name in ("emissions", "cost", "green_production", "green_transport")
    )
    return Plans(
        price=np.array([price for price, _, _ in jumps], float),
        emissions=emitted[np.arange(len(curves)), plan].sum(1),
        changes=np.array([i for _, i, _ in jumps], np.int64),
        plan=plan,
        emitted=emitted,
        cost=cost,
        green_production=production,
        green_transport=transport,
        price_max=float(curves[0].price_max),
    )


@rule
def equilibrium(plans, permits):
    """The lowest price at which all emissions are within ``permits``, t: `Market` [Esmaeili2022, Section 4.4]."""
    enough = permits * (1.0 + EXHAUSTED)
    emissions, last = plans.emissions, plans.price.shape[0]
    if emissions[last] > enough:
        return Market(plans.price_max, last, 1.0, False)
    low, high = 0, last  # emissions[high] are within the permits
    while low < high:
        middle = (low + high) // 2
        if emissions[middle] <= enough:
            high = middle
        else:
            low = middle + 1
    if high == 0:
        return Market(0.0, 0, 1.0, True)
    share = 1.0  # also where permits are left over by no more than rounding
    if permits - emissions[high] > EXHAUSTED * permits:
        share = (emissions[high - 1] - permits) / (emissions[high - 1] - emissions[high])
    return Market(plans.price[high - 1], high, share, True)


@rule
def chosen(values, plans, market, i):
    """Value of chain ``i`` from ``values``, float64[n, K], in the market; mixed if it is between two plans."""
    after = values[i, plans.plan[market.change, i]]
    if market.change == 0:
        return after
    before = values[i, plans.plan[market.change - 1, i]]
    return after if before == after else before + market.share * (after - before)
