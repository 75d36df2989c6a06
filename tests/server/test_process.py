"""The server as a process: what its first request may decide, how it ends, and what it leaves."""

import re
import signal
import socket
import time

import pytest

from tests.server.visitor import Visitor, load
from tests.waiting import wait_until

POISON = dict.fromkeys(
    ("x_script_name", "script_name", "x_forwarded_host", "x_forwarded_prefix", "forwarded"), "//evil.example"
)

COMPILING = """
'''Compiles in the server's own process all the time; the file says that it does.'''
import os, sys, threading
import numba

BODY = "def f(x):\\n" + "".join(f"    x = x * {k}.5 + x // (x + {k})\\n" for k in range(400)) + "    return x\\n"

def compile_on():
    while True:
        made = {}
        exec(BODY, made)
        open(os.environ["COMPILING"], "w").close()
        numba.njit(made["f"]).compile((numba.float64,))

if "model.views.server" in sys.orig_argv:
    threading.Thread(target=compile_on, daemon=True).start()
"""
"""A plug-in."""


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


@pytest.fixture(scope="module")
def killed(start, tmp_path_factory):
    """Folder of a server that was killed while somebody had a page open, and the folders that it has left there."""
    folder = tmp_path_factory.mktemp("killed")
    server = start(folder=folder)
    with Visitor(server.url):
        server.process.kill()
        server.process.wait()
    assert server.folders()
    return folder, server.folders()


def test_the_first_request_decides_nothing_and_the_next_start_tidies_up(start, killed):
    folder, left = killed
    server = start(folder=folder)  # each start takes seconds of a processor
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
        assert server.folders() and not set(server.folders()) & set(left)
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


def test_a_server_that_compiles_in_its_own_process_ends_at_once(start, tmp_path, monkeypatch):
    (tmp_path / "compiling.py").write_text(COMPILING)
    begun = tmp_path / "begun"
    monkeypatch.setenv("COMPILING", str(begun))
    server = start("--plugin", str(tmp_path / "compiling.py"))
    with Visitor(server.url) as visitor:
        play(visitor)
        begun.unlink(missing_ok=True)
        wait_until(begun.exists, server.process)  # the next one has begun
        ends_at_once(server, signal.SIGINT, 130)
    assert len(server.text().splitlines()) == 1, server.text()
