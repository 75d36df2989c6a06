"""First-price bids for packages, and separate uniform auctions per pollutant, by hand [Goyal]."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.farms.curves import MONEY
from agents.farms.packages import packages_up_to
from model.mechanisms.auctions.base import clear
from model.mechanisms.auctions.uniform import Uniform
from model.systems.escape_permits.comparison import draw_instance
from model.systems.escape_permits.params import EscapePermitsParams
from tests.package_bids import enumerate_winners
from tests.package_instances import any_values, instance_of, played, surplus_of

ONE_BY_ONE = packages_up_to((1, 1))
"""(0, 0), (0, 1), (1, 0), (1, 1)."""


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 3),
    most=st.sampled_from([(3,), (2, 1), (1, 1, 1)]),
    reserve=st.sampled_from([0.0, 0.5]),
    kept=st.sampled_from([0.0, 0.25, 0.8]),
)
def test_the_bids_of_highest_revenue_beyond_the_reserve_win_and_are_paid(seed, n, most, reserve, kept):
    instance = any_values(seed, n, most, reserve=reserve)
    bids = {"first_price.bids": "share", "first_price.kept": kept}
    auction = played(instance, "first_price", **bids)
    outcome = auction.outcome
    share = kept or 1 / max(n, 2)  # 0 stands for the equilibrium of evenly drawn values
    terms = instance.terms
    least = terms.packages.lots @ terms.reserve
    bids = (instance.value * (1 - share)).astype(np.int64)
    paid = outcome.payment.sum(1)
    assert (abs(paid - bids[np.arange(n), outcome.package]) <= 1).all()
    assert (paid >= least[outcome.package]).all()
    admitted = np.where(bids >= least, bids - least, -1)
    best = enumerate_winners(terms.packages.lots, admitted, terms.supply, optional=True)[1]
    assert abs((paid - least[outcome.package]).sum() - best) <= n
    assert (surplus_of(instance, auction) >= 0).all()


def test_a_package_may_win_against_single_lots_by_hand():
    """10 for both lots beats 4 and 5; half of it is bid and paid."""
    value = np.array([[0, 1, 1, 10], [0, 4, 0, 4], [0, 0, 5, 5]]) * MONEY
    instance = instance_of(ONE_BY_ONE, value, [1, 1], 0.0, [MONEY] * 2)
    bids = {"first_price.bids": "share", "first_price.kept": 0.5}
    outcome = played(instance, "first_price", **bids).outcome
    assert outcome.package.tolist() == [3, 0, 0]
    assert outcome.payment.sum(1).tolist() == [5 * MONEY, 0, 0]


def test_separate_auctions_by_hand():
    """Each expects one lot of either. Given that, a first and a second lot of the first pollutant are worth 5 - 2 and
    7 - 5 to farm 0, 6 - 1 and 6 - 6 to farm 1; of the second 5 - 1 and 7 - 5, 6 - 5 and 7 - 6. Of each, two lots are
    sold to the highest bids, at the lowest of these.
    """
    value = np.array([[0, 2, 4, 1, 5, 7, 2, 7, 9], [0, 1, 2, 5, 6, 7, 5, 6, 7]]) * MONEY
    packages = packages_up_to((2, 2))
    instance = instance_of(packages, value, [2, 2], 0.0, [MONEY] * 2)
    outcome = played(instance, "separate_uniform").outcome
    assert outcome.award(packages).tolist() == [[1, 2], [1, 0]]
    assert outcome.payment.tolist() == [[3 * MONEY, 2 * 2 * MONEY], [3 * MONEY, 0]]


def test_separate_auctions_are_the_registered_uniform_auction_lot_by_lot():
    """Bids built here from values, one step per lot, and cleared by the format of the single-good systems."""
    instance = draw_instance(EscapePermitsParams().replace({"n_farms": 3, "baseline_ghg": 6}), 4)
    terms, value = instance.terms, instance.value / MONEY
    outcome = played(instance, "separate_uniform").outcome
    shape = tuple(terms.packages.lots[-1] + 1)
    for j in range(2):
        bids = []
        for row, expected in zip(value, terms.expected, strict=True):
            worth = row.reshape(shape).take(expected[1 - j], axis=1 - j)
            bids.append(np.minimum.accumulate(np.diff(worth)))
        found = clear(
            "uniform",
            np.array(bids),
            np.ones_like(bids),
            supply=float(terms.supply[j]),
            reserve=terms.reserve[j] / MONEY,
            settings=Uniform.Settings(tie_rule="pro_rata_whole", undersubscribed="reserve"),
        )
        assert outcome.award(terms.packages)[:, j].tolist() == found.award.tolist()
        assert np.abs(outcome.payment[:, j] / MONEY - found.payment).max() <= 1e-6


def test_who_needs_both_may_lose_in_separate_auctions():
    """The risk that package bids avoid. Both lots are worth 10 to farm 0, one alone 1; it bids 9 for either, wins one.
    It pays its own bid, as that is the lowest that won.
    """
    value = np.array([[0, 1, 1, 10], [0, 9.5, 1, 10.5]]) * MONEY
    instance = instance_of(ONE_BY_ONE, value, [1, 1], 0.0, [MONEY] * 2)
    instance.terms.expected[:] = 1
    auction = played(instance, "separate_uniform")
    assert auction.outcome.package.tolist() == [2, 1]
    assert surplus_of(instance, auction).tolist() == [-8 * MONEY, 0]
    assert (surplus_of(instance, played(instance, "vcg")) >= 0).all()
