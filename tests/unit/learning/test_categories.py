"""Several categorical choices at once: independent, masked, and drawn alike by PPO and by a trained network."""

import numpy as np

from learning.categories import Categories, draw_choices, weigh_choices
from learning.frozen import TANH, Network
from learning.policies import POLICIES, Categorical

SIZES = (3, 1, 4)


def test_choices_are_those_of_single_policies():
    rng, policy = np.random.default_rng(1), Categories(SIZES)
    head, chance = rng.standard_normal((2, 5, 8)), policy.draw_chance(rng, 2, 5)
    allowed = rng.random(head.shape) < 0.7
    allowed[..., [0, 3, 4]] = True
    action = policy.draw(head, None, chance, allowed)[0]
    log_prob, entropy = policy.evaluate(head, None, action, allowed)
    alone = [0.0, 0.0]
    for k, (start, size) in enumerate(zip((0, 3, 4), SIZES, strict=True)):
        part = Categorical(size), head[..., start : start + size], allowed[..., start : start + size]
        assert np.array_equal(action[..., k], part[0].draw(part[1], None, chance[..., k], part[2])[0])
        found = part[0].evaluate(part[1], None, action[..., k], part[2])
        alone = [total + each for total, each in zip(alone, found, strict=True)]
    np.testing.assert_allclose([log_prob, entropy], alone)
    assert (policy.mode(head, allowed)[..., 1] == 0).all()


def test_a_policy_is_made_again_from_what_it_says_of_itself():
    about = Categories(SIZES).about()
    assert POLICIES[about.pop("policy")](**about).outputs == 8


def test_a_trained_network_draws_in_proportion_in_any_batch():
    rng = np.random.default_rng(2)
    network = Network(rng.standard_normal(2 * 8 + 8), np.array([2, 8]), TANH)
    allowed = np.array([1, 0, 1, 1, 1, 1, 0, 1], np.int8)
    weights = weigh_choices(network, SIZES, np.array([0.3, -0.2]), allowed)
    seen, masks, u = np.tile([0.3, -0.2], (9000, 1)), np.tile(allowed, (9000, 1)), rng.random((9000, 3))
    drawn = draw_choices(network, SIZES, seen, masks, u)
    for k, (start, size) in enumerate(zip((0, 3, 4), SIZES, strict=True)):
        share = np.bincount(drawn[:, k], minlength=size) / 9000
        assert np.abs(share - weights[start : start + size]).max() < 0.02
        assert (share[allowed[start : start + size] == 0] == 0).all()
    assert np.array_equal(draw_choices(network, SIZES, seen[7:8], masks[7:8], u[7:8])[0], drawn[7])
