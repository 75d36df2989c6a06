"""Training of all bidders, its checkpoint, and the policy that plays it."""

import pickle

import numpy as np
import pytest

from learning.knobs import ParameterError
from learning.policies import Gaussian
from learning.ppo import PPO
from learning.ppo_settings import PPOSettings
from model.envs.two_tier_training import learned_indices, read_training, train_bidders
from model.systems.two_tier import TwoTier
from model.systems.two_tier.params import TwoTierParams

SMALL = {"n_firms": 3, "need": 2, "auction": "vcg"}
PARAMS = TwoTierParams(**SMALL)
SHORT = PPOSettings(samples=2_000, batch=100)
REPEATED = PARAMS.replace({"history": 2, "costs": "once"})


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """File of bidders that have learned a little."""
    file = tmp_path_factory.mktemp("trained") / "bidders.npz"
    train_bidders(PARAMS, SHORT, 1, file)
    return file


@pytest.fixture(scope="module")
def trained_in_repetition(tmp_path_factory):
    file = tmp_path_factory.mktemp("repeated") / "bidders.npz"
    train_bidders(REPEATED, PPOSettings(samples=2_000, batch=128), 1, file)
    return file


def playing(file, **more):
    return SMALL | {"policy": "ppo_schedule", "ppo_schedule.checkpoint": str(file)} | more


def weights(ppo):
    return ppo.network.block.values


def stopping_after(updates):
    """Progress that ends a training after so many updates."""
    return lambda report: report.updates < updates


def test_the_checkpoint_contains_its_market(trained):
    found = read_training(trained)
    assert found.params == PARAMS
    assert (found.settings, found.seed, found.episode) == (SHORT, 1, 1)


def test_same_seed_same_bidders(same_bits, tmp_path):
    one, same, other = (train_bidders(PARAMS, SHORT, seed) for seed in (1, 1, 2))
    assert same_bits(weights(one), weights(same))
    assert not same_bits(weights(one), weights(other))


@pytest.mark.parametrize("params", [PARAMS, REPEATED], ids=["single auctions", "repeated"])
def test_an_interrupted_training_goes_on_to_the_same_bits(params, same_bits, tmp_path):
    file = tmp_path / "bidders.npz"
    whole = train_bidders(params, SHORT, 3)
    stopped = train_bidders(params, SHORT, 3, file, stopping_after(7))
    assert stopped.updates == 7
    resumed = train_bidders(params, SHORT, 3, file, resume=True)
    assert same_bits(weights(whole), weights(resumed))


def test_a_training_can_be_made_longer(trained, tmp_path):
    file = tmp_path / "longer.npz"
    file.write_bytes(trained.read_bytes())
    longer = PPOSettings(**SHORT.values() | {"samples": 2_500})
    assert train_bidders(PARAMS, longer, 1, file, resume=True).samples == 2_500


@pytest.mark.parametrize(
    ("params", "settings", "seed", "told"),
    [
        (PARAMS.replace({"auction": "uniform"}), SHORT, 1, "auction = uniform, it was begun with vcg"),
        (PARAMS, PPOSettings(samples=2_000, batch=200), 1, "batch = 200"),
        (PARAMS, SHORT, 2, "seed = 2"),
    ],
)
def test_another_training_is_not_resumed(trained, params, settings, seed, told):
    with pytest.raises(ParameterError, match=told):
        train_bidders(params, settings, seed, trained, resume=True)


def test_bidders_learn_to_bid_truthfully_under_vcg(tmp_path):
    file = tmp_path / "bidders.npz"
    train_bidders(PARAMS, PPOSettings(samples=60_000), 1, file)
    found = learned_indices(file)
    assert abs(found["dri_marginal"]) < 0.08
    assert found["efficiency"] > 0.99


# -- the learned policy -------------------------------------------------------------------------------------


def test_a_trained_policy_plays_alike_stepped_and_compiled(trained, same_history):
    one, other = (TwoTier(rng=5, **playing(trained)) for _ in range(2))
    one.advance(40)
    for _ in range(40):
        other.step()
    same_history(one, other)


def test_a_trained_policy_equals_the_policy_in_training(trained):
    model = TwoTier(rng=5, **playing(trained))
    model.step()
    seen = model.worlds.situation().observations
    expected = PPO.load(trained).best(np.swapaxes(seen, 0, 1))
    np.testing.assert_allclose(model.actions, np.swapaxes(expected, 0, 1), atol=1e-6)


def test_a_copy_goes_on_alike(trained, same_history):
    model = TwoTier(rng=5, **playing(trained))
    model.advance(5)
    twin = pickle.loads(pickle.dumps(model))
    model.advance(5)
    twin.advance(5)
    same_history(model, twin)


def test_past_prices_are_seen(trained_in_repetition):
    model = TwoTier(rng=5, **playing(trained_in_repetition, history=2, costs="once", phi=0.5))
    model.step()
    first = model.actions.copy()
    model.step()
    assert (model.actions != first).any()


def test_trained_bidders_may_play_another_format_supply_and_need(trained):
    TwoTier(rng=5, **playing(trained, auction="uniform", phi=0.9, need=10)).advance(5)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"n_firms": 4}, "trained with n_firms = 3, here it is 4"),
        ({"steps": 3}, "steps = 2"),
        ({"repair": "clip"}, "repair = ratio"),
        ({"top_price": "public"}, "top_price = own"),
        ({"history": 1}, "history = 0"),
    ],
)
def test_another_game_is_refused(trained, changed, told):
    with pytest.raises(ParameterError, match=told):
        TwoTier(**playing(trained, **changed))


def test_without_a_file_the_error_explains_how_to_make_one():
    with pytest.raises(ParameterError, match="carbon train two_tier"):
        TwoTier(policy="ppo_schedule")


def test_a_file_that_is_none_is_named(tmp_path):
    with pytest.raises(ParameterError, match=r"ppo_schedule\.checkpoint = .*none\.npz: no such"):
        TwoTier(**playing(tmp_path / "none.npz"))
    (tmp_path / "text.npz").write_text("text")
    with pytest.raises(ParameterError, match="not a readable checkpoint"):
        TwoTier(**playing(tmp_path / "text.npz"))


def test_another_training_of_ppo_is_refused(tmp_path):
    PPO(SHORT, Gaussian(4), observations=3, players=3).save(tmp_path / "other.npz")
    with pytest.raises(ParameterError, match="something else than bidders"):
        TwoTier(**playing(tmp_path / "other.npz"))
    with pytest.raises(ParameterError, match="something else than bidders"):
        read_training(tmp_path / "other.npz")


def test_indices_of_bidders_with_a_memory(trained_in_repetition):
    found = learned_indices(trained_in_repetition, auctions=50)
    assert 0.5 < found["efficiency"] <= 1.0
