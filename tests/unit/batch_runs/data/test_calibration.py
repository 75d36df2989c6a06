"""A fit finds what is known, says what it misses, and is judged on seeds that did not choose it."""

import re

import numpy as np
import pytest

from batch_runs.data import calibration
from batch_runs.data.calibration import Task, fit, spread_points
from batch_runs.work.single import play_job
from model.systems.learning_bidders import LearningBidders

KNOWN = {"selling_price_max": 60.0, "n_firms": 7}
BOUNDS = {"selling_price_max": (14.0, 200.0), "n_firms": (2, 20)}
SHORT = {"learner": "truthful", "reserve_price": 0.0}


@pytest.fixture(scope="module")
def task():
    """Fit to what truthful bidders with known parameters do."""
    made = Task("learning_bidders", {"price": 1.0, "bidders": 7.0}, BOUNDS, SHORT, periods=20, window=20)
    price = made.measure(KNOWN, range(10, 14))[:, 0].mean()
    return Task(made.system, {"price": price, "bidders": 7.0}, BOUNDS, SHORT, periods=20, window=20)


def test_it_finds_the_parameters_that_made_the_numbers(task):
    found = fit(task, range(10, 14), 120)
    assert found.values["n_firms"] == 7 and found.tried <= 120
    assert found.values["selling_price_max"] == pytest.approx(60.0, rel=0.03) and found.at_bound == ()


def test_it_depends_on_nothing_but_its_task(task):
    assert fit(task, range(3), 15) == fit(task, range(3), 15)


def test_what_cannot_be_reached_ends_at_a_bound(task):
    far = Task(task.system, {"price": 1e4}, BOUNDS, SHORT, periods=20, window=20)
    found = fit(far, range(2), 40)
    assert "selling_price_max" in found.at_bound and found.loss > 0.5


def test_points_are_spread_over_the_whole_cube():
    points = np.array([point for point, _ in zip(spread_points(3), range(64), strict=False)])
    assert ((points >= 0.0) & (points < 1.0)).all()
    counts, _ = np.histogramdd(points, bins=(2, 2, 2), range=[(0, 1)] * 3)
    assert counts.min() >= 6


def test_the_command_reports_and_writes_a_scenario(carbon, tmp_path):
    table = tmp_path / "eex.csv"
    table.write_text(
        "Date;Auction Price €/tCO2;Total Number of Bidders\n13.11.2023;8.00;6\n", encoding="utf-8"
    )
    words = [
        "calibrate",
        "learning_bidders",
        table,
        "learner=truthful",
        "--to",
        "price,bidders",
        "--periods",
        "20",
    ]
    bounds = ["--fit", "selling_price_max=14:200", "--fit", "n_firms=2:20", "--tries", "60"]
    done = carbon(*words, *bounds, "--out", tmp_path / "fit.toml")
    assert done.code == 0, done.err
    assert "judged on 10 others" in done.out and re.search(r"bidders +6 +1 +6 +6\.0+ +\+0", done.out)
    assert carbon("run", tmp_path / "fit.toml", "--periods", "20").code == 0
    listed = carbon("calibrate", "--list", table)
    assert listed.code == 0 and "2023-11-13" in listed.out


def test_an_interrupted_calibration_continues_to_the_same_fit(carbon, tmp_path, monkeypatch):
    table, played = tmp_path / "eex.csv", []
    table.write_text("Date,Clearing Price\n13.11.2023,20.00\n", encoding="utf-8")
    words = ["calibrate", "learning_bidders", table, "learner=truthful", "--periods", "20", "--tries", "30"]
    whole = carbon(*words, "--out", tmp_path / "whole.toml")

    def interrupted(job):
        if len(played) == 50:
            raise KeyboardInterrupt
        played.append(job.key)
        return play_job(job)

    monkeypatch.setattr(calibration, "play_job", interrupted)
    done = carbon(*words, "--out", tmp_path / "kept")
    assert done.code == 130 and "the same command continues" in done.err
    monkeypatch.setattr(calibration, "play_job", lambda job: played.append(job.key) or play_job(job))
    done = carbon(*words, "--out", tmp_path / "kept")
    assert "continuing, 50 runs are done" in done.out and len(played) == len(set(played)) > 50
    assert (tmp_path / "kept/fit.toml").read_bytes() == (tmp_path / "whole.toml").read_bytes()
    assert done.out.splitlines()[1:-1] == whole.out.splitlines()[:-1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to", "prise"], "unknown fact 'prise'"),
        (["--to", "cover"], "no auction with cover"),
        (["--fit", "phi=1"], "expected KNOB=LOW:HIGH"),
        (["--fit", "phi=0.5:9"], "phi = 9.0 share: above its maximum"),
        (["--fit", "auction=0:1"], "needs a knob that is a number"),
        (["--row", "A1"], "--row A1: no such auction"),
    ],
)
def test_wrong_words_are_named(words, message, carbon, tmp_path):
    table = tmp_path / "eex.csv"
    table.write_text("Date,Clearing Price\n13.11.2023,20.00\n", encoding="utf-8")
    done = carbon("calibrate", "learning_bidders", table, *words)
    assert done.code == 2 and message in done.err


def test_the_price_is_the_metric_of_a_run(task):
    model = LearningBidders(**SHORT | KNOWN, rng=10)
    model.advance(20)
    assert task.measure(KNOWN, [10])[0, 0] == model.summary()["clearing_price"]
