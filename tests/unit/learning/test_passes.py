"""Compiled passes over arrays have the bits of the numpy expressions that they stand for."""

import numpy as np
import pytest

from learning.passes import (
    add_bias,
    cut_below_zero,
    cut_slope,
    draw_actions,
    move_by_adam,
    shift_below_zero,
    slope_of_tanh,
    spread_back,
)


@pytest.fixture(params=[np.float32, np.float64])
def draw(request):
    """Draws an array of a shape and of one of both types, of numbers of all sizes."""
    rng = np.random.default_rng(1)
    return lambda *shape: (rng.standard_normal(shape) * 10.0 ** rng.uniform(-4, 2, shape)).astype(
        request.param
    )


def test_the_slope_of_tanh(draw):
    dy, y = draw(2, 50, 33), np.tanh(draw(2, 50, 33))
    expected = dy * (1 - y * y)
    slope_of_tanh(dy, y, dy.dtype.type(1))
    assert np.array_equal(dy, expected)


def test_bias_and_what_is_below_zero(draw):
    y, bias, dy = draw(2, 50, 33), draw(2, 1, 33), draw(2, 50, 33)
    y[0, 0, 0] = np.nan
    raised, cut = y.copy(), y.copy()
    add_bias(raised, bias)
    cut_below_zero(cut, bias, y.dtype.type(0))
    assert np.array_equal(raised, y + bias, equal_nan=True)
    assert np.array_equal(cut, np.maximum(raised, 0), equal_nan=True)
    expected = dy * (cut > 0)
    cut_slope(dy, cut, dy.dtype.type(0))
    assert np.array_equal(dy, expected)
    assert np.array_equal(np.signbit(dy), np.signbit(expected))


def test_outer_products(draw):
    dy, weight = draw(3, 40, 1), draw(3, 17, 1)
    dx = np.empty((3, 40, 17), dy.dtype)
    spread_back(dy, weight, dx)
    assert np.array_equal(dx, dy * weight.transpose(0, 2, 1))


def test_adam(draw):
    values, gradients, first, second = draw(2, 100), draw(2, 100), draw(2, 100), abs(draw(2, 100))
    number = values.dtype.type
    low, high, epsilon = number(0.1), number(0.001), number(1e-5)
    spread, rate = abs(draw(2)) + number(0.1), abs(draw(2))
    new_first = first + (gradients - first) * low
    new_second = second + (gradients * gradients - second) * high
    root = np.sqrt(new_second) / spread[:, None] + epsilon
    moved = values - new_first / root * rate[:, None]
    move_by_adam(values, gradients, first, second, (low, high), epsilon, spread, rate)
    for found, expected in ((values, moved), (first, new_first), (second, new_second)):
        assert np.array_equal(found, expected)


def test_masked_logits(draw):
    head = draw(2, 60, 49)
    allowed = np.random.default_rng(2).random(head.shape) < 0.4
    allowed[..., 7] = True
    forbidden, shifted = head.dtype.type(-1e8), np.empty_like(head)
    shift_below_zero(head, allowed, forbidden, shifted)
    masked = np.where(allowed, head, forbidden)
    assert np.array_equal(shifted, masked - masked.max(-1, keepdims=True))


def test_draws_by_inversion(draw):
    shares = abs(draw(2, 500, 9))
    shares /= shares.sum(-1, keepdims=True)
    chance, action = np.random.default_rng(3).random((2, 500)), np.empty((2, 500), np.int64)
    chance[0, :9] = np.nextafter(1.0, 0.0)
    draw_actions(shares, chance, action)
    mass = np.cumsum(shares, -1, dtype=np.float64)
    target = np.minimum(chance * mass[..., -1], np.nextafter(mass[..., -1], 0.0))
    assert np.array_equal(action, (mass <= target[..., None]).sum(-1))
    assert len(np.unique(action)) == 9
