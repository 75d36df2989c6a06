"""Playing sessions share the processor, and give way to clicks."""

import threading
import time

import pytest

from model.views.live import shares
from model.views.live.shares import CORE_SHARE, LONGEST_WAY, REFRESHES, Shares
from tests.waiting import PATIENCE


def waits(shared):
    """A thread that gives way, and the event that it sets when it goes on."""
    gone_on = threading.Event()

    def job():
        shared.give_way()
        gone_on.set()

    thread = threading.Thread(target=job, daemon=True)
    thread.start()
    return gone_on


@pytest.fixture
def patient(monkeypatch):
    """Jobs that wait as long as a test may take."""
    monkeypatch.setattr(shares, "LONGEST_WAY", PATIENCE)
    return Shares()


def test_nobody_waits_without_a_click():
    assert waits(Shares()).wait(PATIENCE)


def test_jobs_begin_nothing_until_all_clicks_are_dealt_with(patient):
    with patient.coming_first():
        jobs = [waits(patient) for _ in range(3)]
        with patient.coming_first():
            pass
        time.sleep(0.05)
        assert not any(job.is_set() for job in jobs), "another click is still being dealt with"
    assert all(job.wait(PATIENCE) for job in jobs)


def test_a_click_that_fails_lets_jobs_go_on(patient):
    with pytest.raises(ZeroDivisionError), patient.coming_first():
        job = waits(patient)
        raise ZeroDivisionError
    assert job.wait(PATIENCE)


def test_clicks_from_many_threads_leave_the_way_free(patient):
    def click():
        for _ in range(200):
            with patient.coming_first():
                pass

    clicks = [threading.Thread(target=click) for _ in range(8)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join(PATIENCE)
    assert waits(patient).wait(PATIENCE)


def test_a_click_that_hangs_does_not_stop_the_others_for_good():
    shared = Shares()
    with shared.coming_first():
        began = time.monotonic()
        assert waits(shared).wait(PATIENCE)
        assert time.monotonic() - began >= 0.9 * LONGEST_WAY


@pytest.mark.parametrize("playing", [1, 2, 30])
def test_all_together_get_their_share(playing):
    shared, jobs = Shares(), [object() for _ in range(playing)]
    for job in jobs:
        shared.begin(job)
    took = shared.chunk_seconds()
    assert playing * took * REFRESHES <= CORE_SHARE + 1e-12
    if playing > 1:  # one alone plays as fast as it can
        assert playing * took / (took + shared.pause_after(took)) <= 1.0
        assert shared.pause_after(1e9) == 1 / REFRESHES
    else:
        assert shared.pause_after(took) == 0.0
    for job in jobs:
        shared.end(job)
        shared.end(job)
    assert shared.pause_after(1.0) == 0.0
