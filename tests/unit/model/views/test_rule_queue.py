"""Rules that pages order from another process: visitors first, each once, and nobody waits for ever."""

import threading

import pytest

from model.views.live.rule_queue import RuleQueue
from tests.waiting import wait_until


class Process:
    """Stands for a `Compilation`; ends when ``ready`` is set, or early, without success, by ``end``."""

    def __init__(self, begun, kind):
        self.kind, self.ready, self.code = kind, threading.Event(), True
        begun.append(self)

    def wait(self):
        assert self.ready.wait(60)
        return self.code

    def end(self):
        self.code = False
        self.ready.set()


@pytest.fixture
def begun():
    return []


@pytest.fixture
def queue(begun):
    return RuleQueue(lambda compile_model, kind, params: Process(begun, kind))


def kinds(begun):
    return [process.kind for process in begun]


def test_what_a_visitor_waits_for_comes_first_and_the_other_again_later(queue, begun):
    idle = [queue.order(print, kind, 0, awaited=False) for kind in (int, str)]
    wait_until(lambda: len(begun) == 1)
    visitor = queue.order(print, float, 0)
    wait_until(lambda: len(begun) == 2)
    assert not idle[0].done.is_set()
    for k in range(1, 4):
        wait_until(lambda k=k: len(begun) == k + 1)
        begun[k].ready.set()
    wait_until(lambda: all(order.done.is_set() and order.compiled for order in (*idle, visitor)))
    assert kinds(begun) == [int, float, int, str]


def test_equal_work_is_done_once_and_all_who_ordered_it_are_notified(queue, begun):
    told = []
    orders = [queue.order(print, int, 7, told.append) for _ in range(3)]
    wait_until(lambda: begun)
    begun[0].ready.set()
    wait_until(lambda: len(told) == 3)
    assert told == orders and len(begun) == 1 and orders[0] is orders[2]


def test_an_order_that_fails_is_done_and_not_compiled(queue, begun):
    order = queue.order(print, int, 1)
    wait_until(lambda: begun)
    begun[0].end()
    wait_until(order.done.is_set)
    assert not order.compiled


def test_a_process_that_cannot_start_is_an_order_that_failed():
    def start(*work):
        raise OSError("no more processes")

    order = RuleQueue(start).order(print, int, 1)
    wait_until(order.done.is_set)
    assert not order.compiled
