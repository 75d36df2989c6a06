"""The page's sweep, without a page."""

import threading

import pytest

import model.systems  # noqa: F401 - registers the systems
from learning.knobs import ParameterError
from model.base import SYSTEMS
from model.views.live.sweep_run import Plan, SweepRun, grid, swept_knobs
from tests.waiting import PATIENCE, wait_until

PARAMS = SYSTEMS["learning_bidders"].Params
KNOBS, BASE = PARAMS.all_knobs(), PARAMS().everything()


def test_the_first_plan_is_phi_by_auction_format():
    plan = Plan.for_knobs(KNOBS)
    assert plan.name == "phi" and set(plan.options) == set(KNOBS["auction"].choices)


def test_the_first_plan_of_the_grid_is_its_permits_by_schedule_over_one_episode():
    plan = Plan.for_knobs(SYSTEMS["grid"].Params.all_knobs())
    assert (plan.name, plan.low, plan.high, plan.step) == ("total_permits", 100.0, 300.0, 50.0)
    assert (plan.beside, plan.periods) == ("schedule", 500)
    assert {"flat", "decreasing", "convex"} <= set(plan.options)


def test_the_first_plan_of_single_runs_is_one_run_long_and_begins_with_what_a_beginner_sees():
    kind = SYSTEMS["emissions_trading"]
    plan, knobs = Plan.for_page(kind), kind.Params.all_knobs()
    assert (plan.name, plan.periods, plan.options) == ("cap_first", 40, ("uniform",))
    assert list(swept_knobs(knobs, ("n_firms", "no_such", "penalty")))[:2] == ["n_firms", "penalty"]
    assert plan.over("cap_last", knobs).high == 0.825  # and not 0.8250000000000001


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_usual_range_of_every_knob_can_be_swept(system):
    knobs = SYSTEMS[system].Params.all_knobs()
    plan = Plan.for_knobs(knobs)
    for name in swept_knobs(knobs):
        other = plan.over(name, knobs)
        values = [knobs[name].check(name, value) for value in grid(other.low, other.high, other.step)]
        assert 2 <= len(set(values)) <= 11, name


def test_a_sweep_runs_every_combination_on_every_seed():
    seen = []
    sweep = SweepRun(
        lambda parameters, seed, periods: (
            seen.append((parameters["phi"], parameters["auction"], seed)) or {"x": 1}
        )
    )
    plan = Plan(
        "phi", 0.8, 1.0, 0.1, seeds=2, periods=7, beside="auction", options=("uniform", "discriminatory")
    )
    sweep.start(plan, KNOBS, BASE, first_seed=5)
    wait_until(lambda: not sweep.running)
    assert len(seen) == sweep.total == 12 and len(set(seen)) == 12
    assert {seed for *_, seed in seen} == {5, 6}
    assert list(sweep.results().columns) == ["phi", "auction", "seed", "x"]


def test_a_failing_run_is_a_row_and_not_the_end():
    def measure(parameters, seed, periods):
        if parameters["phi"] == 0.9:
            raise ValueError("no bid")
        return {"x": 1.0}

    sweep = SweepRun(measure)
    sweep.start(Plan("phi", 0.8, 1.0, 0.1, seeds=1), KNOBS, BASE, first_seed=5)
    wait_until(lambda: not sweep.running)
    assert sweep.error == "seed 5: ValueError: no bid"
    assert sweep.results().x.notna().tolist() == [True, False, True]


def test_a_cancelled_sweep_keeps_finished_runs():
    go = threading.Semaphore(2)
    sweep = SweepRun(lambda *job: go.acquire(timeout=PATIENCE) and {"x": 1.0})
    sweep.start(Plan("phi", 0.8, 1.0, 0.1, seeds=3), KNOBS, BASE, first_seed=5)
    wait_until(lambda: len(sweep.rows) == 2)
    sweep.cancel()
    assert not sweep.running
    go.release()
    wait_until(lambda: not any(thread.name == "carbon sweep" for thread in threading.enumerate()))
    assert len(sweep.results()) == 2, "the run under way does not count"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"step": 0.0}, "step must be above 0"),
        ({"low": 1.0, "high": 0.8}, "step must be above 0"),
        ({"high": 9.0, "step": 1.0}, "phi = "),
        ({"step": 1e-7}, "more than"),
        ({"seeds": 0}, "at least 1"),
        ({"seeds": 100_000}, "at most"),
    ],
)
def test_a_plan_that_cannot_be_run_is_an_error_and_changes_nothing(changed, told):
    sweep = SweepRun(lambda *job: {})
    with pytest.raises(ParameterError, match=told):
        sweep.start(Plan("phi", **changed), KNOBS, BASE, first_seed=5)
    assert not sweep.running and sweep.total == 0


def test_a_grid_has_both_ends():
    assert grid(0.8, 1.0, 0.02)[-1] == 1.0 and len(grid(0.8, 1.0, 0.02)) == 11
