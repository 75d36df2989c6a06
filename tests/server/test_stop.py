"""All that is done in the background ends within a second of being cancelled, and of its page being left."""

import sys
import threading
import time
from types import SimpleNamespace

import pytest

import model.views.pages  # noqa: F401 - fills what the pages register
from batch_runs.work.single import Job, play_job
from model.base import SYSTEMS
from model.systems.learning_bidders import LearningBidders
from model.views.live import background, pool, work
from model.views.live.background import Background
from model.views.live.pool import Pool
from model.views.live.preparation import Preparation
from model.views.live.run_controller import BROKEN_OFF, RunController
from model.views.live.seat_run import SeatRun
from model.views.live.sweep_run import Plan, SweepRun
from model.views.live.work import Work, seconds_at_work
from model.views.pages.escape_permits.auctions_run import AuctionsRun
from model.views.pages.grid import training_run as grid_training
from model.views.pages.grid.replay_run import ReplayRun
from model.views.pages.supply_chains.case_run import LONGEST, CaseRun
from model.views.pages.two_tier import training_run as two_tier_training
from tests.waiting import wait_until

MANY = 10**9
END_SECONDS = 1.0
BUSY = 4.0
"""Times as long as on a quiet machine: others may be at work beside the tests."""


class Endless(LearningBidders):
    """One period of it takes for ever, in plain Python."""

    def is_compiled(self):
        return False

    def run_period(self, chance):
        spin()


def spin(*_):
    while True:
        sum(range(1000))


def stubborn(*_, **__):
    """Plain Python that catches every error, and asks nobody whether to stop."""
    while True:
        try:
            sum(range(1000))
        except Exception:
            continue


def sweep_of(system):
    kind = SYSTEMS[system]
    knobs = kind.Params.all_knobs()
    plan = Plan.for_knobs(knobs)

    def measure(parameters, seed, periods):
        return play_job(Job("", system, parameters, seed, periods, window=1))

    run = SweepRun(measure)
    run.start(
        Plan(plan.name, plan.low, plan.high, plan.step, periods=MANY), knobs, kind.Params().everything(), 1
    )
    return run


def cases(_):
    kind, run = SYSTEMS["supply_chains"], CaseRun()
    run.start(kind, kind.Params(), 1, LONGEST)
    return run


def auctions(_):
    run = AuctionsRun()
    run.ask(object(), "endless", {"one": stubborn})
    return run


def two_tier(folder):
    run = two_tier_training.TrainingRun(folder)
    run.start(two_tier_training.Plan(auctions=MANY), SYSTEMS["two_tier"].Params(), 1)
    return run


def grid(folder):
    run = grid_training.TrainingRun(folder)
    run.start(grid_training.Plan(updates=1000, start="scratch"), SYSTEMS["grid"].Params(), 1)
    return run


class Recorded:
    """A recorded episode without end."""

    params, steps = SYSTEMS["grid"].Params(), 0

    def __len__(self):
        return MANY

    def step(self):
        """Play a step."""
        self.steps += 1
        time.sleep(0.001)

    def differences(self):
        """All agrees."""
        return SimpleNamespace(found=[])

    def snapshot(self):
        """Nothing to draw."""


def replay(folder):
    run = ReplayRun(folder)
    run._read = lambda name, data: Recorded()
    run.start("endless.json", b"")
    return run


def seat(_):
    run = SeatRun()
    run.take(LearningBidders, LearningBidders.Params(), 1, 0, MANY)
    return run


def of_a_plugin(_):
    run = Background()
    run._renew()
    run._begin(stubborn, name="job of a plug-in")
    return run


JOBS = {
    "sweep of learning_bidders": (SweepRun, lambda _: sweep_of("learning_bidders")),
    "sweep of escape_permits": (SweepRun, lambda _: sweep_of("escape_permits")),
    "cases": (CaseRun, cases),
    "auctions": (AuctionsRun, auctions),
    "training of two_tier": (two_tier_training.TrainingRun, two_tier),
    "training of the grid": (grid_training.TrainingRun, grid),
    "replay": (ReplayRun, replay),
    "seat": (SeatRun, seat),
    "job of a plug-in": (Background, of_a_plugin),
}


@pytest.fixture(autouse=True)
def roomy(monkeypatch):
    """No job waits for those of another test."""
    fresh = Pool(at_a_time=4)
    for module in (background, pool):
        monkeypatch.setattr(module, "POOL", fresh)
    monkeypatch.setattr("model.views.live.preparation.POOL", fresh)
    return fresh


EARLIER = set()
"""Threads that were there before the test, such as those that look after a dashboard's desks for good."""


@pytest.fixture(autouse=True)
def note_earlier():
    EARLIER.clear()
    EARLIER.update(threading.enumerate())


def at_work():
    """Names of the test's threads of ours at work."""
    return [
        thread.name
        for thread in threading.enumerate()
        if thread.name.startswith("carbon") and thread not in EARLIER
    ]


def ends(end):
    """Seconds until no thread of ours is left after ``end()``."""
    began = time.monotonic()
    end()
    wait_until(lambda: not at_work())
    return time.monotonic() - began


@pytest.mark.parametrize("how", ["cancel", "close"])
@pytest.mark.parametrize("name", JOBS)
def test_every_job_ends_within_a_second(name, how, tmp_path):
    kind, start = JOBS[name]
    run = start(tmp_path)
    assert type(run) is kind
    time.sleep(0.5)
    assert run.running, getattr(run, "error", "")
    assert ends(getattr(run, how)) < BUSY * END_SECONDS
    assert not run.running


