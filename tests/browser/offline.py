"""Open every page of an installed dashboard where there is no network: ``python -m tests.browser.offline PYTHON``.

Run in a network of its own (``unshare -n``) where that is allowed; requests to other computers are blocked anyway.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
import tempfile

from playwright.sync_api import sync_playwright

import model.systems  # noqa: F401 - registers the systems
from model.base import SYSTEMS
from tests.browser.conftest import BROWSER_FLAGS, WAIT_SECONDS, answers, find_browser, free_port, watch
from tests.waiting import wait_until

SET_FLAGS, UP = 0x8914, 0x1 | 0x40


def begin_loopback():
    """Let this computer reach itself, which a new network does not do by itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))


def main(python):
    """Print each page and what went wrong on it; exit code 1 if anything did."""
    if os.geteuid() == 0:
        begin_loopback()
    port, problems = free_port(), []
    with tempfile.TemporaryDirectory() as folder:
        keep = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "CARBON_CACHE_DIR": f"{folder}/cache",
            "TMPDIR": folder,
        }
        command = [python, "-m", "batch_runs", "dashboard", "--no-open", "--port", str(port)]
        server = subprocess.Popen(command, cwd=folder, env=keep, stdin=subprocess.DEVNULL)
        try:
            wait_until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), server)
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
                for name in ("", *SYSTEMS):
                    open_page(browser, f"http://127.0.0.1:{port}/{name.replace('_', '-')}", problems)
        finally:
            server.terminate()
            server.wait()
    print("\n".join(problems) or "no problems")
    return 1 if problems else 0


def open_page(browser, url, problems):
    """Open a page and play one period; note what goes wrong, and every request that leaves this computer."""
    context = browser.new_context()
    context.set_default_timeout(WAIT_SECONDS * 1000)
    watch(context, problems)
    page = context.new_page()
    page.goto(url, wait_until="domcontentloaded")
    if page.url.rstrip("/").count("/") == 2:
        page.get_by_text("Markets for the right to emit").wait_for()
    else:
        page.get_by_role("button", name="Step", exact=True).click()
        page.wait_for_function("!document.querySelector('.controls__period').innerText.match(/ 0( of .*)?$/)")
        page.wait_for_selector("[data-testid=live-chart][data-state=ready]")
        page.wait_for_selector("[data-testid=live-chart] :is(canvas, svg)")
    print(url, page.locator("[data-testid=live-chart]").count(), "charts", flush=True)
    context.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
