"""Every layer, policy and term of the loss against central finite differences, in double precision."""

import numpy as np
import pytest

from learning.categories import Categories
from learning.networks import ActorCritic, Chain, Dense, Network, Relu, Tanh
from learning.policies import Categorical, Gaussian
from learning.ppo import PPO
from learning.ppo_losses import clipped_objective, normalised, squared_error
from learning.ppo_settings import PPOSettings
from learning.rollout import Batch

PLAYERS, SAMPLES = 2, 5
RNG = np.random.default_rng
STEP = 1e-5


def slopes(function, array, step=STEP):
    """Central differences of the number ``function()`` by every entry of ``array``, which it reads.

    Richardson's combination of two steps, so that the error of the third derivative drops out.
    """
    result = np.empty_like(array)
    flat, out = array.reshape(-1), result.reshape(-1)
    assert np.shares_memory(flat, array)
    for k, value in enumerate(flat.copy()):
        by = {}
        for h in (step, 2 * step):
            flat[k] = value + h
            above = function()
            flat[k] = value - h
            by[h] = (above - function()) / (2 * h)
            flat[k] = value
        out[k] = (4 * by[step] - by[2 * step]) / 3
    return result


def assert_close(gradient, expected):
    """Equal to 1e-6 of the largest slope."""
    assert gradient.shape == expected.shape
    assert np.abs(gradient - expected).max() <= 1e-6 * max(np.abs(expected).max(), 1e-3)


@pytest.mark.parametrize(
    "layers",
    [
        lambda: [Dense(3, 4)],
        lambda: [Dense(3, 4, activation=Tanh)],
        lambda: [Dense(3, 4, activation=Relu)],
        lambda: [Dense(3, 6, activation=Tanh), Dense(6, 5, activation=Relu), Dense(5, 2)],
    ],
    ids=["dense", "tanh", "relu", "deep"],
)
def test_layers(layers):
    chain = Chain(layers())
    network = Network(PLAYERS, [chain])
    network.start(RNG(1))
    block, x = network.block, RNG(2).standard_normal((PLAYERS, SAMPLES, 3))
    block.values += 0.1 * RNG(3).standard_normal(block.values.shape)  # biases too
    weights = RNG(4).standard_normal(chain.forward(x).shape)

    def total():
        return float((weights * chain.forward(x)).sum())

    total()
    dx = chain.backward(weights.copy(), to_input=True)
    assert_close(dx, slopes(total, x))
    assert_close(block.gradients, slopes(total, block.values))
    assert chain.backward(weights.copy()) is None


@pytest.mark.parametrize("shared_trunk", [False, True])
@pytest.mark.parametrize("hidden_layers", [0, 1, 2])
def test_actor_and_critic(shared_trunk, hidden_layers):
    layout = PPOSettings(hidden=4, hidden_layers=hidden_layers, shared_trunk=shared_trunk)
    network = ActorCritic(PLAYERS, 3, 2, layout)
    network.start(RNG(1))
    x = RNG(2).standard_normal((PLAYERS, SAMPLES, 3))
    by_head, by_value = (
        RNG(3).standard_normal((PLAYERS, SAMPLES, 2)),
        RNG(4).standard_normal((PLAYERS, SAMPLES)),
    )

    def total():
        head, value = network.forward(x)
        return float((by_head * head).sum() + (by_value * value).sum())

    total()
    network.backward(by_head.copy(), by_value.copy())
    assert_close(network.block.gradients, slopes(total, network.block.values))


POLICIES = {
    "categorical": (Categorical(4), False),
    "masked": (Categorical(4), True),
    "several": (Categories([2, 3]), False),
    "several, masked": (Categories([2, 3]), True),
    "gaussian": (Gaussian(3), False),
    "gaussian, sigmoid mean": (Gaussian(3, "sigmoid"), False),
}


