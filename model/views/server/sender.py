"""Messages to a browser: in one burst per wake-up of the event loop, and never more waiting than a bound."""

import threading
from collections import deque

from solara.server import websocket
from solara.server.starlette import WebsocketWrapper

MOST_WAITING = 2**26
"""Bytes that wait for a browser that does not read; beyond, its connection has failed."""


class Sender(WebsocketWrapper):
    """The framework's connection to a browser, without a change of threads for every message.

    The framework lets the thread that draws wait for the event loop once per message, and a page is hundreds of them.
    """

    def __init__(self, ws, portal):
        super().__init__(ws, portal)
        self._waiting, self._bytes, self._lock = deque(), 0, threading.Lock()
        self._sends, self._failed = False, False

    def send_text(self, data):
        """Send a text; returns at once. WebSocketDisconnect once the connection has ended, or too much waits."""
        self._put(self._send_text_exc, data)

    def send_bytes(self, data):
        """Send bytes; see `send_text`."""
        self._put(self._send_bytes_exc, data)

    def _put(self, send, data):
        """Queue a message, and wake the event loop unless it is sending."""
        with self._lock:
            if self._failed or self._bytes > MOST_WAITING:
                raise websocket.WebSocketDisconnect
            self._waiting.append((send, data))
            self._bytes += len(data)
            wakes, self._sends = not self._sends, True
        if wakes:
            self.event_loop.call_soon_threadsafe(self._begin)

    def _begin(self):
        """Send what waits, in a task that the connection remembers."""
        task = self.event_loop.create_task(self._send_all())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _send_all(self):
        """Send messages until none waits."""
        try:
            while message := self._next():
                await message[0](message[1])
        except BaseException as error:  # whatever ends this task: nobody else would send what waits
            with self._lock:
                self._failed = True
                self._waiting.clear()
            if not isinstance(error, websocket.WebSocketDisconnect):
                raise

    def _next(self):
        """Take the next message; None, and the next one wakes the event loop again, if there is none."""
        with self._lock:
            if not self._waiting:
                self._sends = False
                return None
            message = self._waiting.popleft()
            self._bytes -= len(message[1])
            return message
