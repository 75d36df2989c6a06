"""The numpy update against PyTorch: same weights, same batch, same loss, gradients and new weights."""

import numpy as np
import pytest

from learning.policies import Categorical, Gaussian
from learning.ppo import PPO
from learning.ppo_settings import PPOSettings
from learning.rollout import Batch

torch = pytest.importorskip("torch")
from tests.unit.learning import torch_reference as reference  # noqa: E402

PLAYERS, SAMPLES, OBSERVATIONS = 3, 64, 5

CASES = {
    "categorical": (Categorical(4), False, {}),
    "masked": (Categorical(4), True, {"value_clip_rule": "change"}),
    "masked, shared trunk": (Categorical(4), True, {"shared_trunk": True, "activation": "relu"}),
    "gaussian, learned noise": (Gaussian(2), False, {"noise_rule": "learned"}),
    "gaussian, sigmoid mean": (Gaussian(2, "sigmoid"), False, {"value_clip_rule": "loss", "value_clip": 0.3}),
    "raw advantages": (Categorical(4), False, {"normalise_advantages": False, "hidden_layers": 1}),
}


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def made(case, precision):
    """PPO, a batch that its policy made before it moved a little, and the players in PyTorch."""
    policy, masked, knobs = case
    settings = PPOSettings(
        entropy=0.02, entropy_final=0.02, hidden=16, batch=SAMPLES, precision=precision, **knobs
    )
    ppo = PPO(settings, policy, OBSERVATIONS, PLAYERS, seed=3)
    rng = np.random.default_rng(4)
    allowed = rng.random((PLAYERS, SAMPLES, policy.actions)) < 0.7 if masked else None
    if masked:
        allowed[..., 0] = True
    decided = ppo.decide(rng.standard_normal((PLAYERS, SAMPLES, OBSERVATIONS)), allowed)
    ppo.network.block.values += 0.05 * rng.standard_normal(ppo.network.block.values.shape).astype(precision)
    advantage, target = rng.standard_normal((2, PLAYERS, SAMPLES)).astype(precision)
    parts = (decided.observation, decided.action, decided.log_prob, decided.value, advantage, target)
    batch = Batch(*(np.asarray(p, None if p.dtype == np.int64 else precision) for p in parts), allowed)
    kind = getattr(torch, precision)
    players = [
        reference.Player(settings, policy, OBSERVATIONS, row, ppo.learns_noise, kind)
        for row in ppo.network.block.values
    ]
    noise = None if ppo.log_noise is None else torch.as_tensor(np.array(ppo.log_noise[0, 0]))
    return ppo, batch, players, noise


@pytest.mark.parametrize(("precision", "tolerance"), [("float64", 1e-10), ("float32", 1e-5)])
def test_same_loss_and_gradients(case, precision, tolerance):
    ppo, batch, players, noise = made(case, precision)
    terms = ppo.loss(batch)
    for k, player in enumerate(players):
        part = reference.tensors(batch, k)
        loss = reference.loss(player, ppo.settings, ppo.policy, part, ppo.entropy_weight, noise)
        loss.backward()
        assert terms["loss"][k] == pytest.approx(loss.item(), rel=tolerance, abs=tolerance)
        expected = player.flat([p.grad for p in player.in_order])
        assert np.abs(ppo.network.block.gradients[k] - expected).max() <= tolerance


@pytest.mark.parametrize(("precision", "tolerance"), [("float64", 1e-9), ("float32", 2e-4)])
def test_same_weights_after_an_update(case, precision, tolerance):
    """Epochs, minibatches, clipped gradients and Adam: 16 steps from the same weights to the same weights."""
    ppo, batch, players, noise = made(case, precision)
    shuffle = np.random.default_rng()
    shuffle.bit_generator.state = ppo.chance["shuffle"].bit_generator.state
    orders = [shuffle.permutation(SAMPLES) for _ in range(ppo.settings.epochs)]
    before = ppo.network.block.values.copy()
    ppo.update(batch)
    reference.Trainer(ppo.settings, ppo.policy, players, ppo.learning_rate, noise).update(batch, orders)
    for k, player in enumerate(players):
        moved = np.abs(ppo.network.block.values[k] - before[k])
        assert moved.max() > 0.005
        expected = player.flat(player.in_order)
        assert np.abs(ppo.network.block.values[k] - expected).max() <= tolerance


def test_players_at_once_learn_what_each_learns_alone(case):
    """The PyTorch program that benchmarks race against does the same update."""
    from tests.benchmarks.torch_players import StackedTrainer

    ppo, batch, players, noise = made(case, "float64")
    if ppo.settings.shared_trunk:
        pytest.skip("written for actors and critics apart")
    stacked = StackedTrainer(ppo.settings, ppo.policy, players, noise)
    orders = [np.random.default_rng(k).permutation(SAMPLES) for k in range(ppo.settings.epochs)]
    stacked.update(batch, orders)
    reference.Trainer(ppo.settings, ppo.policy, players, ppo.settings.learning_rate, noise).update(
        batch, orders
    )
    for k, player in enumerate(players):
        for mine, theirs in zip(stacked.parameters, player.in_order, strict=True):
            assert (mine[k] - theirs).abs().max() < 1e-9
