"""Runs are stored when done, resumed, and shared between tasks that are the same run."""

import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import dataclass

import numpy as np
import pytest

from batch_runs.replications.common.tasks import Resumable, digest, run_all
from batch_runs.work.engines import Processes
from batch_runs.work.errors import WorkerDied
from tests.jobs import die_once_arrays, errands, noted, third_kills_arrays, wait_for_file_arrays
from tests.waiting import PATIENCE, wait_until


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


def test_a_second_start_does_only_missing_work(tmp_path):
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


def test_an_interrupted_resumable_task_goes_on_from_its_file_and_leaves_none(tmp_path):
    told, fails = [], [True]

    def count_to_four(task, file, progress):
        done = int(file.read_text()) if file.exists() else 0
        began = done
        while done < 4:
            done += 1
            file.write_text(str(done))
            progress(done / 4)
            if done == 2 and fails:
                fails.pop()
                raise KeyboardInterrupt
        return {"began": np.array([began])}

    with pytest.raises(KeyboardInterrupt):
        run_all(Resumable(count_to_four), [Square(1)], tmp_path)
    assert [file.suffix for file in tmp_path.iterdir()] == [".unfinished"]
    watch = lambda *at: told.append(at)  # noqa: E731
    (found,) = run_all(Resumable(count_to_four), [Square(1)], tmp_path, progress=watch)
    assert found["began"].tolist() == [2]
    assert [file.suffix for file in tmp_path.iterdir()] == [".npz"]
    assert told == [(0, 1), (0.75, 1), (1.0, 1), (1, 1)]


def test_keys_tell_descriptions_apart():
    assert digest([1], __file__) != digest([2], __file__)
    assert digest([1], __file__) == digest([1], __file__)


# -- worker processes ----------------------------------------------------------------------------------------


def test_killed_workers_lose_nothing(tmp_path):
    """Each task kills its worker at the first try."""
    results = run_all(die_once_arrays, errands(4, tmp_path), tmp_path / "runs", engine=Processes(2))
    assert [int(r["square"][0]) for r in results] == [0, 1, 4, 9]


def test_a_task_that_kills_its_worker_is_named_and_the_others_are_kept(tmp_path):
    tasks, runs = errands(3, tmp_path), tmp_path / "runs"
    with pytest.raises(WorkerDied, match=r"^errand 2: its worker process died 2 times"):
        run_all(third_kills_arrays, tasks, runs, engine=Processes(2))
    ended = {number for word, number, _ in noted(tmp_path) if word == "ends"}
    run_all(third_kills_arrays, tasks[:2], runs)
    assert [number for word, number, _ in noted(tmp_path) if word == "ends"] == sorted(ended) == [0, 1]


INTERRUPTED = """
    import sys
    from pathlib import Path
    from batch_runs.replications.common.tasks import run_all
    from batch_runs.work.engines import Processes
    from tests.jobs import errands, wait_for_file_arrays

    if __name__ == "__main__":
        folder = Path(sys.argv[1])
        run_all(wait_for_file_arrays, errands(4, folder), folder / "runs", engine=Processes(2))
"""


def test_ctrl_c_keeps_finished_runs_and_a_second_start_does_the_rest(tmp_path, request):
    """The first task gets done; the others would wait for ever."""
    (tmp_path / "script.py").write_text(textwrap.dedent(INTERRUPTED))
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "script.py"), str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(request.config.rootpath)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    stored = tmp_path / "runs" / "key0.npz"
    wait_until(lambda: stored.exists() and len(noted(tmp_path)) > 2, process)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode != 0 and [file.name for file in stored.parent.iterdir()] == [stored.name]
    (tmp_path / "go on").touch()
    results = run_all(wait_for_file_arrays, errands(4, tmp_path), stored.parent)
    assert [int(r["square"][0]) for r in results] == [0, 1, 4, 9]
    assert [number for _, number, _ in noted(tmp_path)].count(0) == 1
