"""The dashboard as ``carbon dashboard`` starts it, in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.waiting import PATIENCE, wait_until

ROOT = Path(__file__).resolve().parents[2]


class Dashboard:
    """One server; ``url`` is its address, ``text()`` what it has printed."""

    def __init__(self, folder, *options, root=""):
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}{root}"
        self.log = folder / "log.txt"
        temporary = folder / "temporary"
        temporary.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "batch_runs", "dashboard", "--no-open", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *options],
                cwd=ROOT,
                env=os.environ | {"TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def text(self):
        """What it has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def answers(self):
        """Whether it serves."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False

    def wait(self):
        """Wait until it serves, and return it."""
        wait_until(self.answers, self.process)
        return self

    def folders(self):
        """Names of what it keeps in the temporary folder."""
        return sorted(path.name for path in (self.folder / "temporary").glob("carbon-dashboard-*"))

    def end(self, number=signal.SIGTERM):
        """Send a signal, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()


def free_port():
    """A free port of this computer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    """Function that starts a dashboard with options; all end with the tests."""
    started = []

    def begin(*options, folder=None, root=""):
        started.append(Dashboard(folder or tmp_path_factory.mktemp("dashboard"), *options, root=root))
        return started[-1].wait()

    yield begin
    for server in started:
        server.end(signal.SIGKILL)


@pytest.fixture(scope="session")
def dashboard(start):
    """A dashboard for all tests that change nothing for others."""
    return start()
