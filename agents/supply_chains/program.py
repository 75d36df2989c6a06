"""The mixed-integer program of a chain's plan, constraint by constraint [Esmaeili2022, Appendix A].

Rows are built block by block with arrays: ``rows.add("imt", …)`` makes one row for every product, centre and
period. The paper's large number G is replaced by the tightest bound that holds: what is limited anyway, or the
demand still to come; its sums over links are split by facility and product, which makes the program far easier
to solve (`cuts` does more of this).
"""

import numpy as np

VARIABLES = {
    "made": "ijmt",
    "to_warehouse": "imwvt",
    "to_zone": "iwcvt",
    "centre_stock": "imt",
    "warehouse_stock": "iwt",
    "centre_open": "mt",
    "warehouse_open": "wt",
}
"""Variable -> axes: Qp, X, X', Y, Y' in units, F and F' 0 or 1."""
NONE = -1
"""Stands for a missing variable in place of a column."""


class Program:
    """Columns, costs, emissions and rows of a chain's program, as plain arrays."""

    def __init__(self, chain, more=(), variables=None):
        """``more`` : functions that add constraints to the paper's; ``variables`` : name -> axes of their variables.

        Columns of further variables come last and have no cost.
        """
        self.chain = chain
        self.columns = _number_columns(chain.size, VARIABLES | (variables or {}))
        self.n_columns = sum(columns.size for columns in self.columns.values())
        self.cost, self.emissions = costs(self), emissions(self)
        self.upper = upper_bounds(self)
        self.blocks = {}
        """Constraint -> slice of its rows."""
        self._entries = []
        self.row_lower, self.row_upper = [], []
        for constraint in (*CONSTRAINTS, *more):
            self._block = constraint.__name__
            constraint(self, chain, **self.columns)
        self.row_lower, self.row_upper = np.concatenate(self.row_lower), np.concatenate(self.row_upper)
        self.n_rows = len(self.row_lower)
        self.start, self.index, self.value = self._by_rows()

    def add(self, over, terms, lower=None, upper=None):
        """Add a row for every combination of the indices ``over``: lower <= sum of the terms <= upper.

        terms : (columns, their axes, coefficient[, its axes]); axes not in ``over`` are summed. lower, upper :
        a number or (array, its axes); None: no limit.
        """
        shape = [self.chain.size[a] for a in over]
        first, count = sum(map(len, self.row_lower)), int(np.prod(shape))
        rows = np.arange(first, first + count).reshape(shape)
        for columns, axes, coefficient, *named in terms:
            full = over + "".join(a for a in axes if a not in over)
            numbers = self._spread(coefficient, named[0] if named else "", full)
            self._entries.append(
                [self._spread(*part, full) for part in ((rows, over), (columns, axes))] + [numbers]
            )
        self.row_lower.append(self._limit(lower, -np.inf, over))
        self.row_upper.append(self._limit(upper, np.inf, over))
        begin = self.blocks[self._block].start if self._block in self.blocks else first
        self.blocks[self._block] = slice(begin, first + count)

    def _limit(self, limit, without, over):
        values, axes = limit if isinstance(limit, tuple) else (without if limit is None else limit, "")
        return self._spread(values, axes, over)

    def _spread(self, values, axes, full):
        """Broadcast ``values`` to the axes ``full`` and flatten them."""
        values = np.asarray(values)
        values = values.transpose([axes.index(a) for a in full if a in axes])
        shape = [self.chain.size[a] for a in full]
        values = values.reshape([n if a in axes else 1 for a, n in zip(full, shape, strict=True)])
        return np.broadcast_to(values, shape).ravel()

    def _by_rows(self):
        """The constraint matrix as row starts, column numbers and values."""
        row, column, value = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        kept = column != NONE
        row, column, value = row[kept], column[kept], value[kept].astype(float)
        order = np.lexsort((column, row))
        start = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=self.n_rows))))
        return start.astype(np.int32), column[order].astype(np.int32), value[order]


def _number_columns(size, variables):
    """Number the columns: an array for each variable."""
    columns, first = {}, 0
    for name, axes in variables.items():
        shape = [size[a] for a in axes]
        columns[name] = np.arange(first, first + np.prod(shape)).reshape(shape)
        first += columns[name].size
    return columns


def costs(program):
    """Cost of each column, €, without permits [Esmaeili2022, Eq. 13]."""
    chain, cost = program.chain, np.zeros(program.n_columns)
    unit_cost = (chain.machine_time * chain.machine_cost + chain.material_cost[:, None])[:, :, None, None]
    of = {
        "made": unit_cost + chain.overhead_cost[:, None, :, None],
        "to_warehouse": chain.to_warehouse_cost[..., None],
        "to_zone": chain.to_zone_cost[..., None],
        "centre_stock": chain.centre_holding_cost[..., None],
        "warehouse_stock": chain.warehouse_holding_cost[..., None],
        "centre_open": chain.centre_cost[:, None],
        "warehouse_open": chain.warehouse_cost[:, None],
    }
    for name, values in of.items():
        cost[program.columns[name]] = values
    return cost


def emissions(program):
    """Emissions of each column, t [Esmaeili2022, Eq. 14]."""
    chain, emitted = program.chain, np.zeros(program.n_columns)
    of = {
        "made": (chain.machine_time * chain.machine_emissions)[:, :, None, None],
        "to_warehouse": chain.to_warehouse_emissions[..., None],
        "to_zone": chain.to_zone_emissions[..., None],
        "centre_stock": chain.centre_holding_emissions[..., None],
        "warehouse_stock": chain.warehouse_holding_emissions[..., None],
    }
    for name, values in of.items():
        emitted[program.columns[name]] = values
    return emitted


