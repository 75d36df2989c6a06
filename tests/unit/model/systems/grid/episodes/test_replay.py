"""Recorded episodes of the source's simulator are replayed to the last bit, and a changed number is found."""

import copy
import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest

from batch_runs.__main__ import main
from model.systems.grid import Grid
from model.systems.grid.episodes.log import (
    BUILDS,
    GATHERED,
    RESEARCH,
    TRADES,
    action_entry,
    action_from,
    read_log,
)
from model.systems.grid.episodes.replay import replay
from model.systems.grid.episodes.writer import log_of

ROOT = Path(__file__).parents[5]
EPISODES = ("f_ge_0", "marl_0")


def folder():
    """Folder of recorded episodes: beside the project, or CARBON_REPLAY; None if there is none."""
    named = os.environ.get("CARBON_REPLAY")
    places = [Path(named)] if named else [ROOT / "../shared/replay", Path("../shared/replay")]
    return next((place for place in places if place.is_dir()), None)


def episode(name):
    """Path of a recorded episode; skips the test where there is none."""
    place = folder()
    file = place / f"{name}.json.gz" if place else None
    if file is None or not file.exists():
        pytest.skip(
            "no recorded episodes at ../shared/replay of the project, nor where CARBON_REPLAY names them"
        )
    return file


@pytest.fixture(scope="module", params=EPISODES)
def log(request):
    return read_log(episode(request.param))


@pytest.mark.replication
def test_every_number_of_every_step_agrees(log):
    report = replay(log)
    assert report.first is None
    assert (report.steps, report.agreeing) == (500, 500)
    assert report.metrics_compared == report.metrics_agreeing >= 94
    assert report.comparisons > 5_000_000


@pytest.fixture(scope="module")
def own_log():
    """A short episode in which everything happens that a log lists."""
    model = Grid(rng=1, episode=120, policy="random_action", height=12, width=12, total_permits=400.0)
    model.start_recording()
    model.advance(120)
    return log_of(model.recorder.shots, model.params)


def first(log, name):
    """The first thing that a log lists under a name."""
    return next(entries[0] for entries in log[name] if entries)


WAYS_TO_CHANGE = {
    "coin": lambda log: log["states"][100]["2"]["inventory"].update(Coin=1.0),
    "level": lambda log: log["states"][20]["1"].update(Carbon_emission_rate=0.5),
    "history": lambda log: log["states"][77]["0"]["Research_history"].__setitem__(3, 7),
    "map": lambda log: log["world"][90]["Property"]["owner"][0].__setitem__(0, 9),
    "shortfall": lambda log: log["states"][99]["p"]["settlement_idx"].__setitem__(1, 99.0),
    "reward": lambda log: log["rewards"][10].update({"3": log["rewards"][10]["3"] + 1e-6}),
    "metric": lambda log: log["metrics"].update({"util/2": 0.0}),
    "start": lambda log: log["states"][0]["4"]["endogenous"].update(Labor=1),
    "emission of a production": lambda log: first(log, BUILDS).update(Carbon_emission=9.0),
    "cell of a production": lambda log: first(log, BUILDS).update(loc=[0, 99]),
    "change of level": lambda log: first(log, RESEARCH).update(Carbon_emission_rate_change=0.01),
    "effect of research": lambda log: first(log, RESEARCH).update(research_activity="Forget"),
    "research not made": lambda log: log[RESEARCH][3].append(dict(first(log, RESEARCH), enterprise=0)),
    "price of a trade": lambda log: first(log, TRADES).update(price=99),
    "cell of a project": lambda log: first(log, GATHERED).update(loc=[0, 99]),
    "project not built": lambda log: log[GATHERED][3].append(dict(first(log, GATHERED))),
}


def test_the_log_that_is_changed_agrees_unchanged(own_log):
    assert replay(own_log).agrees


@pytest.mark.parametrize("change", WAYS_TO_CHANGE)
def test_a_changed_number_is_found(change, own_log):
    log = copy.deepcopy(own_log)
    WAYS_TO_CHANGE[change](log)
    report = replay(log)
    assert not report.agrees
    assert report.first is not None


def test_another_action_than_the_one_played_is_found():
    log = read_log(episode("f_ge_0"))
    log["actions"][30].update({"0": {"Carbon_component": 2}})
    assert not replay(log).agrees


