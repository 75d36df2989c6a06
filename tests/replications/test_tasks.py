"""Runs are stored when done, resumed, and shared between tasks that are the same run."""

from dataclasses import dataclass

import numpy as np
import pytest

from batch_runs.replications.common.tasks import digest, run_all


@dataclass(frozen=True)
class Square:
    number: int
    note: str = ""

    @property
    def key(self):
        return digest([self.number], __file__)


class Counted:
    """Squares numbers, remembers which, and fails at one of them."""

    def __init__(self, fails_at=None):
        self.seen = []
        self.fails_at = fails_at

    def __call__(self, task):
        if task.number == self.fails_at:
            raise RuntimeError("interrupted")
        self.seen.append(task.number)
        return {"square": np.array([task.number**2])}


def test_results_come_in_the_order_of_the_tasks(tmp_path):
    results = run_all(Counted(), [Square(3), Square(1), Square(2)], tmp_path)
    assert [int(r["square"][0]) for r in results] == [9, 1, 4]


def test_the_same_run_is_done_once(tmp_path):
    counted = Counted()
    run_all(counted, [Square(3, "one reading"), Square(3, "another")], tmp_path)
    assert counted.seen == [3]


def test_a_second_start_does_only_what_is_missing(tmp_path):
    tasks = [Square(1), Square(2), Square(3)]
    with pytest.raises(RuntimeError, match="interrupted"):
        run_all(Counted(fails_at=2), tasks, tmp_path)
    second = Counted()
    run_all(second, tasks, tmp_path)
    assert second.seen == [2, 3]


def test_progress_ends_at_the_total(tmp_path):
    told = []
    run_all(Counted(), [Square(1), Square(2)], tmp_path, progress=lambda *at: told.append(at))
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_keys_tell_descriptions_apart():
    assert digest([1], __file__) != digest([2], __file__)
    assert digest([1], __file__) == digest([1], __file__)
