"""Valid inequalities: every plan satisfies them, but a fractional opening of facilities does not.

Without them a centre is a sixth open in period 1, because the demand still to come is about six periods' demand.
With them the relaxation is within about 0.3 % of the program instead of 6 %, and most programs are solved
without branching. They cut off no plan. There are two kinds: (l, S) inequalities [Barany1984], and a split of each
zone's deliveries by centre, so that the zone's own demand, not that of all zones, limits deliveries of an open centre.
"""

import numpy as np

from agents.supply_chains.program import NONE, before

PERIODS_AHEAD = 2
"""Longest window, periods; longer ones only make the program larger."""
SPLIT = {"direct": "imwct", "from_stock": "iwct"}
"""Further variables, units: deliveries to a zone in the period in which they leave a centre, and from stock."""


def window(chain, first, last):
    """Demand for each product, units, float64[I, T], in periods t + first, …, t + last; up to the horizon."""
    total = np.pad(chain.demand.sum(axis=1).cumsum(axis=1), ((0, 0), (1, 0)))
    periods = total.shape[1] - 1
    t = np.arange(periods)
    return total[:, np.minimum(t + last + 1, periods)] - total[:, np.minimum(t + first, periods)]


def later(columns, periods):
    """Columns of the variable ``periods`` later; `NONE` beyond the horizon."""
    kept = columns[..., periods:]
    return np.concatenate(
        (kept, np.full_like(columns[..., : columns.shape[-1] - kept.shape[-1]], NONE)), axis=-1
    )


def stock_or_open_centre(program, chain, centre_open, warehouse_stock, **_):
    """Require stock in the warehouses for demand until the first period with an open centre.

    Stock before t >= sum over s = t, …, t + l of demand(s) (1 - openings in t, …, s).
    """
    for ahead in range(PERIODS_AHEAD):
        opens = [(later(centre_open, k), "mt", window(chain, k, ahead), "it") for k in range(ahead + 1)]
        wanted = window(chain, 0, ahead)
        program.add("it", [(before(warehouse_stock), "iwt", 1.0), *opens], lower=(wanted, "it"))


def make_for_demand_or_stock(program, chain, made, centre_open, centre_stock, warehouse_stock, **_):
    """Limit a centre's production in t to demand up to t + l and to stock there or in warehouses in t + l."""
    for ahead in range(PERIODS_AHEAD):
        stocks = [
            (later(centre_stock, ahead), "imt", -1.0),
            (later(warehouse_stock, ahead), "iwt", -1.0),
        ]
        opening = (centre_open, "mt", -window(chain, 0, ahead), "it")
        program.add("imt", [(made, "ijmt", 1.0), opening, *stocks], upper=0.0)


def split_deliveries(program, chain, direct, from_stock, to_zone, **_):
    """Split a warehouse's deliveries into direct ones from each centre and those from stock."""
    parts = [(direct, "imwct", 1.0), (from_stock, "iwct", 1.0)]
    program.add("iwct", [*parts, (to_zone, "iwcvt", -1.0)], 0.0, 0.0)


def split_stock(program, chain, from_stock, warehouse_stock, **_):
    """Limit deliveries from stock to the stock of the period before."""
    program.add("iwt", [(from_stock, "iwct", 1.0), (before(warehouse_stock), "iwt", -1.0)], upper=0.0)


def split_shipments(program, chain, direct, to_warehouse, **_):
    """Limit direct deliveries to the shipments from the centre."""
    program.add("imwt", [(direct, "imwct", 1.0), (to_warehouse, "imwvt", -1.0)], upper=0.0)


def open_to_deliver_directly(program, chain, direct, centre_open, **_):
    """Limit direct deliveries from a centre to a zone's demand, and to 0 if the centre is closed."""
    program.add("imct", [(direct, "imwct", 1.0), (centre_open, "mt", -chain.demand, "ict")], upper=0.0)


CUTS = (
    stock_or_open_centre,
    make_for_demand_or_stock,
    split_deliveries,
    split_stock,
    split_shipments,
    open_to_deliver_directly,
)
