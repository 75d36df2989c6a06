"""Free allocation: the source's tables, their generalisation, rounding, and selling permits instead."""

import numpy as np
import pytest

from agents.enterprises.enterprise import ENTERPRISES, Enterprise
from learning.knobs import ParameterError
from learning.registry import UnknownNameError
from model import accounts
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
@pytest.mark.parametrize("policy", ["heuristic", "random_action"])
def test_permits_are_sold_by_any_auction_over_a_whole_episode(auction, policy):
    """Below the fine, for coins that are there, as bid, and everything is accounted for."""
    # random enterprises seldom bid for all there is: then the reserve price is the price
    model, sales, proceeds = Grid(rng=3, issuing=auction, policy=policy, reserve_price=0.5), 0, 0.0
    while model.government.clock < model.params.episode:
        cash, accounts_before = model.firms.rows.cash.copy(), model.government.cash
        model.advance(1)
        firms, public = model.firms.rows, model.government
        assert (public.permits_sold > 0) <= (public.clock % model.params.period_length == 1)
        assert abs(accounts.permits_missing(firms, public.population.rows)) < 1e-6
        assert abs(accounts.cash_missing(firms, public.population.rows)) < 1e-6
        if public.clock % model.params.period_length != 1:
            continue
        paid, got, change = firms.auction_payment, firms.allocation, firms.cash - cash
        assert public.permits_sold == pytest.approx(got.sum()) and got.sum() <= 15.0 + 1e-9
        assert public.clearing_price <= model.params.penalty + 1e-9
        assert (paid >= 0.0).all() and (paid <= model.params.penalty * got + 1e-9).all()
        assert (paid <= np.maximum(cash, 0.0) + 1e-9).all()
        assert (change >= -paid - 1e-9).all()  # open bids of the market come back in the same step
        offered = (model.world.bids[..., 0] * model.world.bids[..., 1]).sum(1)
        assert (paid <= offered + 1e-9).all()
        assert firms.permits.tolist() == got.tolist()
        assert public.cash - accounts_before == pytest.approx(paid.sum())
        sales, proceeds = sales + (public.permits_sold > 0), proceeds + paid.sum()
    assert sales >= (10 if policy == "heuristic" else 1)
    assert public.auction_proceeds == pytest.approx(proceeds)
    assert proceeds > 0


@pytest.mark.parametrize("auction", AUCTIONS)
def test_idle_enterprises_buy_no_permits_and_keep_their_coins(auction):
    model = Grid(rng=3, issuing=auction, policy="idle")
    model.advance(500)
    assert (model.firms.rows.cash == 20.0).all()
    assert model.government.issued == 0.0
    assert np.isnan(model.datacollector.model_vars["auction_price"]).all()


@pytest.mark.parametrize("policy", ["heuristic", "random_action"])
def test_auctions_are_the_same_step_by_step_and_compiled(policy, same_bits):
    values = {"issuing": "discriminatory", "policy": policy, "period_length": 10, "rounding": "none"}
    one, other = (Grid(rng=5, **values) for _ in range(2))
    one.advance(45)
    for _ in range(45):
        other.step()
    assert same_bits(one.firms.numbers, other.firms.numbers)
    assert same_bits(one.world.bids, other.world.bids)
    assert one.government.auction_proceeds == other.government.auction_proceeds > 0


class Keen(Enterprise):
    """Bids for three permits, more than it can pay, in plain Python."""

    def bid(self, market):
        """Propose a schedule."""
        return [(12.0, 1.0), (9.0, 1.0), (8.0, 5.0)]


class Wrong(Enterprise):
    """Bids what is no schedule."""

    proposal = None

    def bid(self, market):
        """Propose something."""
        return self.proposal


@pytest.fixture
def kinds():
    """Enterprises that bid in plain Python, for a while."""
    with ENTERPRISES.temporarily("keen", Keen), ENTERPRISES.temporarily("wrong", Wrong):
        yield


def test_a_bid_counts_as_far_as_coins_cover_it(kinds):
    model = Grid(rng=3, issuing="discriminatory", enterprise="keen", n_firms=2)
    model.advance(1)
    assert model.firms.rows.allocation.tolist() == [1.0 + 8.0 / 9.0] * 2
    assert model.firms.rows.cash.tolist() == pytest.approx([0.0, 0.0])


@pytest.mark.parametrize(
    ("proposal", "said"),
    [
        ([(5.0, -1.0)], "at least 0"),
        ([(np.nan, 1.0)], "finite"),
        ([5.0, 1.0], "pairs"),
        (np.ones((33, 2)), "up to 32 pairs"),
        ("much", "pairs"),
        (7.0, "pairs"),
    ],
)
def test_a_schedule_that_is_none_is_refused_by_name(kinds, proposal, said, monkeypatch):
    monkeypatch.setattr(Wrong, "proposal", proposal)
    with pytest.raises(ValueError, match=f"enterprise 0 bids .*{said}"):
        Grid(rng=3, issuing="uniform", enterprise="wrong").step()


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
