"""A sweep with an empty compile cache: its rows are there before the rules are compiled, with the same numbers."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from batch_runs.sweep import run_sweep
from model.base import SYSTEMS
from model.compiling import SWITCH
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[3]
CHEAPEST = "learning_bidders"


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "name", [name if name == CHEAPEST else pytest.param(name, marks=pytest.mark.slow) for name in SYSTEMS]
)
def test_rows_do_not_wait_for_the_compiler(name, workers, tmp_path):
    command = ["-m", "batch_runs", "sweep", name, "collect_every=1,2", "--periods", "2", "--window", "2"]
    done = subprocess.run(
        [sys.executable, *command, "--workers", str(workers), "--out", str(tmp_path / "rows")],
        cwd=ROOT,
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), SWITCH: "20"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert "compiling the rules in the background" in done.stderr
    compiled = run_sweep(name, {"collect_every": "1,2"}, periods=2, window=2).table
    shown = pd.read_csv(tmp_path / "rows" / "results.csv")
    names = list(SYSTEMS[name].metrics)
    pd.testing.assert_frame_equal(shown[names], compiled[names], check_exact=True, check_dtype=False)
