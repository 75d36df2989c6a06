"""Production and shipments of a plan over the horizon, regular and green separately; violations of constraints."""

import numpy as np


def variables(program, plan):
    """Values of each variable by the axes of `program.VARIABLES`; negative rounding errors become 0."""
    return {name: np.maximum(plan.values[columns], 0.0) for name, columns in program.columns.items()}


def flows_of(program, plan):
    """Units over the horizon and the green shares, by the names of `EmissionCurve`."""
    chain, values = program.chain, variables(program, plan)
    made = _by_colour(values["made"].sum(axis=(0, 3)), chain.green_machine, 0)
    first = _by_colour(values["to_warehouse"].sum(axis=(0, 4)), chain.green_mode, 2)
    second = _by_colour(values["to_zone"].sum(axis=(0, 4)), chain.green_mode, 2)
    carried = first.sum(axis=(0, 1)) + second.sum(axis=(0, 1))
    return {
        "green_production": made[:, 1].sum() / made.sum(),
        "green_transport": carried[1] / carried.sum(),
        "made": made,
        "to_warehouse": first,
        "to_zone": second,
    }


def _by_colour(units, green, axis):
    """Sums over regular and over green machines or modes, along a new last axis."""
    colours = (1.0 - green, green)
    return np.stack([np.tensordot(units, colour, (axis, 0)) for colour in colours], axis=-1)


def violations(program, plan):
    """Largest violation of each constraint, in its unit, computed from the data and not from the matrix."""
    chain, v = program.chain, variables(program, plan)
    made, first, second = v["made"], v["to_warehouse"], v["to_zone"]
    centre, warehouse = v["centre_stock"], v["warehouse_stock"]
    made_at, sent, left = made.sum(axis=1), first.sum(axis=(2, 3)), second.sum(axis=(2, 3))
    volume = chain.volume
    gaps = {
        "raw_material": made_at - chain.material_limit[:, :, None],
        "machine_hours": np.einsum("ijmt,ij->jmt", made, chain.machine_time)
        - chain.machine_hours[:, :, None],
        "centre_storage": np.einsum("imt,i->mt", centre, volume) - chain.centre_storage[:, None],
        "warehouse_storage": np.einsum("iwt,i->wt", warehouse, volume) - chain.warehouse_storage[:, None],
        "to_warehouse_capacity": np.einsum("imwvt,i->mwvt", first, volume)
        - chain.to_warehouse_capacity[..., None],
        "to_zone_capacity": np.einsum("iwcvt,i->wcvt", second, volume) - chain.to_zone_capacity[..., None],
        "centre_balance": abs(made_at - sent - np.diff(centre, axis=-1, prepend=0.0)),
        "warehouse_balance": abs(first.sum(axis=(1, 3)) - left - np.diff(warehouse, axis=-1, prepend=0.0)),
        "total_balance": abs(made.sum(axis=(1, 2, 3)) - chain.demand.sum(axis=(1, 2))),
        "demand": abs(second.sum(axis=(1, 3)) - chain.demand),
        "final_stock": np.concatenate((centre[..., -1].ravel(), warehouse[..., -1].ravel())),
        "open_to_make": made_at.sum(axis=0) * (v["centre_open"] < 0.5),
        "open_to_ship": first.sum(axis=(0, 3))
        * ((v["centre_open"][:, None] < 0.5) | (v["warehouse_open"][None] < 0.5)),
        "open_to_deliver": left.sum(axis=0) * (v["warehouse_open"] < 0.5),
    }
    return {name: float(max(gap.max(), 0.0)) for name, gap in gaps.items()}
