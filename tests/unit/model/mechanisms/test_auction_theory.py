"""Results of auction theory on the formats, in cases small enough to check every deviation [TwoTier]."""

import itertools

import numpy as np
import pytest

from model.mechanisms.auctions.base import clear
from model.mechanisms.auctions.uniform import UniformSettings

HIGHEST_REJECTED = UniformSettings(price_rule="highest_rejected")
FORMATS = {
    "discriminatory": ("discriminatory", None),
    "lowest accepted": ("uniform", None),
    "highest rejected": ("uniform", HIGHEST_REJECTED),
    "vcg": ("vcg", None),
}


def run(name, bids, supply, reserve=0.0):
    """Outcome of unit steps ``bids`` (one list of prices per bidder, 0 for no bid)."""
    auction, settings = FORMATS[name]
    price = np.array(bids, float)
    return clear(auction, price, np.ones(price.shape), supply=supply, reserve=reserve, settings=settings)


def profit(name, values, bids, supply, reserve=0.0, bidder=0):
    """Value of what the bidder wins less what it pays; ties are shared, and so are values then."""
    outcome = run(name, bids, supply, reserve)
    award = outcome.award[bidder]
    worth = sum(v * min(max(award - k, 0.0), 1.0) for k, v in enumerate(values))
    return worth - outcome.payment[bidder]


@pytest.mark.parametrize("reserve", [0.0, 0.3])
def test_no_deviation_from_the_truth_gains_under_vcg(reserve):
    rng, grid = np.random.default_rng(4), np.linspace(0.0, 1.2, 9)
    for _ in range(60):
        values = np.sort(rng.random(2))[::-1]
        rivals = np.sort(rng.random((3, 2)), axis=1)[:, ::-1].tolist()
        truth = profit("vcg", values, [values.tolist(), *rivals], 3, reserve)
        for high, low in itertools.product(grid, grid):
            if low <= high:
                assert profit("vcg", values, [[high, low], *rivals], 3, reserve) <= truth + 1e-12


def test_truth_leaves_nothing_under_highest_rejected_and_demand_reduction_everything():
    values = [10, 10]
    assert run("highest rejected", [values, values], 2).clearing_price == 10
    assert profit("highest rejected", values, [values, values], 2) == 0
    reduced = run("highest rejected", [[10, 0], [10, 0]], 2)
    assert (reduced.award.tolist(), reduced.clearing_price) == ([1, 1], 0)
    assert profit("highest rejected", values, [[10, 0], [10, 0]], 2) == 10


@pytest.mark.parametrize("values", [(10, 10), (10, 8)])
def test_demand_reduction_is_an_equilibrium_under_highest_rejected(values):
    for high, low in itertools.product(np.linspace(0, 14, 57), repeat=2):
        if low <= high:
            assert profit("highest rejected", values, [[high, low], [10, 0]], 2) <= 10


def test_the_same_profile_is_no_equilibrium_under_lowest_accepted():
    bids = [[10, 0], [10, 0]]
    assert run("lowest accepted", bids, 2).clearing_price == 10
    assert profit("lowest accepted", [10, 10], bids, 2) == 0
    assert profit("lowest accepted", [10, 10], [[0.01, 0], [10, 0]], 2) == pytest.approx(9.99)


@pytest.mark.parametrize(
    ("name", "second", "price", "gain"),
    [
        ("lowest accepted", 8, 8, 2),
        ("lowest accepted", 5.01, 5.01, 7.98),
        ("highest rejected", 8, 5, 8),
        ("highest rejected", 0, 0, 10),
    ],
)
def test_shading_the_second_bid(name, second, price, gain):
    """Three permits; A values (10, 8), B bids (9, 5)."""
    bids = [[10, second], [9, 5]]
    assert run(name, bids, 3).clearing_price == pytest.approx(price)
    assert profit(name, [10, 8], bids, 3) == pytest.approx(gain)


def test_the_best_discriminatory_reply_pays_one_price_for_two_units():
    values, rivals, grid = [10, 8], [[6, 3], [5, 2]], np.arange(0, 10.01, 0.25)
    best = max(
        ((high, low) for high, low in itertools.product(grid, grid) if low <= high),
        key=lambda bid: profit("discriminatory", values, [list(bid), *rivals], 3),
    )
    assert run("discriminatory", [list(best), *rivals], 3).award[0] == 2
    assert best[0] == best[1]


def test_with_unit_demand_highest_rejected_pays_what_vcg_pays():
    rng = np.random.default_rng(0)
    for _ in range(200):
        bids = rng.random((5, 1)).tolist()
        uniform, vcg = run("highest rejected", bids, 3, 0.1), run("vcg", bids, 3, 0.1)
        assert uniform.payment == pytest.approx(vcg.payment)


def test_on_the_same_bids_discriminatory_earns_most_and_vcg_least():
    rng = np.random.default_rng(1)
    for _ in range(300):
        bids = np.sort(rng.random((4, 3)), axis=1)[:, ::-1].tolist()
        earned = [run(name, bids, 6, 0.05).payment.sum() for name in FORMATS]
        assert all(more >= less - 1e-12 for more, less in itertools.pairwise(earned))


def test_flat_values_leave_no_price_but_the_value_under_discriminatory():
    """Two permits, two bidders who want both and value each at 10: any common bid below is overbid."""
    for common in (0, 4, 9, 9.9):
        shared = profit("discriminatory", [10, 10], [[common] * 2] * 2, 2)
        over = common + (10 - common) / 4
        assert profit("discriminatory", [10, 10], [[over] * 2, [common] * 2], 2) > shared
    others = np.linspace(0, 12, 49)
    assert max(profit("discriminatory", [10, 10], [[b, b], [10, 10]], 2) for b in others) <= 1e-12


def test_vcg_payments_by_hand():
    """Three permits; A bids (10, 8), B (9, 5), C (7, 1). A wins 2: without it B's 5 and C's 7 would win. B wins 1:
    without it C's 7."""
    outcome = run("vcg", [[10, 8], [9, 5], [7, 1]], 3)
    assert outcome.award.tolist() == [2, 1, 0]
    assert outcome.payment.tolist() == [12, 7, 0]
    assert outcome.clearing_price == pytest.approx(19 / 3)
    assert outcome.equilibrium_price == 8


def test_vcg_pays_the_reserve_where_nobody_is_displaced():
    outcome = run("vcg", [[10, 8], [9, 0]], 5, reserve=2)
    assert outcome.award.tolist() == [2, 1]
    assert outcome.payment.tolist() == [4, 2]


def test_odd_permits_go_by_the_keys():
    """Two permits among three equal bids of 1: a whole share is 0, the two smallest keys get one each."""
    whole = UniformSettings(tie_rule="pro_rata_whole")
    outcome = clear("uniform", [5, 5, 5], [1, 1, 1], supply=2, settings=whole, tie_key=[0.9, 0.1, 0.5])
    assert outcome.award.tolist() == [0, 1, 1]
