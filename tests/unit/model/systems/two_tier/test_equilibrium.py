"""Known equilibria leave nothing to gain, and the best reply to them is themselves [Vickrey1961; Ausubel2014]."""

import numpy as np
import pytest

from agents.bidders.bidder import BIDDERS, Bidder
from agents.bidders.policies import Policy, TruthfulSchedule
from model.systems.two_tier import TwoTier
from model.systems.two_tier.equilibrium import Deviations, deviations, exploitability
from model.systems.two_tier.replies import price_grid

SMALL = {"n_firms": 3, "need": 2}
HIGHEST_REJECTED = {"auction": "uniform", "uniform.price_rule": "highest_rejected"}
UNIT_DEMAND = {"need": 1, "steps": 1, "cost_min": 0.001, "cost_max": 1.0, "auction": "discriminatory"}


class Shading(Policy):
    """With one step for one permit, bids the share ``of`` its value given by the function."""

    def __init__(self, of):
        self.of = of

    def act(self, situation, chance):
        """Everybody bids for one permit."""
        value = situation.cost * situation.need
        return np.stack([self.of(value), np.ones(value.shape)], -1)


class OneTruthful(TruthfulSchedule):
    """The first firm bids the truth, the others anything."""

    def act(self, situation, chance):
        """Truth in the first row, chance in the others."""
        return np.concatenate([super().act(situation, chance)[:, :1], chance[:, 1:]], 1)


def playing(policy, **values):
    """A model whose firms bid by the policy."""
    model = TwoTier(rng=1, **values)
    model.policy = policy(model.policy.settings, model.policy.bidding) if isinstance(policy, type) else policy
    return model


def test_the_grid_falls_from_the_first_value_to_nothing():
    assert price_grid(3, 1).ravel().tolist() == [1.0, 0.5, 0.0]
    two = price_grid(3, 2).tolist()
    assert two == [[1, 1], [1, 0.5], [1, 0], [0.5, 0.5], [0.5, 0], [0, 0]]
    assert price_grid(21, 2).shape == (231, 2)
    assert price_grid(3, 3)[2].tolist() == [1.0, 0.5, 0.0]
    assert (np.diff(price_grid(7, 5)) <= 0).all()


@pytest.mark.parametrize("reserve_price", [0.0, 0.3])
def test_against_any_rivals_no_deviation_from_the_truth_gains_under_vcg(reserve_price):
    """Not on average, but in every single auction."""
    model = playing(OneTruthful, auction="vcg", reserve_price=reserve_price, **SMALL)
    found = deviations(model, 0, types=100, draws=10)
    assert (found.profit <= found.own_profit + 1e-12).all()
    assert (found.profit < found.own_profit - 0.1).any()


def test_truthful_bidders_are_exploitable_unless_the_format_is_vcg():
    found = {
        name: exploitability(TwoTier(auction=name, rng=1, **SMALL), types=10, draws=60)
        for name in ("vcg", "uniform", "discriminatory")
    }
    assert abs(found["vcg"].gain).max() <= 1e-12
    assert (found["uniform"].gain > 0.05).all()
    assert (found["discriminatory"].gain > found["uniform"].gain).all()
    assert np.isnan(found["discriminatory"].share)  # they earn nothing at all


def test_equal_firms_are_equally_exploitable():
    gain = exploitability(TwoTier(rng=1, **HIGHEST_REJECTED, **SMALL), types=10, draws=60).gain
    assert gain[0] > 0.01
    assert gain == pytest.approx(np.full(3, gain[0]))


def test_with_unit_demand_and_two_bidders_for_one_permit_the_reply_to_half_the_value_is_half_the_value():
    values = np.array([0.2, 0.4, 0.6, 0.8])
    model = playing(Shading(lambda value: np.full(value.shape, 0.5)), n_firms=2, phi=0.5, **UNIT_DEMAND)
    found = deviations(model, 0, draws=20_000, grid=41, costs=values)
    assert (found.supply == 1).all()
    assert found.best_price()[:, 0] == pytest.approx(values / 2, abs=0.02)
    assert found.gain() <= 0.001


def test_with_unit_demand_and_three_bidders_for_two_permits_the_equilibrium_is_its_own_best_reply():
    """b(v) = (v - 2 v² / 3) / (2 - v): 0.1412, 0.2571, 0.3273 at v = 0.3, 0.6, 0.9."""
    values, bids = np.array([0.3, 0.6, 0.9]), np.array([0.1412, 0.2571, 0.3273])
    model = playing(Shading(lambda v: (1 - 2 * v / 3) / (2 - v)), n_firms=3, phi=2 / 3, **UNIT_DEMAND)
    assert values * model.policy.of(values) == pytest.approx(bids, abs=5e-5)
    found = deviations(model, 0, draws=20_000, grid=41, costs=values)
    assert (found.supply == 2).all()
    assert found.best_price()[:, 0] == pytest.approx(bids, abs=0.025)
    assert found.gain() <= 0.001


def test_bids_away_from_the_equilibrium_are_exploitable():
    of = {"bold": 0.9, "shy": 0.2}
    for share in of.values():
        shading = Shading(lambda value, share=share: np.full(value.shape, share))
        found = exploitability(playing(shading, n_firms=2, phi=0.5, **UNIT_DEMAND), types=10, draws=200)
        assert found.share > 0.1


def test_luck_with_the_draws_is_no_gain():
    """Prices without any effect but noise: the best of 200 in the sample, but not on other draws."""
    noise = np.random.default_rng(1).standard_normal((200, 500, 40))
    found = Deviations(np.ones(500), np.ones(500), None, noise, np.zeros((500, 40)))
    assert noise.mean(2).max(0).mean() > 0.3
    assert abs(found.gain()) < 0.05


def test_the_model_is_only_read(same_bits):
    one, other = (TwoTier(policy="random_schedule", rng=1, **SMALL) for _ in range(2))
    exploitability(one, types=3, draws=4)
    one.advance(5)
    other.advance(5)
    assert same_bits(one.firms.numbers, other.firms.numbers)


def test_every_policy_can_be_judged_with_past_prices_in_view():
    model = TwoTier(policy="best_response", history=3, rng=1, **SMALL)
    model.advance(4)
    assert np.isfinite(exploitability(model, types=3, draws=4).gain).all()


def test_impossible_exploitability_is_an_error():
    with pytest.raises(ValueError, match="draws = 1"):
        exploitability(TwoTier(rng=1), draws=1)
    plain = type("Plain", (Bidder,), {"bid": lambda self, market: None})
    with BIDDERS.temporarily("plain", plain), pytest.raises(ValueError, match="bidder = plain"):
        exploitability(TwoTier(bidder="plain", rng=1))
