"""The English clock: properties at its close, unsold permits and their rationing by hand [Goyal]."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.farms.bids import headline_demand
from agents.farms.curves import MONEY
from agents.farms.packages import packages_up_to
from model.mechanisms.combinatorial.english_clock import ration
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


RATIONED = {"english_clock.closing": "rationed"}
markets = {
    "seed": st.integers(0, 10_000),
    "n": st.integers(1, 4),
    "most": st.lists(st.integers(1, 3), min_size=1, max_size=3),
    "reserve": st.sampled_from([0.0, 0.3]),
}


def rounds_of(instance):
    """Prices, int64[m], and lots demanded, int64[n, m], of every round, worked out step by step."""
    terms, price, rounds = instance.terms, instance.terms.reserve, []
    while True:
        lots = terms.packages.lots[demand_at(instance, price)]
        rounds.append((price, lots))
        over = lots.sum(0) > terms.supply
        if not over.any():
            return rounds
        price = price + over * terms.increment


def last_rise(rounds, j):
    """Price and lots demanded of a pollutant before its clock last rose, and lots demanded right after it."""
    t = max((t for t in range(len(rounds) - 1) if rounds[t + 1][0][j] > rounds[t][0][j]), default=None)
    if t is None:
        (price, lots) = rounds[0]
        return price[j], lots[:, j], lots[:, j]
    return rounds[t][0][j], rounds[t][1][:, j], rounds[t + 1][1][:, j]


@settings(max_examples=60)
@given(**markets)
def test_nobody_gets_more_than_it_demanded_at_the_price_before(seed, n, most, reserve):
    instance = any_values(seed, n, most, reserve=reserve)
    award = played(instance, "english_clock", **RATIONED).outcome.award(instance.terms.packages)
    rounds = rounds_of(instance)
    assert (award.sum(0) <= instance.terms.supply).all()
    for j in range(len(most)):
        _, before, _ = last_rise(rounds, j)
        last = rounds[-1][1][:, j]
        assert (award[:, j] >= last).all()
        assert (award[:, j] <= np.maximum(last, before)).all()


@settings(max_examples=60)
@given(**markets)
def test_a_rationed_pollutant_is_sold_at_the_price_before(seed, n, most, reserve):
    instance = any_values(seed, n, most, reserve=reserve)
    outcome = played(instance, "english_clock", **RATIONED).outcome
    award, rounds = outcome.award(instance.terms.packages), rounds_of(instance)
    for j in range(len(most)):
        rationed = (award[:, j] > rounds[-1][1][:, j]).any()
        price = last_rise(rounds, j)[0] if rationed else rounds[-1][0][j]
        assert outcome.payment[:, j].tolist() == (award[:, j] * price).tolist()


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 4), most=st.integers(1, 4))
def test_of_one_pollutant_fewer_lots_stay_unsold_than_bidders_gave_lots_up(seed, n, most):
    """Only odd lots for which nothing tells bidders apart; none where one bidder alone gave any up."""
    instance = any_values(seed, n, [most])
    award = played(instance, "english_clock", **RATIONED).outcome.award(instance.terms.packages)
    rounds = rounds_of(instance)
    _, before, after = last_rise(rounds, 0)
    unsold = instance.terms.supply[0] - award.sum()
    assert len(rounds) == 1 or unsold < (before > after).sum()


def test_demand_that_drops_at_once_is_rationed_at_the_price_before():
    """At 5 €/lot the farms want four and two lots, at 6 nothing: of three lots they get two and one, at 5."""
    value = np.array([[0, 0, 0, 0, 21], [0, 0, 11, 11, 11]]) * MONEY
    instance = instance_of(packages_up_to((4,)), value, [3], 0.0, [MONEY])
    assert played(instance, "english_clock").outcome.package.tolist() == [0, 0]
    auction = played(instance, "english_clock", **RATIONED)
    assert auction.outcome.package.tolist() == [2, 1]
    assert auction.outcome.payment.tolist() == [[10 * MONEY], [5 * MONEY]]
    assert surplus_of(instance, auction).tolist() == [-10 * MONEY, -5 * MONEY]  # parts of no use to either


def test_who_keeps_its_demand_pays_the_same_price():
    """Of three lots one farm wants one at any price, the other three up to 2 €/lot: they pay 2, not 3."""
    value = np.array([[0, 9, 9, 9], [0, 2, 4, 7]]) * MONEY
    instance = instance_of(packages_up_to((3,)), value, [3], 0.0, [MONEY])
    plain = played(instance, "english_clock").outcome
    assert (plain.package.tolist(), plain.payment.tolist()) == ([1, 0], [[3 * MONEY], [0]])
    rationed = played(instance, "english_clock", **RATIONED).outcome
    assert (rationed.package.tolist(), rationed.payment.tolist()) == ([1, 2], [[2 * MONEY], [4 * MONEY]])


def test_each_pollutant_is_rationed_at_its_own_clock_though_the_other_goes_on():
    """The first clock stops at 2 €/lot, where both lots are given up; the second one goes on to 5."""
    packages = packages_up_to((2, 1))
    first, second = packages.lots.T
    value = np.stack([3 * (first == 2) + 4.5 * second, 4.5 * second], axis=0) * MONEY
    value[1] += np.array([0, 1.5, 1.5])[first] * MONEY
    instance = instance_of(packages, value.astype(np.int64), [2, 1], 0.0, [MONEY, MONEY])
    auction = played(instance, "english_clock", **RATIONED)
    assert auction.price.tolist() == [2 * MONEY, 5 * MONEY]
    award = auction.outcome.award(packages)
    assert award[:, 0].tolist() == [1, 1]  # 1.33 and 0.67 of two: the odd one to the larger remainder
    assert auction.outcome.payment[:, 0].tolist() == [MONEY, MONEY]
    assert (
        award[:, 1].sum() == 0
    )  # both gave up the one lot in the same round, and had demanded as many before


def test_odd_lots_go_by_remainder_then_by_lots_demanded_so_far():
    claim = np.array([3, 1, 1])  # of two lots: 1.2, 0.4 and 0.4
    assert ration(claim, 2, np.array([9, 4, 5])).tolist() == [1, 0, 1]
    assert ration(claim, 3, np.array([9, 4, 5])).tolist() == [2, 0, 1]  # 1.8, 0.6 and 0.6
    assert ration(claim, 5, np.array([9, 4, 5])).tolist() == [3, 1, 1]
    assert ration(claim, 9, np.array([9, 4, 5])).tolist() == [3, 1, 1]


def test_odd_lots_for_which_nothing_tells_bidders_apart_stay_unsold():
    assert ration(np.array([2, 2]), 3, np.array([5, 5])).tolist() == [1, 1]


@given(
    claims=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=6),
    left=st.integers(0, 20),
    seed=st.integers(0, 100),
)
def test_rationing_does_not_depend_on_the_order_of_bidders(claims, left, seed):
    claim, standing = np.array(claims).T
    order = np.random.default_rng(seed).permutation(len(claim))
    lots = ration(claim, left, standing)
    assert ration(claim[order], left, standing[order]).tolist() == lots[order].tolist()
    assert lots.sum() <= left
    assert (lots <= claim).all()
