"""The run controller without a page."""

import copy
import threading
import time
from itertools import pairwise

import numba
import pytest

from learning.knobs import ParameterError
from learning.postponed import NotCompiledError, is_postponed
from model.systems.learning_bidders import LearningBidders
from model.views.live import run_controller
from model.views.live.run_controller import (
    AS_FAST_AS_POSSIBLE,
    PATIENCE,
    REFRESHES,
    SLOWEST,
    Job,
    RunController,
)
from tests.waiting import wait_until


class Breaking(LearningBidders):
    """Fails in its fourth period."""

    def is_compiled(self):
        return False

    def run_period(self, chance):
        if self.steps == 4:
            raise ZeroDivisionError("the kiln is cold")
        super().run_period(chance)


def make(kind=LearningBidders, **parameters):
    return lambda: {"this run": kind(rng=1, **parameters)}


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """Compile first, so that no test below waits for it."""
    LearningBidders(rng=1).advance(1)


class Clock(threading.Event):
    """A clock and the stop of a job: time passes by looking, waiting and playing, until the ``end``."""

    def __init__(self, end):
        super().__init__()
        self.now, self.end = 0.0, end

    def perf_counter(self):
        return self.wait(0.001)

    def thread_time(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds
        if self.now >= self.end:
            self.set()
        return self.now


@pytest.fixture
def play_for(start, monkeypatch):
    """Function: play for some seconds of a `Clock`, in this thread; the run and the times of all refreshes."""

    def play(seconds, speed, **asked):
        clock, told = Clock(seconds), []

        class Timed(LearningBidders):
            def advance(self, periods):
                clock.wait(0.0005 * periods)
                super().advance(periods)

        monkeypatch.setattr(run_controller, "time", clock)
        run = start(make(Timed), lambda: told.append(clock.now), **asked)
        run.speed, run.job = speed, Job(stop=clock)
        run._work(run.job)
        return run, told

    return play


@pytest.fixture
def start():
    made = []

    def build(*args, **kwargs):
        made.append(RunController(*args, **kwargs))
        return made[-1]

    yield build
    for run in made:
        run.close()


def threads():
    return [t for t in threading.enumerate() if t.name == "carbon run"]


def test_a_step_is_one_period_and_is_collected(start):
    run = start(make(collect_every=50))
    run.step()
    assert run.model.steps == 1
    assert run.model.datacollector.periods == [1]
    assert run.model.collect_every == 50


def test_a_jump_ends_where_it_should_and_equals_steps(start):
    run = start(make())
    run.jump(500)
    wait_until(lambda: not run.playing)
    alone = LearningBidders(rng=1)
    alone.advance(500)
    assert run.model.steps == 500
    assert (run.model.firms.numbers == alone.firms.numbers).all()


class Cold(LearningBidders):
    """Has a rule that is in no cache; compiling takes until somebody has looked."""

    looked = threading.Event()

    def compile_rules(self):
        numba.njit(lambda x: x + 1.0)(1.0)
        wait_until(self.looked.is_set)


def test_the_page_can_show_that_rules_are_compiled(start):
    told = []
    run = start(make(Cold), lambda: told.append(run.job is not None and run.job.compiling))
    run.jump(50)
    wait_until(lambda: run.playing and run.job.compiling)
    assert run.look(lambda model: model.steps) == 0  # nobody waits for the compiler
    Cold.looked.set()
    wait_until(lambda: not run.playing)
    assert any(told) and run.model.steps == 50
    told.clear()
    run.jump(50)
    wait_until(lambda: not run.playing)
    assert not any(told) and run.model.steps == 100


class Locked(LearningBidders):
    """Holds what cannot be copied."""

    def build(self):
        super().build()
        self.lock = threading.Lock()


def test_a_model_that_cannot_be_copied_plays_all_the_same(start):
    run = start(make(Locked))
    with pytest.raises(TypeError, match="pickle"):
        copy.deepcopy(run.model)
    run.jump(50)
    wait_until(lambda: not run.playing)
    assert run.model.steps == 50 and not run.error


def test_after_pause_no_further_period_is_played(start):
    run = start(make())
    run.speed = AS_FAST_AS_POSSIBLE
    run.play()
    wait_until(lambda: run.model.steps > 100)
    run.pause()
    steps = run.model.steps
    wait_until(lambda: not threads())
    assert run.model.steps == steps and not run.playing


@pytest.mark.parametrize("speed", [1, 50, 500])
def test_it_plays_at_the_requested_speed(play_for, speed):
    run, _ = play_for(20, speed)
    behind = 20 * speed - run.model.steps  # periods are played once per refresh
    assert -1 <= behind <= speed / REFRESHES + 1


def test_the_page_is_refreshed_at_most_ten_times_a_second(play_for):
    _, told = play_for(5, AS_FAST_AS_POSSIBLE)
    *refreshed, _ = told  # the end is told besides
    assert all(later - earlier >= 1 / REFRESHES for earlier, later in pairwise(refreshed))
    assert len(refreshed) >= 0.9 * 5 * REFRESHES


def test_a_page_that_fails_does_not_stop_the_run(start):
    def fail():
        raise RuntimeError("no page")

    run = start(make(), fail)
    run.jump(300)
    wait_until(lambda: not run.playing)
    assert run.model.steps == 300 and not run.error


def test_a_page_that_waits_for_the_lock_cannot_hang_the_run(start):
    run = start(make())
    run._notify = lambda: run.look(lambda model: model.steps)
    run.jump(3_000)
    wait_until(lambda: not run.playing)
    assert run.model.steps == 3_000


@pytest.mark.parametrize("how", ["play", "step"])
def test_an_error_is_kept_and_the_run_can_be_reset(start, how):
    run = start(make(Breaking))
    if how == "play":
        run.play()
    else:
        for _ in range(4):
            run.step()
    wait_until(lambda: run.error)
    assert "ZeroDivisionError: the kiln is cold" in run.error
    assert not run.playing
    run.play()
    assert not run.playing, "a broken model must not be played on"
    run.reset(make())
    assert run.model.steps == 0 and not run.error


def test_a_reset_that_fails_keeps_the_run(start):
    run = start(make())
    run.step()
    with pytest.raises(ParameterError):
        run.reset(make(phi=7))
    assert run.model.steps == 1


def test_a_reset_while_playing_stops_the_old_model_for_good(start):
    run = start(make())
    run.speed = AS_FAST_AS_POSSIBLE
    run.play()
    wait_until(lambda: run.model.steps > 0)
    old = run.model
    run.reset(make())
    steps = old.steps
    wait_until(lambda: not threads())
    assert old.steps == steps and run.model.steps == 0


def test_live_changes_reach_both_models_or_the_first_only(start):
    run = start(lambda: {"a": LearningBidders(rng=1), "b": LearningBidders(rng=1, auction="discriminatory")})
    run.change({"phi": 0.8})
    assert [m.params.phi for m in run.models.values()] == [0.8, 0.8]
    run.change({"phi": 0.95}, only_first=True)
    assert [m.params.phi for m in run.models.values()] == [0.95, 0.8]
    run.jump(200)
    wait_until(lambda: not run.playing)
    assert [m.steps for m in run.models.values()] == [200, 200]


def test_a_closed_run_plays_nothing_and_leaves_no_thread(start):
    run = start(make())
    run.play()
    run.close()
    wait_until(lambda: not threads())
    run.play()
    run.step()
    assert not run.playing and not threads()


def test_a_page_that_has_not_caught_up_is_not_flooded(play_for):
    _, told = play_for(10 * SLOWEST, 50, caught_up=lambda: False)
    *refreshed, _ = told  # the end is told besides
    assert all(later - earlier >= SLOWEST for earlier, later in pairwise(refreshed))
    assert len(refreshed) >= 9


def test_a_jump_by_no_period_plays_nothing(start):
    run = start(make())
    run.jump(0)
    assert not run.playing and run.model.steps == 0


def test_a_run_that_nobody_watches_pauses(play_for):
    run, told = play_for(10 * PATIENCE, 1, watched=lambda: False)
    assert not run.playing and PATIENCE <= told[-1] <= PATIENCE + 1
    assert PATIENCE <= run.model.steps <= PATIENCE + 2


def test_a_long_run_keeps_a_bounded_evenly_spaced_memory(start, monkeypatch):
    monkeypatch.setattr(run_controller, "MOST_COLLECTED", 100)
    run = start(make())
    run.jump(3_000)
    wait_until(lambda: not run.playing)
    collector = run.model.datacollector
    assert len(collector.periods) <= 100
    spacing = {b - a for a, b in zip(collector.periods, collector.periods[1:], strict=False)}
    assert spacing == {run.model.collect_every}
    assert len(collector.rows()[0]) == len(collector.periods) == len(collector.model_vars["cap"])


class Order:
    """Stands for an order of a `rule_queue.RuleQueue`."""

    def __init__(self):
        self.done, self.compiled = threading.Event(), True


class Queue:
    """Stands for a `rule_queue.RuleQueue` whose orders end when the test says so."""

    def order(self, compile_model, kind, params, tell):
        self.made, self.tell = Order(), tell
        return self.made

    def end(self, compiled=True):
        self.made.compiled = compiled
        self.made.done.set()
        self.tell(self.made)


def awaits():
    """Whether a rule that is in no cache would run interpreted now."""
    return is_postponed(lacks, lambda: False)


def lacks(model):
    """Stands for rules that are in no cache."""
    raise NotCompiledError("not compiled yet")


def test_a_run_plays_interpreted_while_its_rules_are_compiled_elsewhere(start, monkeypatch):
    queue, contexts = Queue(), []

    class Noting(LearningBidders):
        def advance(self, periods):
            contexts.append(awaits())
            super().advance(periods)

    run = start(make(Noting), compile_model=lacks, queue=queue)
    wait_until(lambda: run.rules.compiling)
    run.jump(5)
    wait_until(lambda: not run.playing)
    assert contexts and all(contexts) and not run.error
    queue.end()
    assert not run.rules.compiling
    contexts.clear()
    run.jump(5)
    wait_until(lambda: not run.playing)
    assert contexts and not any(contexts)


def test_rules_that_the_other_process_could_not_compile_are_compiled_here(start):
    queue, here = Queue(), []

    def compile_model(model):
        if not awaits():
            here.append(model)

    run = start(make(), compile_model=compile_model, queue=queue)
    wait_until(lambda: run.rules.compiling)
    assert not here
    queue.end(compiled=False)
    run.jump(5)
    wait_until(lambda: not run.playing)
    assert len(here) == 1 and run.model.steps == 5


def test_rules_of_equal_models_are_looked_for_once(start):
    looked = []

    def compile_model(model):
        looked.append(model)

    def looks(run):
        with run.rules.treating():
            return awaits()

    for phi in (0.93, 0.93, 0.94):
        run = start(make(phi=phi), compile_model=compile_model, queue=Queue())
        wait_until(lambda run=run: not looks(run))
    assert [model.params.phi for model in looked] == [0.93, 0.94]


def test_a_compilation_that_was_interrupted_is_begun_again(start):
    """Else the next run would compile in the midst of its first period, and Pause would break it off."""
    begun, goes_on = [], threading.Event()

    def compile_model(model):
        begun.append(model)
        while not goes_on.is_set():
            time.sleep(0.001)

    run = start(make(), compile_model=compile_model)
    run.play()
    wait_until(lambda: begun)
    work = run.job.work
    run.pause()
    work.join()
    goes_on.set()
    run.play(1)
    wait_until(lambda: not run.playing)
    assert len(begun) == 2 and run.model.steps == 1 and not run.error
