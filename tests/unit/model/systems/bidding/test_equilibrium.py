"""Exploitability and pure equilibria of the bid grid."""

import numpy as np
import pytest

from model.systems.bidding.equilibrium import (
    BidGame,
    exploitability,
    pure_equilibria,
    relative_exploitability,
)
from model.systems.learning_bidders import LearningBidders
from model.systems.supply_chains import SupplyChains


@pytest.fixture(params=["uniform", "discriminatory"])
def market(request):
    """A small market, so that every profile can be tried."""
    model = LearningBidders(auction=request.param, n_firms=2, price_steps=3, volume_steps=2, phi=0.8, rng=4)
    model.advance(20)
    return model


def test_nobody_gains_by_leaving_an_equilibrium(market):
    found = pure_equilibria(market, starts=6)
    assert found
    for equilibrium in found:
        market.firms.rows.bid_price[:], market.firms.rows.bid_volume[:] = (
            equilibrium.bid_price,
            equilibrium.bid_volume,
        )
        margin = (
            market.firms.rows.selling_price - market.firms.rows.unit_cost
        ) * market.firms.rows.full_output
        assert exploitability(market) == pytest.approx(np.zeros(2), abs=1e-9 * margin.max())


def test_all_equilibria_found_are_among_those_of_a_search_over_all_profiles(market):
    game, n = BidGame(market), market.learner.game.actions
    stable = set()
    for a in range(n):
        for b in range(n):
            game.place([a, b])
            earned = game.profits()
            best = [game.payoffs(i).max() for i in range(2)]
            if all(best[i] <= earned[i] + 1e-6 for i in range(2)):
                stable.add((a, b))
    assert {tuple(e.actions.tolist()) for e in pure_equilibria(market, starts=10)} <= stable


def test_exploitability_is_the_best_single_deviation(market):
    game = BidGame(market)
    profits = game.profits()
    best = [max(game.payoffs(i)) for i in range(2)]
    assert exploitability(market) == pytest.approx(np.maximum(np.array(best) - profits, 0))


@pytest.mark.parametrize("system", [LearningBidders, SupplyChains])
def test_gains_of_all_firms_at_once_are_those_of_one_after_another_to_the_last_bit(system):
    model = system(rng=7)
    for _ in range(3):
        model.advance(5)
        game = BidGame(model)
        profits, best = game.profits(), [game.payoffs(i).max() for i in range(len(game.firms))]
        gains = game.gains()
        assert gains.max() > 0
        assert gains.tolist() == np.maximum(np.array(best) - profits, 0.0).tolist()


def test_it_is_a_share_of_the_margin_at_full_output(market):
    firms = market.firms.rows
    margin = (firms.selling_price - firms.unit_cost) * firms.full_output
    assert relative_exploitability(market) == pytest.approx(exploitability(market) / margin)
    assert (relative_exploitability(market) >= 0).all()


def test_looking_changes_nothing(market, same_bits):
    before = market.firms.numbers.copy(), market.public.numbers.copy()
    exploitability(market)
    pure_equilibria(market, starts=2)
    assert same_bits(before[0], market.firms.numbers)
    assert same_bits(before[1], market.public.numbers)


def test_the_expected_profit_is_the_mean_over_the_random_margin(market):
    """Profit is linear in the margin: at its mean it is the mean of both ends."""
    game = BidGame(market)
    found = []
    for margin in (0.0, market.params.trade_margin):
        game.chance = (margin,)
        found.append(game.profits())
    game.chance = market.expected_chance()
    assert game.profits() == pytest.approx(np.mean(found, axis=0))


def test_bids_of_a_recorded_period_can_be_judged(market):
    _, firms = shown = market.read_out(5)
    market = shown.model
    judged = exploitability(market, firms[-1])
    assert judged == pytest.approx(exploitability(market))
