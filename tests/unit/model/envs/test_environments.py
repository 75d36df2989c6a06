"""The environments pass their libraries' own checks, and report the results of steps."""

import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from learning.knobs import ParameterError
from learning.ppo_settings import PPOSettings
from learning.registry import UnknownNameError
from model.envs.two_tier_training import train_bidders
from model.systems.two_tier.params import TwoTierParams
from tests.waiting import PATIENCE

gymnasium = pytest.importorskip("gymnasium")
pettingzoo = pytest.importorskip("pettingzoo")

from gymnasium.utils.env_checker import check_env  # noqa: E402
from pettingzoo.test import parallel_api_test, parallel_seed_test  # noqa: E402

from model.envs.carbon_permit_auction import (  # noqa: E402
    CarbonPermitAuctionEnv,
    CarbonPermitAuctionVectorEnv,
)
from model.envs.carbon_permit_auction_parallel import CarbonPermitAuctionParallelEnv  # noqa: E402

ROOT = Path(__file__).resolve().parents[4]
MARKETS = [
    {},
    {"auction": "vcg", "n_firms": 3, "need": 2, "action_box": "unit"},
    {"auctions": 5, "history": 3, "costs": "once"},
    {"auctions": 2, "reserve_price": 2.0, "top_price": "public", "steps": 3},
    {"n_firms": 1, "phi": 1.5, "auction": "discriminatory"},
]
of_every_market = pytest.mark.parametrize("market", MARKETS)
SMALL = {"n_firms": 3, "need": 2, "auction": "vcg"}


def made(**arguments):
    return gymnasium.make("CarbonPermitAuction-v0", **arguments).unwrapped


@pytest.mark.parametrize("policy", ["truthful_schedule", "random_schedule"])
@of_every_market
def test_gymnasium_checks_pass(market, policy):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(made(policy=policy, **market))


@of_every_market
def test_pettingzoo_checks_pass(market):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parallel_api_test(CarbonPermitAuctionParallelEnv(**market), num_cycles=30)
        parallel_seed_test(lambda: CarbonPermitAuctionParallelEnv(**market), num_cycles=30)


@of_every_market
def test_observations_are_within_the_bounds(market):
    env = CarbonPermitAuctionVectorEnv(200, policy="random_schedule", **market)
    seen, _ = env.reset(seed=1)
    env.action_space.seed(1)
    for _ in range(10):
        assert seen in env.observation_space
        seen, reward, *_ = env.step(env.action_space.sample())
        assert (reward <= 1.0).all()


@of_every_market
def test_the_batch_plays_what_single_environments_play(market):
    """One market of the batch environment is the single environment, up to when episodes begin again."""
    single, batch = CarbonPermitAuctionEnv(**market), CarbonPermitAuctionVectorEnv(1, **market)
    seen, _ = single.reset(seed=7)
    many, _ = batch.reset(seed=7)
    single.action_space.seed(3)
    for _ in range(6):
        np.testing.assert_array_equal(seen, many[0])
        action = single.action_space.sample()
        seen, reward, terminated, truncated, info = single.step(action)
        many, rewards, ends, cuts, infos = batch.step(action[None])
        assert (reward, terminated, truncated) == (rewards[0], ends[0], cuts[0])
        assert info == {name: infos[name][0] for name in info}
        if terminated or truncated:
            np.testing.assert_array_equal(seen, infos["final_obs"][0])
            seen, _ = single.reset()


def test_info_has_the_results():
    env = CarbonPermitAuctionEnv(**SMALL, action_box="unit")
    env.reset(seed=1)
    _, reward, terminated, _, info = env.step(np.ones(4, np.float32))
    assert terminated
    assert set(info) == {"award", "payment", "value", "profit", "clearing_price"}
    assert info["award"] == 2.0
    assert info["profit"] == pytest.approx(info["value"] - info["payment"])
    assert reward == pytest.approx(info["profit"] / (1.5 * 3))


