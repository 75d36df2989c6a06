"""Activity rules by hand; their effects on truthful bidders and on those who hide demand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.farms.bids import headline_demand
from agents.farms.curves import MONEY, NO_BID
from agents.farms.packages import packages_up_to
from model.mechanisms.combinatorial.activity import Activity
from model.mechanisms.combinatorial.cmra import Cmra, CmraSettings
from model.systems.escape_permits.auction import bid_all, bidding_from, open_auction
from model.systems.escape_permits.comparison import draw_instance
from model.systems.escape_permits.params import EscapePermitsParams
from tests.package_instances import any_values, instance_of, played

PACKAGES = packages_up_to((2, 1))
"""(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1): 0, 3, 1, 4, 2, 5 points."""
EMPTY, B, A, AB, AA, AAB = range(6)
PRICES = np.array([[1, 1], [1, 4], [4, 5]])


@pytest.fixture
def third_round():
    """Activity of one bidder that demanded (0, 1), then (2, 0): 3 points, then 2 are left."""
    activity = Activity(PACKAGES, np.array([1, 3]), 1)
    activity.note(PRICES[0], np.array([B]))
    activity.note(PRICES[1], np.array([AA]))
    return activity


def test_eligibility_falls_to_the_points_demanded_and_never_rises(third_round):
    assert third_round.falls.level[0, :3].tolist() == [5, 3, 2]
    third_round.note(PRICES[2], np.array([B]))
    assert third_round.eligibility.tolist() == [2]


def test_the_history_grows_with_the_falls_and_not_with_the_rounds(third_round):
    for rise in range(100):
        third_round.note(PRICES[2] + rise, np.array([AAB]))
    third_round.note(PRICES[2], np.array([EMPTY]))
    falls = third_round.falls
    assert falls.count.tolist() == [3]
    assert falls.level[0, :4].tolist() == [5, 3, 2, 0]
    assert falls.package[0, :3].tolist() == [B, AA, EMPTY]
    assert falls.package.shape == (1, len(set(third_round.points)))


def test_more_points_are_allowed_where_prices_explain_it(third_round):
    """At (4, 5): (0, 1) instead of (2, 0) is explained by (3, 1) (-2, 1) = -5 <= 0. For (1, 1), with 4 points, both
    rounds count: (3, 4) (1, 0) = 3 > 0 against (0, 1). (2, 1) has more than (2, 0) of what became dearer.
    """
    allowed = np.empty((1, 6), bool)
    third_round.allow(PRICES[2], allowed)
    assert allowed[0].tolist() == [True, True, True, False, True, False]


def test_only_rounds_in_which_eligibility_fell_are_looked_back_at():
    """(2, 0) twice, at (1, 1) and at (3, 1); the second time nothing fell. (0, 1) at (3, 5): (2, 4) (-2, 1) = 0, fine,
    though (0, 4) (-2, 1) = 4 > 0.
    """
    activity = Activity(PACKAGES, np.array([1, 3]), 1)
    for price in ((1, 1), (3, 1)):
        activity.note(np.array(price), np.array([AA]))
    allowed = np.empty((1, 6), bool)
    activity.allow(np.array([3, 5]), allowed)
    assert allowed[0].tolist() == [True, True, True, False, True, False]


def admitted(activity, headline, amount, book=None, price=PRICES[2]):
    """Bids after the rules, int64[6]."""
    amount = np.array([amount])
    book = np.full((1, 6), NO_BID) if book is None else np.array([book])
    activity.admit(price, np.array([headline]), book, amount)
    return amount[0].tolist()


def test_bids_within_the_eligibility_reach_up_to_the_price(third_round):
    """Prices (4, 5): 4 and 8; the headline demand its price, 5, too."""
    bids = admitted(third_round, B, [0, 99, 99, NO_BID, 99, NO_BID])
    assert bids == [NO_BID, 5, 4, NO_BID, 8, NO_BID]
    assert admitted(third_round, B, [0, 3, 2, NO_BID, 1, NO_BID]) == [NO_BID, 3, 2, NO_BID, 1, NO_BID]


def test_relative_caps_by_hand(third_round):
    """(1, 1), 4 points, was last eligible in round 1, when (0, 1) was demanded at (1, 1): its bid and 1 more. (0, 1)
    itself, 3 points, was so in round 2, when (2, 0) was demanded at (1, 4): its bid, less 2, plus 4.
    """
    book = [NO_BID, 1, NO_BID, NO_BID, 2, NO_BID]
    bids = admitted(third_round, AA, [NO_BID, 99, NO_BID, 99, NO_BID, NO_BID], book)
    assert bids == [NO_BID, 2 + 4 - 2, NO_BID, 4 + 1, NO_BID, NO_BID]


def test_raising_a_bid_lifts_the_limits_that_hang_on_it(third_round):
    """A bid of 8 for (2, 0), its price, lifts (0, 1) to 10, and that lifts (1, 1) to 11, (2, 1) to 12."""
    book = [NO_BID, 1, NO_BID, NO_BID, 2, NO_BID]
    bids = admitted(third_round, AA, [NO_BID, 99, NO_BID, 99, 99, 99], book)
    assert bids == [NO_BID, 10, NO_BID, 11, 8, 12]


def test_zero_is_bid_only_by_who_demands_nothing(third_round):
    nothing = [0] + [NO_BID] * 5
    assert admitted(third_round, EMPTY, nothing) == nothing
    assert admitted(third_round, A, nothing)[0] == NO_BID


def rounds_of(instance, **values):
    """Play a whole auction under activity rules; yield bids wanted, and the auction after each round."""
    params = EscapePermitsParams().replace({"cmra.activity": True} | values)
    auction = open_auction(params, instance)
    bidding = bidding_from(params, auction, instance.value)
    while not auction.closed:
        bid_all(instance, auction, bidding)
        wanted = auction.amount.copy()
        before = auction.activity.eligibility
        auction.end_round()
        yield auction, wanted, before


def lowered(auction, wanted):
    """Bids for packages that the rules lowered, bool[n, K]; zero for the empty package is no package bid."""
    changed = auction.amount != wanted
    changed[:, 0] = False
    return changed


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 3),
    most=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    points=st.sampled_from([1, 3]),
)
@pytest.mark.parametrize("option", ["all", "none", "below"])
def test_truthful_demand_is_always_allowed_and_admitted_at_its_price(option, seed, n, most, points):
    """Whatever packages are worth; with the options "all" and "none" every bid is admitted as it is."""
    instance = any_values(seed, n, most)
    free, packages = np.ones(len(instance.terms.packages.units), bool), instance.terms.packages
    clock = instance.terms.reserve.copy()
    for auction, wanted, _ in rounds_of(instance, additional_bids=option, **{"cmra.points_nutrient": points}):
        best = [
            headline_demand(value, packages.lots, packages.units, clock, free) for value in instance.value
        ]
        assert auction.headline.tolist() == best
        changed = lowered(auction, wanted)
        assert not changed[np.arange(n), auction.headline].any()
        assert option == "below" or not changed.any()
        clock = auction.price.copy()


def test_demand_beyond_the_eligibility_comes_up():
    """Otherwise the test above would show little."""
    beyond = 0
    for seed in range(40):
        for auction, _, before in rounds_of(any_values(seed, 3, (3, 2, 2)), additional_bids="all"):
            beyond += (auction.activity.points[auction.headline] > before).sum()
    assert beyond > 10


def test_bids_for_less_may_be_limited_by_older_demand_that_is_not_bid_for_again():
    """Departure: with "below", only packages within the headline are bid for, so a bid for an older, different
    demand is not raised, and holds back what hangs on it; seldom."""
    bids = limited = 0
    for seed in range(120):
        instance = any_values(seed, 3, (3, 3, 3))
        for auction, wanted, _ in rounds_of(instance, additional_bids="below", **{"cmra.points_nutrient": 3}):
            limited, bids = limited + lowered(auction, wanted).sum(), bids + (wanted > 0).sum()
    assert 0 < limited < 0.005 * bids


@pytest.mark.parametrize("option", ["below", "all"])
@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 5), points=st.sampled_from([1, 10]))
def test_farms_that_bid_the_truth_never_notice(option, seed, n, points):
    """Their permits are complements: what they demand falls as prices rise, so that eligibility never binds."""
    values = {"n_farms": n, "additional_bids": option, "cmra.points_nutrient": points, "increment_ghg": 0.5}
    instance = draw_instance(EscapePermitsParams().replace(values), seed)
    for auction, wanted, before in rounds_of(instance, **values):
        assert not lowered(auction, wanted).any()
        assert (auction.activity.points[auction.headline] <= before).all()
    assert auction.outcome.package.tolist() == played(instance, **values).outcome.package.tolist()


def test_snipers_are_kept_out():
    """Without the rules they buy late what they want, with them nothing: they have lost all points by waiting."""
    values = {"farm": "sniper", "sniper.waits": 3, "sniper.every": 1}
    instance = draw_instance(EscapePermitsParams().replace(values), 1)
    free, bound = (played(instance, **values, **{"cmra.activity": rule}) for rule in (False, True))
    assert (free.outcome.package > 0).all()
    assert (bound.outcome.package == 0).all()
    assert bound.eligibility().tolist() == [0, 0]


def test_a_demand_that_activity_does_not_allow_is_refused_with_its_reason():
    instance = instance_of(PACKAGES, np.zeros((2, 6)), [2, 1], 0.0, [MONEY, MONEY])
    auction = Cmra(CmraSettings(activity=True), instance.terms, 2)
    nothing = np.full(6, NO_BID)
    for row in range(2):
        auction.submit(row, A, nothing)
    auction.end_round()
    auction.submit(0, A, nothing)
    with pytest.raises(
        ValueError, match=r"farm 1 demands \[1, 1\] lots in round 2: .*activity does not allow"
    ):
        auction.submit(1, AB, nothing)
