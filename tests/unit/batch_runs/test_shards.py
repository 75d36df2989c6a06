"""Shards of a sweep in one folder: gathered they are one sweep; and one folder has one sweep at a time."""

import json
import os

import pandas as pd
import pytest

from batch_runs.usage import UsageError
from batch_runs.work.folder_lock import locked, refuse_if_locked
from batch_runs.work.plan import make_plan
from batch_runs.work.shards import Shard

SWEEP = ("sweep", "learning_bidders", "phi=0.8:1.0:0.1", "auction=uniform,vcg", "--seeds", 3, "--periods", 20)


def results(folder):
    return pd.read_csv(folder / "results.csv", keep_default_na=False).drop(columns="seconds")


def test_every_job_falls_to_one_shard():
    jobs = [job for _, job in make_plan("learning_bidders", {"phi": "0.8:1.0:0.01"}, periods=5).runs]
    shards = [{job.key for job in jobs if Shard(k + 1, 4).has(job)} for k in range(4)]
    assert sum(map(len, shards)) == len(jobs) and set().union(*shards) == {job.key for job in jobs}


def test_gathered_shards_equal_one_sweep(carbon, tmp_path):
    shared, whole = tmp_path / "shared", tmp_path / "whole"
    counts = []
    for shard in ("1/3", "3/3", "2/3"):
        done = carbon(*SWEEP, "--out", shared, "--shard", shard)
        assert done.code == 0 and "without --shard gathers all" in done.out
        assert not (shared / "results.csv").exists()
        counts.append(json.loads((shared / f"manifest-{shard[0]}-of-3.json").read_text())["done"])
    assert sum(counts) == 18 and all(counts)
    gathered = carbon(*SWEEP, "--out", shared)
    assert "continuing, 0 of 18 runs are missing" in gathered.out
    assert carbon(*SWEEP, "--out", whole).code == 0
    assert results(shared).equals(results(whole))


def test_gathering_does_what_shards_have_left(carbon, tmp_path):
    carbon(*SWEEP, "--out", tmp_path, "--shard", "2/3")
    assert "18 of 18 runs, 0 failed" in carbon(*SWEEP, "--out", tmp_path).out
    assert "0 of" in carbon(*SWEEP, "--out", tmp_path, "--shard", "1/3").out


def test_a_shard_of_another_sweep_does_not_enter(carbon, tmp_path):
    carbon(*SWEEP, "--out", tmp_path, "--shard", "1/3")
    done = carbon(
        "sweep", "learning_bidders", "phi=0.7", "--periods", 20, "--out", tmp_path, "--shard", "2/3"
    )
    assert done.code == 2 and "holds another sweep, with phi" in done.err


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/3", "1/0", "1/200000", "-1/3"])
def test_shards_that_do_not_exist_are_refused(carbon, tmp_path, text):
    done = carbon(*SWEEP, "--out", tmp_path / "new", f"--shard={text}")
    assert done.code == 2 and "must be K/N, as in 3/40" in done.err and not (tmp_path / "new").exists()


def test_a_second_start_learns_who_is_at_work(carbon, tmp_path):
    carbon(*SWEEP, "--out", tmp_path)
    before = sorted(file.stat().st_mtime_ns for file in tmp_path.rglob("*"))
    with locked(tmp_path):
        held = sorted(file.stat().st_mtime_ns for file in tmp_path.rglob("*"))
        for words in (SWEEP, (*SWEEP, "--shard", "1/2")):
            done = carbon(*words, "--out", tmp_path)
            assert done.code == 2
            assert (
                f"a sweep is at work in it: host {os.uname().nodename}, process {os.getpid()}, since 2"
                in done.err
            )
        assert sorted(file.stat().st_mtime_ns for file in tmp_path.rglob("*")) == held != before
    assert carbon(*SWEEP, "--out", tmp_path).code == 0


def test_shards_work_side_by_side_but_not_beside_the_whole(tmp_path):
    with locked(tmp_path, "1-of-2"), locked(tmp_path, "2-of-2"):
        with pytest.raises(UsageError, match="shard 1-of-2 is at work in it: host"):
            refuse_if_locked(tmp_path)
        with pytest.raises(UsageError, match="shard 2-of-2 is at work"), locked(tmp_path, "2-of-2"):
            pass
    refuse_if_locked(tmp_path)
