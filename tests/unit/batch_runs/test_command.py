import os
import socket
import subprocess
import sys

import pytest

from batch_runs.commands import dashboard
from batch_runs.work.plugins import environment_of, plugins_from_environment
from batch_runs.work.provenance import code_digest


def test_help_loads_no_model_and_workers_load_no_page(carbon_process):
    told = "import sys, batch_runs.{0}; print(*sorted(m for m in {1} if m in sys.modules))"
    heavy = ["model", "numba", "mesa", "pandas", "numpy"]
    pages = ["solara", "altair", "matplotlib", "mesa.visualization"]
    for module, names in (("__main__", heavy), ("work.worker", pages), ("sweep", pages)):
        done = subprocess.run(
            [sys.executable, "-c", told.format(module, names)], capture_output=True, text=True
        )
        assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_version_tells_every_package(carbon):
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
    monkeypatch.setattr(
        "model.views.offline.server_environment", lambda: {"SOLARA_MODE": "production", "HOME": "ours"}
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert carbon("dashboard", "--no-open", "--host", "127.0.0.1", "--port", port).code == 0
    arguments, variables = calls[0]
    assert (
        arguments[1:4] == ["-m", "solara", "run"] and arguments[-1] == "--no-open" and str(port) in arguments
    )
    assert variables["SOLARA_MODE"] == "production" and variables["HOME"] != "ours"
    assert variables["PYTHONPATH"].startswith(str(dashboard.page().parent))


def test_dashboard_hands_plugins_to_its_server(carbon, monkeypatch, plugin):
    calls = []
    monkeypatch.setattr(dashboard, "serve", lambda *call: calls.append(call) or 0)
    monkeypatch.setattr(dashboard, "check_free", lambda *_: None)
    monkeypatch.setenv("CARBON_PLUGINS", "of_another_time.py")
    files = plugin(plugin.SHADING), plugin("", "other.py")
    assert carbon("dashboard", "--plugin", files[0], "--plugin", files[1]).code == 0
    monkeypatch.setattr("os.environ", calls[0][1])
    assert plugins_from_environment() == tuple(map(str, files))


def test_dashboard_without_plugins_hands_over_none(monkeypatch):
    monkeypatch.delenv("CARBON_PLUGINS", raising=False)
    assert environment_of(()) == {} and plugins_from_environment() == ()


def test_dashboard_refuses_a_plugin_that_fails_before_it_starts(carbon, monkeypatch, plugin):
    monkeypatch.setattr(dashboard, "serve", lambda *_: pytest.fail("the server was started"))
    done = carbon("dashboard", "--plugin", plugin("x = 1 / 0"))
    assert done.code == 2 and "mine.py, line 1: ZeroDivisionError" in done.err


APP = """
import app
from agents.firm import FIRMS
assert "shading" in FIRMS
print(*app.run.engine.plugins)
"""


def test_the_page_and_its_workers_import_the_plugins(plugin, tmp_path):
    file = plugin(plugin.SHADING)
    variables = os.environ | environment_of([str(file)])
    done = subprocess.run(
        [sys.executable, "-c", APP],
        cwd=dashboard.page().parent,
        env=variables,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.strip()) == (0, str(file)), done.stderr


def test_dashboard_says_that_a_port_is_taken(carbon):
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
