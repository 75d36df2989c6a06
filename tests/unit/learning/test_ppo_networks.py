"""Weights start orthogonal, Adam's steps by hand, clipped norms, and one block behind all views."""

import copy
import pickle

import numpy as np
import pytest

from learning.networks import ActorCritic, Adam, Block, Dense, clip_norms, orthogonal
from learning.ppo_settings import PPOSettings


@pytest.mark.parametrize(("rows", "columns"), [(5, 3), (3, 5), (4, 4), (1, 6)])
def test_weights_start_with_orthogonal_rows_or_columns_of_the_gain(rows, columns):
    weights = orthogonal(np.random.default_rng(1), 3, rows, columns, gain=1.5)
    assert weights.shape == (3, rows, columns)
    for w in weights:
        products = w.T @ w if rows >= columns else w @ w.T
        assert products == pytest.approx(1.5**2 * np.eye(min(rows, columns)), abs=1e-12)
    assert not np.allclose(weights[0], weights[1])


def test_the_first_policy_is_nearly_even_and_biases_are_zero():
    network = ActorCritic(2, 3, 4, PPOSettings())
    network.start(np.random.default_rng(1))
    head, value = network.forward(np.random.default_rng(2).standard_normal((2, 7, 3)))
    assert head.shape == (2, 7, 4)
    assert value.shape == (2, 7)
    assert np.abs(head).max() < 0.05
    assert all((layer.bias == 0).all() for layer in network._layers())


def test_a_dense_layer_by_hand():
    """x = (1, 2), W = ((1, 0, 2), (0, 1, 1)), b = (1, 1, 1): y = (2, 3, 5)."""
    layer = Dense(2, 3)
    block = Block(1, layer.shapes(), np.float64)
    layer.bind(block.views(block.values), block.views(block.gradients))
    block.values[:] = [1, 0, 2, 0, 1, 1, 1, 1, 1]
    assert layer.forward(np.array([[[1.0, 2.0]]])).tolist() == [[[2, 3, 5]]]
    assert layer.backward(np.array([[[1.0, 0.0, 2.0]]])).tolist() == [[[5, 2]]]
    assert block.gradients.tolist() == [[1, 0, 2, 2, 0, 4, 1, 0, 2]]


def test_views_share_the_memory_of_the_block_also_in_a_copy():
    network = ActorCritic(2, 3, 4, PPOSettings(), noises=4)
    network.start(np.random.default_rng(1))
    for each in (network, copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        for layer in each._layers():
            for view in (layer.weight, layer.bias):
                assert np.shares_memory(view, each.block.values)
        assert np.shares_memory(each.extra[0], each.block.values)
        assert each.extra[0].shape == (2, 1, 4)
        assert (each.block.values == network.block.values).all()
        sizes = [layer.weight.size + layer.bias.size for layer in each._layers()]
        assert sum(sizes) + 8 == each.block.values.size


def test_gradients_above_the_norm_are_shrunk_for_each_player():
    gradients = np.array([[3.0, 4.0], [0.3, 0.4]])
    assert clip_norms(gradients, 1.0) == pytest.approx([5.0, 0.5])
    assert gradients == pytest.approx(np.array([[0.6, 0.8], [0.3, 0.4]]), rel=1e-5)


def test_two_steps_of_adam_by_hand():
    """Gradient 2, then 0, step size 0.1. First step: m / v-root are both 2 after correction: 0.1 down.

    Second: m = 0.9 x 0.2 = 0.18, / (1 - 0.81) = 18/19; v = 0.999 x 0.004 = 0.003996, / (1 - 0.998001) =
    1.998999...
    """
    block = Block(1, [(1, 1)], np.float64)
    block.values[:] = 5.0
    adam = Adam(block, epsilon=0.0)
    block.gradients[:] = 2.0
    adam.step(block, 0.1)
    assert block.values[0, 0] == pytest.approx(4.9, rel=1e-12)
    block.gradients[:] = 0.0
    adam.step(block, 0.1)
    second = 0.1 * (0.18 / 0.19) / np.sqrt(0.003996 / 0.001999)
    assert block.values[0, 0] == pytest.approx(4.9 - second, rel=1e-12)


def test_players_who_stopped_keep_their_moments(same_bits):
    block = Block(3, [(2, 2)], np.float32)
    adam = Adam(block)
    rng = np.random.default_rng(1)
    for active in (None, np.array([True, False, True])):
        before = block.values.copy(), adam.first.copy(), adam.second.copy()
        block.gradients[:] = rng.standard_normal(block.gradients.shape)
        adam.step(block, 0.1, active)
    for old, new in zip(before, (block.values, adam.first, adam.second), strict=True):
        assert same_bits(old[1], new[1])
        assert not same_bits(old[0], new[0])
    assert adam.steps.tolist() == [2, 1, 2]
    assert block.values.dtype == np.float32