def test_the_command_reports_and_exits_with_0_only_where_all_agrees(tmp_path, capsys):
    file = episode("marl_0")
    assert main(["replay", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["steps"], told["agreeing"], told["agrees"]) == (500, 500, True)
    log = read_log(file)
    log["states"][250]["0"]["escrow"]["Coin"] = 17
    plain = tmp_path / "changed.json"
    plain.write_text(json.dumps(log))
    assert main(["replay", str(plain)]) == 1
    told = capsys.readouterr().out
    assert "499 of 500 steps agree" in told
    assert "step 250: state.0.escrow.Coin: logged 17" in told


OWN = {
    "defaults": {},
    "crowded": {
        "policy": "random_action",
        "n_firms": 8,
        "height": 8,
        "width": 9,
        "pollution_threshold": 0.3,
        "delay": 2,
        "forget": 7,
        "period_length": 20,
        "technology": 0.3,
    },
    "active": {"government": "random_decision", "policy": "random_action", "fixed_penalty": False},
    "sold": {"issuing": "discriminatory", "rounding": "none", "utility_in_debt": "continuous"},
    "clean": {"government": "even", "government_actions": "clean", "pollution_cells": "neighbours"},
}


BARE = {
    "heuristic": {},
    "convex benchmarking": {"schedule": "convex", "indicator": "benchmarking"},
    "decreasing grandfathering": {"schedule": "decreasing", "indicator": "grandfathering"},
    "random": {"policy": "random_action", "indicator": "grandfathering"},
    "active": {"government": "random_decision", "policy": "random_action"},
    "active, even": {"government": "even"},
    "chosen penalty": {"government": "random_decision", "policy": "random_action", "fixed_penalty": False},
    "labour dear soon": {"labour_warmup": 300.0},
    "labour dear at once": {"labour_warmup": 0.0},
    "other sizes": {"policy": "random_action", "n_firms": 3, "height": 9, "width": 14, "total_permits": 90.0},
    "other penalty": {"policy": "random_action", "penalty": 12.0, "start_cash": 7.0, "forget": 11},
}
"""Markets whose parameters a log contains; the others have their defaults."""


@pytest.mark.parametrize("name", BARE)
@pytest.mark.parametrize("episode", [1, 2])
def test_own_recorded_episodes_replay_without_parameters(name, episode):
    """As the source's own files: parameters, and the pace of labour's cost, are found in the numbers."""
    model = Grid(rng=9, episode=120, **BARE[name])
    model.start_recording()
    model.advance(120 * episode)
    log = log_of(model.recorder.last_episode(), model.params)
    assert (log["start"]["positive_steps"] > 0) == (episode == 2)
    assert log["metrics"]["labor/warmup_integrator"] > 0
    report = replay({k: v for k, v in log.items() if k not in ("parameters", "start")})
    assert report.first is None
    assert report.agreeing == report.steps == 120


def test_parameters_missing_in_a_log_can_be_given():
    """The rule of allocation is found with the length of periods that is given."""
    own = {"period_length": 30, "labour_cost": 0.3, "schedule": "convex", "indicator": "benchmarking"}
    model = Grid(rng=9, episode=120, **own)
    model.start_recording()
    model.advance(120)
    log = log_of(model.recorder.shots, model.params)
    del log["parameters"]
    assert not replay(log).agrees
    assert replay(log, {"period_length": "30", "labour_cost": "0.3"}).agrees


@pytest.mark.parametrize("name", OWN)
def test_own_recorded_episodes_replay(name, tmp_path):
    model = Grid(rng=9, episode=120, **OWN[name])
    recorder = model.start_recording()
    model.advance(150)
    assert len(recorder) == 30
    model.write_recording(tmp_path / "own.json.gz")
    report = replay(read_log(tmp_path / "own.json.gz"))
    assert report.first is None
    assert report.agreeing == report.steps == 120


def test_the_recording_of_steps_is_that_of_compiled_periods():
    one, other = (Grid(rng=2, policy="random_action", episode=60) for _ in range(2))
    for model in (one, other):
        model.start_recording()
    one.advance(55)
    for _ in range(55):
        other.step()
    assert log_of(one.recorder.shots, one.params) == log_of(other.recorder.shots, other.params)


def test_a_second_episode_goes_on_with_the_cost_of_labour():
    model = Grid(rng=4, episode=60)
    model.start_recording()
    model.advance(120)
    start = model.recorder.shots[0].government[0]
    assert start.positive_steps > 0
    assert replay(log_of(model.recorder.shots, model.params)).agrees


def test_run_records_what_replay_reads(tmp_path, capsys):
    file = tmp_path / "episode.json"
    arguments = ["run", "grid", "episode=50", "policy=random_action", "--seed", "1", "--periods", "50"]
    assert main([*arguments, "--record", str(file)]) == 0
    assert main(["replay", str(file)]) == 0
    assert "50 of 50 steps agree" in capsys.readouterr().out


def test_systems_without_episodes_are_an_error(tmp_path, capsys):
    assert main(["run", "two_tier", "--record", str(tmp_path / "x.json")]) == 2
    assert "no episodes" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[1]", b"\x1f\x8bnot gzip", gzip.compress(b"nonsense")],
    ids=["empty", "no parts", "a list", "no gzip", "gzip of no JSON"],
)
def test_other_files_are_refused_by_name(content, tmp_path, capsys):
    file = tmp_path / "other.json"
    file.write_bytes(content)
    assert main(["replay", str(file)]) == 2
    assert "other.json" in capsys.readouterr().err


@pytest.mark.parametrize("max_price", [1, 20])
def test_actions_are_the_same_there_and_back(max_price):
    for action in range(9 + 2 * max_price):
        assert action_from(action_entry(action, max_price), max_price) == action


def test_logged_actions_by_hand():
    assert action_from({}, 20) == 0
    assert action_from({"Carbon_component": 2}, 20) == 2
    assert action_from({"Carbon_auction.Buy_Carbon_idx": 1}, 20) == 3
    assert action_from({"Carbon_auction.Sell_Carbon_idx": 21}, 20) == 44
    assert action_from({"Gather": 4}, 20) == 48
    with pytest.raises(ValueError, match="Dance"):
        action_from({"Dance": 1}, 20)


def test_numbers_survive_the_file(tmp_path):
    model = Grid(rng=3, episode=40)
    model.start_recording()
    model.advance(40)
    model.write_recording(tmp_path / "x.json")
    log, again = log_of(model.recorder.shots, model.params), read_log(tmp_path / "x.json")
    assert again["states"] == log["states"]
    assert np.array_equal(again["rewards"], log["rewards"])
