"""Preparation before a run, without a page."""

import threading
import time

import pytest

from agents.supply_chains.store import CurveStore
from model.base import SYSTEMS
from model.systems.supply_chains.curves import instance_of
from model.views.desk import Desk
from model.views.live.preparation import Preparation
from model.views.pages.supply_chains.case_run import CaseRun
from tests.waiting import PATIENCE, wait_until

KIND = SYSTEMS["supply_chains"]
SMALL = {"population": "drawn", "problem_set": "small", "n_chains": 1}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setenv("CARBON_CURVES", str(tmp_path))
    made = Desk(KIND)
    yield made
    made.close()


def test_a_run_that_must_be_solved_begins_when_it_is(desk):
    before = desk.run.model
    params = KIND.Params.from_flat(SMALL)
    (chain,) = instance_of(params).chains
    with CurveStore().lock(chain, params.highest_trading_price, params.gap):
        desk.adopt(SMALL)
        assert desk.run.model is before and desk.preparation.job
    wait_until(lambda: desk.run.model.params.population == "drawn")
    assert not desk.problems.value
    wait_until(lambda: desk.preparation.job is None)
    assert not desk.pending()
    desk.adopt({"phi": 0.8})
    assert desk.preparation.job is None, "what is stored is not solved again"
    assert desk.run.model.params.phi == 0.8


class Waiting:
    """A system whose preparation lasts until it is told to stop."""

    @classmethod
    def prepare(cls, params, *, run, progress, stop):
        progress(1, 3, 0.5)
        while not stop():
            time.sleep(0.01)
        raise RuntimeError("stopped")


def test_a_stopped_preparation_reports_it_and_calls_nothing_else():
    preparation, ended, went = Preparation(), threading.Event(), []
    preparation.start(Waiting, ["a"], went.append, lambda error: (went.append(error), ended.set()))
    wait_until(lambda: preparation.job.parts == {1: (3, 0.5)})
    preparation.cancel()
    assert ended.wait(PATIENCE) and went == [""]
    wait_until(lambda: preparation.job is None)


def test_a_new_preparation_ends_the_one_before_silently():
    preparation, went = Preparation(), []
    preparation.start(Waiting, ["a"], failed=lambda error: went.append("first"))
    first = preparation.job
    preparation.start(Waiting, ["b"], failed=lambda error: went.append("second"))
    assert first.stop.is_set() and preparation.job is not first
    preparation.cancel()
    wait_until(lambda: went)  # said after the job has been taken away
    assert preparation.job is None and went == ["second"]


def test_an_unreadable_instance_is_reported_at_once(desk):
    desk.adopt({"instance": "none.json"})
    assert "only a file loaded on this page" in desk.problems.value[""] and desk.preparation.job is None


def test_both_cases_are_played_and_can_be_cancelled():
    run = CaseRun()
    with pytest.raises(ValueError, match="periods = 0"):
        run.start(KIND, KIND.Params(), 1, 0)
    run.start(KIND, KIND.Params(), 1, 50)
    wait_until(lambda: run.done)
    run.cancel()
    wait_until(lambda: not run.running)
    assert not run.error and run.rows
    shares = [row["share"] for row in run.rows[:5]]
    assert {row["mitigation"] for row in run.rows[:5]} == {0.0} and sum(shares) == pytest.approx(1.0)
