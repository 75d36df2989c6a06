"""Headline demand, additional bids and sealed bids by hand [Goyal, R5 to R7]."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.farms.bids import (
    ADDITIONAL_BIDS,
    ALL,
    BELOW,
    CAPPED,
    NONE,
    clock_bids,
    headline_demand,
    price_of,
    sealed_bids,
)
from agents.farms.curves import NO_BID
from agents.farms.packages import packages_up_to
from tests.package_instances import any_values

TWO_BY_TWO = packages_up_to((2, 1))
"""(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)."""
VALUE = np.array([0, 6, 4, 12, 5, 13])
PRICE = np.array([3, 5])
"""Surplus 0, 1, 1, 4, -1, 2: (1, 1) is demanded."""


def headline(value, price, packages=TWO_BY_TWO, allowed=None):
    allowed = np.ones(len(value), bool) if allowed is None else allowed
    return headline_demand(np.array(value), packages.lots, packages.units, np.array(price), allowed)


def bids(option, value=VALUE, price=PRICE, demanded=3, packages=TWO_BY_TWO):
    amount = np.full(len(value), 77)
    clock_bids(np.array(value), packages.lots, np.array(price), demanded, option, amount)
    return amount.tolist()


def test_the_package_of_highest_surplus_is_demanded():
    assert headline(VALUE, PRICE) == 3


def test_of_equal_surplus_the_package_of_most_lots_is_demanded_then_the_first():
    assert (
        headline([0, 5, 3, 8, 6, 8], [3, 5]) == 3
    )  # surplus 0 but of the last: (1, 1), (2, 0) have two lots
    assert headline([0, 5, 3, 8, 6, 11], [3, 5]) == 5
    assert headline([0, 7, 5, 8, 5, 8], [3, 5]) == 1  # 2, and 2 of (1, 0): one lot each


def test_nothing_is_demanded_where_everything_is_too_dear():
    assert headline(VALUE, [13, 13]) == 0


def test_where_permits_cost_nothing_all_of_use_are_demanded():
    assert headline([0, 6, 4, 12, 4, 12], [0, 0]) == 5
    assert headline([0, 6, 4, 12, NO_BID, NO_BID], [0, 0]) == 3


def test_forbidden_packages_are_not_demanded():
    allowed = np.array([True, True, True, False, True, False])
    assert headline(VALUE, PRICE, allowed=allowed) == 1  # surplus 1, as (1, 0), and as many lots


def test_additional_bids_leave_the_surplus_of_the_headline_by_hand():
    """Pi = 12 - 8 = 4: 8 for (1, 1), 2 for (0, 1), 0 for (1, 0), 1 and 9 for the larger ones; nothing for nothing."""
    assert bids(BELOW) == [NO_BID, 2, 0, 8, NO_BID, NO_BID]
    assert bids(ALL) == [NO_BID, 2, 0, 8, 1, 9]
    assert bids(NONE) == [NO_BID, NO_BID, NO_BID, 8, NO_BID, NO_BID]
    assert bids(CAPPED) == [0, 5, 3, 8, 5, 11]


def test_zero_is_bid_for_nothing_only_where_the_surplus_is_zero():
    value = [0, 5, 3, 8, 6, 8]  # surplus 0
    for option in (BELOW, ALL, NONE):
        assert bids(option, value=value)[0] == 0
        assert bids(option, value=value, price=[4, 5], demanded=1)[0] == 0
        assert bids(option)[0] == NO_BID


def test_bids_are_not_negative_and_none_is_for_useless_packages():
    """Pi = 4 is more than (1, 0) is worth: no bid for that."""
    assert bids(ALL, value=[0, 6, 3, 12, 3, NO_BID]) == [NO_BID, 2, NO_BID, 8, NO_BID, NO_BID]
    assert bids(CAPPED, value=[0, 6, 3, 12, 3, NO_BID])[5] == NO_BID


any_prices = st.lists(st.integers(0, 2_000_000), min_size=2, max_size=2)


@given(seed=st.integers(0, 10_000), price=any_prices)
@pytest.mark.parametrize("option", [BELOW, ALL, NONE])
def test_no_bid_is_above_its_price_and_all_leave_the_same_surplus(option, seed, price):
    instance = any_values(seed, 1, (3, 2))
    packages, value, price = instance.terms.packages, instance.value[0], np.array(price)
    demanded = headline(value, price, packages)
    surplus = value - packages.lots @ price
    assert surplus[demanded] == surplus.max()
    amount = np.array(bids(option, value, price, demanded, packages))
    made = amount != NO_BID
    assert made[demanded]
    assert (value - amount)[made].tolist() == [surplus[demanded]] * made.sum()
    assert (amount <= packages.lots @ price)[made].all()
    assert (amount[made] >= 0).all()
    assert made[0] == (surplus[demanded] == 0)
    if option == BELOW:
        assert (packages.lots[made] <= packages.lots[demanded]).all() or surplus[demanded] == 0


def test_the_price_of_a_package():
    assert price_of(np.array([2, 1]), np.array([3, 5])) == 11


def test_sealed_bids_keep_a_share_or_a_target():
    amount = np.empty(4, np.int64)
    value = np.array([0, 10, 8, NO_BID])
    for kept, target, bids in (
        (0.25, 0, [0, 7, 6, NO_BID]),
        (0.0, 0, [0, 10, 8, NO_BID]),
        (0.0, 8, [NO_BID, 2, 0, NO_BID]),
        (0.0, 9, [NO_BID, 1, NO_BID, NO_BID]),
    ):
        sealed_bids(value, kept, target, amount)
        assert amount.tolist() == bids


def test_options_have_names():
    assert [ADDITIONAL_BIDS[k] for k in (BELOW, ALL, NONE, CAPPED)] == ["below", "all", "none", "capped"]
