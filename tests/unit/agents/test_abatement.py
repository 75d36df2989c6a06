"""Values of permits: the abatement they save [TwoTier]."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.abatement import demand_at, marginal_value, value_of

costs, needs = st.floats(0.001, 100.0), st.integers(1, 200)


def test_marginal_values_by_hand():
    """A firm of cost 0.5 that needs three permits: 1.50, 1.00, 0.50, then nothing."""
    assert [marginal_value(0.5, 3.0, float(k)) for k in range(1, 6)] == [1.5, 1.0, 0.5, 0.0, 0.0]
    assert [value_of(0.5, 3.0, float(k)) for k in range(6)] == [0.0, 1.5, 2.5, 3.0, 3.0, 3.0]


@given(cost=costs, need=needs, permits=st.integers(0, 250))
def test_value_is_the_sum_of_marginal_values(cost, need, permits):
    total = sum(marginal_value(cost, float(need), float(k)) for k in range(1, permits + 1))
    assert value_of(cost, float(need), float(permits)) == pytest.approx(total)


@given(cost=costs, need=needs)
def test_marginal_values_are_differences_of_the_abatement_cost(cost, need):
    """Of the quadratic c a² / 2, up to the half step that whole permits cost: c (e² + e) / 2 in all."""
    assert value_of(cost, float(need), float(need)) == pytest.approx(cost * need * (need + 1) / 2)


@given(cost=costs, need=needs, whole=st.integers(0, 200), part=st.floats(0.0, 1.0))
def test_part_of_a_permit_has_that_part_of_its_value(cost, need, whole, part):
    """So sharing out odd permits can never beat the efficient allocation of whole ones."""
    below, above = (value_of(cost, float(need), float(k)) for k in (whole, whole + 1))
    expected = below + part * (above - below)
    assert value_of(cost, float(need), whole + part) == pytest.approx(expected, abs=1e-9 * (1 + above))


@given(cost=costs, need=needs, price=st.floats(0.0, 1e5))
def test_demand_is_the_number_of_permits_worth_the_price(cost, need, price):
    worth = [marginal_value(cost, float(need), float(k)) for k in range(1, need + 1)]
    assert demand_at(cost, float(need), price) == sum(value >= price for value in worth)


@given(cost=costs, need=needs, k=st.integers(1, 200))
def test_a_permit_worth_exactly_the_price_is_wanted(cost, need, k):
    k = min(k, need)
    assert demand_at(cost, float(need), marginal_value(cost, float(need), float(k))) == k


def test_a_firm_that_abates_at_no_cost_demands_permits_only_for_nothing():
    assert [demand_at(0.0, 3.0, price) for price in (0.0, 0.5)] == [3.0, 0.0]
