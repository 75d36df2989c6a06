import os
import subprocess
import sys

import pytest

from batch_runs.commands import dashboard
from batch_runs.work.plugins import environment_of, plugins_from_environment


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
