"""PPO as a whole: it learns known optima, players are independent, and a training can be interrupted."""

import copy
import pickle

import numpy as np
import pytest

from learning.checkpoint import CheckpointError
from learning.knobs import ParameterError
from learning.policies import Categorical, Gaussian
from learning.ppo import PPO
from learning.ppo_settings import PPOSettings
from learning.rollout import Batch, Episodes, Games
from tests.unit.learning.ppo_games import BestOfThree, Corridor, FirstPrice, Target


def bids(ppo, value):
    """Bid of every player for each value, [players, values]."""
    value = np.asarray(value)[None, :, None]
    return ppo.best(np.broadcast_to(value, (ppo.players, *value.shape[1:])))[..., 0]


# -- known optima ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", ["sigmoid", "identity"])
@pytest.mark.parametrize("noise_rule", ["scheduled", "learned"])
def test_finds_the_top_of_a_parabola(mean, noise_rule):
    game = Target()
    settings = PPOSettings(samples=60_000, batch=512, learning_rate=3e-3, noise_rule=noise_rule)
    ppo = PPO(settings, Gaussian(1, mean), observations=1, players=2, seed=1)
    first = ppo.noise
    ppo.train(Games(game))
    x = np.linspace(-0.9, 0.9, 7)
    assert np.abs(bids(ppo, x) - game.best(x)).max() < 0.05
    assert ppo.noise < first / 3  # learned too: there is nothing to be gained by noise


def test_unit_demand_first_price_auction_of_two_ends_near_half_the_value():
    ppo = PPO(PPOSettings(samples=150_000), Gaussian(1, "sigmoid"), observations=1, players=2, seed=1)
    ppo.train(Games(FirstPrice(players=2, supply=1)))
    value = np.linspace(0.2, 1.0, 9)
    assert np.abs(bids(ppo, value) - value / 2).max() < 0.06
    assert np.abs(bids(ppo, value) - value / 2).mean() < 0.025


@pytest.mark.slow
def test_discriminatory_auction_of_two_units_to_three_ends_near_equilibrium():
    """b(v) = (v - 2 v² / 3) / (2 - v): 0.1412, 0.2571, 0.3273 at v = 0.3, 0.6, 0.9."""
    settings = PPOSettings(samples=1_000_000, batch=4096, noise_final=0.01)
    ppo = PPO(settings, Gaussian(1, "sigmoid"), observations=1, players=3, seed=2)
    ppo.train(Games(FirstPrice(players=3, supply=2)))
    assert bids(ppo, [0.3, 0.6, 0.9]).mean(0) == pytest.approx([0.1412, 0.2571, 0.3273], abs=0.025)


@pytest.mark.parametrize("masked", [False, True])
def test_picks_the_best_action(masked):
    ppo = PPO(PPOSettings(samples=15_000, batch=512), Categorical(3), observations=3, players=2, seed=1)
    game = BestOfThree(masked)
    ppo.train(Games(game))
    kind = np.tile(np.arange(3), (2, 1))
    allowed = game.allowed(kind) if masked else None
    assert (ppo.best(np.eye(3)[kind], allowed) == game.best(kind)).all()


def test_walks_down_a_corridor_that_cuts_off_and_forbids():
    settings = PPOSettings(samples=12_000, batch=240, gamma=0.9, learning_rate=3e-3, normalise_rewards=False)
    ppo = PPO(settings, Categorical(3), observations=5, seed=1)
    ppo.train(Episodes(Corridor()))
    cells = np.eye(5)[None, :4]
    assert (ppo.best(cells) == 1).all()
    # discounted: the reward comes after 4 - cell steps
    assert ppo.value(cells)[0] == pytest.approx(0.9 ** np.arange(3, -1, -1), abs=0.12)


# -- independence ----------------------------------------------------------------------------------------


def improved(change=lambda batch: None, players=2, active=None, **knobs):
    """A PPO after one update on a batch that ``change`` may edit."""
    settings = PPOSettings(batch=64, **knobs)
    ppo = PPO(settings, Gaussian(2), observations=3, players=players, seed=5)
    rng = np.random.default_rng(6)
    decided = ppo.decide(rng.standard_normal((players, 64, 3)))
    advantage, target = rng.standard_normal((2, players, 64))
    batch = Batch(decided.observation, decided.action, decided.log_prob, decided.value, advantage, target)
    change(batch)
    terms = ppo.update(batch, active)
    return ppo, terms


def test_a_player_learns_from_nobody_elses_experience(same_bits):
    def other_rewards(batch):
        batch.advantage[1] *= -3.0
        batch.target[1] += 100.0

    one, other = improved()[0].network.block.values, improved(other_rewards)[0].network.block.values
    assert same_bits(one[0], other[0])
    assert not same_bits(one[1], other[1])


def test_inactive_players_stay_as_they_are(same_bits):
    start = PPO(PPOSettings(batch=64), Gaussian(2), 3, 2, seed=5).network.block.values
    ppo, _ = improved(active=np.array([False, True]))
    assert same_bits(ppo.network.block.values[0], start[0])
    assert same_bits(ppo.network.block.values[1], improved()[0].network.block.values[1])
    assert ppo.adam.steps.tolist() == [0, 16]


def test_a_player_whose_policy_moves_too_far_stops_early():
    def nothing_to_learn_for_player_0(batch):
        batch.advantage[0] = 0.0

    ppo, terms = improved(nothing_to_learn_for_player_0, target_kl=1e-4, learning_rate=0.01)
    assert ppo.adam.steps.tolist() == [16, 4]
    assert terms["kl"][0] < 1e-8 < 1e-4 < terms["kl"][1]


