"""Advantages by hand, minibatches, and what games and worlds hand over."""

import numpy as np
import pytest

from learning.policies import Categorical
from learning.ppo import PPO
from learning.ppo_settings import PPOSettings
from learning.rollout import Batch, Episodes, Games, Turn, gae, minibatches
from tests.unit.learning.ppo_games import Corridor, Target


def column(*numbers):
    return np.array(numbers, float)[:, None]


def test_advantages_by_hand():
    """gamma = lambda = 0.5. Surprises 1 + 0.5 x 4 - 2 = 1; 0 + 0.5 x 2 - 4 = -3; 6 - 2 = 4 (ended); 1 + 0.5 x
    8 - 1 = 4.

    Backwards: 4; 4 (ends, so nothing follows); -3 + 0.25 x 4 = -2; 1 + 0.25 x -2 = 0.5.
    """
    reward, value = column(1, 0, 6, 1), column(2, 4, 2, 1)
    next_value, done = column(4, 2, 99, 8), np.array([[False], [False], [True], [False]])
    advantage = gae(reward, value, next_value, done, gamma=0.5, gae_lambda=0.5)
    assert advantage.ravel().tolist() == [0.5, -2.0, 4.0, 4.0]


@pytest.mark.parametrize("gamma", [0.0, 0.7, 1.0])
def test_lambda_1_is_the_return_minus_the_value_and_lambda_0_the_surprise(gamma):
    rng = np.random.default_rng(1)
    reward, value = rng.standard_normal((2, 30, 2, 3))
    done = rng.random((30, 2, 3)) < 0.2
    next_value = np.concatenate([value[1:], rng.standard_normal((1, 2, 3))])
    returns, following = np.empty_like(reward), next_value[-1]
    for t in reversed(range(30)):
        following = returns[t] = reward[t] + gamma * np.where(done[t], 0, following)
    assert gae(reward, value, next_value, done, gamma, 1.0) == pytest.approx(returns - value)
    surprise = reward + gamma * next_value * ~done - value
    assert gae(reward, value, next_value, done, gamma, 0.0) == pytest.approx(surprise)


def batch(samples, players=2):
    """A batch in which every array tells player and sample."""
    number = np.arange(players)[:, None] * 1000 + np.arange(samples)
    return Batch(number[..., None], *[number] * 5, allowed=number[..., None] >= 0)


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_minibatches_are_the_batch_in_another_order(parts):
    found = list(minibatches(batch(7), parts, np.random.default_rng(1)))
    assert len(found) == parts
    assert max(map(len, found)) - min(map(len, found)) <= 1
    together = np.concatenate([part.action for part in found], 1)
    assert (np.sort(together) == batch(7).action).all()
    for part in found:
        assert (part.observation[..., 0] == part.target).all()
        assert part.allowed.shape == (*part.action.shape, 1)


def test_the_shuffle_differs_between_epochs():
    rng = np.random.default_rng(1)
    first, second = (next(iter(minibatches(batch(50), 2, rng))).action.tolist() for _ in range(2))
    assert first != second


def test_games_hand_over_reward_minus_value():
    settings = PPOSettings(batch=40, normalise_rewards=False)
    ppo = PPO(settings, Categorical(2), observations=1, players=2, seed=1)

    class Flat(Target):
        def play(self, dealt, action):
            return action * 2.0 + [[0], [1]]

    got, score = Games(Flat()).collect(ppo)
    assert len(got) == 40
    assert (got.target == got.action * 2.0 + [[0], [1]]).all()
    assert got.advantage == pytest.approx(got.target - got.value)
    assert score == pytest.approx(got.target.mean(1))


class Counting:
    """Two worlds that show how many steps the episode has had; the first ends after 2, the second is cut off
    after 3.
    """

    def __init__(self):
        self.age = np.zeros(2)

    def reset(self):
        return Turn(self.age[None, :, None].copy())

    def step(self, action):
        self.age += 1
        ended, cut = self.age == [2, 9], self.age == [9, 3]
        last = self.age[None, :, None].copy()
        self.age[ended | cut] = 0
        seen = self.age[None, :, None].copy()
        return Turn(seen, np.ones((1, 2)), ended[None], cut[None], last)


def test_episodes_hand_over_advantages_across_ends_and_cuts():
    knobs = {"normalise_rewards": False, "normalise_observations": False, "precision": "float64", "hidden": 4}
    settings = PPOSettings(batch=8, gamma=0.5, gae_lambda=0.5, **knobs)
    ppo = PPO(settings, Categorical(2), observations=1, seed=1)
    got, score = Episodes(Counting()).collect(ppo)
    assert got.observation[0, :, 0].tolist() == [0, 0, 1, 1, 0, 2, 1, 0]  # steps x worlds
    v = ppo.value(np.arange(4.0)[None, :, None])[0]
    # first world: ages 0, 1, ended, 0, 1, ended
    one = 1 - v[1]
    assert got.advantage[0, 6] == pytest.approx(one)
    assert got.advantage[0, 4] == pytest.approx(1 + 0.5 * v[1] - v[0] + 0.25 * one)
    # second: ages 0, 1, 2, cut off at 3 whose value counts, then 0 and on to 1
    assert got.advantage[0, 7] == pytest.approx(1 + 0.5 * v[1] - v[0])
    assert got.advantage[0, 5] == pytest.approx(1 + 0.5 * v[3] - v[2])
    assert got.target == pytest.approx(got.value + got.advantage)
    assert score.tolist() == [2.0]  # the return of the episodes that ended last: the first world's second one


def test_episodes_go_on_across_stretches():
    ppo = PPO(PPOSettings(batch=12, minibatches=2), Categorical(3), observations=5, seed=1)
    source = Episodes(Corridor(worlds=6))
    ages = []
    for _ in range(3):
        source.collect(ppo)
        ages.append(source.worlds.age.max())
    assert ages[-1] > 2


def test_worlds_without_state_start_again():
    ppo = PPO(PPOSettings(batch=8), Categorical(2), observations=1, seed=1)
    source = Episodes(Counting())
    source.collect(ppo)
    assert source.state() == {}
    source.restore({})
    assert source.turn is None
