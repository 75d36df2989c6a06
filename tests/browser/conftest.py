"""A Solara server, a browser, and a page that fails its test if anything on it went wrong."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCAL_HOSTS = {"127.0.0.1", "localhost"}
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
WAIT_SECONDS = 300
"""Time limit of every wait. A machine may be slow and compile all rules meanwhile; no test waits longer than needed."""
STARTS, PORT_TAKEN = 5, "address already in use"
"""A port that was free may be taken before a server has come up; then it is started again on another one."""


class Server:
    """A Solara server for one app file, in a process of its own."""

    def __init__(self, app: Path, log: Path, environment: dict[str, str]):
        """Start serving ``app`` and wait until it answers; ``log`` takes what it prints."""
        self.log = log
        for _ in range(STARTS):
            self._start(app, environment)
            if self._comes_up():
                return
            if PORT_TAKEN not in self.text():
                break
        self.stop()
        pytest.fail(f"the Solara server did not start:\n{self.text()[-4000:]}")

    def _start(self, app: Path, environment: dict[str, str]) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [
            sys.executable,
            "-m",
            "solara",
            "run",
            str(app),
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "--no-open", "--production"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def stop(self) -> None:
        """End the server, by force if necessary."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def text(self) -> str:
        """Return what the server has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _comes_up(self) -> bool:
        deadline = time.monotonic() + WAIT_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if answers(f"{self.url}/readyz"):
                return True
            time.sleep(0.1)
        return False


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url: str) -> bool:
    """Return whether ``url`` answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def skip_or_fail(reason: str) -> None:
    """Skip for ``reason``, or fail where a browser is required (``CARBON_REQUIRE_BROWSER=1``)."""
    if os.environ.get("CARBON_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def environment() -> dict[str, str]:
    """Prepare the offline assets and return a server's environment in which a CDN can never be reached."""
    from model.views import offline

    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    offline.vega_bundle()
    return os.environ | {
        "SOLARA_MODE": "production",  # otherwise the page asks solara.dev whether it is reachable
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
        "SOLARA_THEME_SHOW_BANNER": "False",
        "SOLARA_SESSION_SECRET_KEY": secrets.token_hex(32),
        "SOLARA_ASSETS_PROXY_CACHE_DIR": str(offline.page_assets()),
        "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/",
        "PYTHONPATH": path,
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:Cookies with samesite",  # a warning at each visit of a page without https
    }


def find_browser() -> str | None:
    """Return the path of the system's Chromium, or None."""
    return next(filter(None, map(shutil.which, BROWSER_NAMES)), None)


@pytest.fixture(scope="session")
def server_environment() -> dict[str, str]:
    """Return the environment of a server."""
    return environment()


@pytest.fixture(scope="session")
def serve(server_environment, tmp_path_factory):
    """Return a function that serves an app file; each file is started once in a session."""
    servers: dict[Path, Server] = {}

    def start(app: Path) -> Server:
        if app not in servers:
            log = tmp_path_factory.mktemp("server") / f"{app.stem}.log"
            servers[app] = Server(app, log, server_environment)
        return servers[app]

    yield start
    for server in servers.values():
        server.stop()


@pytest.fixture(scope="module")
def app_file() -> Path:
    """Name the app file to serve; a test module defines its own fixture of this name for another one."""
    return ROOT / "app.py"


@pytest.fixture(scope="module")
def server(chromium, serve, app_file) -> Server:
    """Serve ``app_file``; ``server.url`` is its address. (Without a browser no server is started.)"""
    return serve(app_file)


@pytest.fixture(scope="session")
def chromium():
    """Start the system's Chromium once, without a window."""
    path = find_browser()
    if path is None:
        skip_or_fail(f"browser tests need one of {', '.join(BROWSER_NAMES)}")
    playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")
    playwright.expect.set_options(timeout=WAIT_SECONDS * 1000)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def problems() -> list[str]:
    """Collect what goes wrong on the page and in its server."""
    return []


@pytest.fixture
def tolerated() -> list[str]:
    """Name parts of the problems that the test itself provokes: ``tolerated.append("no such exhibit")``."""
    return []


@pytest.fixture
def new_page(chromium, problems, tolerated):
    """Return a function that opens a page in a browser session of its own, watched for problems."""
    contexts = []

    def open_page(**options):
        context = chromium.new_context(viewport={"width": 1280, "height": 1000}, **options)
        contexts.append(context)
        context.set_default_timeout(WAIT_SECONDS * 1000)
        watch(context, problems)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    left = [told for told in dict.fromkeys(problems) if not any(part in told for part in tolerated)]
    if left:
        pytest.fail("the page had problems:\n" + "\n".join(left))


@pytest.fixture
def page(new_page, server, problems):
    """Open ``server``'s page, watched.

    Errors on the page or in the server's log, and requests that fail or leave this computer, fail the test.
    """
    before = len(server.text())
    page = new_page()
    page.goto(server.url, wait_until="domcontentloaded")
    yield page
    printed = server.text()[before:]
    if "Traceback" in printed:
        problems.append(f"server: {printed[-2000:]}")


def watch(context, problems: list[str]) -> None:
    """Note each error, each failed request and each request that is not local (which is blocked), on all pages."""

    def only_local(route):
        if urlsplit(route.request.url).hostname in LOCAL_HOSTS:
            return route.continue_()
        problems.append(f"not local: {route.request.url}")
        return route.abort()

    context.route("**/*", only_local)
    context.on("console", lambda said: said.type == "error" and problems.append(f"console: {said.text}"))
    context.on("weberror", lambda told: problems.append(f"error: {told.error}"))
    context.on("response", lambda got: got.status >= 400 and problems.append(f"{got.status}: {got.url}"))
    context.on("requestfailed", lambda request: note_failure(request, problems))


def note_failure(request, problems: list[str]) -> None:
    """Note a request that failed, unless the page itself was left meanwhile."""
    if request.failure != "net::ERR_ABORTED":
        problems.append(f"failed: {request.url} {request.failure}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Attach the end of the server's log to the report of a failed test."""
    report = (yield).get_result()
    server = getattr(item, "funcargs", {}).get("server")
    if report.failed and isinstance(server, Server):
        report.sections.append(("solara server", server.text()[-4000:]))
