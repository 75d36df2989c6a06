"""Data of a supply chain: demand, machines, facilities, transport [Esmaeili2022, Appendix B].

Every array is declared once, with its axes, unit and meaning; validation, files and digest use the declaration.
"""

import hashlib
from dataclasses import dataclass, field, fields

import numpy as np

from learning.knobs import ParameterError

AXES = {
    "i": "product",
    "j": "machine",
    "m": "centre",
    "w": "warehouse",
    "c": "zone",
    "v": "mode",
    "t": "period",
}
"""Letter of an index in [Esmaeili2022] -> what it counts: products, machines, manufacturing centres, …"""


def table(axes, unit, meaning, low=0.0, high=np.inf):
    """Declaration of an array: one axis per letter of ``axes``, numbers between ``low`` and ``high``."""
    return {"axes": axes, "unit": unit, "meaning": meaning, "low": low, "high": high}


@dataclass(frozen=True, eq=False)
class ChainData:
    """Technology of one chain, as float64 arrays; ParameterError naming an array that does not fit.

    Axes (metadata ``axes``): products i, machines j, centres m, warehouses w, zones c, modes v, periods t.
    """

    demand: np.ndarray = field(metadata=table("ict", "units", "demand, de"))
    volume: np.ndarray = field(metadata=table("i", "m³/unit", "volume of a unit, Vo"))
    machine_time: np.ndarray = field(metadata=table("ij", "h/unit", "machine hours per unit, P"))
    machine_cost: np.ndarray = field(metadata=table("ij", "€/h", "cost of a machine hour, L"))
    machine_emissions: np.ndarray = field(metadata=table("ij", "t/h", "emissions of a machine hour, ep"))
    material_cost: np.ndarray = field(metadata=table("i", "€/unit", "raw material, Cm"))
    overhead_cost: np.ndarray = field(metadata=table("im", "€/unit", "other cost of production, Oc"))
    centre_cost: np.ndarray = field(metadata=table("m", "€/period", "fixed cost of an open centre, Fc"))
    warehouse_cost: np.ndarray = field(
        metadata=table("w", "€/period", "fixed cost of an open warehouse, Fc'")
    )
    centre_holding_cost: np.ndarray = field(metadata=table("im", "€/unit/period", "stock at a centre, Uc"))
    warehouse_holding_cost: np.ndarray = field(
        metadata=table("iw", "€/unit/period", "stock at a warehouse, Uc'")
    )
    to_warehouse_cost: np.ndarray = field(
        metadata=table("imwv", "€/unit", "transport centre to warehouse, tc")
    )
    to_zone_cost: np.ndarray = field(metadata=table("iwcv", "€/unit", "transport warehouse to zone, tc'"))
    to_warehouse_emissions: np.ndarray = field(
        metadata=table("imwv", "t/unit", "transport centre to warehouse, et")
    )
    to_zone_emissions: np.ndarray = field(
        metadata=table("iwcv", "t/unit", "transport warehouse to zone, et'")
    )
    centre_holding_emissions: np.ndarray = field(
        metadata=table("im", "t/unit/period", "stock at a centre, eh")
    )
    warehouse_holding_emissions: np.ndarray = field(
        metadata=table("iw", "t/unit/period", "stock at a warehouse, eh'")
    )
    machine_hours: np.ndarray = field(metadata=table("jm", "h/period", "hours of a machine at a centre, Cp"))
    material_limit: np.ndarray = field(
        metadata=table("im", "units/period", "production the raw material allows, Cr")
    )
    centre_storage: np.ndarray = field(metadata=table("m", "m³", "storage of a centre"))
    warehouse_storage: np.ndarray = field(metadata=table("w", "m³", "storage of a warehouse"))
    to_warehouse_capacity: np.ndarray = field(
        metadata=table("mwv", "m³/period", "transport capacity of a link from centre to warehouse, t1max")
    )
    to_zone_capacity: np.ndarray = field(
        metadata=table("wcv", "m³/period", "transport capacity of a link from warehouse to zone, t2max")
    )
    green_machine: np.ndarray = field(
        metadata=table("j", "0 or 1", "whether a machine counts as green", high=1.0)
    )
    green_mode: np.ndarray = field(
        metadata=table("v", "0 or 1", "whether a transport mode counts as green", high=1.0)
    )
    centre_x: np.ndarray = field(
        metadata=table("m", "map", "place of a centre on the map, 0 to 10", high=10.0)
    )
    centre_y: np.ndarray = field(
        metadata=table("m", "map", "place of a centre on the map, 0 to 10", high=10.0)
    )
    warehouse_x: np.ndarray = field(
        metadata=table("w", "map", "place of a warehouse on the map, 0 to 10", high=10.0)
    )
    warehouse_y: np.ndarray = field(
        metadata=table("w", "map", "place of a warehouse on the map, 0 to 10", high=10.0)
    )
    zone_x: np.ndarray = field(
        metadata=table("c", "map", "place of a customer zone on the map, 0 to 10", high=10.0)
    )
    zone_y: np.ndarray = field(
        metadata=table("c", "map", "place of a customer zone on the map, 0 to 10", high=10.0)
    )

    def __post_init__(self):
        size = {}
        for name, about in TABLES.items():
            values = np.array(getattr(self, name), float)
            values.flags.writeable = False
            object.__setattr__(self, name, values)
            _check_shape(name, about["axes"], values, size)
            _check_values(name, about, values)
        if not self.demand.sum() > 0.0:
            raise ParameterError("demand = 0 units in total: a chain must have something to make")
        object.__setattr__(self, "size", size)

    def digest(self):
        """Digest of the data: equal for equal numbers, at any position of the chain in an instance."""
        text = hashlib.sha256()
        for name in TABLES:
            values = getattr(self, name)
            text.update(f"{name}{values.shape}".encode() + (values + 0.0).tobytes())  # + 0.0: -0 is 0
        return text.hexdigest()[:24]


