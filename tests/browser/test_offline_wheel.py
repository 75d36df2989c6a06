"""The wheel in a clean environment without network shows every page."""

import shutil
import subprocess
import sys

import pytest

import model.systems  # noqa: F401 - registers the systems
from model.base import SYSTEMS
from tests.browser.conftest import find_browser, skip_or_fail
from tests.wheels import ROOT, build_wheel, install

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def apart():
    """Beginning of a command that runs in a network of its own, where that is allowed."""
    command = ["unshare", "--net"]
    allowed = shutil.which(command[0]) and subprocess.run([*command, "true"], check=False).returncode == 0
    return command if allowed else []


def test_the_wheel_shows_every_page_without_network(tmp_path):
    if find_browser() is None:
        skip_or_fail("needs a browser")
    python = install(build_wheel(tmp_path), tmp_path / "environment")
    walk = [*apart(), sys.executable, "-m", "tests.browser.offline", python]
    done = subprocess.run(walk, cwd=ROOT, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.count(" charts") == len(SYSTEMS) + 1 and "no problems" in done.stdout
