"""The five chains of [Esmaeili2022, Table 5] without their plans: emissions and private values are the paper's.

The paper gives neither instances nor trading prices, so the cost of avoiding emissions is a reading of it: the same
share of every chain's emissions is avoided at a price. Two readings, by name in `COST_CURVES`:

* inferred: the marginal cost that the paper's average profits at a mitigation rate of 40 % imply, a straight line
  (``carbon instance infer`` derives it). It ends at 45 %, a choice: the paper's chains reach 40 %, and those drawn
  as in its Appendix B avoid 23 to 38 % where their links' capacities are kept.
* steep: up to 25 % the cost of one instance drawn and solved with the capacities of all links of a stage summed, which
  leaves chains less room than Eqs. 19 and 20; its end, 28 % at 9,000 €/t, is a choice.
"""

from typing import NamedTuple

import numpy as np

from agents.supply_chains.curve import PRICE_MAX, EmissionCurve

TEC = (2511.0, 2774.0, 2111.0, 2705.0, 2572.0)
"""Emissions of each chain when permits cost nothing, t."""
PRIVATE_VALUE = (140.0, 150.0, 225.0, 160.0, 220.0)
"""€/t."""
SLOPE = 8050.0
"""€/t per share avoided: inferred, 8,056 rounded to 50."""
STEP = 0.005
"""Share of the emissions by which each plan is cleaner than the one before."""


class MarginalCost(NamedTuple):
    """Corners of a marginal cost curve, straight in between. More than the last share is not possible at any price."""

    abatement: tuple
    """Share of the emissions avoided …"""
    price: tuple
    """… at this trading price, €/t."""


COST_CURVES = {
    "inferred": MarginalCost((0.0, 0.45), (0.0, 0.45 * SLOPE)),
    "steep": MarginalCost((0.0, 0.10, 0.15, 0.20, 0.25, 0.28), (0.0, 179.0, 323.0, 932.0, 2412.0, 9000.0)),
}


def table_5_curves(cost_curve="inferred", price_max=PRICE_MAX):
    """`EmissionCurve` of each chain; costs count from the plan that is best when permits cost nothing."""
    return [_curve(tec, COST_CURVES[cost_curve], price_max) for tec in TEC]


def _curve(tec, cost, price_max):
    abatement = STEP * np.arange(round(cost.abatement[-1] / STEP) + 1)
    price = np.interp(abatement, *cost)
    kept = price < price_max
    abatement, price = abatement[kept], price[kept]
    emissions = tec * (1.0 - abatement)
    nothing = np.zeros((len(price), 0, 2))
    unknown = np.full(len(price), np.nan)
    return EmissionCurve(
        price=price,
        cost=np.concatenate([[0.0], np.cumsum(-price[1:] * np.diff(emissions))]),
        emissions=emissions,
        green_production=unknown,
        green_transport=unknown,
        made=nothing,
        to_warehouse=nothing[:, None],
        to_zone=nothing[:, None],
        price_max=price_max,
        gap=0.0,
        milps=0,
        seconds=0.0,
    )