def upper_bounds(program):
    """Upper bound of each column: openings 0 or 1, no stock at the end [Esmaeili2022, Eqs. 25–26]."""
    upper = np.full(program.n_columns, np.inf)
    for name in ("centre_open", "warehouse_open"):
        upper[program.columns[name]] = 1.0
    for name in ("centre_stock", "warehouse_stock"):
        upper[program.columns[name][..., -1]] = 0.0
    return upper


def before(stock):
    """Columns of the stock a period earlier; `NONE` in the first period, which starts without stock."""
    return np.concatenate((np.full_like(stock[..., :1], NONE), stock[..., :-1]), axis=-1)


def demand_to_come(chain):
    """Demand of all zones for each product from period t on, units, float64[I, T]: an upper bound of flows in t."""
    return chain.demand.sum(axis=1)[:, ::-1].cumsum(axis=1)[:, ::-1]


def raw_material(program, chain, made, **_):
    """Limit production by the raw material [Esmaeili2022, Eq. 15]."""
    program.add("imt", [(made, "ijmt", 1.0)], upper=(chain.material_limit, "im"))


def machine_hours(program, chain, made, **_):
    """Limit production by the hours of each machine [Esmaeili2022, Eq. 16]."""
    program.add("jmt", [(made, "ijmt", chain.machine_time, "ij")], upper=(chain.machine_hours, "jm"))


def centre_storage(program, chain, centre_stock, **_):
    """Limit a centre's stock by its storage volume [Esmaeili2022, Eq. 17]."""
    program.add("mt", [(centre_stock, "imt", chain.volume, "i")], upper=(chain.centre_storage, "m"))


def warehouse_storage(program, chain, warehouse_stock, **_):
    """Limit a warehouse's stock by its storage volume [Esmaeili2022, Eq. 18]."""
    program.add("wt", [(warehouse_stock, "iwt", chain.volume, "i")], upper=(chain.warehouse_storage, "w"))


def to_warehouse_capacity(program, chain, to_warehouse, **_):
    """Limit what a mode carries on each link from centre to warehouse, by volume [Esmaeili2022, Eq. 19]."""
    terms = [(to_warehouse, "imwvt", chain.volume, "i")]
    program.add("mwvt", terms, upper=(chain.to_warehouse_capacity, "mwv"))


def to_zone_capacity(program, chain, to_zone, **_):
    """Limit what a mode carries on each link from warehouse to zone, by volume [Esmaeili2022, Eq. 20]."""
    terms = [(to_zone, "iwcvt", chain.volume, "i")]
    program.add("wcvt", terms, upper=(chain.to_zone_capacity, "wcv"))


def centre_balance(program, chain, made, to_warehouse, centre_stock, **_):
    """Balance a centre: production + stock before = shipments + stock after [Esmaeili2022, Eq. 21]."""
    into = [(made, "ijmt", 1.0), (before(centre_stock), "imt", 1.0)]
    program.add("imt", [*into, (to_warehouse, "imwvt", -1.0), (centre_stock, "imt", -1.0)], 0.0, 0.0)


def warehouse_balance(program, chain, to_warehouse, to_zone, warehouse_stock, **_):
    """Balance a warehouse: receipts + stock before = deliveries + stock after [Esmaeili2022, Eq. 22].

    The paper's total balance (23) follows from 21, 22 and stocks that begin and end at 0.
    """
    into = [(to_warehouse, "imwvt", 1.0), (before(warehouse_stock), "iwt", 1.0)]
    program.add("iwt", [*into, (to_zone, "iwcvt", -1.0), (warehouse_stock, "iwt", -1.0)], 0.0, 0.0)


def demand(program, chain, to_zone, **_):
    """Meet the demand of every zone [Esmaeili2022, Eq. 24]."""
    wanted = (chain.demand, "ict")
    program.add("ict", [(to_zone, "iwcvt", 1.0)], wanted, wanted)


def open_to_make(program, chain, made, centre_open, **_):
    """Require that a producing centre is open [Esmaeili2022, Eq. 27]."""
    most = np.minimum(chain.material_limit[:, :, None], demand_to_come(chain)[:, None, :])
    program.add("imt", [(made, "ijmt", 1.0), (centre_open, "mt", -most, "imt")], upper=0.0)


def open_to_ship(program, chain, to_warehouse, centre_open, warehouse_open, **_):
    """Require that both ends of a used link from centre to warehouse are open [Esmaeili2022, Eq. 28]."""
    most = demand_to_come(chain)
    program.add("imt", [(to_warehouse, "imwvt", 1.0), (centre_open, "mt", -most, "it")], upper=0.0)
    program.add("imwt", [(to_warehouse, "imwvt", 1.0), (warehouse_open, "wt", -most, "it")], upper=0.0)


def open_to_deliver(program, chain, to_zone, warehouse_open, **_):
    """Require that a delivering warehouse is open [Esmaeili2022, Eq. 29]."""
    program.add("iwct", [(to_zone, "iwcvt", 1.0), (warehouse_open, "wt", -chain.demand, "ict")], upper=0.0)


CONSTRAINTS = (
    raw_material,
    machine_hours,
    centre_storage,
    warehouse_storage,
    to_warehouse_capacity,
    to_zone_capacity,
    centre_balance,
    warehouse_balance,
    demand,
    open_to_make,
    open_to_ship,
    open_to_deliver,
)
"""Constraints of a plan, in the order of the rows."""
