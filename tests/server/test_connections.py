"""Strangers that hold connections, and fill what is counted in bytes."""

import asyncio
import socket
import threading
from contextlib import ExitStack

import pytest
import uvicorn
from websockets.sync.client import connect

from learning.knobs import File, ParameterError
from model.systems.learning_bidders import LearningBidders
from model.views import session_folder
from model.views.live.sweep_run import Plan
from model.views.server import impatient
from model.views.server.sessions import MOST_PER_SESSION, Sessions
from model.views.session_folder import SessionFolder
from tests.server.asgi import Framework
from tests.server.conftest import free_port
from tests.waiting import wait_until

PATIENCE = 0.5


async def answer(scope, receive, send):
    """Answer a request, and keep a websocket."""
    if scope["type"] == "http":
        await asyncio.sleep(3 * PATIENCE if scope["path"] == "/slow" else 0)
        return await Framework()(scope, receive, send)
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


@pytest.fixture(scope="module")
def port():
    """Port of a server that loses its patience soon."""
    port, patch = free_port(), pytest.MonkeyPatch()
    patch.setattr(impatient, "REQUEST_SECONDS", PATIENCE)
    server = uvicorn.Server(
        uvicorn.Config(answer, port=port, http=impatient.ImpatientProtocol, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    yield port
    server.should_exit = True
    thread.join()
    patch.undo()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nx",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET",
    ],
)
def test_a_connection_without_a_whole_request_is_closed(port, sent):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as held:
        held.sendall(sent)
        while held.recv(1_000):
            pass


@pytest.mark.parametrize("about", [b"Host: x\r\n", b"Host: x\r\nConnection: close\r\n"])
def test_who_has_asked_may_wait_long_for_the_answer(port, about):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as asking:
        asking.sendall(b"GET /slow HTTP/1.1\r\n" + about + b"\r\n")
        assert asking.recv(12) == b"HTTP/1.1 200"


def test_of_many_that_wait_the_first_are_closed_and_others_served(port, monkeypatch):
    monkeypatch.setattr(impatient, "MOST_WAITING", 5)
    monkeypatch.setattr(impatient, "REQUEST_SECONDS", 600)
    with ExitStack() as stack, connect(f"ws://127.0.0.1:{port}/") as opened:
        held = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20)) for _ in range(8)
        ]
        for each in held[:3]:
            assert each.recv(1) == b""
        held[-1].sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert held[-1].recv(12) == b"HTTP/1.1 200"
        opened.ping().wait(20)


def test_a_websocket_stays(port):
    with connect(f"ws://127.0.0.1:{port}/") as opened:
        with pytest.raises(TimeoutError):
            opened.recv(timeout=3 * PATIENCE)
        opened.ping().wait(20)


def test_a_session_has_so_many_connections():
    sessions = Sessions()
    for _ in range(MOST_PER_SESSION):
        assert sessions.admits("7", "me")
        sessions.connect("7", "me")
    assert not sessions.admits("7", "me") and sessions.admits("8", "me")
    sessions.disconnect("7")
    assert sessions.admits("7", "me")


def test_the_files_of_a_session_are_bounded_together(monkeypatch):
    monkeypatch.setattr(session_folder, "MOST_BYTES", 1_000)
    folder = SessionFolder()
    kind = File("firms", lambda path: None)
    folder.keep(kind, "a.csv", b"x" * 600)
    with pytest.raises(ParameterError, match=r"b.csv: more than .* loaded here"):
        folder.keep(kind, "b.csv", b"x" * 600)
    folder.cleanup()


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**400, 1e308, "1", None, [], True])
@pytest.mark.parametrize("name", ["low", "high", "step", "seeds", "periods"])
def test_numbers_of_a_sweep_are_checked(name, value):
    knobs = LearningBidders.Params.all_knobs()
    plan = Plan("phi", **{name: value})
    with pytest.raises(ParameterError):
        plan.jobs(knobs, {}, 1)
