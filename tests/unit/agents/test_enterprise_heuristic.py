"""The heuristic enterprise: what a permit is worth to it, what it asks and bids, and that it is worth its while."""

from itertools import pairwise

import numpy as np
import pytest

from agents.enterprise_actions import count_actions, first_ask, first_move, order_of
from agents.enterprise_heuristic import highest_bid, order_for
from agents.enterprise_senses import senses_for
from agents.enterprise_worth import Facts, Own, gain_of_producing, missing, need_of, worth
from model.systems.grid import Grid

FACTS = Facts(
    income=10.0,
    emission_factor=1.0,
    penalty=30.0,
    technology=0.1,
    research_failure=0.3,
    project_cost=10.0,
    period_length=50,
    episode=500,
    max_price=20,
    activity=0.4,
    horizon=100.0,
    rich=60.0,
    most_orders=2.0,
)
LAST_WORK = 48
"""Clock before the last step whose emissions are fined in this period."""


def owner(permits, *, level=0.5, scale=1.0, cash=100.0, clock=20):
    """An enterprise that holds this many permits."""
    return Own(level, scale, 1.0, permits, cash, clock, FACTS.emission_factor * scale * level)


def market(bids=(), own_asks=0, own_bids=0):
    """What it sees of the market, and a mask that forbids nothing; bids : prices of others' open bids."""
    at = senses_for(FACTS.max_price + 1)
    flat = np.zeros(at.length, np.float32)
    for price in bids:
        flat[at.others_bids + price] += 1.0
    flat[at.own_asks], flat[at.own_bids] = own_asks, own_bids
    return flat, np.ones(count_actions(FACTS.max_price), np.int8)


def order(own, cost=0.0, **seen):
    """Side and price of what it does on the market."""
    flat, mask = market(**seen)
    if own.permits < 1.0:  # as the rules have it
        mask[first_ask(FACTS.max_price) : first_move(FACTS.max_price)] = 0
    action = order_for(FACTS, own, flat, mask, cost)
    return order_of(action, FACTS.max_price) if action >= 0 else (0, 0)


def test_what_will_be_missed_is_the_mean_excess_of_a_normal_need():
    draws = np.random.default_rng(1).normal(3.0, 1.2, 400_000)
    for stock in (-1.0, 2.0, 3.0, 5.5):
        assert missing((3.0, 1.2), stock) == pytest.approx(np.maximum(draws - stock, 0).mean(), abs=0.01)
    assert missing((1.0, 0.0), 0.4) == pytest.approx(0.6)
    assert missing((1.0, 0.0), 1.4) == 0.0


def test_it_counts_on_productions_until_the_next_fine():
    """28 steps work between the clock's 21 and the fine of step 50, at 0.4 productions of 0.5 t."""
    mean, deviation = need_of(FACTS, owner(3.0, clock=21))
    assert mean == pytest.approx(28 * 0.4 * 0.5)
    assert deviation == pytest.approx(np.sqrt(28 * 0.4 * 0.6) * 0.5)
    assert need_of(FACTS, owner(3.0, clock=49)) == (0.0, 0.0)


def test_a_permit_is_worth_the_less_the_more_it_holds():
    """From the income it allows, 10 / 0.5 = 20 coins, to nothing; debts at the end are worth the fine they bring."""
    values = [worth(FACTS, owner(s), s, 1.0) for s in np.arange(-5.0, 20.0)]
    assert values[0] == pytest.approx(20.0, abs=1e-6)
    assert values[-1] == pytest.approx(0.0, abs=1e-6)
    assert all(a >= b for a, b in pairwise(values))
    last = owner(-0.4, clock=49, level=0.1)
    assert worth(FACTS, last, last.permits, 1.0) == pytest.approx(0.4 * FACTS.penalty)


@pytest.mark.parametrize("permits", [-3.0, 0.0, 2.0, 5.0, 8.0])
def test_its_ask_lies_above_its_bid_and_both_are_at_what_a_permit_is_worth(permits):
    own = owner(permits)
    bid, ask = worth(FACTS, own, permits, 1.0), worth(FACTS, own, permits - 1.0, 1.0)
    side, price = order(own)
    assert bid <= ask
    assert (side, price) in {(1, int(bid)), (-1, max(int(np.ceil(ask)), 1)), (0, 0)}
    assert side != 0 or bid < 1.0


def test_an_order_pays_for_the_step_it_takes():
    rich, poor = owner(9.0), owner(-30.0)
    assert order(rich) == (-1, 1)
    assert order(rich, cost=4.0) == (0, 0)  # it does not wait for who may come
    assert order(rich, cost=4.0, bids=(4,)) == (0, 0)
    assert order(rich, cost=4.0, bids=(5,)) == (-1, 5)
    assert order(poor) == (1, 20)
    assert order(poor, cost=4.0) == (1, 16)


def test_it_bids_no_more_than_it_has_and_not_again_for_what_it_has_bid_for():
    assert order(owner(-3.0, cash=8.5)) == (1, 8)
    assert order(owner(-3.0, cash=0.5)) == (0, 0)
    short = owner(-0.4, clock=49, level=0.1)
    assert order(short) == (1, 12)
    assert order(short, own_bids=1) == (0, 0)


def test_it_keeps_no_more_orders_open_than_it_wants_but_answers_bids():
    assert order(owner(9.0), own_asks=2) == (0, 0)
    assert order(owner(9.0), own_asks=2, bids=(3,)) == (-1, 1)
    assert order(owner(-3.0), own_bids=2) == (0, 0)


def test_it_looks_for_the_highest_bid_of_others():
    assert highest_bid(FACTS, market(bids=(7, 12))[0]) == 12
    assert highest_bid(FACTS, market()[0]) == 0


def test_production_costs_the_worth_of_its_permits_or_its_fine():
    plenty, few, none = owner(50.0), owner(2.0), owner(0.0)
    assert gain_of_producing(FACTS, plenty) == pytest.approx(10.0)
    assert gain_of_producing(FACTS, few) == pytest.approx(10.0 - worth(FACTS, few, 1.5, 0.5))
    assert gain_of_producing(FACTS, none) == pytest.approx(10.0 - 0.5 * FACTS.penalty)


def test_trading_leaves_fewer_emissions_without_permits():
    """Over three schedules, beside the same enterprises that keep out of the market."""
    found = {most: [] for most in (0, 2)}
    for most, results in found.items():
        for schedule in ("flat", "decreasing", "convex"):
            for seed in range(3):
                grid = Grid(schedule=schedule, rng=seed, **{"heuristic.most_orders": most})
                grid.advance(500)
                results.append((grid.firms.rows.purchases.sum(), grid.summary(last=1)["settled_shortfall"]))
    idle, trading = (np.mean(results, axis=0) for results in found.values())
    assert idle[0] == 0.0
    assert trading[0] > 5.0
    assert trading[1] < idle[1]
