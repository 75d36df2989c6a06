"""The plan of a chain written a second time from the paper's equations, index by index, for scipy's solver.

Weaker on purpose: one large number G, links summed over products, no further inequality.
"""

from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array


class SecondFormulation:
    """Variables by (name, indices), rows as dictionaries."""

    def __init__(self, chain):
        self.d = chain
        self.I, self.J, self.M, self.W, self.C, self.V, self.T = (range(chain.size[a]) for a in "ijmwcvt")
        self.number, self.cost, self.emissions, self.rows = {}, [], [], []
        self.upper, self.whole = [], []
        self.variables()
        self.limits()
        self.balances()
        self.links()

    def new(self, key, cost, emissions=0.0, upper=np.inf, whole=0):
        self.number[key] = len(self.cost)
        self.cost.append(cost), self.emissions.append(emissions)
        self.upper.append(upper), self.whole.append(whole)

    def row(self, terms, low, high):
        self.rows.append(({self.number[key]: value for key, value in terms}, low, high))

    def variables(self):
        d, last = self.d, self.T[-1]
        for i, j, m, t in product(self.I, self.J, self.M, self.T):
            hours = d.machine_time[i, j]
            unit = hours * d.machine_cost[i, j] + d.material_cost[i] + d.overhead_cost[i, m]
            self.new(("Q", i, j, m, t), unit, hours * d.machine_emissions[i, j])
        for i, m, w, v, t in product(self.I, self.M, self.W, self.V, self.T):
            self.new(
                ("X", i, m, w, v, t), d.to_warehouse_cost[i, m, w, v], d.to_warehouse_emissions[i, m, w, v]
            )
        for i, w, c, v, t in product(self.I, self.W, self.C, self.V, self.T):
            self.new(("Z", i, w, c, v, t), d.to_zone_cost[i, w, c, v], d.to_zone_emissions[i, w, c, v])
        for i, m, t in product(self.I, self.M, self.T):
            top = 0.0 if t == last else np.inf
            self.new(("Y", i, m, t), d.centre_holding_cost[i, m], d.centre_holding_emissions[i, m], top)
        for i, w, t in product(self.I, self.W, self.T):
            top = 0.0 if t == last else np.inf
            self.new(("S", i, w, t), d.warehouse_holding_cost[i, w], d.warehouse_holding_emissions[i, w], top)
        for m, t in product(self.M, self.T):
            self.new(("F", m, t), d.centre_cost[m], upper=1.0, whole=1)
        for w, t in product(self.W, self.T):
            self.new(("G", w, t), d.warehouse_cost[w], upper=1.0, whole=1)

    def limits(self):
        d = self.d
        for t in self.T:
            for i, m in product(self.I, self.M):
                self.row([(("Q", i, j, m, t), 1.0) for j in self.J], -np.inf, d.material_limit[i, m])
            for j, m in product(self.J, self.M):
                terms = [(("Q", i, j, m, t), d.machine_time[i, j]) for i in self.I]
                self.row(terms, -np.inf, d.machine_hours[j, m])
            for m in self.M:
                self.row([(("Y", i, m, t), d.volume[i]) for i in self.I], -np.inf, d.centre_storage[m])
            for w in self.W:
                self.row([(("S", i, w, t), d.volume[i]) for i in self.I], -np.inf, d.warehouse_storage[w])
            for m, w, v in product(self.M, self.W, self.V):
                carried = [(("X", i, m, w, v, t), d.volume[i]) for i in self.I]
                self.row(carried, -np.inf, d.to_warehouse_capacity[m, w, v])
            for w, c, v in product(self.W, self.C, self.V):
                carried = [(("Z", i, w, c, v, t), d.volume[i]) for i in self.I]
                self.row(carried, -np.inf, d.to_zone_capacity[w, c, v])

    def balances(self):
        for i, t in product(self.I, self.T):
            for m in self.M:
                terms = [(("Q", i, j, m, t), 1.0) for j in self.J]
                terms += [(("X", i, m, w, v, t), -1.0) for w, v in product(self.W, self.V)]
                terms += [(("Y", i, m, t), -1.0)] + ([(("Y", i, m, t - 1), 1.0)] if t else [])
                self.row(terms, 0.0, 0.0)
            for w in self.W:
                terms = [(("X", i, m, w, v, t), 1.0) for m, v in product(self.M, self.V)]
                terms += [(("Z", i, w, c, v, t), -1.0) for c, v in product(self.C, self.V)]
                terms += [(("S", i, w, t), -1.0)] + ([(("S", i, w, t - 1), 1.0)] if t else [])
                self.row(terms, 0.0, 0.0)
            for c in self.C:
                wanted = self.d.demand[i, c, t]
                self.row([(("Z", i, w, c, v, t), 1.0) for w, v in product(self.W, self.V)], wanted, wanted)

    def links(self):
        large = self.d.demand.sum()
        for t in self.T:
            for m in self.M:
                terms = [(("Q", i, j, m, t), 1.0) for i, j in product(self.I, self.J)]
                self.row([*terms, (("F", m, t), -large)], -np.inf, 0.0)
            for m, w in product(self.M, self.W):
                terms = [(("X", i, m, w, v, t), 1.0) for i, v in product(self.I, self.V)]
                self.row([*terms, (("F", m, t), -large)], -np.inf, 0.0)
                self.row([*terms, (("G", w, t), -large)], -np.inf, 0.0)
            for w, c in product(self.W, self.C):
                terms = [(("Z", i, w, c, v, t), 1.0) for i, v in product(self.I, self.V)]
                self.row([*terms, (("G", w, t), -large)], -np.inf, 0.0)

    def matrix(self):
        row, column, value = [], [], []
        for k, (terms, _, _) in enumerate(self.rows):
            row += [k] * len(terms)
            column += terms.keys()
            value += terms.values()
        low, high = np.array([(low, high) for _, low, high in self.rows]).T
        return csr_array((value, (row, column)), shape=(len(self.rows), len(self.cost))), low, high

    def least_cost(self, price):
        """Least cost with permits at ``price``, by scipy's mixed-integer solver."""
        matrix, low, high = self.matrix()
        done = milp(
            np.array(self.cost) + price * np.array(self.emissions),
            integrality=self.whole,
            bounds=Bounds(0.0, self.upper),
            constraints=LinearConstraint(matrix, low, high),
            options={"mip_rel_gap": 1e-9},
        )
        assert done.success, done.message
        return done.fun

    def least_cost_of_patterns(self, price):
        """The same by trying every pattern of open facilities, a linear program each."""
        matrix, low, high = self.matrix()
        same = low == high
        up, down = np.isfinite(high) & ~same, np.isfinite(low) & ~same
        assert not down.any()
        facilities = [self.number[key] for key in self.number if key[0] in "FG"]
        best = np.inf
        for pattern in product((0.0, 1.0), repeat=len(facilities)):
            bounds = [(0.0, top) for top in self.upper]
            for column, value in zip(facilities, pattern, strict=True):
                bounds[column] = (value, value)
            done = linprog(
                np.array(self.cost) + price * np.array(self.emissions),
                A_ub=matrix[up],
                b_ub=high[up],
                A_eq=matrix[same],
                b_eq=low[same],
                bounds=bounds,
            )
            best = min(best, done.fun if done.success else np.inf)
        return best
