"""``carbon train``: learns, shows what was learned, can be interrupted, and refuses what cannot be."""

import json
import re
import signal

import pytest

from learning import checkpoint
from model.envs.two_tier_training import read_training, train_bidders
from tests.waiting import PATIENCE, wait_until

SMALL = ("train", "two_tier", "n_firms=3", "need=2", "auction=vcg", "ppo.batch=100", "ppo.hidden=8")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "bidders.npz"


def weights(path):
    return checkpoint.load(path, "ppo")["network"]


def test_trains_and_shows_the_indices(carbon, file):
    done = carbon(*SMALL, "--auctions", 1000, "--seed", 1, "--out", file)
    assert done.code == 0
    assert "seed 1: 1,000 auctions" in done.out
    assert str(file) in done.out
    assert "dri_marginal" in done.out and re.search(r"\befficiency\b", done.out)
    found = read_training(file)
    assert (found.params.n_firms, found.params.auction, found.seed) == (3, "vcg", 1)
    assert (found.settings.samples, found.settings.batch) == (1000, 100)


def test_json_is_one_object(carbon, file):
    done = carbon(*SMALL, "--auctions", 1000, "--seed", 1, "--out", file, "--json")
    told = json.loads(done.out, parse_constant=pytest.fail)
    assert told["auctions"] == 1000
    assert told["parameters"]["n_firms"] == 3
    assert told["training"]["batch"] == 100
    assert 0.5 < told["metrics"]["efficiency"] <= 1.0


def test_a_trained_policy_can_be_run(carbon, file):
    carbon(*SMALL, "--auctions", 1000, "--seed", 1, "--out", file)
    words = ("n_firms=3", "need=2", "auction=vcg", "policy=ppo_schedule")
    done = carbon("run", "two_tier", *words, f"ppo_schedule.checkpoint={file}", "--periods", 50)
    assert done.code == 0, done.err


def test_a_longer_training_needs_only_the_length(carbon, file):
    carbon(*SMALL, "--auctions", 500, "--seed", 1, "--out", file)
    done = carbon("train", "two_tier", "--auctions", 800, "--resume", "--out", file)
    assert done.code == 0, done.err
    assert "seed 1: 800 auctions" in done.out


def test_episodes_are_longer_where_prices_are_looked_back_at(carbon, file):
    carbon(*SMALL, "history=1", "--auctions", 200, "--out", file)
    assert read_training(file).episode == 20


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("train", "two_tier", "ppo.batchh=3"), "did you mean 'ppo.batch'"),
        (("train", "two_tier", "n_firm=3"), "did you mean 'n_firms'"),
        (("train", "two_tier", "ppo.batch=0"), "below its minimum"),
        (("train", "learning_bidders"), "has no training; systems that have: grid, two_tier"),
        (("train", "two_tier", "--resume"), "no such checkpoint"),
        (("train", "two_tier", "history=2", "--episode", 1), "history = 2"),
        (("train",), "name a system"),
    ],
)
def test_errors_are_reported_before_anything_is_written(carbon, file, words, told):
    done = carbon(*words, "--out", file)
    assert done.code == 2
    assert told in done.err
    assert not file.exists()


def test_trained_bidders_are_not_overwritten(carbon, file):
    carbon(*SMALL, "--auctions", 200, "--out", file)
    before = file.read_bytes()
    done = carbon(*SMALL, "--auctions", 200, "--out", file)
    assert (done.code, file.read_bytes()) == (2, before)
    assert "--resume goes on with it" in done.err


def test_a_checkpoint_of_another_market_is_rejected(carbon, file):
    carbon(*SMALL, "--auctions", 200, "--out", file)
    done = carbon("train", "two_tier", "need=3", "--resume", "--out", file)
    assert done.code == 2
    assert "need = 3, it was begun with 2" in done.err


def test_ctrl_c_keeps_what_is_trained_and_resume_ends_at_the_same_bits(carbon, started, file, same_bits):
    long = 1_000_000_000
    process = started(*SMALL, "--auctions", long, "--seed", 1, "--out", file)
    wait_until(file.exists, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, err
    assert "--resume continues" in err
    done = checkpoint.load(file, "ppo")["done"]["samples"]
    assert 0 < done < long
    # as many updates at once, under the same schedules
    whole, until = file.with_name("whole.npz"), done + 500
    training = read_training(file)
    stop = {"progress": lambda report: report.samples < until}
    for path, resume in ((file, True), (whole, False)):
        train_bidders(training.params, training.settings, 1, path, resume=resume, **stop)
    assert same_bits(weights(file), weights(whole))


# -- the grid --------------------------------------------------------------------------------------------------------

GRID = ("train", "grid", "episode=20", "period_length=10", "height=8", "width=8", "n_firms=2", "worlds=2")
SHORT = ("updates=1", "government_worlds=2", "cross_entropy.population=4", "cross_entropy.generations=1")


def test_both_levels_of_the_grid_are_trained_and_then_play(carbon, tmp_path):
    file = tmp_path / "policies.npz"
    done = carbon(*GRID, *SHORT, "what=both", "rounds=0", "--seed", 3, "--out", file, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["improvements"] == 2 and found["training"]["what"] == "both" and found["seed"] == 3
    assert set(found["metrics"]) == {
        "utility, labour as in first",
        "utility, labour as in full",
        "permits traded, labour as in first",
        "permits traded, labour as in full",
        "welfare if settled",
        "welfare, the source's",
    }
    played = carbon(
        "run", "grid", *GRID[2:-1], "policy=learned", "government=learned", f"learned.file={file}"
    )
    assert played.code == 0, played.err
    table = carbon(*GRID, *SHORT, "--seed", 3, "--out", tmp_path / "other.npz")
    assert "heuristic enterprises" in table.out and "±" in table.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--auctions", 5), "--auctions: not for grid; its lengths are updates="),
        (("what=banks",), "what = banks"),
        (("cross_entropy.elites=3",), "did you mean 'cross_entropy.elite'"),
        (("ppo.clip=7",), "ppo.clip = 7.0: above its maximum 1.0"),
    ],
)
def test_what_a_training_of_the_grid_does_not_know_is_refused(carbon, tmp_path, words, says):
    file = tmp_path / "policies.npz"
    done = carbon(*GRID, *words, "--out", file)
    assert done.code == 2 and says in done.err and not file.exists()
