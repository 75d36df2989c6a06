"""Vickrey-Clarke-Groves for packages: payments by leaving one out, and why to bid the truth [Goyal]."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.farms.curves import MONEY, NO_BID
from agents.farms.packages import packages_up_to
from model.mechanisms.combinatorial.vcg import Vcg
from tests.package_bids import enumerate_winners
from tests.package_instances import any_values, instance_of, played, surplus_of

instances = {
    "seed": st.integers(0, 10_000),
    "n": st.integers(1, 3),
    "most": st.sampled_from([(2,), (4,), (1, 1), (2, 2), (1, 1, 1)]),
    "reserve": st.sampled_from([0.0, 0.4, 1.1]),
}


def beyond_reserve(instance):
    """Values less the reserve; -1 if the reserve is higher."""
    beyond = instance.value - instance.terms.packages.lots @ instance.terms.reserve
    return np.where(beyond >= 0, beyond, NO_BID)


def best_without(instance, beyond, i):
    """Highest value beyond the reserve without bidder i, by trying everything."""
    others = beyond.copy()
    others[i] = NO_BID
    return enumerate_winners(instance.terms.packages.lots, others, instance.terms.supply, optional=True)[1]


@settings(max_examples=60)
@given(**instances)
def test_winners_pay_their_externality_on_others_and_the_seller(seed, n, most, reserve):
    instance = any_values(seed, n, most, reserve=reserve)
    outcome, beyond = played(instance, "vcg").outcome, beyond_reserve(instance)
    lots, supply = instance.terms.packages.lots, instance.terms.supply
    assert (lots[outcome.package].sum(0) <= supply).all()
    won = beyond[np.arange(n), outcome.package]
    best = enumerate_winners(lots, beyond, supply, optional=True)[1]
    assert won.sum() == best
    for i, package in enumerate(outcome.package):
        without = best_without(instance, beyond, i)
        asked = int(lots[package] @ instance.terms.reserve)
        assert outcome.payment[i].sum() == asked + without - (best - won[i])
        assert asked <= outcome.payment[i].sum() <= instance.value[i, package]


def surplus_with(instance, i, bids):
    """Surplus of bidder i that bids this, int64[K], where the others bid the truth."""
    auction = Vcg(Vcg.Settings(), instance.terms, len(instance.value))
    for row, value in enumerate(instance.value):
        auction.submit(row, 0, bids if row == i else value)
    auction.end_round()
    return surplus_of(instance, auction)[i]


@settings(max_examples=40)
@given(**instances)
def test_no_other_bid_is_better_than_the_truth(seed, n, most, reserve):
    instance = any_values(seed, n, most, reserve=reserve)
    rng = np.random.default_rng(seed)
    truth = surplus_of(instance, played(instance, "vcg"))
    assert (truth >= 0).all()
    for i, value in enumerate(instance.value):
        tried = [(value * factor).astype(np.int64) for factor in (0.0, 0.5, 0.9, 1.1, 3.0)]
        tried += [np.where(rng.random(len(value)) < 0.5, value, NO_BID) for _ in range(4)]
        tried += [rng.integers(0, 3 * MONEY, len(value)) for _ in range(4)]
        for bids in tried:
            bids[0] = 0
            assert surplus_with(instance, i, bids) <= truth[i]


def test_payments_by_hand():
    """Two lots; values 5, 8 and 4, 5, reserve 1 €/lot. One each, worth 9: the first keeps the second from 5 - 2 instead
    of 4 - 1: pays nothing more than the reserve; the second the first from 8 - 2 instead of 5 - 1: 2 more.
    """
    value = np.array([[0, 5, 8], [0, 4, 5]]) * MONEY
    instance = instance_of(packages_up_to((2,)), value, [2], 1.0, [MONEY])
    outcome = played(instance, "vcg").outcome
    assert outcome.package.tolist() == [1, 1]
    assert outcome.payment.tolist() == [[MONEY], [3 * MONEY]]


def test_a_lot_worth_less_than_the_reserve_stays_with_the_seller():
    value = np.array([[0, 3, 3], [0, 2, 2]]) * MONEY
    instance = instance_of(packages_up_to((2,)), value, [2], 2.5, [MONEY])
    outcome = played(instance, "vcg").outcome
    assert outcome.package.tolist() == [1, 0]
    assert outcome.payment.sum(1).tolist() == [2.5 * MONEY, 0]
