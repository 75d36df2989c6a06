"""Sweeps of very many short runs: the first process keeps a bounded amount of each."""

import gc
from pathlib import Path

import pytest

from batch_runs.sweep import run_sweep
from batch_runs.work.cluster import Dask
from batch_runs.work.engines import Here, Processes

BYTES_OF_A_ROW = 4_000
"""Most memory of the first process per row, its place in the table of results included."""


def resident():
    """Bytes of memory that this process uses."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def growth(engine, seeds):
    """Bytes by which a sweep of five rows a seed makes this process grow, at most, per row."""
    run_sweep("learning_bidders", {"phi": "0.8:1.0:0.05"}, seeds=20, periods=1, engine=engine)
    before, most = resident(), [0]

    def look(done, total):
        if done % 500 == 0:
            most.append(resident())

    table = run_sweep(
        "learning_bidders", {"phi": "0.8:1.0:0.05"}, seeds=seeds, periods=1, engine=engine, progress=look
    ).table
    assert len(table) == 5 * seeds and table["error"].eq("").all()
    return (max(*most, resident()) - before) / len(table)


@pytest.mark.parametrize("name", ["here", "processes", "dask"])
@pytest.mark.parametrize("seeds", [pytest.param(20_000, marks=pytest.mark.slow, id="100000_rows")])
def test_memory_of_the_first_process_is_bounded(name, seeds):
    engine = {"here": Here, "processes": lambda: Processes(2), "dask": lambda: Dask(workers=2)}[name]()
    try:
        assert growth(engine, seeds) < BYTES_OF_A_ROW
    finally:
        if name == "dask":
            engine.close()
