"""Trained policies without noise: like the training's own, and the same bits in any batch."""

import pickle

import numpy as np
import pytest

from learning.frozen import Frozen, Network
from learning.policies import Categorical, Gaussian
from learning.ppo import PPO
from learning.ppo_settings import PPOSettings


def trained(**settings):
    ppo = PPO(PPOSettings(**settings), Gaussian(4, mean="sigmoid"), observations=3, players=2, seed=1)
    rng = np.random.default_rng(2)
    ppo.network.block.values[:] += 0.3 * rng.standard_normal(ppo.network.block.values.shape)
    ppo.decide(3.0 * rng.standard_normal((2, 50, 3)) + 1.0)  # gives the scalers something to do
    return ppo


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"activation": "relu"},
        {"shared_trunk": True, "hidden": 7},
        {"hidden_layers": 0},
        {"hidden_layers": 3, "hidden": 5},
        {"normalise_observations": False},
        {"normalised_limit": 0.5},
    ],
)
def test_acts_as_the_training_does(settings):
    ppo = trained(precision="float64", **settings)
    seen = np.random.default_rng(3).standard_normal((40, 2, 3))
    expected = np.swapaxes(ppo.best(np.swapaxes(seen, 0, 1)), 0, 1)
    np.testing.assert_allclose(Frozen(ppo).best(seen), expected, rtol=1e-12, atol=1e-14)


def test_unlimited_means_stay_so():
    ppo = PPO(PPOSettings(precision="float64"), Gaussian(2), observations=3, seed=1)
    ppo.network.block.values[:] *= 30.0
    seen = np.random.default_rng(3).standard_normal((40, 1, 3))
    np.testing.assert_allclose(Frozen(ppo).best(seen)[:, 0], ppo.best(seen[None, :, 0])[0], rtol=1e-12)


def test_single_precision_differs_by_rounding_only():
    ppo = trained()
    seen = np.random.default_rng(3).standard_normal((40, 2, 3))
    expected = np.swapaxes(ppo.best(np.swapaxes(seen, 0, 1)), 0, 1)
    np.testing.assert_allclose(Frozen(ppo).best(seen), expected, atol=2e-6)


def test_the_batch_does_not_matter_to_the_last_bit(same_bits):
    frozen = Frozen(trained())
    seen = np.random.default_rng(3).standard_normal((37, 2, 3))
    one_by_one = np.concatenate([frozen.best(seen[k : k + 1]) for k in range(37)])
    assert same_bits(frozen.best(seen), one_by_one)


def test_later_training_does_not_change_it(same_bits):
    ppo = trained()
    frozen, seen = Frozen(ppo), np.ones((1, 2, 3))
    before = frozen.best(seen)
    ppo.network.block.values[:] = 0.0
    ppo.decide(np.random.default_rng(3).standard_normal((2, 50, 3)))
    assert same_bits(before, frozen.best(seen))


def test_a_copy_acts_alike(same_bits):
    frozen, seen = Frozen(trained()), np.ones((1, 2, 3))
    assert same_bits(pickle.loads(pickle.dumps(frozen)).best(seen), frozen.best(seen))


@pytest.mark.parametrize("shape", [(5, 3, 3), (5, 2, 4), (2, 3)])
def test_what_does_not_fit_is_refused(shape):
    with pytest.raises(ValueError, match="2 players, 3 numbers"):
        Frozen(trained()).best(np.zeros(shape))


# -- categorical networks ------------------------------------------------------------------------------------------


def categorical(seed=0, observations=4, actions=5):
    """A PPO with a categorical policy and random weights that matter."""
    settings = PPOSettings(normalise_observations=False, hidden=8)
    ppo = PPO(settings, Categorical(actions), observations, seed=seed)
    ppo.network.block.values[:] = np.random.default_rng(seed).normal(0, 0.7, ppo.network.block.values.shape)
    return ppo


def test_a_network_has_the_probabilities_of_its_ppo():
    ppo, rng = categorical(), np.random.default_rng(1)
    network = Network.of(ppo)
    for _ in range(20):
        seen, allowed = rng.normal(size=4).astype(np.float32), rng.random(5) < 0.6
        allowed[2] = True
        head, _ = ppo.network.forward(seen[None, None])
        expected = ppo.policy.probabilities(head, allowed[None, None])[0, 0]
        assert network.probabilities(seen, allowed.astype(np.int8)) == pytest.approx(expected, abs=1e-5)


def test_draws_have_these_probabilities_and_never_what_is_forbidden():
    network, seen = Network.of(categorical()), np.ones(4, np.float32)
    allowed = np.array([1, 0, 1, 1, 0], np.int8)
    u = (np.arange(4000) + 0.5) / 4000
    actions = network.choose(np.tile(seen, (4000, 1)), np.tile(allowed, (4000, 1)), u)
    shares = np.bincount(actions, minlength=5) / 4000
    assert shares == pytest.approx(network.probabilities(seen, allowed), abs=1e-3)
    assert shares[1] == shares[4] == 0.0
    last = np.array([np.nextafter(1.0, 0.0)])
    assert network.choose(seen[None], allowed[None], last)[0] == 3


def test_a_network_comes_back_from_its_state_and_refuses_a_broken_one():
    network = Network.of(categorical())
    state = network.state()
    again = Network.from_state(state)
    assert np.array_equal(again.weights, network.weights) and np.array_equal(again.widths, network.widths)
    with pytest.raises(ValueError, match="weights for layers"):
        Network.from_state(state | {"weights": state["weights"][:-1]})
    with pytest.raises(ValueError, match="weights for layers"):
        Network.from_state(state | {"weights": state["weights"] * np.nan})
