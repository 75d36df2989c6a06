"""Bids of enterprises in permit auctions: the value of a permit, at most the fine, within their coins."""

from itertools import pairwise

import numpy as np
import pytest

from agents.enterprises.bids import PRICE, STEPS, VOLUME, bid_at_random, bid_worth, mark_down
from agents.enterprises.worth import need_of, worth
from tests.unit.agents.enterprises.test_heuristic import FACTS, owner


def schedule(own, facts=FACTS):
    """The steps with a volume that it bids, float64[steps, 2]."""
    bids = np.full((STEPS, 2), 7.0)
    bid_worth(facts, own, bids)
    return bids[bids[:, VOLUME] > 0.0]


def test_each_step_is_what_one_more_permit_is_worth_in_the_period_that_begins():
    own = owner(6.0, clock=50, cash=10_000.0)
    steps = schedule(own)
    fresh = own._replace(permits=0.0, clock=51)
    assert steps[:, PRICE].tolist() == [worth(FACTS, fresh, float(k), 1.0) for k in range(len(steps))]
    assert (steps[:, VOLUME] == 1.0).all()
    mean, deviation = need_of(FACTS, fresh)
    assert len(steps) == np.ceil(mean + 3 * deviation)
    assert steps[0, PRICE] == pytest.approx(20.0, abs=0.01)  # 10 coins with half a tonne
    assert steps[-1, PRICE] < 0.1


@pytest.mark.parametrize("level", [1.0, 0.5, 0.2, 0.02])
def test_prices_fall_and_never_exceed_the_fine_nor_the_income_of_a_tonne(level):
    prices = schedule(owner(0.0, level=level, clock=50, cash=10_000.0))[:, PRICE]
    assert all(a >= b for a, b in pairwise(prices))
    assert prices.max() <= min(FACTS.penalty, 10.0 / level) * (1 + 1e-12)


@pytest.mark.parametrize("cash", [0.5, 7.3, 20.0, 300.0, 5000.0])
def test_where_coins_are_short_all_its_prices_are_lowered_alike(cash):
    rich, own = schedule(owner(0.0, clock=0, cash=1e6)), schedule(owner(0.0, clock=0, cash=cash))
    assert own[:, VOLUME].tolist() == rich[:, VOLUME].tolist()
    spent, wanted = ((bid[:, PRICE] * bid[:, VOLUME]).sum() for bid in (own, rich))
    assert spent == pytest.approx(min(0.5 * cash, wanted))
    np.testing.assert_allclose(own[:, PRICE], rich[:, PRICE] * spent / wanted)


@pytest.mark.parametrize("cash", [0.0, -3.0])
def test_an_enterprise_without_coins_does_not_bid(cash):
    assert len(schedule(owner(0.0, cash=cash))) == 0


def test_who_may_need_more_permits_than_there_are_steps_bids_for_more_in_each():
    own = owner(0.0, level=1.0, scale=5.0, clock=50, cash=1e6)
    steps = schedule(own)
    mean, deviation = need_of(FACTS, own._replace(clock=51))
    assert len(steps) <= STEPS
    assert (steps[:, VOLUME] == np.ceil((mean + 3 * deviation) / STEPS)).all()
    assert steps[:, VOLUME].sum() >= mean + 3 * deviation


def test_an_enterprise_that_will_not_produce_does_not_bid():
    assert len(schedule(owner(0.0, clock=50, labour=1.1))) == 0


def test_random_bids_are_allowed_and_cover_all_prices():
    rng, found = np.random.default_rng(1), []
    for _ in range(2000):
        bids = np.full((STEPS, 2), 7.0)
        bid_at_random(12.5, 30.0, rng.random(2), bids)
        assert not bids[1:].any()
        found.append(bids[0])
    price, volume = np.array(found).T
    assert set(price) == set(range(1, 13))
    assert (price * volume <= 12.5).all()
    assert volume.min() == 1.0
    assert volume.max() == 12.0
    bid_at_random(1000.0, 30.0, np.array([0.999, 0.5]), bids)
    assert bids[0, PRICE] == 30.0
    bid_at_random(0.9, 30.0, np.array([0.999, 0.5]), bids)
    assert not bids.any()


@pytest.mark.parametrize(("price", "volume", "kept"), [(1.0, 1.0, 10), (0.4, 0.5, 5), (0.7, 0.25, 3)])
def test_a_bid_is_marked_down_to_shares_of_worth_and_of_steps(price, volume, kept):
    bids = np.zeros((STEPS, 2))
    bids[:10, PRICE], bids[:10, VOLUME] = np.arange(20.0, 10.0, -1.0), 2.0
    before = bids.copy()
    mark_down(bids, price, volume)
    assert np.array_equal(bids[:, PRICE], price * before[:, PRICE])
    assert (bids[:, VOLUME] > 0).sum() == kept and np.array_equal(bids[:kept, VOLUME], before[:kept, VOLUME])
