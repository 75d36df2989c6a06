"""The server as a process: what its first request may decide, how it ends, and what it leaves."""

import re
import signal
import socket
import time

from tests.server.visitor import Visitor, load
from tests.waiting import wait_until

POISON = dict.fromkeys(
    ("x_script_name", "script_name", "x_forwarded_host", "x_forwarded_prefix", "forwarded"), "//evil.example"
)


def addresses(page):
    """Addresses that a page loads from."""
    loaded = re.findall(r"""<(?:script|link|img)\b[^>]*?\b(?:src|href)=["']([^"']+)""", page)
    return loaded + re.findall(r"""cdn = ["']([^"']+)""", page)


def ends_at_once(server, number, code):
    """Check that a signal ends a server with a playing session, quietly, with its port free and nothing left."""
    assert server.folders()
    began = time.monotonic()
    assert server.end(number) == code
    assert time.monotonic() - began < 2
    assert server.folders() == []
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", server.port))


def play(visitor):
    visitor.click("Play")
    visitor.until(lambda: visitor.shows("playing") or visitor.shows("getting ready"))


def test_the_first_request_decides_nothing_and_nothing_is_fetched(start):
    server = start()
    assert load(server.url, **POISON)[0] == 200
    assert load(server.url, host="evil.example")[0] == 400
    status, headers, page = load(server.url)
    assert status == 200 and "evil" not in page + str(headers)
    assert len(addresses(page)) > 5
    assert not [address for address in addresses(page) if address.startswith(("//", "http"))]
    assert load(f"{server.url}/_solara/cdn/left-pad@1.3.0/index.js")[0] == 404
    assert load(f"{server.url}/_solara/cdn/requirejs@2.3.6/require.js")[0] == 200
    for path in ("/resourcez", "/static/assets/../../../app.py", "/static/public/x", "/%2e%2e/etc/passwd"):
        assert load(server.url + path)[0] == 404, path
    with Visitor(server.url) as visitor:
        play(visitor)
        ends_at_once(server, signal.SIGTERM, 0)
    assert len(server.text().splitlines()) == 1, server.text()


def test_a_shared_page_below_a_root_path_works_whatever_comes_first(start):
    server = start("--root-path", "/carbon", "--host", "0.0.0.0")
    wait_until(lambda: "Dashboard at" in server.text())
    assert "for everybody in the network without a password" in server.text()
    page = load(f"{server.url}/grid", x_script_name="//evil.example")[2]
    absolute = [address for address in addresses(page) if address.startswith("/")]
    assert absolute and all(address.startswith("/carbon/") for address in absolute)
    assert load(f"{server.url}/carbon/grid")[2] == page
    with Visitor(f"{server.url}/carbon", "/learning-bidders?seed=7") as visitor:
        play(visitor)
        ends_at_once(server, signal.SIGINT, 130)
    assert len(server.text().splitlines()) == 1, server.text()


def test_folders_of_a_killed_server_go_with_the_next_start(start, tmp_path):
    first = start(folder=tmp_path)
    with Visitor(first.url):
        left = first.folders()
        first.process.kill()
        first.process.wait()
    assert left and first.folders() == left
    second = start(folder=tmp_path)
    with Visitor(second.url):
        assert second.folders() and not set(second.folders()) & set(left)
