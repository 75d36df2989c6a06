"""Free allocation: the source's tables, their generalisation, rounding, and selling permits instead."""

import numpy as np
import pytest

from learning.knobs import ParameterError
from learning.registry import UnknownNameError
from model.allocation import (
    DOWN,
    LARGEST_REMAINDER,
    NONE,
    SCHEDULES,
    percentages,
    rank,
    rank_weights,
    split,
)
from model.issuing import ISSUING
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.grid import Grid

SI_DECREASING = [
    [7, 7, 5, 4, 4],
    [7, 7, 5, 4, 4],
    [6, 6, 5, 3, 3],
    [5, 5, 4, 3, 3],
    [4, 4, 3, 2, 2],
    [4, 4, 3, 2, 2],
    [3, 3, 2, 2, 2],
    [2, 2, 2, 1, 1],
    [1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1],
]
GF_DECREASING = [
    [8, 6, 5, 4, 3],
    [8, 6, 5, 4, 3],
    [7, 6, 5, 4, 3],
    [6, 5, 4, 3, 2],
    [5, 4, 3, 2, 2],
    [5, 4, 3, 2, 2],
    [4, 3, 2, 2, 1],
    [3, 2, 2, 1, 1],
    [2, 1, 1, 1, 0],
    [2, 1, 1, 1, 0],
]


def shares(pool, weights, rounding=DOWN):
    share = np.zeros(len(weights))
    n = len(weights)
    split(pool, np.array(weights, float), rounding, share, np.empty(n), np.empty(n, np.int64))
    return share.tolist()


def table(schedule, indicator):
    """Permits by period and rank of 200 in all."""
    weights = rank_weights(schedule, indicator, 5)
    return [shares(200.0 * q / 100.0, weights) for q in percentages(schedule, 10)]


def test_permits_of_the_sources_tables():
    """Wang2024, simulator: permits by period and rank."""
    assert table("flat", "size") == [[3] * 5] * 10
    assert table("flat", "grandfathering") == table("flat", "benchmarking") == [[5, 4, 3, 2, 2]] * 10
    assert table("decreasing", "size") == SI_DECREASING
    assert table("decreasing", "grandfathering") == GF_DECREASING
    for indicator, total, lost in (("size", 156, 28), ("grandfathering", 164, 20)):
        given = table("convex", indicator)
        projects = sum(int(200.0 * q / 100.0 / 10) for q in percentages("convex", 10))
        assert (np.sum(given), projects) == (total, 16)
        assert 200 - np.sum(given) - projects == lost


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("periods", [1, 3, 7, 20])
def test_other_numbers_of_periods_share_all_permits(schedule, periods):
    found = percentages(schedule, periods)
    assert len(found) == periods
    assert found.sum() == pytest.approx(100.0)
    assert (np.diff(found) <= 0).all() or schedule == "convex"


@pytest.mark.parametrize("n", [1, 2, 3, 9, 20])
def test_other_numbers_of_enterprises_have_falling_weights_between_the_same_ends(n):
    for schedule, indicator, ends in (
        ("flat", "grandfathering", (7, 3)),
        ("convex", "size", (5, 3)),
        ("flat", "size", (1, 1)),
    ):
        weights = rank_weights(schedule, indicator, n)
        assert len(weights) == n
        assert weights[0] == ends[0]
        assert n == 1 or weights[-1] == ends[1]
        assert (np.diff(weights) <= 0).all()
    assert rank_weights("flat", "benchmarking", 9)[::2].tolist() == [7, 6, 5, 4, 3]


@pytest.mark.parametrize("pool", [0.0, 7.0, 20.0, 33.3, 200.0])
@pytest.mark.parametrize("weights", [[1, 1, 1], [7, 6, 5, 4, 3], [0, 0], [0, 5, 1]])
def test_rounding_by_largest_remainder_loses_no_whole_permit(pool, weights):
    exact, whole = shares(pool, weights, NONE), shares(pool, weights, LARGEST_REMAINDER)
    assert sum(exact) == pytest.approx(pool * 0.9)
    assert sum(whole) == int(pool * 0.9 + 1e-9)
    assert all(abs(a - b) < 1 and a == int(a) for a, b in zip(whole, exact))
    down = shares(pool, weights)
    assert all(a == int(b + 0) or abs(a - b) < 1e-9 for a, b in zip(down, exact))


def test_without_weights_all_get_the_same():
    assert shares(20.0, [0, 0, 0]) == [6, 6, 6]


def test_equal_keys_keep_their_order():
    order = np.zeros(4, np.int64)
    rank(np.array([1.0, 3.0, 1.0, 3.0]), order)
    assert order.tolist() == [1, 3, 0, 2]


def test_manual_lists_are_repeated_and_cut():
    assert percentages("manual", 4, "30 5").tolist() == [30, 5, 5, 5]
    assert rank_weights("flat", "manual", 2, "3 1 9").tolist() == [3, 1]


@pytest.mark.parametrize("text", ["", "5 -1", "ten", "nan", "1,2"])
def test_lists_that_are_none_are_refused_by_name(text):
    with pytest.raises(ParameterError, match="manual_weights"):
        Grid(indicator="manual", manual_weights=text)
    with pytest.raises(ParameterError, match="manual_percentages"):
        Grid(schedule="manual", manual_percentages=text)


def test_manual_weights_go_by_enterprise_not_by_rank():
    model = Grid(rng=1, n_firms=3, indicator="manual", manual_weights="0 1 2", rounding="none")
    model.step()
    assert model.firms.rows.permits.tolist() == pytest.approx([0.0, 6.0, 12.0])


@pytest.mark.parametrize("indicator", ["size", "grandfathering", "benchmarking"])
def test_the_rank_decides_who_gets_how_much(indicator):
    model = Grid(rng=8, schedule="decreasing", indicator=indicator)
    model.advance(50)
    firms = model.firms.rows
    keys = {
        "size": firms.scale,
        "grandfathering": firms.period_emissions,
        "benchmarking": firms.scale / firms.level,
    }[indicator].copy()
    model.step()
    order = np.argsort(-keys, kind="stable")
    assert firms.allocation[order].tolist() == (SI_DECREASING if indicator == "size" else GF_DECREASING)[1]


@pytest.mark.parametrize("auction", AUCTIONS)
def test_permits_can_be_sold_by_any_auction(auction):
    model = Grid(rng=3, issuing=auction)
    model.step()
    firms, public = model.firms.rows, model.government
    assert 0 < firms.allocation.sum() <= 15.0 + 1e-9
    assert (firms.cash >= -1e-9).all()
    assert public.cash == pytest.approx(firms.auction_payment.sum())
    assert auction == "vcg" or public.cash > 0
    assert firms.permits.tolist() == firms.allocation.tolist()


def test_a_reserve_price_nobody_pays_sells_nothing():
    model = Grid(rng=3, issuing="uniform", reserve_price=1000.0)
    model.step()
    assert model.firms.rows.allocation.sum() == 0
    assert model.government.project_permits == 2


def test_ways_of_issuing_are_free_allocation_and_all_auctions():
    assert list(ISSUING) == ["free", *AUCTIONS]
    assert len(ISSUING) == 1 + len(AUCTIONS)
    assert "free" in ISSUING and "uniform" in ISSUING and "gift" not in ISSUING
    assert ISSUING["uniform"] is AUCTIONS["uniform"]
    with pytest.raises(UnknownNameError, match="free"):
        ISSUING["fre"]
