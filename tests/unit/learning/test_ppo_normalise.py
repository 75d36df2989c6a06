"""Running statistics are those of all numbers at once; rewards keep their sign and zero."""

import numpy as np
import pytest

from learning.normalise import ObservationScaler, RewardScaler, RunningMoments


def test_moments_of_batches_are_those_of_everything():
    rng = np.random.default_rng(1)
    numbers = rng.normal([[[3.0, -1.0]], [[100.0, 0.0]]], [[[1.0, 5.0]], [[0.1, 1.0]]], (2, 60, 2))
    moments = RunningMoments((2, 1, 2))
    for part in np.split(numbers, [1, 7, 40], axis=1):
        moments.update(part, axis=1)
    assert moments.mean[:, 0] == pytest.approx(numbers.mean(1))
    assert moments.variance[:, 0] == pytest.approx(numbers.var(1))


def test_observations_come_out_with_mean_0_and_variance_1_each_player_by_itself():
    numbers = np.random.default_rng(2).normal([[[3.0]], [[-50.0]]], [[[1.0]], [[7.0]]], (2, 500, 1))
    scaler = ObservationScaler(2, 1)
    scaler.learn(numbers)
    scaled = scaler.scale(numbers)
    assert scaled.mean(1) == pytest.approx(0.0, abs=1e-9)
    assert scaled.std(1) == pytest.approx(1.0, rel=1e-6)
    assert scaler.scale(np.full((2, 1, 1), 1e9)).tolist() == [[[10.0]], [[10.0]]]


def test_a_number_that_never_changes_becomes_zero():
    scaler = ObservationScaler(1, 1)
    scaler.learn(np.full((1, 20, 1), 0.3))
    assert np.abs(scaler.scale(np.full((1, 20, 1), 0.3))).max() < 1e-9


def test_one_step_rewards_are_divided_by_their_deviation():
    reward = np.random.default_rng(3).normal(5.0, 2.0, (1, 2, 400))
    scaled = RewardScaler(2, gamma=0.9).scale(reward, np.ones((1, 1, 1), bool))
    assert scaled == pytest.approx(reward / reward.std(2, keepdims=True))


def test_returns_are_discounted_and_stop_at_ends():
    """Rewards 1, 1, 1 with gamma 0.5 and an end after the second: returns 1, 1.5, 1, their deviation."""
    done = np.array([False, True, False])[:, None, None]
    scaled = RewardScaler(1, gamma=0.5).scale(np.ones((3, 1, 1)), done)
    assert scaled == pytest.approx(np.full((3, 1, 1), 1 / np.std([1, 1.5, 1])))


@pytest.mark.parametrize("split", [1, 3])
def test_a_state_goes_on_identically(split, same_bits):
    rng = np.random.default_rng(4)
    reward, done = rng.standard_normal((6, 2, 5)), rng.random((6, 2, 5)) < 0.3
    one, other = RewardScaler(2, 0.9), RewardScaler(2, 0.9)
    one.scale(reward[:split], done[:split])
    other.restore(one.state())
    assert same_bits(one.scale(reward[split:], done[split:]), other.scale(reward[split:], done[split:]))