def test_boxes_mean_the_same_actions():
    results = []
    for box, action in (("unit", [1.0, 0.5, 0.25, 0.5]), ("centred", [1.0, 0.0, -0.5, 0.0])):
        env = CarbonPermitAuctionEnv(**SMALL, action_box=box)
        env.reset(seed=1)
        results.append(env.step(np.array(action, np.float32))[4])
    assert results[0] == results[1]


def test_actions_beyond_the_box_count_as_its_border():
    results = []
    for size in (1.0, 9.0):
        env = CarbonPermitAuctionEnv(**SMALL)
        env.reset(seed=1)
        results.append(env.step(np.full(4, size))[4])
    assert results[0] == results[1]


@pytest.mark.parametrize("action", [[np.nan, 0, 0, 0], [0, 0, 0], np.zeros((1, 4))])
def test_invalid_actions_are_rejected(action):
    env = CarbonPermitAuctionEnv(**SMALL)
    env.reset(seed=1)
    with pytest.raises(ValueError, match="finite numbers"):
        env.step(np.array(action))


def test_an_unknown_box_is_answered_with_the_known_ones():
    with pytest.raises(UnknownNameError, match="did you mean 'centred'"):
        CarbonPermitAuctionEnv(action_box="centered")


def test_an_unknown_parameter_is_answered_with_the_nearest():
    with pytest.raises(ParameterError, match="did you mean 'n_firms'"):
        CarbonPermitAuctionEnv(nfirms=3)


def test_the_truth_is_a_best_reply_under_vcg():
    """Of the single environment's point of view: shading both prices does not pay on average."""

    def mean_reward(shade):
        env = CarbonPermitAuctionVectorEnv(2000, **SMALL, action_box="unit")
        env.reset(seed=1)
        truth = np.array(
            [1.0, 0.5, 0.5, 0.5], np.float32
        )  # own first value; half of that for the second permit
        return env.step(np.tile(truth * np.array([shade, 1, 1, 1], np.float32), (2000, 1)))[1].mean()

    best = mean_reward(1.0)
    assert best > max(mean_reward(shade) for shade in (0.6, 0.8, 0.95))


def test_rivals_may_be_trained_ones(tmp_path):
    file = tmp_path / "bidders.npz"
    train_bidders(TwoTierParams(**SMALL), PPOSettings(samples=500, batch=100), 1, file)
    trained = {"policy": "ppo_schedule", "ppo_schedule.checkpoint": str(file)}
    check_env(made(**SMALL, **trained))
    with pytest.raises(ParameterError, match="trained with n_firms = 3"):
        CarbonPermitAuctionEnv(n_firms=4, **trained)


def test_the_batch_is_made_by_gymnasium_too():
    env = gymnasium.make_vec(
        "CarbonPermitAuction-v0", 5, vectorization_mode="vector_entry_point", **SMALL
    ).unwrapped
    assert isinstance(env, CarbonPermitAuctionVectorEnv)
    seen, _ = env.reset(seed=1)
    assert seen.shape == (5, 3)


def test_every_bidder_of_the_parallel_environment_gets_its_own_result():
    env = CarbonPermitAuctionParallelEnv(**SMALL, phi=0.5, action_box="unit")
    env.reset(seed=1)
    nobody = dict.fromkeys(env.agents, np.zeros(4, np.float32))
    _, rewards, terminated, truncated, infos = env.step(nobody | {"bidder_1": np.ones(4, np.float32)})
    assert [infos[f"bidder_{row}"]["award"] for row in range(3)] == [0.0, 2.0, 0.0]
    assert rewards["bidder_1"] > 0.0 == rewards["bidder_0"]
    assert all(terminated.values()) and not any(truncated.values())
    assert env.agents == []


@pytest.fixture(scope="module")
def stable_baselines():
    pytest.importorskip("stable_baselines3")


def test_stable_baselines_checks_pass(stable_baselines):
    from stable_baselines3.common.env_checker import check_env as check

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(CarbonPermitAuctionEnv(**SMALL))


def test_stable_baselines_trains_as_the_readme_says(stable_baselines):
    readme = (ROOT / "model/envs/README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"<!-- example: stable_baselines3 -->\n```py\n(.*?)```", readme, re.S)
    script = [sys.executable, "-c", example]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert "clearing_price" in done.stdout
