"""PPO solves CartPole-v1: mean return of at least 475 over 100 episodes (the task's own mark of success)."""

import numpy as np
import pytest

from learning.policies import Categorical
from learning.ppo import PPO
from learning.ppo_settings import PPOSettings
from learning.rollout import Episodes, Turn

gymnasium = pytest.importorskip("gymnasium")

WORLDS = 8

KNOBS = {
    "samples": 100_000,
    "batch": 256,
    "minibatches": 1,
    "epochs": 20,
    "learning_rate": 1e-3,
    "learning_rate_final": 0.0,
    "gamma": 0.98,
    "gae_lambda": 0.8,
    "hidden": 64,
    "normalise_observations": False,
    "normalise_rewards": False,
}
"""The tuned ones of RL Baselines3 Zoo (hyperparams/ppo.yml, CartPole-v1), but with a constant clip."""


class CartPoles:
    """Gymnasium's CartPole-v1 as worlds of one player. Cut off after 500 steps, which is no failure."""

    def __init__(self, worlds, seed):
        mode = gymnasium.vector.AutoresetMode.SAME_STEP
        self.envs = gymnasium.vector.SyncVectorEnv(
            [lambda: gymnasium.make("CartPole-v1")] * worlds, autoreset_mode=mode
        )
        self.seed = seed

    def reset(self):
        observation, _ = self.envs.reset(seed=self.seed)
        return Turn(observation[None])

    def step(self, action):
        observation, reward, terminated, truncated, info = self.envs.step(action[0])
        last = observation.copy()
        for k in np.flatnonzero(terminated | truncated):
            last[k] = info["final_obs"][k]
        return Turn(observation[None], reward[None], terminated[None], truncated[None], last[None])


def play(ppo, episodes, seed):
    """Returns of the first episodes in as many parallel worlds, played by what has been learned."""
    worlds = CartPoles(episodes, seed)
    observation = worlds.reset().observation
    total, going = np.zeros(episodes), np.ones(episodes, bool)
    while going.any():
        turn = worlds.step(ppo.best(observation))
        total += turn.reward[0] * going
        going &= ~(turn.terminated | turn.truncated)[0]
        observation = turn.observation
    return total


def trained(seed):
    ppo = PPO(PPOSettings(**KNOBS), Categorical(2), observations=4, seed=seed)
    ppo.train(Episodes(CartPoles(WORLDS, seed)))
    return ppo


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 6))
def test_solves_cartpole(seed):
    returns = play(trained(seed), 100, seed=10_000 + seed)
    assert returns.mean() >= 475


def test_learns_cartpole_a_little():
    """A tenth of the training already keeps the pole up several times longer than chance (about 22 steps)."""
    ppo = PPO(PPOSettings(**KNOBS | {"samples": 12_000}), Categorical(2), observations=4, seed=1)
    ppo.train(Episodes(CartPoles(WORLDS, 1)))
    assert play(ppo, 20, seed=7).mean() > 66
