"""The voluntary secondary market by hand, and against every other way to share the permits."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.mechanisms.exchange.voluntary import bought_at, call_market, quoted_price
from model.systems.learning_bidders import LearningBidders


def trade(worth, required, held):
    """The market, and what each firm buys, t."""
    worth, required, held = (np.array(x, float) for x in (worth, required, held))
    market = call_market(worth, required, np.argsort(-worth, kind="stable"), held)
    return market, [bought_at(market, *firm) for firm in zip(worth, required, held, strict=True)]


def test_permits_go_to_the_highest_worths_at_that_of_the_marginal_firm():
    """150 t for 100, 80 and 60 t required at 5, 3 and 2 €/t: 100, 50 and 0 t. The price is 3 €/t.

    Firm 0 buys the 60 t it lacks, all 60 t of firm 2 among them; firm 1, indifferent at 3 €/t, trades nothing.
    """
    market, bought = trade([5, 3, 2], [100, 80, 60], [40, 50, 60])
    assert quoted_price(market) == 3.0
    assert bought == pytest.approx([60, 0, -60])
    assert (market.supply, market.demand) == (60.0, 60.0)


def test_a_marginal_firm_sells_what_is_missing():
    """The others sell 20 t too little: firm 1 parts with 20 of its 70 t."""
    market, bought = trade([5, 3, 2], [100, 80, 60], [40, 70, 40])
    assert quoted_price(market) == 3.0
    assert bought == pytest.approx([60, -20, -40])


def test_a_marginal_firm_buys_what_is_left():
    market, bought = trade([5, 3, 2], [100, 80, 60], [100, 20, 30])
    assert quoted_price(market) == 3.0
    assert bought == pytest.approx([0, 30, -30])


def test_more_than_required_is_sold_though_its_holder_is_marginal():
    """Firm 1 requires 80 t and holds 110: the 30 t beyond are worth nothing to it. Firm 0 buys them."""
    market, bought = trade([5, 3], [100, 80], [60, 110])
    assert quoted_price(market) == 3.0
    assert bought == pytest.approx([40, -40])


def test_equal_worths_share_in_proportion():
    """Firms 0 and 1 save a fine of 4 €/t; firm 2 has 30 t too many; they lack 20 and 40 t and get 10 and 20 t."""
    market, bought = trade([4, 4, 4], [50, 60, 10], [30, 20, 40])
    assert quoted_price(market) == 4.0
    assert bought == pytest.approx([10, 20, -30])


def test_where_permits_abound_they_cost_nothing():
    """40 t offered, 20 t sought: each seller sells half of what it offers, at 0 €/t."""
    market, bought = trade([5, 3, 2], [50, 50, 50], [30, 80, 60])
    assert quoted_price(market) == 0.0
    assert bought == pytest.approx([20, -15, -5])
    assert (market.supply, market.demand) == (40.0, 20.0)


@pytest.mark.parametrize("held", [[100, 50, 0], [100, 80, 60], [0, 0, 0]])
def test_no_trade_no_price(held):
    market, bought = trade([5, 3, 2], [100, 80, 60], held)
    assert np.isnan(quoted_price(market))
    assert bought == [0, 0, 0]


amounts = st.lists(st.integers(0, 20), min_size=3, max_size=3)


@given(worth=amounts, required=amounts, held=amounts)
def test_no_other_division_of_the_permits_is_worth_more(worth, required, held):
    market, bought = trade(worth, required, held)
    worth, required, held = (np.array(x, float) for x in (worth, required, held))
    after = held + bought
    assert after.sum() == pytest.approx(held.sum(), abs=1e-9)
    assert (after >= -1e-9).all()
    value = worth @ np.minimum(after, required)
    best = max(
        _greedy(worth, required, held.sum(), order) for order in itertools.permutations(range(len(worth)))
    )
    assert value == pytest.approx(best, abs=1e-9)
    gain = worth * (np.minimum(after, required) - np.minimum(held, required)) - market.price * np.array(
        bought
    )
    assert (gain >= -1e-9).all()


def _greedy(worth, required, permits, order):
    """Value of serving the firms in this order."""
    value = 0.0
    for i in order:
        used = min(required[i], permits)
        value, permits = value + worth[i] * used, permits - used
    return value


@pytest.mark.parametrize("auction", ["uniform", "discriminatory"])
def test_firms_that_trade_voluntarily_are_efficient_whoever_won_the_auction(auction):
    """Random bids, all permits sold: the market gives them to the highest values at one price."""
    model = LearningBidders(exchange="voluntary", learner="random", auction=auction, phi=0.8, rng=1)
    model.advance(50)
    found = model.datacollector.model_vars
    assert found["efficiency"] == pytest.approx([1.0] * 50)
    assert found["trading_price"] == pytest.approx([found["trading_price"][0]] * 50)
    assert found["bought_above_value"] == [0.0] * 50


@pytest.mark.parametrize("compliance", ["curtail", "penalty", "best"])
@pytest.mark.parametrize("learner", ["q_learning", "regret_matching", "truthful"])
def test_both_ways_to_run_agree_where_no_price_may_be_quoted(compliance, learner, same_history):
    values = {"exchange": "voluntary", "compliance": compliance, "penalty": 2.5, "learner": learner}
    one, other = (LearningBidders(n_firms=3, rng=4, **values) for _ in range(2))
    one.advance(30)
    for _ in range(30):
        other.step()
    same_history(one, other)
    assert np.isfinite(one.learner.memory).all()
