"""The emission curve: cost and emissions of a chain's best plan at every trading price.

Permits received free or bought at an auction do not change a chain's best plan, only its payments: the plan
depends only on the trading price psi [Esmaeili2022, Eq. 13]. The least cost V(psi) = min cost + psi emissions
is concave and piecewise linear, each piece a plan; the emission curve is the list of these plans.
"""

from dataclasses import dataclass, fields

import numpy as np

from agents.supply_chains.envelope import slope_bounds

PRICE_MAX = 10_000.0
"""Default highest trading price of a curve, €/t."""
GAP = 1e-4
"""Default share by which a plan may cost more than the least possible."""
ROUNDING = 1e-9
"""Share by which emissions may exceed the permits through rounding, because a sum depends on its order."""


@dataclass(frozen=True, eq=False)
class EmissionCurve:
    """Least-cost plans of one chain over trading prices in [0, price_max].

    K plans, M centres, W warehouses, C zones. Plan k is least-cost for prices in [price[k], price[k + 1]), the
    last one up to price_max. Last axis of made, to_warehouse and to_zone: 0 regular, 1 green.
    """

    price: np.ndarray
    """float64[K], €/t: price from which plan k is best; price[0] = 0, increasing."""
    cost: np.ndarray
    """float64[K], €, of the plan without permits; increasing."""
    emissions: np.ndarray
    """float64[K], t; decreasing."""
    green_production: np.ndarray
    """float64[K], share of units made on green machines."""
    green_transport: np.ndarray
    """float64[K], share of units carried, both stages, by green modes."""
    made: np.ndarray
    """float64[K, M, 2], units over the horizon."""
    to_warehouse: np.ndarray
    """float64[K, M, W, 2], units over the horizon."""
    to_zone: np.ndarray
    """float64[K, W, C, 2], units over the horizon."""
    price_max: float
    """€/t."""
    gap: float
    """Certified bound: at every price of the range, cost + price x emissions exceeds the least possible by at most
    this share."""
    milps: int
    """Mixed-integer programs solved."""
    seconds: float
    """CPU seconds spent."""

    def __post_init__(self):
        plans = len(self.price)
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray) and len(value) != plans:
                raise ValueError(f"{field.name}: {len(value)} plans, but price has {plans}")
        falls = np.diff(self.emissions) < 0
        rises = (np.diff(self.price) > 0) & (np.diff(self.cost) > 0)
        if not plans or self.price[0] != 0.0 or not (falls & rises).all():
            raise ValueError("plans must start at price 0, rise in price and cost, and fall in emissions")

    def plan_at(self, price):
        """Number(s) k of the plan(s) at trading ``price``, €/t, a number or an array; at a step the later one."""
        return np.searchsorted(self.price, price, side="right") - 1

    def cost_at(self, price):
        """Cost, €, without permits, at trading ``price``."""
        return self.cost[self.plan_at(price)]

    def emissions_at(self, price):
        """Emissions, t, at trading ``price``."""
        return self.emissions[self.plan_at(price)]

    def value(self, price):
        """Least cost, €, with all permits bought at trading ``price``: V(psi)."""
        return self.cost_at(price) + price * self.emissions_at(price)

    def emission_bounds(self, price):
        """Least and greatest emissions, t, of a least-cost plan at ``price``, given the gap."""
        corners = np.append(self.price, self.price_max)
        return slope_bounds(price, corners, self.value, lambda at: self.value(at) / (1.0 + self.gap))

    @property
    def steps(self):
        """float64[K], €/t: prices where the plan changes."""
        return self.price

    @property
    def tec(self):
        """Emissions, t, when permits cost nothing: TEC of [Esmaeili2022]."""
        return self.emissions[0]

    @property
    def abatement_limit(self):
        """Share of the TEC avoided at price_max: the largest in the price range."""
        return 1.0 - self.emissions[-1] / self.emissions[0]
