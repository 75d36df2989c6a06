"""What the server does once or in bursts where the framework would do it for every message or every part."""

import asyncio
import threading
import weakref
from pathlib import Path

import pytest
import solara.server.starlette  # noqa: F401 - the framework must be there before its connections
from solara.server import websocket
from solara.widgets import Navigator
from starlette.websockets import WebSocketDisconnect

from model.views.server import memory, sender, templates
from tests.waiting import run_async


class Socket:
    """A connection of the framework that keeps what is sent; ``ends_after`` messages it is lost."""

    def __init__(self, ends_after=None, slow=None):
        self.sent, self.ends_after, self.slow = [], ends_after, slow

    async def send_text(self, data):
        """Keep a message."""
        if self.slow:
            await self.slow.wait()
        if self.ends_after is not None and len(self.sent) >= self.ends_after:
            raise WebSocketDisconnect
        self.sent.append(data)

    send_bytes = send_text


async def sent_from_threads(socket, messages, threads=1):
    """Send in threads as the page does; return the connection when all is sent."""
    connection = sender.Sender(socket, None)

    def send():
        for message in messages:
            (connection.send_bytes if isinstance(message, bytes) else connection.send_text)(message)

    workers = [threading.Thread(target=send) for _ in range(threads)]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.01)  # the last wake-up has begun
    while connection.tasks:
        await asyncio.sleep(0.001)
    return connection


def test_messages_arrive_in_their_order_texts_and_bytes_alike():
    socket, messages = Socket(), [f"text {k}" if k % 3 else b"bytes %d" % k for k in range(500)]
    run_async(sent_from_threads(socket, messages))
    assert socket.sent == messages


def test_no_message_of_any_thread_is_lost():
    socket, messages = Socket(), [str(k) for k in range(300)]
    run_async(sent_from_threads(socket, messages, threads=4))
    assert sorted(socket.sent) == sorted(4 * messages)


def test_after_the_connection_is_lost_sending_fails():
    async def play():
        connection = await sent_from_threads(Socket(ends_after=2), ["a", "b", "c"])
        with pytest.raises(websocket.WebSocketDisconnect):
            connection.send_text("d")

    run_async(play())


def test_a_browser_that_does_not_read_is_given_up(monkeypatch):
    monkeypatch.setattr(sender, "MOST_WAITING", 1_000)

    async def play():
        connection = sender.Sender(Socket(slow=asyncio.Event()), None)
        with pytest.raises(websocket.WebSocketDisconnect):
            for _ in range(50):
                connection.send_text(100 * "x")
        for task in connection.tasks:
            task.cancel()

    run_async(play())


def test_templates_are_read_once(tmp_path):
    path = tmp_path / "part.vue"
    path.write_text("<template><b/></template>")
    first = templates.template_of(str(path))
    path.write_text("<template><i/></template>")
    assert templates.template_of(str(path)) is first
    assert first.template == "<template><b/></template>"


def test_who_walks_to_another_page_stays_below_the_root_path():
    path = Navigator.template_file
    assert templates.WALK in Path(path).read_text(encoding="utf-8")  # else the framework does so by itself
    mended = templates.template_of(path).template
    assert templates.WALK not in mended and templates.WALK_BELOW_ROOT in mended


def test_what_nobody_refers_to_is_given_back():
    class Left:
        """Refers to itself, so that only the collector finds it."""

    left = Left()
    left.own = left
    seen = weakref.ref(left)
    del left
    memory.give_back()
    assert seen() is None
