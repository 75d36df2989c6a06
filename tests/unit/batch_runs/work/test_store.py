"""Results by key: there or not, never half; and what is missing is done, each once."""

import json

import numpy as np
import pytest

from batch_runs.work.engines import Here
from batch_runs.work.runner import Runner
from batch_runs.work.store import ArrayStore, RowStore, run_missing
from tests.jobs import errands, noted, square

HERE = Runner(Here())


def row(key, value):
    return {"id": key, "value": value}


def test_arrays_come_back_with_type_and_shape(tmp_path):
    store = ArrayStore(tmp_path / "deep" / "runs")
    arrays = {"a": np.arange(6.0).reshape(2, 3), "b": np.array(True)}
    store.add("one", arrays)
    back = ArrayStore(store.folder).load("one")
    assert back.keys() == arrays.keys()
    assert all(back[k].dtype == v.dtype and np.array_equal(back[k], v) for k, v in arrays.items())
    assert ArrayStore(store.folder).keys() == {"one"}


def test_rows_reach_the_disk_together_and_the_later_one_counts(tmp_path):
    store = RowStore(tmp_path)
    store.add("a", row("a", 1))
    store.add("b", row("b", 2))
    assert not list(tmp_path.iterdir()) and store.keys() == {"a", "b"}
    store.flush()
    assert [part.name for part in tmp_path.iterdir()] == ["000001-a.json"]
    store.add("a", row("a", 3))
    store.flush()
    assert RowStore(tmp_path).rows == {"a": row("a", 3), "b": row("b", 2)}
    store.flush()
    assert len(list(tmp_path.iterdir())) == 2, "what is on disk is not written again"


def test_rows_without_a_folder_stay_in_memory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = RowStore()
    store.add("a", row("a", 1))
    store.flush()
    assert store.load("a") == row("a", 1) and not list(tmp_path.iterdir())


def test_a_partial_file_of_a_killed_process_is_no_result(tmp_path):
    """Files are written under a name that begins with a dot, and renamed."""
    (tmp_path / ".000001-a.77.part.json").write_text('[{"id": "a"')
    (tmp_path / ".key.77.part.npz").write_bytes(b"half")
    assert ArrayStore(tmp_path).keys() == set()
    store = RowStore(tmp_path)
    assert store.keys() == set()
    store.add("b", row("b", 1))
    store.flush()
    assert json.loads((tmp_path / "000001-b.json").read_text()) == [row("b", 1)]


class Squares(RowStore):
    """A store of squares as rows."""

    def add(self, key, result):
        super().add(key, row(key, result))


def test_only_missing_tasks_are_done_and_progress_counts_all(tmp_path):
    store, told = Squares(), []
    store.add("key0", 0)
    tasks = [*errands(3, tmp_path), *errands(2, tmp_path)]
    run_missing(HERE, square, tasks, store, progress=lambda *at: told.append(at))
    assert [number for word, number, _ in noted(tmp_path) if word == "begins"] == [1, 2]
    assert told == [(2, 5), (4, 5), (5, 5)]
    run_missing(HERE, square, tasks, store, done={"key1", "key2"})
    assert [number for word, number, _ in noted(tmp_path) if word == "begins"] == [1, 2, 0]


def test_results_are_on_disk_whatever_ends_it(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()

    def interrupt(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_missing(HERE, square, errands(4, tmp_path), Squares(folder), progress=interrupt)
    assert RowStore(folder).keys() == {"key0", "key1"}