TABLES = {item.name: item.metadata for item in fields(ChainData)}
"""Array -> axes, unit, meaning, low, high."""


@dataclass(frozen=True)
class Instance:
    """Chains that share a market."""

    name: str
    chains: tuple
    """`ChainData` of each chain."""
    seed: int | None = None
    """Seed of the draws; None for data from a user's file."""
    redraws: int = 0
    """Draws discarded because no plan could meet their demand."""


def _check_shape(name, axes, values, size):
    """Check the axes against those of earlier arrays, which ``size`` records."""
    wanted = ", ".join(f"{AXES[letter]}s" for letter in axes)
    if values.ndim != len(axes):
        raise ParameterError(f"{name}: {values.ndim} axes, must be {len(axes)} ({wanted})")
    for letter, count in zip(axes, values.shape, strict=True):
        if count == 0 or size.setdefault(letter, count) != count:
            right = "at least 1" if count == 0 else f"{size[letter]} as in the other tables"
            raise ParameterError(f"{name}: {count} {AXES[letter]}s, must be {right}")


def _check_values(name, about, values):
    """Check that every number is finite and within its limits, and that flags are 0 or 1."""
    good = np.isfinite(values) & (values >= about["low"]) & (values <= about["high"])
    if about["unit"] == "0 or 1":
        good &= values == np.round(values)
    if not good.all():
        where = tuple(np.argwhere(~good)[0])
        place = ", ".join(f"{AXES[a]} {k + 1}" for a, k in zip(about["axes"], where, strict=True))
        raise ParameterError(f"{name} ({place}) = {values[where]} {about['unit']}: must be {limits(about)}")


def limits(about):
    """Describe the numbers that an array may hold; ``about`` as in `TABLES`."""
    if about["unit"] == "0 or 1":
        return "0 or 1"
    return f"between {about['low']:g} and {about['high']:g}" if np.isfinite(about["high"]) else "0 or more"
