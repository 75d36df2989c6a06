"""A folder with a model.py, agents.py, learning.py or app.py of the user's own, as every example of Mesa has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
USE = "from model.systems.learning_bidders import LearningBidders; print(LearningBidders(rng=1))"
SAYS = "has the name of a package of carbon-market-abm"


@pytest.fixture
def python(tmp_path):
    """Run Python in a folder with files of these names, found before our packages, as in a notebook."""

    def run(files, *words):
        for name in files:
            (tmp_path / name).write_text("VALUE = 1\n")
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


@pytest.mark.parametrize("name", ["agents.py", "learning.py"])
def test_a_file_in_the_way_is_named_in_one_sentence_with_a_way_out(name, python):
    done = python([name], "-c", USE)
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1 and SAYS in last and name in last and "import batch_runs.first" in last


def test_our_packages_can_be_put_first(python):
    names = ["model.py", "agents.py", "learning.py", "app.py"]
    done = python(names, "-c", f"import batch_runs.first; {USE}")
    assert done.stdout == "<learning_bidders, seed 1, period 0>\n", done.stderr
    late = python(names, "-c", "import model; import batch_runs.first")
    assert f"model.py has been imported and {SAYS}" in late.stderr.splitlines()[-1]


def test_the_command_works_beside_such_files(python):
    done = python(["model.py", "agents.py"], "-m", "batch_runs", "run", "learning_bidders", "--periods", "2")
    assert done.returncode == 0 and "learning_bidders, seed" in done.stdout, done.stderr
