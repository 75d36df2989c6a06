"""Policies: draws follow the probabilities, forbidden actions never happen, densities by hand."""

from math import erf, exp, log, pi, sqrt

import numpy as np
import pytest

from learning.policies import Categorical, Gaussian, sigmoid
from learning.registry import UnknownNameError

LAST = np.nextafter(1.0, 0.0)


def test_a_categorical_draw_by_hand():
    """Logits log 1, log 2, log 5: probabilities 1/8, 2/8, 5/8, so 0.1 draws the first, 0.2 the second, 0.4
    the third.
    """
    head = np.log([[[1.0, 2.0, 5.0]]]).repeat(5, 1)
    policy = Categorical(3)
    chance = np.array([[0.0, 0.1, 0.2, 0.4, LAST]])
    action = policy.draw(head, None, chance)[0]
    assert action.tolist() == [[0, 0, 1, 2, 2]]
    log_prob, entropy = policy.evaluate(head, None, action)
    assert np.exp(log_prob)[0] == pytest.approx([1 / 8, 1 / 8, 2 / 8, 5 / 8, 5 / 8])
    assert entropy[0, 0] == pytest.approx(log(8) / 8 + 2 * log(4) / 8 + 5 * log(8 / 5) / 8)
    assert (policy.mode(head) == 2).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_forbidden_actions_are_never_drawn(dtype):
    rng = np.random.default_rng(1)
    policy = Categorical(6)
    head = rng.normal(0, 30, (3, 4000, 6)).astype(dtype)
    allowed = rng.random(head.shape) < 0.3
    allowed[np.arange(3)[:, None], np.arange(4000), rng.integers(6, size=(3, 4000))] = True
    for chance in (policy.draw_chance(rng, 3, 4000), np.zeros((3, 4000)), np.full((3, 4000), LAST)):
        action, log_prob = policy.draw(head, None, chance, allowed)
        assert np.array_equal(log_prob, policy.evaluate(head, None, action, allowed)[0])
        assert np.take_along_axis(allowed, action[..., None], -1).all()
    assert np.take_along_axis(allowed, policy.mode(head, allowed)[..., None], -1).all()
    assert (policy.probabilities(head, allowed)[~allowed] == 0).all()
    log_prob, entropy = policy.evaluate(head, None, action, allowed)
    assert np.isfinite(log_prob).all()
    assert (entropy >= -1e-6).all()
    assert (entropy <= np.log(allowed.sum(-1)) + 1e-5).all()


def test_draws_follow_the_probabilities():
    head = np.random.default_rng(2).normal(0, 1, (1, 1, 5))
    policy = Categorical(5)
    even = (np.arange(100_000)[None] + 0.5) / 100_000
    action = policy.draw(np.repeat(head, 100_000, 1), None, even)[0]
    assert np.bincount(action[0]) / 100_000 == pytest.approx(policy.probabilities(head)[0, 0], abs=2e-5)


def test_a_normal_density_by_hand():
    """Two independent numbers at distance 1 and 0 noises from their means, noises 0.5 and 2."""
    log_noise = np.log([[[0.5, 2.0]]])
    log_prob, entropy = Gaussian(2).evaluate(np.array([[[1.0, -1.0]]]), log_noise, np.array([[[1.5, -1.0]]]))
    first, second = (exp(-0.5) / (0.5 * sqrt(2 * pi))), 1 / (2 * sqrt(2 * pi))
    assert log_prob[0, 0] == pytest.approx(log(first * second))
    assert entropy[0, 0] == pytest.approx(0.5 * log(2 * pi * np.e * 0.25) + 0.5 * log(2 * pi * np.e * 4))


@pytest.mark.parametrize("mean", ["identity", "sigmoid"])
def test_gaussian_draws_have_the_mean_and_noise(mean):
    policy = Gaussian(2, mean)
    rng = np.random.default_rng(3)
    head = np.broadcast_to(np.array([0.5, -1.0]), (1, 100_000, 2))
    action = policy.draw(head, np.log([[[0.1, 0.3]]]), policy.draw_chance(rng, 1, 100_000))[0][0]
    centre = policy.mode(head)[0, 0]
    expected = [0.5, -1.0] if mean == "identity" else [1 / (1 + exp(-0.5)), 1 / (1 + exp(1.0))]
    assert centre == pytest.approx(expected)
    assert action.mean(0) == pytest.approx(centre, abs=0.005)
    assert action.std(0) == pytest.approx([0.1, 0.3], rel=0.02)
    within_one = (np.abs(action - centre) < [0.1, 0.3]).mean(0)
    assert within_one == pytest.approx([erf(1 / sqrt(2))] * 2, abs=0.01)


def test_sigmoid_does_not_overflow():
    assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]


def test_an_unknown_mean_is_named():
    with pytest.raises(ValueError, match="mean = 'softplus': must be one of identity, sigmoid"):
        Gaussian(1, "softplus")


@pytest.mark.parametrize("policy", [Categorical(3), Gaussian(2, "sigmoid")], ids=["categorical", "gaussian"])
def test_about_makes_an_equal_policy(policy):
    from learning.policies import POLICIES

    about = policy.about()
    twin = POLICIES[about.pop("policy")](**about)
    assert type(twin) is type(policy)
    assert twin.about() == policy.about()
    with pytest.raises(UnknownNameError, match="did you mean 'gaussian'"):
        POLICIES["gausian"]
