"""A folder with a model.py, agents.py, learning.py or app.py of the user's own, as every example of Mesa has."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[3]
PTH = ROOT / "batch_runs" / "carbon_market_abm.pth"
USE = "from model.systems.learning_bidders import LearningBidders; print(LearningBidders(rng=1))"
SAYS = "has the name of a package of carbon-market-abm"


@pytest.fixture
def python(tmp_path):
    """Run Python in a folder with files of these names, found before our packages, as in a notebook."""

    def run(files, *words):
        for name in files:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text("VALUE = 1\n")
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    return run


def test_python_begins_by_watching_our_names():
    begun = Path(sysconfig.get_path("purelib")) / PTH.name
    assert begun.read_text() == PTH.read_text(), "install the project again"


@pytest.mark.parametrize("name", ["model.py", "agents.py", "learning.py", "model/__init__.py"])
def test_what_is_in_the_way_is_named_in_one_sentence_with_a_way_out(name, python):
    done = python([name], "-c", USE)
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1 and SAYS in last and name in last and "import batch_runs.first" in last


def test_a_notebook_names_it_too(tmp_path):
    manager = pytest.importorskip("jupyter_client.manager")
    (tmp_path / "model.py").write_text("VALUE = 1\n")
    kernel, client = manager.start_new_kernel(kernel_name="python3", cwd=tmp_path)
    try:
        own = client.execute_interactive("from model import VALUE", timeout=PATIENCE, output_hook=print)
        ours = client.execute_interactive(USE, timeout=PATIENCE, output_hook=lambda message: None)
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)
    assert own["content"]["status"] == "ok"
    assert f"{tmp_path / 'model.py'} {SAYS}" in ours["content"]["evalue"]


def test_files_of_the_user_are_used_as_ever(python):
    assert python(["model.py"], "-c", "import model; print(model.VALUE)").stdout == "1\n"
    assert python(["model.py"], "-m", "model").returncode == 0
    assert python(["batch_runs.py"], "-c", "import batch_runs; print(batch_runs.VALUE)").stdout == "1\n"
    last = python(["model.py"], "-c", "import model.theirs").stderr.splitlines()[-1]
    assert last == "ModuleNotFoundError: No module named 'model.theirs'"


def test_our_packages_can_be_put_first(python):
    names = ["model.py", "agents.py", "learning.py", "app.py"]
    done = python(names, "-c", f"import batch_runs.first; {USE}")
    assert done.stdout == "<learning_bidders, seed 1, period 0>\n", done.stderr
    late = python(names, "-c", "import model; import batch_runs.first")
    assert f"model.py has been imported and {SAYS}" in late.stderr.splitlines()[-1]


def test_the_command_works_beside_such_files(python):
    done = python(["model.py", "agents.py"], "-m", "batch_runs", "run", "learning_bidders", "--periods", "2")
    assert done.returncode == 0 and "learning_bidders, seed" in done.stdout, done.stderr
