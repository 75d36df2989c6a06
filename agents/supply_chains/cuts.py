"""Inequalities that every plan satisfies but a fractional opening does not: (l, S) inequalities [Barany1984].

Without them a centre is a sixth open in period 1, since the demand still to come is about six periods' demand.
With them the relaxation is within about 0.2 % of the program instead of 6 %, and most programs are solved
without branching. They cut off no plan.
"""

import numpy as np

from agents.supply_chains.program import NONE, before

PERIODS_AHEAD = 2
"""Windows of one and two periods are used; longer ones only make the program larger."""


def window(chain, first, last):
    """Units of each product, float64[I, T], wanted in periods t + first, …, t + last; up to the horizon."""
    total = np.pad(chain.demand.sum(axis=1).cumsum(axis=1), ((0, 0), (1, 0)))
    periods = total.shape[1] - 1
    t = np.arange(periods)
    return total[:, np.minimum(t + last + 1, periods)] - total[:, np.minimum(t + first, periods)]


def later(columns, periods):
    """Columns of ``periods`` later; none beyond the horizon."""
    kept = columns[..., periods:]
    return np.concatenate(
        (kept, np.full_like(columns[..., : columns.shape[-1] - kept.shape[-1]], NONE)), axis=-1
    )


def stock_or_open_centre(program, chain, centre_open, warehouse_stock, **_):
    """What is wanted until the first period with an open centre is in the warehouses already.

    Stock before t >= sum over s = t, …, t + l of demand(s) (1 - openings in t, …, s).
    """
    for ahead in range(PERIODS_AHEAD):
        opens = [(later(centre_open, k), "mt", window(chain, k, ahead), "it") for k in range(ahead + 1)]
        wanted = window(chain, 0, ahead)
        program.add("it", [(before(warehouse_stock), "iwt", 1.0), *opens], lower=(wanted, "it"))


def ship_for_demand_or_stock(program, chain, to_warehouse, centre_open, warehouse_stock, **_):
    """What a centre ships in t is wanted by t + l, or is in a warehouse then."""
    for ahead in range(PERIODS_AHEAD):
        stock = (later(warehouse_stock, ahead), "iwt", -1.0)
        opening = (centre_open, "mt", -window(chain, 0, ahead), "it")
        program.add("imt", [(to_warehouse, "imwvt", 1.0), opening, stock], upper=0.0)


def make_for_demand_or_stock(program, chain, made, centre_open, centre_stock, warehouse_stock, **_):
    """What a centre makes in t is wanted by t + l, or is in stock there or in a warehouse then."""
    for ahead in range(PERIODS_AHEAD):
        stocks = [
            (later(centre_stock, ahead), "imt", -1.0),
            (later(warehouse_stock, ahead), "iwt", -1.0),
        ]
        opening = (centre_open, "mt", -window(chain, 0, ahead), "it")
        program.add("imt", [(made, "ijmt", 1.0), opening, *stocks], upper=0.0)


CUTS = (stock_or_open_centre, ship_for_demand_or_stock, make_for_demand_or_stock)
