"""Solving a chain's program with HiGHS: the best plan at a price, and the best with given facilities open."""

from dataclasses import dataclass, replace

import highspy
import numpy as np

from agents.supply_chains.cuts import CUTS, SPLIT
from agents.supply_chains.program import Program
from learning.knobs import ParameterError

SETTINGS = {
    "output_flag": False,
    "threads": 1,  # the same result on any machine
    # searching for plans inside the search takes three quarters of the time: good ones come without it
    "mip_allow_restart": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}


class InfeasibleChain(ParameterError):
    """Raised if no plan can meet the demand of a chain."""


@dataclass(frozen=True, eq=False)
class Plan:
    """Production and shipments of a chain, with their cost and emissions."""

    cost: float
    """€, without permits."""
    emissions: float
    """t."""
    values: np.ndarray
    """float64[columns] of the `Program`."""

    def value(self, price):
        """Cost, €, with permits at ``price``, €/t."""
        return self.cost + price * self.emissions


@dataclass(frozen=True)
class Solved:
    """Answer to one mixed-integer program."""

    plan: Plan
    bound: float
    """Lower bound of the cost, €, of any plan with permits."""


class Planner:
    """Finds plans of one chain; it keeps the solver's state, so that programs that differ only in price are quick."""

    def __init__(self, chain):
        self.program = Program(chain)
        self.opening = np.concatenate(
            [self.program.columns[name].ravel() for name in ("centre_open", "warehouse_open")]
        ).astype(np.int32)
        self.milps = 0
        """Mixed-integer programs solved so far."""
        self._all = np.arange(self.program.n_columns, dtype=np.int32)
        tight = Program(chain, CUTS, SPLIT)
        self._whole, self._relaxed = _solver(tight), _solver(tight)
        kinds = np.full(len(self.opening), highspy.HighsVarType.kInteger)
        self._whole.changeColsIntegrality(len(self.opening), self.opening, kinds)
        self._fixed = _solver(self.program)

    def best(self, price, gap):
        """Solve the mixed-integer program at trading ``price``, €/t, to the relative ``gap``; returns `Solved`."""
        self._whole.setOptionValue("mip_rel_gap", gap)
        values = self._run(self._whole, price)
        self.milps += 1
        return Solved(self._plan(values), self._whole.getInfo().mip_dual_bound)

    def bound(self, price):
        """Quick lower bound of the cost, €, of any plan with permits at ``price``, from the relaxation."""
        self._run(self._relaxed, price)
        return self._relaxed.getInfo().objective_function_value

    def with_open(self, plan, price):
        """The best `Plan` at ``price`` that opens exactly the facilities of ``plan``."""
        pattern = np.round(plan.values[self.opening])
        self._fixed.changeColsBounds(len(self.opening), self.opening, pattern, pattern)
        return self._plan(self._run(self._fixed, price))

    def _run(self, solver, price):
        """Values of the columns at the optimum; InfeasibleChain if there is none."""
        cost = self.program.cost + price * self.program.emissions
        solver.changeColsCost(len(cost), self._all, cost)
        solver.run()
        if not is_solved(solver):
            solver.clearSolver()  # a start from the last solution can fail by rounding
            solver.run()
        if not is_solved(solver):
            ending = f"HiGHS ends with {solver.getModelStatus()} at {price} €/t"
            raise InfeasibleChain(why_infeasible(self.program.chain) or ending)
        return np.array(solver.getSolution().col_value)[: len(cost)]

    def _plan(self, values):
        return Plan(float(self.program.cost @ values), float(self.program.emissions @ values), values)


LIMITS = {
    "to_warehouse_capacity": "the transport capacity to warehouses",
    "to_zone_capacity": "the transport capacity to zones",
    "machine_hours": "the machine hours",
    "material_limit": "the raw material",
}
"""Tables that limit a chain's output, with their names in messages."""


def is_feasible(chain):
    """Whether some plan meets the demand, which holds if one with every facility open does."""
    solver = _solver(Program(chain))
    solver.run()
    return is_solved(solver)


def is_solved(solver):
    """Whether the solver ended at an optimum."""
    return solver.getModelStatus() == highspy.HighsModelStatus.kOptimal


def why_infeasible(chain):
    """Describe the limits that keep a chain from meeting its demand; empty if it can."""
    if is_feasible(chain):
        return ""
    enough = chain.demand.sum() * max(1.0, chain.volume.max(), chain.machine_time.max())
    alone = [
        words
        for table, words in LIMITS.items()
        if is_feasible(replace(chain, **{table: np.full_like(getattr(chain, table), enough)}))
    ]
    together = "several limits together: " + ", ".join(LIMITS.values())
    return f"no plan can meet the demand, because of {' or '.join(alone) or together}"


def _solver(program):
    """Make a HiGHS solver of the program with all variables continuous."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = program.n_columns, program.n_rows
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, np.zeros(program.n_columns), program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = program.start, program.index
    lp.a_matrix_.value_ = program.value
    solver = highspy.Highs()
    for name, value in SETTINGS.items():
        solver.setOptionValue(name, value)
    solver.passModel(lp)
    return solver
