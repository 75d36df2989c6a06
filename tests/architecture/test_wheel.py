"""Contents of the wheel: the project's folders with all they need, and nothing else. Needs hatchling, no network."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.waiting import PATIENCE
from tests.wheels import build_wheel

ROOT = Path(__file__).parents[2]
OURS = ("model", "agents", "learning", "batch_runs")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from this checkout."""
    return zipfile.ZipFile(build_wheel(tmp_path_factory.mktemp("wheel")))


def test_only_our_folders_are_installed(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} <= {
        *OURS,
        "app.py",
        "carbon_market_abm.pth",
    }


def test_every_file_a_module_reads_is_installed(wheel):
    installed = set(wheel.namelist())
    for folder in OURS:
        for file in (ROOT / folder).rglob("*"):
            if (
                file.suffix in {".py", ".toml", ".vue", ".css", ".js", ".html", ".json", ".svg"}
                and file.is_file()
            ):
                assert file.relative_to(ROOT).as_posix() in installed


def test_nothing_left_behind_by_a_run_is_installed(wheel):
    assert not [
        name for name in wheel.namelist() if "__pycache__" in name or name.endswith((".pyc", ".nbi", ".nbc"))
    ]


def test_lessons_are_installed(wheel):
    lessons = {file.relative_to(ROOT).as_posix() for file in (ROOT / "model" / "lessons").glob("*.toml")}
    assert lessons | {"model/views/lessons/question.vue"} <= set(wheel.namelist())


def test_the_installed_package_runs_elsewhere(wheel, tmp_path):
    wheel.extractall(tmp_path / "site")
    script = (
        "import model.systems; from model.base import SYSTEMS; from model.scenarios import scenarios\n"
        "small = {'problem_set': 'small'}  # of chains that are solved in no time\n"
        "for s in scenarios().values():\n"
        "    params = s.params()\n"
        "    SYSTEMS[s.system](params.replace({k: small[k] for k in small if k in params.values()}), rng=1).step()\n"
        "import model; print(model.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site"), "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith(str(tmp_path))