def test_terms_are_reported_for_each_player():
    _, terms = improved(entropy=0.1)
    names = {"loss", "policy_loss", "value_loss", "entropy", "kl", "clipped", "gradient_norm", "explained"}
    assert set(terms) == names
    assert all(values.shape == (2,) and np.isfinite(values).all() for values in terms.values())


# -- schedules -------------------------------------------------------------------------------------------


def test_step_size_and_noise_fall_with_the_samples():
    settings = PPOSettings(samples=2000, batch=500, anneal_share=0.5, noise=0.2, noise_final=0.1)
    ppo = PPO(settings, Gaussian(1), observations=1, players=2, seed=1)
    reports = []
    ppo.train(Games(Target()), progress=reports.append)
    assert [r.learning_rate for r in reports] == pytest.approx([5.5e-4, 1e-4, 1e-4, 1e-4])
    assert [r.noise for r in reports] == pytest.approx([0.15, 0.1, 0.1, 0.1])


# -- interruption ----------------------------------------------------------------------------------------


def auction(samples=4096):
    knobs = {"samples": samples, "batch": 256, "value_clip_rule": "change", "target_kl": 0.02}
    return PPO(PPOSettings(**knobs), Gaussian(1, "sigmoid"), 1, players=2, seed=4), Games(FirstPrice(2, 1))


def walk(samples=2400):
    settings = PPOSettings(samples=samples, batch=120, entropy=0.01)
    return PPO(settings, Categorical(3), 5, seed=4), Episodes(Corridor(seed=9))


@pytest.mark.parametrize("make", [auction, walk])
def test_interrupted_and_resumed_is_as_if_never_interrupted(make, tmp_path, same_bits):
    through, source = make()
    through.train(source)

    class PulledThePlug(Exception):
        pass

    def pull(report):
        if report.updates == 7:
            raise PulledThePlug

    ppo, source = make()
    with pytest.raises(PulledThePlug):
        ppo.train(source, progress=pull, save_to=tmp_path / "run.npz", save_every=3)
    source = make()[1]
    resumed = PPO.load(tmp_path / "run.npz", source)
    assert resumed.updates == 6
    resumed.train(source)
    assert resumed.samples == through.samples
    assert same_bits(resumed.network.block.values, through.network.block.values)
    assert same_bits(resumed.adam.second, through.adam.second)
    assert pickle.dumps(resumed.state()) == pickle.dumps(through.state())


def test_progress_can_stop_a_training_and_the_checkpoint_is_of_that_moment(tmp_path):
    ppo, source = auction()
    ppo.train(source, progress=lambda report: report.updates < 5, save_to=tmp_path / "run.npz")
    assert ppo.updates == 5
    assert PPO.load(tmp_path / "run.npz").updates == 5


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))], ids=["copy", "pickle"]
)
def test_a_copy_continues_identically(copied, same_bits):
    ppo, source = auction()
    ppo.improve(source)
    twin = copied(ppo)
    for each in (ppo, twin):
        each.improve(Games(FirstPrice(2, 1)))
    assert same_bits(ppo.network.block.values, twin.network.block.values)
    assert not np.shares_memory(ppo.network.block.values, twin.network.block.values)


def test_a_training_can_be_made_longer(tmp_path):
    ppo, source = auction(samples=512)
    ppo.train(source, save_to=tmp_path / "run.npz")
    longer = PPO.load(tmp_path / "run.npz", source, samples=1024)
    longer.train(source)
    assert longer.samples == 1024


def test_same_seed_same_bits_other_seed_other_weights(same_bits):
    def values(seed):
        ppo = PPO(PPOSettings(samples=512, batch=256), Gaussian(1), 1, players=2, seed=seed)
        ppo.train(Games(Target()))
        return ppo.network.block.values

    assert same_bits(values(1), values(1))
    assert not same_bits(values(1), values(2))


def test_a_checkpoint_of_other_networks_is_refused(tmp_path):
    ppo, source = auction()
    ppo.save(tmp_path / "run.npz", source)
    with pytest.raises(CheckpointError, match="do not fit"):
        PPO.load(tmp_path / "run.npz", hidden=8)
    with pytest.raises(CheckpointError, match=r"run\.npz: does not fit .*hiden"):
        PPO.load(tmp_path / "run.npz", hiden=8)


# -- what is refused -------------------------------------------------------------------------------------


def test_an_observation_of_the_wrong_shape_is_named():
    ppo, _ = auction()
    with pytest.raises(
        ValueError, match=r"shape \(2, 5\): must be \(2 players, any number of samples, 1 numbers\)"
    ):
        ppo.decide(np.zeros((2, 5)))


def test_a_decision_without_an_allowed_action_is_named():
    ppo, _ = walk()
    allowed = np.ones((1, 4, 3), bool)
    allowed[0, 2] = False
    with pytest.raises(ValueError, match="player 0 has no allowed action in sample 2"):
        ppo.decide(np.zeros((1, 4, 5)), allowed)


def test_a_reward_that_is_no_number_is_named():
    class Broken(Target):
        def play(self, dealt, action):
            return np.where(np.arange(action.shape[1]) == 3, np.nan, [[1.0], [1.0]])

    ppo = PPO(PPOSettings(samples=512, batch=256), Gaussian(1), 1, players=2, seed=1)
    before = ppo.network.block.values.copy()
    with pytest.raises(ValueError, match="player 0 earned nan in sample 3: must be a finite number"):
        ppo.train(Games(Broken()))
    assert (ppo.network.block.values == before).all()


def test_more_minibatches_than_samples_are_refused():
    with pytest.raises(ParameterError, match="minibatches = 8: more than batch = 4"):
        PPOSettings(batch=4, minibatches=8)