@pytest.fixture(params=POLICIES)
def policy_case(request):
    """Policy, head, log_noise, action, allowed."""
    policy, masked = POLICIES[request.param]
    rng = RNG(5)
    head = rng.standard_normal((PLAYERS, SAMPLES, policy.outputs))
    log_noise = rng.normal(-1.0, 0.2, (PLAYERS, 1, policy.noises)) if policy.noises else None
    allowed = rng.random(head.shape) < 0.6 if masked else None
    if masked:
        allowed[..., [1, 2]] = True
    action = policy.draw(head, log_noise, policy.draw_chance(rng, PLAYERS, SAMPLES), allowed)[0]
    return policy, head, log_noise, action, allowed


def test_log_probability_and_entropy(policy_case):
    policy, head, log_noise, action, allowed = policy_case
    by_log_prob, by_entropy = RNG(6).standard_normal((2, PLAYERS, SAMPLES))

    def total():
        log_prob, entropy = policy.evaluate(head, log_noise, action, allowed)
        return float((by_log_prob * log_prob).sum() + (by_entropy * entropy).sum())

    total()
    d_head, d_log_noise = policy.backward(by_log_prob, by_entropy)
    assert_close(d_head, slopes(total, head))
    if log_noise is not None:
        assert_close(d_log_noise, slopes(total, log_noise))
    if allowed is not None:
        assert (d_head[~allowed] == 0).all()


def test_clipped_objective():
    rng = RNG(7)
    log_prob, before, advantage = rng.normal(0, 0.4, (3, PLAYERS, 40))
    loss, slope, drift = clipped_objective(log_prob, before, advantage, clip=0.2)
    assert 0 < drift["clipped"].min() < drift["clipped"].max() < 1
    assert_close(
        slope, slopes(lambda: clipped_objective(log_prob, before, advantage, 0.2)[0].sum(), log_prob)
    )
    assert loss.shape == (PLAYERS,)


@pytest.mark.parametrize("rule", ["off", "change", "loss"])
def test_value_loss(rule):
    value, before, target = RNG(8).normal(0, 0.4, (3, PLAYERS, 40))
    _, slope = squared_error(value, before, target, rule, 0.2)
    assert_close(slope, slopes(lambda: squared_error(value, before, target, rule, 0.2)[0].sum(), value))
    assert (slope == 0).any() == (rule != "off")


@pytest.mark.parametrize("shared_trunk", [False, True])
@pytest.mark.parametrize("rule", ["off", "change", "loss"])
def test_whole_loss(policy_case, rule, shared_trunk):
    """All weights of both players, the learned noise among them, through all terms at once."""
    policy, _, _, _, allowed = policy_case
    knobs = {
        "hidden": 4,
        "entropy": 0.3,
        "value_clip_rule": rule,
        "value_clip": 0.4,
        "shared_trunk": shared_trunk,
    }
    settings = PPOSettings(**knobs, noise_rule="learned", precision="float64")
    ppo = PPO(settings, policy, observations=3, players=PLAYERS, seed=1)
    rng = RNG(9)
    decided = ppo.decide(rng.standard_normal((PLAYERS, SAMPLES, 3)), allowed)
    block = ppo.network.block
    block.values += 0.2 * rng.standard_normal(block.values.shape)  # the policy has moved since
    advantage, target = rng.standard_normal((2, PLAYERS, SAMPLES))
    parts = (decided.observation, decided.action, decided.log_prob, decided.value, advantage, target)
    batch = Batch(*parts, allowed)
    ppo.loss(batch)
    gradients = block.gradients.copy()
    assert_close(gradients, slopes(lambda: float(ppo.loss(batch)["loss"].sum()), block.values))


def test_normalised_advantages_have_mean_0_and_variance_1_for_each_player():
    advantage = normalised(RNG(1).normal([[3.0], [-2.0]], [[5.0], [0.1]], (2, 100)))
    assert advantage.mean(1) == pytest.approx([0, 0], abs=1e-12)
    assert advantage.std(1) == pytest.approx([1, 1], rel=1e-6)
