"""The heuristic enterprise: what a permit is worth to it, what it asks and bids, and that it is worth its while."""

from itertools import pairwise

import numpy as np
import pytest

from agents.enterprises.actions import count_actions, first_ask, first_move, order_of
from agents.enterprises.heuristic import highest_bid, lowest_ask, order_for
from agents.enterprises.senses import senses_for
from agents.enterprises.worth import (
    Facts,
    Own,
    coins_for,
    gain_of_building,
    gain_of_investing,
    gain_of_producing,
    missing,
    need_of,
    worth,
)
from model.systems.grid import Grid
from model.systems.grid.rewards import utility_of_coins

FACTS = Facts(
    income=10.0,
    emission_factor=1.0,
    penalty=30.0,
    technology=0.1,
    research_failure=0.3,
    project_cost=10.0,
    eta=0.23,
    produce_labour=10.0,
    invest_labour=10.0,
    order_and_act=False,
    order_labour=0.25,
    move_labour=1.0,
    project_labour=30.0,
    n_firms=5,
    period_length=50,
    episode=500,
    max_price=20,
    activity=0.4,
    horizon=100.0,
    rich=60.0,
    most_orders=2.0,
    spending=0.5,
)
LAST_WORK = 48
"""Clock before the last step whose emissions are fined in this period."""


def owner(permits, *, level=0.5, scale=1.0, cash=100.0, clock=20, labour=0.0):
    """An enterprise that holds this many permits; labour : coins for a unit of it."""
    return Own(level, scale, 1.0, permits, cash, clock, FACTS.emission_factor * scale * level, labour)


def market(bids=(), asks=(), own_asks=0, own_bids=0):
    """Observations of the market, and a mask that allows all actions; bids, asks : prices of others' open orders."""
    at = senses_for(FACTS.max_price + 1)
    flat = np.zeros(at.length, np.float32)
    for first, prices in ((at.others_bids, bids), (at.others_asks, asks)):
        for price in prices:
            flat[first + price] += 1.0
    flat[at.own_asks], flat[at.own_bids] = own_asks, own_bids
    return flat, np.ones(count_actions(FACTS.max_price), np.int8)


def order(own, cost=0.0, **seen):
    """Side and price of what it does on the market."""
    flat, mask = market(**seen)
    if own.permits < 1.0:  # as the rules have it
        mask[first_ask(FACTS.max_price) : first_move(FACTS.max_price)] = 0
    action = order_for(FACTS, own, flat, mask, cost)
    return order_of(action, FACTS.max_price) if action >= 0 else (0, 0)


def test_expected_shortage_is_the_mean_excess_of_a_normal_need():
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
def test_it_gives_and_takes_permits_only_where_the_price_leaves_it_something(permits):
    own = owner(permits)
    gets, gives = worth(FACTS, own, permits, 1.0), worth(FACTS, own, permits - 1.0, 1.0)
    assert gets <= gives
    for price in range(1, FACTS.max_price + 1):
        side, at = order(own, asks=(price,))
        assert (side == 1) == (max(gets, 0.0) >= 1.0 and (permits < 1.0 or gives > FACTS.max_price))
        assert side != 1 or at == min(price, int(gets))
        side, at = order(own, bids=(price,))
        assert side != -1 or at == max(int(np.ceil(gives)), 1)


def test_an_order_pays_for_the_step_and_the_labour_it_takes():
    rich, poor = owner(9.0), owner(-30.0)
    assert order(rich) == (-1, 1)
    assert order(rich, cost=4.0) == (0, 0)  # it does not wait for who may come
    assert order(rich, cost=4.0, bids=(4,)) == (0, 0)
    assert order(rich, cost=4.0, bids=(5,)) == (-1, 5)
    assert order(poor, asks=(16,), cost=4.0) == (1, 16)
    assert order(poor, asks=(17,), cost=4.0) == (0, 0)
    dear = owner(-30.0, level=0.8, labour=0.4)  # 0.1 coins for the order, and 10 - 4 coins a production earns
    assert order(dear, asks=(7,)) == (1, 7)
    assert order(dear, asks=(8,)) == (1, 7)  # it waits for who may ask less


def test_it_takes_the_lowest_ask_and_does_not_bid_again_for_what_it_has_bid_for():
    assert order(owner(-3.0), asks=(12, 9, 15)) == (1, 9)
    assert order(owner(-3.0), asks=(12, 9, 15), own_bids=2) == (1, 9)
    short = owner(-0.4, clock=49, level=0.1)
    assert order(short, asks=(12,)) == (1, 12)
    assert order(short, asks=(12,), own_bids=1) == (0, 0)


def test_a_waiting_bid_is_the_permits_value_if_the_step_is_free():
    short = owner(-0.4, clock=49, level=0.1)  # the fine of 0.4 t
    assert order(short) == (1, 12)
    assert order(short, asks=(13,)) == (1, 12)
    assert order(short, cost=0.9) == (1, 11)
    assert order(short, cost=1.0) == (0, 0)
    assert order(owner(-3.0), own_bids=1) == (1, int(worth(FACTS, owner(-3.0), -2.0, 1.0)))
    assert order(owner(-3.0), own_bids=2) == (0, 0)