def test_no_kind_of_job_is_left_out():
    found, look = {Background}, [Background]
    while look:
        below = [each for each in look.pop().__subclasses__() if each.__module__.startswith("model.")]
        found.update(below)
        look += below
    assert {kind for kind, _ in JOBS.values()} == found


@pytest.mark.parametrize("how", ["pause", "close"])
def test_a_run_of_very_many_periods_ends_within_a_second(how):
    run = RunController(lambda: {"": LearningBidders(rng=1)})
    run.jump(MANY)
    wait_until(lambda: run.job.done)
    assert ends(getattr(run, how)) < BUSY * END_SECONDS
    assert not run.error


def test_one_endless_period_is_broken_off_and_the_page_says_so():
    run = RunController(lambda: {"": Endless(rng=1)}, compile_model=lambda model: None)
    run.jump(1)
    time.sleep(0.2)
    assert ends(run.pause) < BUSY * END_SECONDS
    assert run.error == BROKEN_OFF and not run.playing
    run.reset(lambda: {"": LearningBidders(rng=1)})
    run.step()
    assert not run.error and run.model.steps == 1
    run.close()


@pytest.mark.parametrize("how", ["cancel", "close", "drop"])
def test_a_preparation_ends_within_a_second(how):
    class Slow:
        prepare = staticmethod(stubborn)

    preparation = Preparation()
    preparation.start(Slow, ["a"])
    assert ends(getattr(preparation, how)) < BUSY * END_SECONDS


def test_a_job_that_takes_too_long_is_stopped_and_says_so(monkeypatch):
    monkeypatch.setattr(background, "MOST_SECONDS", 0.1)
    run = of_a_plugin(None)
    wait_until(lambda: not run.running and not at_work())
    assert "too long" in run.error


def test_jobs_wait_for_their_turn_and_the_page_says_so(roomy, monkeypatch):
    monkeypatch.setattr(background, "POOL", Pool(at_a_time=1))
    first, second, third = (of_a_plugin(None) for _ in range(3))
    wait_until(lambda: third.queue_text == "waiting for 2 other jobs")
    assert (first.queue_text, second.queue_text) == ("", "waiting for 1 other job")
    second.cancel()
    wait_until(lambda: third.queue_text == "waiting for 1 other job")
    first.close()
    wait_until(lambda: not third.queue_text)
    assert third.running
    third.close()
    wait_until(lambda: not at_work())


def test_long_periods_of_firms_that_learn_from_all_bids_are_played_firm_by_firm(monkeypatch):
    short = LearningBidders(rng=1, learner="regret_matching")
    assert short.is_compiled()
    monkeypatch.setattr("model.systems.bidding.model.LONG_PERIOD", 10)
    long = LearningBidders(rng=1, learner="regret_matching")
    assert not long.is_compiled() and LearningBidders(rng=1).is_compiled()
    for market in (short, long):
        market.advance(3)
    assert (short.firms.numbers == long.firms.numbers).all()


def test_the_processor_time_of_a_thread_that_has_ended_can_be_asked_for():
    """To ask for its clock by the system's own function would end the process."""
    threads = [threading.Thread(target=time.sleep, args=(0.0,)) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(seconds_at_work(thread) > 0.0 for thread in threads)


def test_after_work_a_traced_function_in_another_thread_goes_on():
    """As Solara traces the functions of its threads: none may stay in its first line."""
    Work(threading.Event(), "test").do(lambda: None)
    done = threading.Event()

    def traced():
        sys.settrace(lambda frame, event, arg: None)
        done.set()

    threading.Thread(target=traced, daemon=True).start()
    assert done.wait(20)


class OwnLock:
    """A lock whose ways in and out are Python, as those of numba and LLVM are."""

    def __init__(self):
        self.lock = threading.RLock()

    def __enter__(self):
        self.lock.acquire()

    def __exit__(self, *_):
        self.lock.release()


def test_an_interruption_does_not_keep_the_lock_that_the_work_waits_for(monkeypatch):
    monkeypatch.setattr(work, "LONGEST_GRACE", 0.1)
    lock, ends, stop = OwnLock(), [], threading.Event()

    def wait_and_spin():
        with lock:
            spin()

    waiting = Work(stop, "waiting")
    with lock:
        waiting.start(lambda: ends.append(waiting.do(wait_and_spin)))
        time.sleep(0.2)  # it waits for the lock
        waiting.end()
        time.sleep(1.0)  # when it would be interrupted
    waiting.join(BUSY)
    assert ends == [False]
    assert lock.lock.acquire(timeout=1.0)


def test_an_interruption_waits_for_the_compiler(monkeypatch):
    """A compiler left in the middle leaves parts that end the whole process later, far from the cause."""
    monkeypatch.setattr(work, "LONGEST_GRACE", 0.1)
    compiled, ends = [], []
    compiler = {"__name__": "numba.core.compiler", "monotonic": time.monotonic, "compiled": compiled}
    exec(
        "def compile_slowly():\n end = monotonic() + 1.0\n while monotonic() < end: pass\n compiled.append(True)",
        compiler,
    )

    def compile_and_spin():
        compiler["compile_slowly"]()
        spin()

    working = Work(threading.Event(), "compiling")
    working.start(lambda: ends.append(working.do(compile_and_spin)))
    time.sleep(0.1)
    working.end()
    working.join(BUSY)
    assert (compiled, ends) == ([True], [False])
