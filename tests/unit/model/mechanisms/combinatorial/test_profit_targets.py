"""Profit targets of first-price bids: an equilibrium on the bidders' frontier of the core."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.farms.curves import MONEY, NO_BID
from agents.farms.packages import packages_up_to
from model.mechanisms.combinatorial.profit_targets import EDGE, lowered, profit_targets
from model.systems.escape_permits.auction import open_auction
from model.systems.escape_permits.comparison import draw_instance
from model.systems.escape_permits.deviations import best_gains, surpluses
from model.systems.escape_permits.params import EscapePermitsParams
from tests.package_bids import enumerate_winners
from tests.package_instances import any_values, instance_of, played

FIRST_PRICE = EscapePermitsParams().replace({"mechanism": "first_price"})
PAIR = packages_up_to((1, 1))
"""(0, 0), (0, 1), (1, 0), (1, 1)."""

markets = {
    "seed": st.integers(0, 10_000),
    "n": st.integers(1, 4),
    "most": st.sampled_from([(3,), (2, 1), (1, 1, 1)]),
    "reserve": st.sampled_from([0.0, 0.5]),
}


def targets_of(instance):
    """Targets of all bidders and what packages are worth to them beyond the reserve."""
    auction = open_auction(FIRST_PRICE, instance)
    beyond = auction.beyond_reserve(instance.value)
    return profit_targets(beyond, auction.winners), beyond


def worth_of(instance, beyond, members):
    """The most that these bidders and the seller can have among themselves."""
    bids = np.full_like(beyond, NO_BID)
    bids[list(members)] = beyond[list(members)]
    return enumerate_winners(instance.terms.packages.lots, bids, instance.terms.supply, optional=True)[1]


def groups(n):
    """All sets of bidders."""
    return [group for size in range(n + 1) for group in combinations(range(n), size)]


@settings(max_examples=60)
@given(**markets)
def test_targets_are_in_the_core_and_nobodys_can_rise_alone(seed, n, most, reserve):
    """By all groups of bidders: what one leaves to the others is at least their targets, for some just that."""
    instance = any_values(seed, n, most, reserve=reserve)
    target, beyond = targets_of(instance)
    everybody = worth_of(instance, beyond, range(n))
    room = np.full(n, everybody)
    for group in groups(n):
        others = [i for i in range(n) if i not in group]
        left = everybody - worth_of(instance, beyond, group) - target[others].sum()
        assert left >= 0
        room[others] = np.minimum(room[others], left)
    assert (room <= n * EDGE + n).all()  # shares are rounded down


@settings(max_examples=60)
@given(**markets)
def test_no_other_bids_gain_anything_against_profit_targets(seed, n, most, reserve):
    instance = any_values(seed, n, most, reserve=reserve)
    auction = played(instance, "first_price")
    assert (best_gains(auction, instance) <= n * EDGE + n).all()
    assert (surpluses(auction, instance) == targets_of(instance)[0]).all()


@pytest.mark.parametrize("values", [{}, {"n_farms": 10}, {"correlation_odd": 0.0, "correlation_even": 0.0}])
def test_farms_pay_vcg_prices_and_cannot_gain(values):
    """Their VCG surpluses are in the core, so these are the only targets there, but for the edge."""
    for seed in range(1, 6):
        instance = draw_instance(FIRST_PRICE.replace(values), seed)
        auction, vcg = (played(instance, name, **values) for name in ("first_price", "vcg"))
        paid = auction.outcome.payment.sum(1) - vcg.outcome.payment.sum(1)
        won = surpluses(vcg, instance) > 0
        assert auction.outcome.package.tolist() == vcg.outcome.package.tolist()
        assert paid.tolist() == (EDGE * won).tolist()
        assert best_gains(auction, instance).max() <= EDGE


def test_two_who_win_together_share_by_their_vcg_surplus_by_hand():
    """One lot each is worth 12 and 3 to two of them, both lots 10 to a third. VCG would leave them 5 and 3, which the
    third could outbid: 12 + 3 - 8 is less than 10. What is left beyond its 10 is shared as 5 to 3.
    """
    value = np.array([[0, 0, 12, 12], [0, 3, 0, 3], [0, 0, 0, 10]]) * MONEY
    instance = instance_of(PAIR, value, [1, 1], 0.0, [MONEY] * 2)
    assert surpluses(played(instance, "vcg"), instance).tolist() == [5 * MONEY, 3 * MONEY, 0]
    target, _ = targets_of(instance)
    assert target.tolist() == [5 * 5 * MONEY // 8 - EDGE, 5 * 3 * MONEY // 8 - EDGE, 0]
    assert played(instance, "first_price").outcome.package.tolist() == [2, 1, 0]


def test_who_is_alone_bids_the_reserve_price():
    value = np.array([[0, 6, 8, 10]]) * MONEY
    instance = instance_of(PAIR, value, [1, 1], 0.25, [MONEY] * 2)
    outcome = played(instance, "first_price").outcome
    assert outcome.package.tolist() == [3]
    assert outcome.payment.sum() == MONEY // 2 + EDGE


def test_a_share_kept_is_no_equilibrium():
    instance = draw_instance(FIRST_PRICE, 1)
    auction = played(instance, "first_price", **{"first_price.bids": "share"})
    assert best_gains(auction, instance).max() > 10 * MONEY


def test_a_gain_is_that_of_the_best_bids():
    """A bidder with the largest attainable target, less the edge, attains it; no equilibrium gives more."""
    instance = draw_instance(FIRST_PRICE, 1)
    auction = played(instance, "first_price", **{"first_price.bids": "share"})
    gain, had = best_gains(auction, instance), surpluses(auction, instance)
    for i in range(2):
        better = open_auction(FIRST_PRICE, instance)
        better.amount[:] = auction.amount
        better.amount[i] = np.maximum(instance.value[i] - had[i] - gain[i] + EDGE, NO_BID)
        better.end_round()
        assert surpluses(better, instance)[i] == had[i] + gain[i] - EDGE
        better = open_auction(FIRST_PRICE, instance)
        better.amount[:] = auction.amount
        better.amount[i] = np.maximum(instance.value[i] - had[i] - gain[i] - EDGE, NO_BID)
        better.end_round()
        assert surpluses(better, instance)[i] == 0


def test_bids_below_nothing_are_none():
    beyond = np.array([[0, 3, 5, NO_BID]])
    assert lowered(beyond, np.array([3])).tolist() == [[NO_BID, 0, 2, NO_BID]]
