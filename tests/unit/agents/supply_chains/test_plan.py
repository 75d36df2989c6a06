"""The program and its solution: beside a second formulation, beside all opening patterns, and within its limits."""

from dataclasses import replace

import numpy as np
import pytest

from agents.supply_chains.cuts import CUTS, SPLIT
from agents.supply_chains.flows import flows_of, violations
from agents.supply_chains.plan import InfeasibleChain, Planner, is_feasible, why_infeasible
from agents.supply_chains.program import CONSTRAINTS, Program
from tests.unit.agents.supply_chains.second_formulation import SecondFormulation

PRICES = 0.0, 140.0, 1_500.0, 10_000.0


@pytest.mark.parametrize("seed", range(4))
def test_costs_as_little_as_in_a_second_formulation(small_chain, seed):
    chain = small_chain(seed)
    planner, second = Planner(chain), SecondFormulation(chain)
    for price in PRICES:
        solved = planner.best(price, 1e-9)
        assert solved.plan.value(price) == pytest.approx(second.least_cost(price), rel=1e-6)
        assert solved.bound == pytest.approx(solved.plan.value(price), rel=1e-6)


@pytest.mark.parametrize("seed", range(2))
def test_costs_as_little_as_the_best_opening_pattern(tiny_chain, seed):
    chain = tiny_chain(seed)
    planner, second = Planner(chain), SecondFormulation(chain)
    for price in PRICES[::2]:
        best = planner.best(price, 1e-9).plan.value(price)
        assert best == pytest.approx(second.least_cost_of_patterns(price), rel=1e-6)


def test_these_chains_try_the_program(small_chain):
    """They open several facilities, keep stock, and fill the capacity of some link: the comparison means something."""
    openings, stocks, filled = set(), 0.0, False
    for seed in range(4):
        planner = Planner(small_chain(seed))
        chain, columns = planner.program.chain, planner.program.columns
        for price in PRICES:
            values = planner.best(price, 1e-6).plan.values
            openings.add(tuple(values[planner.opening].round()))
            stocks += values[columns["centre_stock"]].sum() + values[columns["warehouse_stock"]].sum()
            carried = np.einsum("imwvt,i->mwvt", values[columns["to_warehouse"]], chain.volume)
            filled |= bool(np.isclose(carried, chain.to_warehouse_capacity[..., None]).any())
    assert len(openings) > 4
    assert stocks > 1.0
    assert filled


def test_transport_capacity_has_a_row_for_every_link_and_period(small_chain):
    """[Esmaeili2022, Eqs. 19–20]: for all m, w, v, t, and for all w, c, v, t."""
    program = Program(small_chain(0))
    n = program.chain.size
    for block, axes in (("to_warehouse_capacity", "mwvt"), ("to_zone_capacity", "wcvt")):
        rows = program.blocks[block]
        assert rows.stop - rows.start == np.prod([n[axis] for axis in axes])


def test_links_of_a_mode_together_carry_more_than_any_of_them(small_chain):
    """[Esmaeili2022, Eqs. 19–20]: a capacity limits one link; the sum over a mode's links may exceed each of them."""
    exceeded = False
    for seed in range(4):
        planner = Planner(small_chain(seed))
        chain, columns = planner.program.chain, planner.program.columns
        values = planner.best(PRICES[-1], 1e-6).plan.values
        for name, axes in (("to_warehouse", "mwv"), ("to_zone", "wcv")):
            capacity = getattr(chain, f"{name}_capacity")[..., None]
            carried = np.einsum(f"i{axes}t,i->{axes}t", values[columns[name]], chain.volume)
            assert (carried <= capacity + 1e-6).all()
            exceeded |= bool((carried.sum(axis=(0, 1)) > capacity.max(axis=(0, 1)) + 1.0).any())
    assert exceeded


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_keeps_every_constraint(small_chain, seed):
    planner = Planner(small_chain(seed))
    for price in PRICES:
        plan = planner.with_open(planner.best(price, 1e-4).plan, price)
        worst = violations(planner.program, plan)
        assert max(worst.values()) < 1e-6, worst
        assert {constraint.__name__ for constraint in CONSTRAINTS} <= worst.keys()


def test_violations_are_seen(small_chain):
    """A unit less made, delivered, or a facility closed: each is found under its name."""
    planner = Planner(small_chain(0))
    plan = planner.best(0.0, 1e-4).plan
    for variable, names in {
        "made": {"centre_balance", "total_balance"},
        "to_zone": {"demand", "warehouse_balance"},
        "centre_open": {"open_to_make"},
    }.items():
        values = plan.values.copy()
        column = planner.program.columns[variable].ravel()
        values[column[values[column].argmax()]] -= 1.0
        found = violations(planner.program, replace(plan, values=values))
        assert names <= {name for name, worst in found.items() if worst > 0.5}


