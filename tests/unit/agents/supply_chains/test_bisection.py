"""The paper's search for the trading price, alone; beside the curves in tests/unit/model/systems."""

import numpy as np
import pytest

from agents.supply_chains.bisection import bisect_price
from agents.supply_chains.plan import Plan, Solved


class Steps:
    """A chain that emits 10, from price 30 on 6, from 80 on 5 tonnes."""

    milps = 0

    def best(self, price, gap):
        self.milps += 1
        emissions = float(np.array([10, 6, 5])[np.searchsorted([30.0, 80.0], price, side="right")])
        return Solved(Plan(0.0, emissions, np.zeros(0)), 0.0)


@pytest.mark.parametrize(
    ("permits", "price", "emissions"),
    [(25.0, 0.0, 20.0), (20.0, 0.0, 20.0), (19.0, 30.0, 12.0), (11.0, 80.0, 10.0), (9.0, 100.0, 10.0)],
)
def test_the_price_is_the_lowest_at_which_permits_suffice(permits, price, emissions):
    """From above, to the tolerance; at most price_max where nothing suffices."""
    found = bisect_price([Steps(), Steps()], permits, price_max=100.0, tolerance=0.01)
    assert price <= found.price <= price + 0.01
    assert found.emissions.sum() == emissions


def test_every_halving_solves_every_chain():
    """100 €/t to 0.01: 14 halvings, and price 0 before."""
    assert bisect_price([Steps(), Steps(), Steps()], 20.0, price_max=100.0, tolerance=0.01).milps == 3 * 15
    assert bisect_price([Steps()], 10.0, price_max=100.0).milps == 1
