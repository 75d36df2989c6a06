"""The combinatorial clock: properties at its close, and its options by hand [Goyal, R7 to R12]."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.farms.bids import ADDITIONAL_BIDS
from agents.farms.curves import MONEY, NO_BID
from agents.farms.packages import packages_up_to
from model.mechanisms.combinatorial.cmra import CLOSE_ENOUGH, INCREMENTS, Cmra, enter_bids
from model.mechanisms.combinatorial.winners.determination import (
    TIES,
    all_may_win,
    bound_revenue_of_all,
)
from model.mechanisms.combinatorial.winners.greedy import attainable_revenue
from model.systems.escape_permits.auction import (
    best_value,
    bid_all,
    bidding_from,
    open_auction,
    play,
    value_of,
)
from model.systems.escape_permits.comparison import draw_instance
from model.systems.escape_permits.params import EscapePermitsParams
from tests.package_bids import enumerate_winners
from tests.package_instances import any_values, instance_of, played, surplus_of

auctions = {
    "seed": st.integers(0, 10_000),
    "n": st.integers(1, 3),
    "most": st.lists(st.integers(1, 2), min_size=1, max_size=3),
    "reserve": st.sampled_from([0.0, 0.3]),
    "additional_bids": st.sampled_from(ADDITIONAL_BIDS),
    "rules": st.fixed_dictionaries(
        {
            "cmra.increments": st.sampled_from(INCREMENTS),
            "cmra.ties": st.sampled_from(TIES),
            "cmra.activity": st.booleans(),
        }
    ),
}


@settings(max_examples=60)
@given(**auctions)
def test_what_holds_when_it_closes(seed, n, most, reserve, additional_bids, rules):
    instance = any_values(seed, n, most, reserve=reserve)
    auction = played(instance, additional_bids=additional_bids, **rules)
    outcome, terms = auction.outcome, instance.terms
    award, paid = outcome.award(terms.packages), outcome.payment.sum(1)
    assert (award.sum(0) <= terms.supply).all()
    assert (paid >= award @ terms.reserve).all()
    assert (surplus_of(instance, auction) >= 0).all()
    assert paid.tolist() == auction.book[np.arange(n), outcome.package].tolist()
    best = enumerate_winners(terms.packages.lots, auction.book, terms.supply, optional=True)[1]
    assert auction.provisional_revenue == best
    assert paid.sum() >= best * (1 - CLOSE_ENOUGH)
    highest = instance.value.max()
    assert outcome.rounds <= 2 + sum(highest // step + 1 for step in terms.increment.tolist())


@settings(max_examples=40)
@given(**auctions)
def test_a_quick_choice_never_brings_more_than_the_best(seed, n, most, reserve, additional_bids, rules):
    """Else an auction could stay open that should close."""
    instance = any_values(seed, n, most, reserve=reserve)
    lots, supply = instance.terms.packages.lots, instance.terms.supply
    book = played(instance, additional_bids=additional_bids, **rules).book
    for bids in (book, np.maximum(book // 2, book % 2 - 1), np.full_like(book, NO_BID)):
        best = enumerate_winners(lots, bids, supply, optional=True)[1]
        assert 0 <= attainable_revenue(lots, bids, supply)[0] <= best


@settings(max_examples=40)
@given(**auctions, dear=st.integers(0, 10**9))
def test_all_farms_never_bring_more_than_their_bound(seed, n, most, reserve, additional_bids, rules, dear):
    """Else an auction could stay open that should close; whatever the shadow prices are."""
    instance = any_values(seed, n, most, reserve=reserve)
    lots, supply = instance.terms.packages.lots, instance.terms.supply
    book = played(instance, additional_bids=additional_bids, **rules).book
    for bids in (book, np.maximum(book // 2, book % 2 - 1), np.full_like(book, NO_BID)):
        found = enumerate_winners(lots, bids, supply, optional=False)
        if not all_may_win(lots, bids, supply):
            assert found is None
        for price in (attainable_revenue(lots, bids, supply)[1], np.full_like(supply, dear)):
            assert found is None or found[1] <= bound_revenue_of_all(lots, bids, supply, price)


def test_the_exact_questions_are_left_to_rounds_in_which_the_answer_counts(monkeypatch):
    """Otherwise twice a round: with all farms served, and with farms optional."""
    asked, plain = [], Cmra.winners

    def winners(self, amount, optional=True):
        asked.append((self.round, optional))
        return plain(self, amount, optional)

    monkeypatch.setattr(Cmra, "winners", winners)
    params = EscapePermitsParams(n_farms=40)
    auction = play(params, draw_instance(params, 1))
    of_all = [number for number, optional in asked if not optional]
    exact = [number for number, optional in asked if optional]
    assert of_all[-1] == exact[-1] == auction.round and len(exact) < auction.round / 2
    assert of_all[0] > 1  # before, not all bids for least fit
    assert len(of_all) < auction.round - of_all[0] + 1  # a bound was enough


def two_lots(*values, supply=2, reserve=0.0, increment=1.0):
    """One pollutant, packages of 0 to 2 lots, values in euros."""
    packages = packages_up_to((2,))
    return instance_of(packages, np.array(values) * MONEY, [supply], reserve, [round(increment * MONEY)])


def test_an_auction_by_hand():
    """Marginal values 5, 3 and 4, 1; two lots. At 0 and 1 both demand two, at 2 and 3 the first two and the second one.
    At 3 the first has bid 6 for two, and 5 - 2 = 3 for one; 3 + 3 serves everybody, and nobody would pay more than 6.
    """
    instance = two_lots([0, 5, 8], [0, 4, 5])
    auction = played(instance)
    assert auction.outcome.rounds == 4
    assert auction.headline.tolist() == [2, 1]
    assert auction.book.tolist() == [[NO_BID, 3 * MONEY, 6 * MONEY], [NO_BID, 3 * MONEY, 2 * MONEY]]
    assert auction.outcome.award(instance.terms.packages).tolist() == [[1], [1]]
    assert auction.outcome.payment.tolist() == [[3 * MONEY], [3 * MONEY]]


def test_without_additional_bids_the_same_auction_goes_on_until_demand_fits():
    auction = played(two_lots([0, 5, 8], [0, 4, 5]), additional_bids="none")
    assert auction.outcome.rounds == 5
    assert auction.outcome.payment.tolist() == [[4 * MONEY], [4 * MONEY]]


def test_bids_below_the_reserve_value_are_not_admitted_and_nothing_is_bid_for_nothing():
    book = np.full((1, 3), NO_BID)
    enter_bids(np.array([[9, 4, 11]]), np.array([0, 5, 10]), book)
    assert book.tolist() == [[0, NO_BID, 11]]


def test_bids_in_the_book_never_fall():
    book = np.array([[NO_BID, 7, 11]])
    enter_bids(np.array([[NO_BID, 6, 12]]), np.array([0, 5, 10]), book)
    assert book.tolist() == [[NO_BID, 7, 12]]


def prices_after_one_round(**rules):
    """Clock prices in round 2 where both farms want everything and only the nutrient is short."""
    packages = packages_up_to((1, 1))
    value = np.array([[0, 5, 5, 10], [0, 5, 5, 10]]) * MONEY
    instance = instance_of(packages, value, [2, 1], 0.0, [100_000, 500_000])
    params = EscapePermitsParams().replace(rules)
    auction = open_auction(params, instance)
    bidding = bidding_from(params, auction, instance.value)
    bid_all(instance, auction, bidding)
    auction.end_round()
    assert not auction.closed
    return auction.price.tolist()


def test_prices_rise_where_demand_exceeds_supply_or_everywhere():
    assert prices_after_one_round() == [0, 500_000]
    assert prices_after_one_round(**{"cmra.increments": "all"}) == [100_000, 500_000]


def test_ties_decide_what_worthless_permits_do():
    """At a reserve price of zero, equal revenue: nobody gets the lot that nobody values, or somebody does."""
    instance = two_lots([0, 5, 5], [0, 3, 3], supply=3)
    fewest, most = (played(instance, **{"cmra.ties": ties}).outcome for ties in TIES)
    assert fewest.award(instance.terms.packages).tolist() == [[1], [1]]
    assert most.award(instance.terms.packages).sum() == 3


SEEDS = range(40)


def efficiency(seed, **values):
    """Realised share of the best value, and rounds, at the defaults but for these parameters."""
    params = EscapePermitsParams().replace(values)
    instance = draw_instance(params, seed)
    outcome = played(instance, **values).outcome
    return value_of(instance, outcome.package).sum() / best_value(instance), outcome.rounds


def test_bids_capped_by_value_or_price_close_in_the_first_round():
    """The trap: at a reserve price of zero nothing is sold at all."""
    assert {efficiency(seed, additional_bids="capped")[1] for seed in SEEDS} == {1}
    assert {efficiency(seed, additional_bids="capped", reserve_price=0.0) for seed in SEEDS} == {(0.0, 1)}


@pytest.mark.parametrize("option", ["below", "all"])
def test_the_options_of_the_source_are_nearly_efficient(option):
    found = [efficiency(seed, additional_bids=option) for seed in SEEDS]
    assert np.mean([share for share, _ in found]) > 0.98
    assert min(rounds for _, rounds in found) > 10


def test_raising_all_prices_loses_efficiency():
    """Algorithm 2 of the source against its rule R11."""
    two, one = (
        np.array([efficiency(seed, **{"cmra.increments": each})[0] for seed in SEEDS])
        for each in ("all", "over_demanded")
    )
    assert two.mean() < one.mean()