def test_the_further_inequalities_cut_off_no_plan_but_raise_the_bound(small_chain):
    for seed in range(4):
        planner, second = Planner(small_chain(seed)), SecondFormulation(small_chain(seed))
        exact = second.least_cost(0.0)
        assert planner.bound(0.0) <= exact * (1 + 1e-9)
        assert planner.bound(0.0) > 0.9 * exact


def test_rows_are_numbered_by_constraint(small_chain):
    program = Program(small_chain(0), CUTS, SPLIT)
    assert list(program.blocks) == [constraint.__name__ for constraint in (*CONSTRAINTS, *CUTS)]
    ends = [0] + [block.stop for block in program.blocks.values()]
    assert [block.start for block in program.blocks.values()] == ends[:-1]
    assert ends[-1] == program.n_rows == len(program.row_lower) == len(program.start) - 1
    size = program.chain.size
    assert program.blocks["demand"].stop - program.blocks["demand"].start == size["i"] * size["c"] * size["t"]


def test_a_row_by_hand(tiny_chain):
    """Hours of machine 2 in period 1: its hours per unit times what it makes then."""
    program = Program(tiny_chain(0))
    row = program.blocks["machine_hours"].start + 1 * program.chain.size["t"]
    columns = program.index[program.start[row] : program.start[row + 1]]
    assert columns.tolist() == [program.columns["made"][0, 1, 0, 0]]
    assert program.value[program.start[row]] == program.chain.machine_time[0, 1]
    assert program.row_upper[row] == program.chain.machine_hours[1, 0]


def test_emissions_by_hand(small_chain):
    """Emissions are production, transport and stock times their rates; openings emit nothing."""
    planner = Planner(small_chain(2))
    chain, columns = planner.program.chain, planner.program.columns
    plan = planner.best(100.0, 1e-4).plan
    made, first, second, centre, warehouse = (
        plan.values[columns[name]]
        for name in ("made", "to_warehouse", "to_zone", "centre_stock", "warehouse_stock")
    )
    parts = [
        np.einsum("ijmt,ij,ij->", made, chain.machine_time, chain.machine_emissions),
        np.einsum("imwvt,imwv->", first, chain.to_warehouse_emissions),
        np.einsum("iwcvt,iwcv->", second, chain.to_zone_emissions),
        np.einsum("imt,im->", centre, chain.centre_holding_emissions),
        np.einsum("iwt,iw->", warehouse, chain.warehouse_holding_emissions),
    ]
    assert plan.emissions == pytest.approx(sum(parts))


def test_flows_and_shares_add_up(small_chain):
    planner = Planner(small_chain(1))
    flows = flows_of(planner.program, planner.best(1_000.0, 1e-4).plan)
    total = planner.program.chain.demand.sum()
    for name in ("made", "to_warehouse", "to_zone"):
        assert flows[name].sum() == pytest.approx(total)
    assert flows["to_warehouse"].sum(axis=(1, 2)) == pytest.approx(flows["made"].sum(axis=1))
    assert flows["green_production"] == pytest.approx(flows["made"][:, 1].sum() / total)
    carried = flows["to_warehouse"][..., 1].sum() + flows["to_zone"][..., 1].sum()
    assert flows["green_transport"] == pytest.approx(carried / (2 * total))


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("to_zone_capacity", "the transport capacity to zones"),
        ("to_warehouse_capacity", "the transport capacity to warehouses"),
        ("machine_hours", "the machine hours"),
        ("material_limit", "the raw material"),
    ],
)
def test_an_infeasible_chain_names_its_limits(small_chain, table, says):
    chain = small_chain(0)
    short = replace(chain, **{table: getattr(chain, table) * 1e-3})
    assert is_feasible(chain) and why_infeasible(chain) == ""
    assert not is_feasible(short)
    with pytest.raises(InfeasibleChain, match=f"no plan can meet the demand, because of {says}$"):
        Planner(short).best(0.0, 1e-4)


def test_several_limits_together_are_named(small_chain):
    chain = small_chain(0)
    tight = {name: getattr(chain, name) * 1e-3 for name in ("to_zone_capacity", "machine_hours")}
    assert "several limits together" in why_infeasible(replace(chain, **tight))
