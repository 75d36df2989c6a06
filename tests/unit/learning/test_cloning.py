"""Behaviour cloning: the policy does what the demonstrator did, the value knows what that earned."""

import numpy as np

from learning.cloning import clone
from learning.policies import Categorical
from learning.ppo import PPO
from learning.ppo_settings import PPOSettings
from learning.rollout import Batch


def demonstration(samples=2000):
    """A demonstrator that takes action 1 where the first number is positive, and earns the second number."""
    rng = np.random.default_rng(0)
    seen = rng.normal(size=(1, samples, 3)).astype(np.float32)
    action, earned = (seen[..., 0] > 0).astype(np.int64), seen[..., 1]
    nothing = np.zeros((1, samples), np.float32)
    return Batch(seen, action, nothing, nothing, nothing, earned, np.ones((1, samples, 4), bool))


def test_a_clone_does_and_expects_what_it_was_shown():
    settings = PPOSettings(normalise_observations=False, normalise_rewards=False, hidden=16)
    ppo, shown = PPO(settings, Categorical(4), 3, seed=1), demonstration()
    log_prob, value_loss = clone(ppo, shown, epochs=30, learning_rate=1e-2, parts=10)
    assert np.exp(log_prob[0]) > 0.9 and value_loss[0] < 0.02
    fresh = np.random.default_rng(9).normal(size=(1, 500, 3))
    assert (ppo.best(fresh)[0] == (fresh[0, :, 0] > 0)).mean() > 0.97
    assert np.abs(ppo.value(fresh)[0] - fresh[0, :, 1]).mean() < 0.2
