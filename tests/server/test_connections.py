"""Strangers that hold connections, and fill what is counted in bytes."""

import asyncio
import socket
import threading
import zlib
from contextlib import ExitStack

import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from learning.knobs import File, ParameterError
from model.systems.learning_bidders import LearningBidders
from model.views import session_folder
from model.views.live.sweep_run import Plan
from model.views.server import frames, impatient
from model.views.server.place import Place
from model.views.server.process import config
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
    await receive()  # that it is opened
    while (message := await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "text": f"{len(message.get('text') or '')} characters"})


@pytest.fixture(scope="module")
def port():
    """Port of a server that loses its patience soon."""
    port, patch = free_port(), pytest.MonkeyPatch()
    patch.setattr(impatient, "REQUEST_SECONDS", PATIENCE)
    server = uvicorn.Server(
        uvicorn.Config(
            answer,
            port=port,
            http=impatient.ImpatientProtocol,
            ws=frames.BoundedWebSocket,
            log_level="error",
            lifespan="off",
        )
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


TEXT, MORE, LAST = 0x01, 0x00, 0x80


def part(kind, data=b""):
    """A part of a message on the wire."""
    length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return bytes([kind]) + length + bytes(4) + data


def is_refused(opened):
    """Whether the server closes a connection because its message is too large."""
    with pytest.raises(ConnectionClosed) as closed:
        opened.recv(timeout=20)
    return closed.value.rcvd.code == frames.TOO_BIG


def test_a_message_in_parts_arrives_whole(port):
    with connect(f"ws://127.0.0.1:{port}/") as opened:
        opened.socket.sendall(part(TEXT, b"ab") + part(MORE) + part(MORE, b"cd") + part(LAST, b"e"))
        assert opened.recv(timeout=20) == "5 characters"
        opened.send("x" * 100_000)
        assert opened.recv(timeout=20) == "100000 characters"
    wait_until(lambda: not frames.BoundedWebSocket._unfinished)


@pytest.mark.parametrize("data", [b"", b"x"])
def test_a_message_of_endless_parts_is_refused(port, data):
    with connect(f"ws://127.0.0.1:{port}/") as opened:
        opened.socket.sendall(part(TEXT) + part(MORE, data) * (frames.MOST_PARTS + 1))
        assert is_refused(opened)
    wait_until(lambda: not frames.BoundedWebSocket._unfinished)


@pytest.mark.parametrize("begun", [part(TEXT, b"x" * 700), part(LAST | TEXT, b"x" * 800)[:-50]])
def test_unfinished_messages_of_all_are_bounded_together(port, monkeypatch, begun):
    monkeypatch.setattr(frames, "MOST_UNFINISHED", 2_000)
    with ExitStack() as stack:
        held = [stack.enter_context(connect(f"ws://127.0.0.1:{port}/")) for _ in range(4)]
        for opened in held:
            opened.socket.sendall(begun)
        assert is_refused(held[0]) and is_refused(held[1])
        assert sum(frames.BoundedWebSocket._unfinished.values()) <= 2_000
        held[3].socket.sendall(part(LAST, b"x") if begun[0] == TEXT else b"x" * 50)
        assert held[3].recv(timeout=20).endswith("characters")
        with connect(f"ws://127.0.0.1:{port}/") as other:
            other.send("short")
            assert other.recv(timeout=20) == "5 characters"
    wait_until(lambda: not frames.BoundedWebSocket._unfinished)


def test_our_servers_bound_what_is_unfinished():
    assert config(answer, Place(), 1).ws is frames.BoundedWebSocket


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


def test_messages_are_deflated_fast(port, monkeypatch):
    levels, compressor = [], zlib.compressobj

    def spy(*args, **settings):
        levels.append(settings.get("level"))
        return compressor(*args, **settings)

    monkeypatch.setattr(zlib, "compressobj", spy)
    with connect(f"ws://127.0.0.1:{port}/") as opened:
        opened.send("long enough")
        assert opened.recv(timeout=20) == "11 characters"
    assert frames.FAST in levels
