"""Work whose results stay is passed over by Python's search for garbage, whoever else is at such work."""

import gc
import threading
import weakref

import pytest

from learning.garbage import MANY, keeping_much


@pytest.fixture(autouse=True)
def nothing_is_passed_over():
    """Begin with nothing passed over, and Python's usual thresholds."""
    before = gc.get_threshold()
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def is_usual():
    return gc.get_threshold() == (700, 10, 10) and not gc.get_freeze_count()


def test_what_was_there_is_passed_over_until_the_end():
    with keeping_much():
        assert gc.get_threshold() == (MANY, 10, 10) and gc.get_freeze_count() > 1_000
    assert is_usual()


def test_it_ends_with_an_error_too():
    with pytest.raises(ValueError), keeping_much():
        raise ValueError
    assert is_usual()


def test_work_within_work_sets_nothing_back():
    with keeping_much():
        with keeping_much():
            pass
        assert gc.get_threshold()[0] == MANY and gc.get_freeze_count() > 1_000
    assert is_usual()


def test_of_two_threads_the_last_sets_back():
    begun, over = threading.Event(), threading.Event()

    def work():
        with keeping_much():
            begun.set()
            over.wait()

    thread = threading.Thread(target=work)
    with keeping_much():
        thread.start()
        begun.wait()
    assert gc.get_threshold()[0] == MANY and gc.get_freeze_count() > 1_000
    over.set()
    thread.join()
    assert is_usual()


def test_garbage_made_meanwhile_is_found():
    class Knot:
        pass

    with keeping_much():
        knot = Knot()
        knot.itself, gone = knot, weakref.ref(knot)
        del knot
        gc.collect()
        assert gone() is None
