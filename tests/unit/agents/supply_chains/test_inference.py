"""The costs that the average profits of [Esmaeili2022, Eq. 12] imply, and the curve of Table 5's chains."""

import numpy as np
import pytest

from agents.supply_chains import inference
from agents.supply_chains.inference import AWARDS, CHANGE, RATE, Implied, average_change, implied_costs
from agents.supply_chains.table_5 import PRIVATE_VALUE, SLOPE, TEC, table_5_curves


def test_the_average_change_of_profits_by_hand():
    """Two chains of 100 t worth 200 and 100 €/t; lambda 40 %, awards 120 and 0 t at 50 €/t; a = 10, psi = 30 €/t.

    The first avoids 40 t for 400 €, pays 6,000 € and sells 60 t for 1,800 €: it loses 4,600 of 20,000 €.
    The second avoids 40 t for 400 € and buys 60 t for 1,800 €: it loses 2,200 of 10,000 €. Mean: 22.5 %.
    """
    found = average_change((100.0, 100.0), (200.0, 100.0), (120.0, 0.0), Implied(50.0, 10.0, 30.0), 50.0)
    assert found == pytest.approx(-0.225)


@pytest.mark.parametrize("price_paid", inference.CASE_1_PRICES)
def test_implied_costs_bring_back_both_averages_of_the_paper(price_paid):
    implied = implied_costs(TEC, PRIVATE_VALUE, price_paid)
    for awards, change, price in zip(AWARDS, CHANGE, (price_paid, 140.0)):
        assert average_change(TEC, PRIVATE_VALUE, awards, implied, price) == pytest.approx(change)


def test_the_paper_implies_a_marginal_cost_that_rises_in_a_straight_line():
    """Trading prices of 3,165 to 3,335 €/t at 40 %, an average cost of 1,611 €/t: about half of them."""
    implied = [implied_costs(TEC, PRIVATE_VALUE, price) for price in inference.CASE_1_PRICES]
    assert [i.trading_price for i in implied] == pytest.approx([3335, 3250, 3165], abs=1)
    assert [i.average_cost for i in implied] == pytest.approx([1611, 1612, 1612], abs=1)
    assert all(0.48 < i.ratio < 0.52 for i in implied)
    assert all(abs(i.slope - SLOPE) < 10.0 for i in implied)


def test_the_inferred_curve_rises_by_its_slope_to_45_percent():
    for tec, curve in zip(TEC, table_5_curves()):
        avoided = 1.0 - curve.emissions / tec
        assert curve.price == pytest.approx(SLOPE * avoided)
        assert avoided[-1] == pytest.approx(0.45)


def test_its_average_cost_at_40_percent_is_the_implied_one():
    """Up to half a step of 0.5 %, which is taken at its higher end: 20 €/t."""
    average = implied_costs(TEC, PRIVATE_VALUE, 150.0).average_cost
    for tec, curve in zip(TEC, table_5_curves()):
        at = int(np.argmin(abs(curve.emissions - (1 - RATE) * tec)))
        assert curve.cost[at] / (RATE * tec) == pytest.approx(average, abs=20.0)
