"""The page's training of bidders, without a page."""

import pytest

from learning.knobs import ParameterError
from model.base import SYSTEMS
from model.views.desk import Desk
from model.views.pages.two_tier.tabs.training import is_of_policy, play_learned, trained_params
from model.views.pages.two_tier.training_run import Plan, TrainingRun
from tests.waiting import wait_until

KIND = SYSTEMS["two_tier"]
SMALL = KIND.Params(n_firms=2, need=2)


def trained(folder, plan, params=SMALL, seed=1):
    run = TrainingRun(folder)
    run.start(plan, params, seed)
    wait_until(lambda: not run.running)
    return run


def test_a_training_draws_its_curve_and_leaves_bidders_that_can_play(tmp_path):
    run = trained(tmp_path, Plan(auctions=4096))
    assert run.done == 4096 and not run.error
    assert [point["done"] for point in run.points] == [0, 1024, 2048, 3072, 4096]
    assert all(0 <= point["efficiency"] <= 1 for point in run.points)
    chosen = {"policy": "ppo_schedule", "ppo_schedule.checkpoint": str(run.file)}
    market = KIND(SMALL.replace(chosen), rng=1)
    market.advance(50)
    assert market.steps == 50


def test_the_same_seed_gives_the_same_curve(tmp_path):
    one, other = (trained(tmp_path, Plan(auctions=2048)).points for _ in range(2))
    assert one == other


def test_a_training_with_past_prices_in_view_can_be_measured(tmp_path):
    run = trained(tmp_path, Plan(auctions=2000), SMALL.replace({"history": 2, "costs": "once"}))
    assert not run.error and run.points[-1]["done"] > 0


def test_a_cancelled_training_ends_early_and_keeps_its_result(tmp_path):
    run = TrainingRun(tmp_path)
    run.start(Plan(auctions=10_000_000), SMALL, 1)
    wait_until(lambda: run.done)
    run.cancel()
    wait_until(lambda: run.file)
    assert 0 < run.done < run.total


def test_a_plan_that_cannot_be_run_changes_nothing(tmp_path):
    run = TrainingRun(tmp_path)
    with pytest.raises(ParameterError, match="noise"):
        run.start(Plan(noise=-1.0), SMALL, 1)
    assert not run.running and not run.total


def test_the_learned_bidders_play_in_the_running_model():
    desk = Desk(KIND)
    try:
        desk.change("n_firms", 2)
        desk.change("need", 2)
        params = trained_params(desk)
        assert not any(is_of_policy(name) for name in ("n_firms", "need")) and params.n_firms == 2
        run = trained(desk.folder.name, Plan(auctions=1024), params)
        desk.change("n_firms", 5)
        play_learned(desk, run)
        assert not desk.problems.value
        assert desk.run.model.params.policy == "ppo_schedule" and len(desk.run.model.firms) == 2
        desk.run.step()
        assert desk.run.model.steps == 1 and not desk.run.error
    finally:
        desk.close()
