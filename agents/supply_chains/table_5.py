"""The five chains of [Esmaeili2022, Table 5] without their plans: emissions and private values are the paper's.

The paper gives neither instances nor trading prices, so the emission curves here are stylised: the same share of
every chain's emissions is avoided at a price. Up to 25 % the shares are those of one instance of its Section 6 that
a prototype drew and solved; the last is the mean abatement limit of the instances drawn here (28 %, reported by
``carbon replicate esmaeili2022``), and its price is a choice. Near 140 €/t most drawn instances avoid more than these
curves do.
"""

import numpy as np

from agents.supply_chains.curve import PRICE_MAX, EmissionCurve

TEC = (2511.0, 2774.0, 2111.0, 2705.0, 2572.0)
"""Emissions of each chain when permits cost nothing, t."""
PRIVATE_VALUE = (140.0, 150.0, 225.0, 160.0, 220.0)
"""€/t."""
ABATEMENT = (0.0, 0.10, 0.15, 0.20, 0.25, 0.28)
"""Share of the emissions avoided …"""
AT_PRICE = (0.0, 179.0, 323.0, 932.0, 2412.0, 9000.0)
"""… at this trading price, €/t; linear in between. No price avoids more than the last share."""
STEP = 0.005
"""Share of the emissions by which each plan is cleaner than the one before."""


def table_5_curves(price_max=PRICE_MAX):
    """Make the `EmissionCurve` of each chain; costs count from the plan that is best when permits cost nothing."""
    return [_curve(tec, price_max) for tec in TEC]


def _curve(tec, price_max):
    abatement = STEP * np.arange(round(ABATEMENT[-1] / STEP) + 1)
    price = np.interp(abatement, ABATEMENT, AT_PRICE)
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
