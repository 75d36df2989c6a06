import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from batch_runs.commands import dashboard
from batch_runs.work.provenance import code_digest
from learning.cache_folder import CacheWarning, can_write


def test_help_loads_no_model_and_workers_load_no_page(carbon_process):
    told = "import sys, batch_runs.{0}; print(*sorted(m for m in {1} if m in sys.modules))"
    heavy = ["model", "numba", "mesa", "pandas", "numpy"]
    pages = ["solara", "altair", "matplotlib", "mesa.visualization"]
    for module, names in (("__main__", heavy), ("work.worker", pages), ("sweep", pages)):
        done = subprocess.run(
            [sys.executable, "-c", told.format(module, names)], capture_output=True, text=True
        )
        assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_version_lists_every_package(carbon):
    done = carbon("--version")
    assert done.code == 0 and {"python", "numba", "mesa"} <= {
        line.split()[0] for line in done.out.splitlines()
    }


def test_mistake_in_the_program_is_not_hidden(carbon, monkeypatch):
    monkeypatch.setattr("batch_runs.commands.list.look_up", lambda *_: int("mistake"))
    with pytest.raises(ValueError, match="mistake"):
        carbon("list")


def test_code_digest_counts_plugins_by_content(tmp_path):
    one, same, other = (tmp_path / name for name in ("a.py", "b.py", "c.py"))
    for file, text in ((one, "x = 1"), (same, "x = 1"), (other, "x = 2")):
        file.write_text(text)
    assert code_digest() != code_digest([one]) == code_digest([same]) != code_digest([other])


def test_dashboard_starts_the_page_from_any_folder(carbon, monkeypatch):
    calls = []
    monkeypatch.setattr(dashboard, "serve", lambda *call: calls.append(call) or 0)
    monkeypatch.setenv("SOLARA_MODE", "development")
    monkeypatch.setenv("HOME", "the user's")
    monkeypatch.setenv("NUMBA_CACHE_DIR_BEFORE", "")  # as it was before, afterwards
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/dev/null/compiled")
    monkeypatch.setenv("IPYTHONDIR", "/dev/null/ipython")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.warns(CacheWarning, match="/dev/null/compiled: cannot be written"):
        assert carbon("dashboard", "--no-open", "--host", "127.0.0.1", "--port", port).code == 0
    arguments, variables = calls[0]
    assert arguments[1:] == ["-P", "-m", dashboard.SERVER]
    assert variables["SOLARA_MODE"] == "production" and variables["HOME"] == "the user's"
    assert json.loads(variables["CARBON_DASHBOARD"])["port"] == port
    for folder in (variables["NUMBA_CACHE_DIR"], variables["IPYTHONDIR"]):
        assert can_write(Path(folder))
    assert variables["PYTHONPATH"].startswith(str(dashboard.page().parent))


def test_dashboard_reports_a_port_in_use(carbon):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = carbon("dashboard", "--host", "127.0.0.1", "--port", taken.getsockname()[1])
    assert done.code == 2 and "try another --port" in done.err


def test_replicate_checks_names_and_folder_first(carbon, tmp_path):
    (tmp_path / "file").write_text("")
    assert carbon("replicate", "nonsense", "--out", tmp_path / "new").code == 2
    assert "cannot be written" in carbon("replicate", "--out", tmp_path / "file").err
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert carbon("replicate", "--quick", "--full", "--out", tmp_path).code == 2
