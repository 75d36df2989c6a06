"""Common parts of package auctions: accepted and rejected bids, payments divided among pollutants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.farms.curves import MONEY, NO_BID
from agents.farms.packages import packages_up_to
from model.mechanisms.combinatorial.base import PackageAuction, by_last_lots, by_prices, divide
from tests.package_instances import instance_of, played

PACKAGES = packages_up_to((1, 2))
"""(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)."""
TERMS = instance_of(PACKAGES, np.zeros((2, 6)), [1, 2], 0.5, [MONEY, MONEY]).terms


@given(
    payment=st.lists(st.integers(0, 10**12), min_size=1, max_size=5),
    weights=st.lists(st.lists(st.integers(0, 10**9), min_size=3, max_size=3), min_size=5, max_size=5),
)
def test_a_divided_payment_adds_up_to_the_unit(payment, weights):
    weight = np.array(weights, float)[: len(payment)]
    parts = divide(np.array(payment), np.ones(weight.shape, np.int64), weight)
    assert parts.sum(1).tolist() == payment
    assert (parts >= 0).all()
    share = weight / np.where(weight.sum(1, keepdims=True) > 0, weight.sum(1, keepdims=True), 1)
    exact = np.array(payment)[:, None] * np.where(weight.sum(1, keepdims=True) > 0, share, 1 / 3)
    assert (abs(parts - exact) <= 3 + 1e-3).all()


def test_payments_are_divided_in_proportion_by_hand():
    """9 in proportion 1 : 2; 10 in thirds, the odd unit to the first of most weight; without weights, by lots."""
    weight = np.array([[1.0, 2, 0], [1, 1, 1], [0, 0, 0]])
    lots = np.array([[1, 1, 0], [1, 1, 1], [3, 4, 0]])
    assert divide(np.array([9, 10, 7]), lots, weight).tolist() == [[3, 6, 0], [4, 3, 3], [3, 4, 0]]


def test_weights_by_hand():
    """(1, 2) at prices 4, 3: 4 and 6. By last lots: worth 20, less 12 without the first, 17 without a second."""
    assert by_prices(TERMS, np.array([5, 0]), np.array([4, 3])).tolist() == [[4, 6], [0, 0]]
    value = np.array([[0, 7, 12, 6, 17, 20], [0] * 6])
    assert by_last_lots(TERMS, np.array([5, 0]), value).tolist() == [[8, 2 * 3], [0, 0]]


NONE = np.full(6, NO_BID)


@pytest.mark.parametrize(
    ("headline", "amount", "message"),
    [
        (6, NONE, "farm 1 demands package 6: must be a whole number from 0 to 5"),
        (-1, NONE, "farm 1 demands package -1"),
        (1.5, NONE, r"farm 1 demands package 1\.5"),
        (2, NONE[:4], r"farm 1 bids int64\(4,\): must be whole numbers, one for each of 6 packages"),
        (2, NONE.astype(float), r"farm 1 bids float64\(6,\)"),
    ],
)
def test_invalid_bids_are_rejected(headline, amount, message):
    with pytest.raises(ValueError, match=message):
        PackageAuction(None, TERMS, 2).submit(1, headline, amount)


def test_bids_that_activity_forbids_are_rejected():
    auction = PackageAuction(None, TERMS, 2)
    auction.allowed[1, 5] = False
    auction.submit(0, 5, NONE)
    with pytest.raises(
        ValueError, match=r"farm 1 demands \[1, 2\] lots in round 1: its activity does not allow"
    ):
        auction.submit(1, 5, NONE)


def test_who_gets_lots_that_are_worth_nothing_pays_for_the_pollutants_it_gets():
    """The only lot of use brings a second one that is of none: the last one is worth 0, the payment is still of GHG."""
    packages = packages_up_to((2, 1))
    value = np.array([[0, 0, 5, 5, 5, 5], [0, 0, 0, 0, 4, 4]]) * MONEY
    value[1, 2] = NO_BID
    instance = instance_of(packages, value, [2, 0], 0.0, [MONEY, MONEY])
    outcome = played(instance, "vcg", **{"vcg.ties": "most"}).outcome
    assert outcome.award(packages).tolist() == [[2, 0], [0, 0]]
    assert outcome.payment.tolist() == [[4 * MONEY, 0], [0, 0]]
