"""Requirements of a chain's tables, and the errors that name a mistake in them."""

from dataclasses import replace

import numpy as np
import pytest

from agents.supply_chains.data import TABLES
from learning.knobs import ParameterError


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        ("demand", lambda a: a[0], r"demand: 2 axes, must be 3 \(products, zones, periods\)"),
        ("volume", lambda a: a[:1], "volume: 1 products, must be 2 as in the other tables"),
        ("zone_x", lambda a: a[:0], "zone_x: 0 zones, must be at least 1"),
        (
            "demand",
            lambda a: a * -1,
            r"demand \(product 1, zone 1, period 1\) = -.* units: must be 0 or more",
        ),
        ("machine_time", lambda a: a * np.nan, r"machine_time \(product 1, machine 1\) = nan h/unit"),
        ("green_mode", lambda a: a + 0.5, r"green_mode \(mode 1\) = 0.5 0 or 1: must be 0 or 1"),
        ("centre_y", lambda a: a + 100, r"centre_y \(centre 1\) = 1.* map: must be between 0 and 10"),
        ("demand", lambda a: a * 0, "demand = 0 units in total"),
    ],
)
def test_a_table_that_does_not_fit_is_named(small_chain, table, change, says):
    chain = small_chain(0)
    with pytest.raises(ParameterError, match=says):
        replace(chain, **{table: change(getattr(chain, table))})


def test_the_digest_depends_on_every_number(small_chain):
    chain = small_chain(0)
    digests = {chain.digest()}
    for name in TABLES:
        values = getattr(chain, name).copy()
        first = (0,) * values.ndim
        values[first] = (
            1.0 - values[first] if TABLES[name]["unit"] == "0 or 1" else np.nextafter(values[first], 0)
        )
        digests.add(replace(chain, **{name: values}).digest())
    assert len(digests) == 1 + len(TABLES)
    assert replace(chain).digest() == chain.digest()


def test_tables_cannot_be_changed(small_chain):
    chain = small_chain(0)
    with pytest.raises(ValueError, match="read-only"):
        chain.demand[0, 0, 0] = 1.0


def test_a_chain_keeps_its_own_copy(small_chain):
    chain = small_chain(0)
    demand = chain.demand.copy()
    mine = replace(chain, demand=demand)
    demand[:] = 1.0
    assert mine.digest() == chain.digest()