@pytest.mark.parametrize("level", [0.2, 0.8])
def test_no_bid_waits_where_producing_pays(level):
    """Without permits a production of 10 coins brings a fine of 6, or of 24."""
    own = owner(-3.0, level=level)
    earned = FACTS.activity * max(gain_of_producing(FACTS, own), 0.0)
    assert order(own, cost=earned) == ((0, 0) if level == 0.2 else (1, int(worth(FACTS, own, -3.0, 1.0))))


@pytest.mark.parametrize("cash", [-40.0, 0.0, 0.9, 1.0, 6.7, 100.0])
@pytest.mark.parametrize("permits", [-3.0, 0.0, 0.9])
def test_a_bid_is_never_above_its_worth_nor_above_its_coins(cash, permits):
    own = owner(permits, cash=cash)
    for asks in ((), (1,), (7,), (FACTS.max_price,)):
        for bids in range(3):
            side, price = order(own, asks=asks, own_bids=bids)
            assert side == (1 if cash >= 1.0 and (bids < 2 or (asks and price == asks[0])) else 0)
            assert side == 0 or price <= min(worth(FACTS, own, permits + bids, 1.0), cash)


def test_nobody_bids_itself_into_debt_over_an_episode():
    """Bids wait in the book, the coins behind them are set aside, and fines alone bring debts."""
    grid, waited = Grid(rng=3), 0
    for _ in range(500):
        before = grid.firms.rows.cash_escrow.copy()
        grid.advance(1)
        firms = grid.firms.rows
        waited += (firms.cash_escrow > 0.0).any()
        assert (firms.cash[firms.cash_escrow > before] >= 0.0).all()
    assert waited > 25


def test_it_keeps_no_more_asks_open_than_it_wants_but_answers_bids():
    assert order(owner(9.0), own_asks=2) == (0, 0)
    assert order(owner(9.0), own_asks=2, bids=(3,)) == (-1, 1)


def test_it_looks_for_the_highest_bid_of_others():
    assert highest_bid(FACTS, market(bids=(7, 12))[0]) == 12
    assert highest_bid(FACTS, market()[0]) == 0
    assert lowest_ask(FACTS, market(asks=(7, 12))[0]) == 7
    assert lowest_ask(FACTS, market()[0]) == FACTS.max_price + 1


def test_production_costs_the_worth_of_its_permits_or_its_fine():
    plenty, few, none = owner(50.0), owner(2.0), owner(0.0)
    assert gain_of_producing(FACTS, plenty) == pytest.approx(10.0)
    assert gain_of_producing(FACTS, few) == pytest.approx(10.0 - worth(FACTS, few, 1.5, 0.5))
    assert gain_of_producing(FACTS, none) == pytest.approx(10.0 - 0.5 * FACTS.penalty)


def test_labour_costs_the_coins_that_bring_its_utility():
    """Utility of coins has the slope z^(-eta): coins for labour, times the slope, are the utility it takes."""
    setup = Grid(rng=1).worlds.setup
    for cash in (5.0, 60.0, 2000.0):
        slope = (utility_of_coins(cash + 0.001, setup) - utility_of_coins(cash - 0.001, setup)) / 0.002
        assert coins_for(0.1, cash, FACTS.eta) * slope == pytest.approx(0.1, rel=1e-6)
    assert coins_for(0.1, -50.0, FACTS.eta) == 0.1  # in debt a coin is worth one
    assert coins_for(0.1, 1000.0, FACTS.eta) * 10 == pytest.approx(4.9, abs=0.01)


def test_dear_labour_lowers_what_producing_investing_and_building_earn():
    free, dear = owner(50.0), owner(50.0, labour=0.3)
    assert gain_of_producing(FACTS, dear) == pytest.approx(gain_of_producing(FACTS, free) - 3.0)
    assert gain_of_investing(FACTS, owner(0.0, labour=0.3)) < gain_of_investing(FACTS, owner(0.0)) - 3.0
    assert (
        gain_of_building(FACTS, owner(0.0, labour=0.3), 0.5) < gain_of_building(FACTS, owner(0.0), 0.5) - 9.3
    )


def test_where_labour_costs_more_than_a_production_earns_permits_only_save_fines():
    idle = owner(-2.0, labour=1.1)
    assert gain_of_producing(FACTS, idle) < 0.0
    assert need_of(FACTS, idle) == (0.0, 0.0)
    assert worth(FACTS, idle, -2.0, 1.0) == FACTS.penalty
    assert worth(FACTS, idle, 0.0, 1.0) == 0.0
    assert gain_of_investing(FACTS, idle) < 0.0
    assert gain_of_building(FACTS, owner(0.0, labour=1.1), 0.5) < 0.0


def test_it_rests_where_labour_is_dear_and_does_not_ruin_itself():
    """With labour ten times as dear, at once, nobody ends worse off than by doing nothing."""
    dear = {"labour_cost": 1.0, "labour_warmup": 0.0}
    for seed in (51, 52, 53):
        heuristic, idle = Grid(rng=seed, **dear), Grid(rng=seed, policy="idle", **dear)
        heuristic.advance(500), idle.advance(500)
        assert heuristic.firms.rows.utility.mean() >= idle.firms.rows.utility.mean() - 1.0
        assert heuristic.firms.rows.labour.mean() < 100.0


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
