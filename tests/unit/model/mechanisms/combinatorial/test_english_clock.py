"""The English clock: properties at its close, and unsold permits by hand [Goyal]."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.farms.bids import headline_demand
from agents.farms.curves import MONEY
from agents.farms.packages import packages_up_to
from tests.package_instances import any_values, instance_of, played, surplus_of


def demand_at(instance, price):
    """Packages demanded at int64[m] prices, int64[n]."""
    packages = instance.terms.packages
    allowed = np.ones(len(packages.units), bool)
    rows = [headline_demand(v, packages.lots, packages.units, price, allowed) for v in instance.value]
    return np.array(rows)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 4),
    most=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    reserve=st.sampled_from([0.0, 0.3]),
)
def test_what_holds_when_it_closes(seed, n, most, reserve):
    instance = any_values(seed, n, most, reserve=reserve)
    auction = played(instance, "english_clock")
    terms, outcome = instance.terms, auction.outcome
    award = outcome.award(terms.packages)
    assert (award.sum(0) <= terms.supply).all()
    assert (auction.price >= terms.reserve).all()
    assert outcome.package.tolist() == demand_at(instance, auction.price).tolist()
    assert outcome.payment.tolist() == (award * auction.price).tolist()
    assert (surplus_of(instance, auction) >= 0).all()


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 4))
def test_prices_rise_only_where_demand_exceeds_supply(seed, n):
    """Step by step by hand: the same rounds and prices."""
    instance = any_values(seed, n, (3, 2))
    terms, price, rounds = instance.terms, instance.terms.reserve.copy(), 1
    while (over := terms.packages.lots[demand_at(instance, price)].sum(0) > terms.supply).any():
        price, rounds = price + over * terms.increment, rounds + 1
    auction = played(instance, "english_clock")
    assert (auction.price.tolist(), auction.outcome.rounds) == (price.tolist(), rounds)


def test_demand_that_drops_by_two_lots_leaves_one_unsold():
    """Two farms want two lots or none, and there are three: at 6 one of them drops out."""
    value = np.array([[0, 0, 10], [0, 0, 11]]) * MONEY
    instance = instance_of(packages_up_to((2,)), value, [3], 0.0, [MONEY])
    auction = played(instance, "english_clock")
    assert auction.outcome.package.tolist() == [0, 0]  # at 6 €/lot, the next price, both drop out
    assert auction.price.tolist() == [6 * MONEY]
    finer = instance_of(packages_up_to((2,)), value, [3], 0.0, [MONEY // 4])
    auction = played(finer, "english_clock")
    assert auction.outcome.package.tolist() == [0, 2]
    assert auction.outcome.payment.tolist() == [[0], [10.5 * MONEY]]
