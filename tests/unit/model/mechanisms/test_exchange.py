"""The regulated secondary market by hand [Esmaeili2021, Eqs. 2.9-2.13]."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.mechanisms.exchange.regulated import bought_by, flows, regulated_price
from model.systems.learning_bidders.rules import both_sides, still_needed


def trade(net_demand):
    """Supply, demand and what each buys, for a list of net demands, t."""
    required = np.maximum(net_demand, 0.0)
    supply, demand = both_sides(required, required - net_demand)
    return supply, demand, np.array([bought_by(x, supply, demand) for x in net_demand])


def test_a_short_supply_is_shared_by_the_buyers():
    """10 offered, 30 sought: all is sold, each buyer gets a third of what it seeks."""
    supply, demand, bought = trade(np.array([-10.0, 12.0, 18.0]))
    assert (supply, demand) == (10.0, 30.0)
    assert bought == pytest.approx([-10.0, 4.0, 6.0])


def test_a_short_demand_is_shared_by_the_sellers():
    """40 offered by 10 and 30, 20 sought: each seller sells half of what it has."""
    supply, demand, bought = trade(np.array([-10.0, -30.0, 20.0]))
    assert (supply, demand) == (40.0, 20.0)
    assert bought == pytest.approx([-5.0, -15.0, 20.0])


@pytest.mark.parametrize(
    ("net_demand", "supply", "demand"),
    [([5.0, 3.0], 0.0, 8.0), ([-5.0, -3.0], 8.0, 0.0), ([0.0, 0.0], 0.0, 0.0)],
)
def test_nobody_trades_where_one_side_is_missing(net_demand, supply, demand):
    assert trade(np.array(net_demand))[:2] == (supply, demand)
    assert trade(np.array(net_demand))[2].tolist() == [0.0, 0.0]


def test_who_needs_nothing_trades_nothing():
    assert trade(np.array([-4.0, 0.0, 4.0]))[2].tolist() == [-4.0, 0.0, 4.0]


@pytest.mark.parametrize(
    ("supply", "demand", "price"),
    [(10, 30, 12.5), (20, 20, 12.5), (30, 10, 7.5), (0, 0, 12.5), (0, 5, 12.5), (5, 0, 7.5)],
)
def test_the_price_is_above_the_auctions_where_permits_are_scarce(supply, demand, price):
    """Clearing price 10, margin 0.25: 12.5 if supply <= demand, 7.5 otherwise [Esmaeili2021, Eq. 2.13]."""
    assert regulated_price(10.0, float(supply), float(demand), 0.25) == price


@given(st.lists(st.one_of(st.just(0.0), st.floats(-1e4, 1e4)), min_size=1, max_size=12).map(np.array))
def test_trades_balance_and_never_overshoot(net_demand):
    supply, demand, bought = trade(net_demand)
    size = 1.0 + supply + demand
    assert abs(bought.sum()) <= 1e-9 * size
    assert (np.abs(bought) <= np.abs(net_demand) * (1 + 1e-12)).all()
    assert (bought * net_demand >= 0).all()
    assert np.maximum(bought, 0).sum() == pytest.approx(min(supply, demand), rel=1e-9, abs=1e-12)


def test_flows_by_hand():
    """Seller 1 has 4, of which 3 go to buyer 0 and 1 to buyer 2."""
    assert flows(np.array([3.0, -4.0, 1.0])).tolist() == [[0, 0, 0], [3, 0, 1], [0, 0, 0]]


def test_flows_are_pro_rata_on_both_sides():
    """Sold 6 and 2, bought 4 and 4: of each purchase 6/8 come from the first seller."""
    volume = flows(np.array([-6.0, -2.0, 4.0, 4.0]))
    assert volume[:2, 2:].tolist() == [[3.0, 3.0], [1.0, 1.0]]
    assert volume.sum(1).tolist() == [6.0, 2.0, 0.0, 0.0]
    assert volume.sum(0).tolist() == [0.0, 0.0, 4.0, 4.0]


def test_no_trade_no_flow():
    assert flows(np.zeros(3)).tolist() == [[0.0] * 3] * 3


def test_sides_equal_up_to_rounding_are_equal():
    """Supply 0.1 + 0.2 against demand 0.3: one ulp must not turn a balanced market into a glut."""
    assert regulated_price(2.0, 0.1 + 0.2, 0.3, 0.25) == 2.5
    assert still_needed(0.3, 0.1 + 0.2) == 0.0
