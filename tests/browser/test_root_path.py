"""A browser at `carbon dashboard` behind a proxy that strips a path: all that pages send gets through its guard."""

import re
import socket
import threading

import pytest

from tests.browser.lab import button, group, tab, until_period, upload
from tests.server.conftest import Dashboard

pytestmark = pytest.mark.browser
BELOW = "/carbon"
FIRMS = "selling_price,unit_cost,emission_intensity,full_output\n" + "13,8,1.8,120\n" * 190
MOST = 2**16
"""Bytes read at a time."""


class Proxy:
    """Passes on what is asked below ``BELOW``, without it, one request per connection; ``missed``: other addresses."""

    def __init__(self):
        self.missed, self.server = [], None
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                asked, _ = self.listening.accept()
            except OSError:
                return  # it has been closed
            threading.Thread(target=self._pass_on, args=(asked,), daemon=True).start()

    def _pass_on(self, asked):
        request = b""
        while b"\r\n\r\n" not in request and (part := asked.recv(MOST)):
            request += part
        method, _, rest = request.partition(b" ")
        if not request or not rest.startswith(BELOW.encode()):
            self.missed += [rest[:100]] if request else []
            return asked.close()
        request = method + b" " + rest.removeprefix(BELOW.encode())
        if b"upgrade: websocket" not in request.lower():
            request = re.sub(rb"(?i)\r\nconnection:[^\r]*", b"\r\nConnection: close", request, count=1)
        answers = socket.create_connection(("127.0.0.1", self.server.port))
        answers.sendall(request)
        threading.Thread(target=pour, args=(asked, answers), daemon=True).start()
        pour(answers, asked)


def pour(source, sink):
    """Pass bytes on until one side has ended."""
    try:
        while part := source.recv(MOST):
            sink.sendall(part)
    except OSError:
        pass  # the other side has ended
    for each in (source, sink):
        each.close()


@pytest.fixture
def proxy(tmp_path, chromium):
    """A proxy with a dashboard behind it."""
    made = Proxy()
    made.server = Dashboard(tmp_path, "--root-path", BELOW)
    made.server.wait()
    yield made
    made.server.end()
    made.listening.close()


def test_a_page_behind_a_proxy_stays_below_its_path(proxy, new_page):
    page = new_page()
    page.goto(f"{proxy.url}{BELOW}/learning-bidders?seed=7", wait_until="domcontentloaded")
    button(page, "Step").click()
    until_period(page, 1)
    page.get_by_test_id("live-chart").first.locator("svg").first.wait_for()
    button(page, "Play").click()
    page.get_by_text(re.compile(r"^period \d\d")).wait_for()
    button(page, "Pause").click()
    tab(page, "Compare")
    tab(page, "Information")
    group(page, "population")
    upload(page, "firms.csv", FIRMS)
    page.get_by_text("firms.csv: 190 firms").wait_for()
    page.get_by_text("Home", exact=True).click()
    page.get_by_text("Markets for the right to emit").wait_for()
    page.wait_for_url(f"{proxy.url}{BELOW}/")
    page.go_back()
    page.wait_for_url(f"{proxy.url}{BELOW}/learning-bidders?seed=7&firms=own*")
    page.reload()
    until_period(page, 0)
    assert not [address for address in proxy.missed if b"favicon" not in address]
